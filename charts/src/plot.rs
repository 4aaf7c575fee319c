//! The plot of a panel: its axes in their place, with ticks and their labels.

use time::Date;

use crate::axis_text::AxisText;
use crate::day_axis::DayAxis;
use crate::palette::{GRID, MUTED, TEXT};
use crate::scene::{Anchor, Lettering, Place, Scene};
use crate::value_axis::ValueAxis;

/// Blank between a label of the axis of values and the plot, in pixels.
const LABEL_GAP: f32 = 12.0;

/// Least blank between two days' labels, in pixels.
const DAY_GAP: f32 = 14.0;

/// In longer ranges every day is written with its year: otherwise the same day of two years looks the same.
const MOST_DAYS_WITHOUT_YEAR: i64 = 360;

/// Largest share of the width that labels of values may take.
const LABEL_SHARE: f32 = 0.4;

/// A rectangle in the picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f32,
    pub(crate) right: f32,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
}

impl Area {
    /// Whether a place lies in it.
    pub(crate) fn holds(self, (x, y): Place) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }
}

/// A panel's axes in their place.
pub(crate) struct Plot {
    values: ValueAxis,
    days: DayAxis,
    area: Area,
    /// Where labels may begin, in pixels.
    left_edge: f32,
    labels: Vec<(f64, String)>,
}

impl Plot {
    /// Axes with their labels in an area.
    pub(crate) fn new(
        values: ValueAxis,
        days: DayAxis,
        mut area: Area,
        text: &dyn AxisText,
        lettering: Lettering,
    ) -> Self {
        let labels: Vec<(f64, String)> =
            values.ticks().into_iter().map(|tick| (tick, text.number(tick))).collect();
        let widest = labels.iter().map(|(_, label)| lettering.width(label)).fold(0.0, f32::max);
        let left_edge = area.left;
        area.left += widest.min((area.right - area.left) * LABEL_SHARE) + LABEL_GAP;
        Self { values, days, area, left_edge, labels }
    }

    pub(crate) const fn area(&self) -> Area {
        self.area
    }

    pub(crate) fn x(&self, day: Date) -> f32 {
        self.area.left + self.days.share(day) as f32 * (self.area.right - self.area.left)
    }

    pub(crate) fn y(&self, value: f64) -> f32 {
        self.area.bottom - self.values.share(value) as f32 * (self.area.bottom - self.area.top)
    }

    pub(crate) fn at(&self, (day, value): (Date, f64)) -> Place {
        (self.x(day), self.y(value))
    }

    /// Where a value lies beside the axis: below 0 it is under the plot, above 1 over it.
    pub(crate) fn share(&self, value: f64) -> f64 {
        self.values.share(value)
    }

    /// Draws a line and a label for each tick of the values.
    pub(crate) fn draw_values(&self, scene: &mut Scene, lettering: Lettering) {
        let right = self.area.left - LABEL_GAP;
        for (tick, label) in &self.labels {
            let y = self.y(*tick);
            scene.line(&[(self.area.left, y), (self.area.right, y)], 1.2, GRID, None);
            let (label, lettering) = lettering.fitted(label, right - self.left_edge);
            scene.text((right, y + lettering.size * 0.36), Anchor::Right, lettering, &label);
        }
    }

    /// Draws labels of days: the current day and the last one, and as many first days of months as fit between.
    pub(crate) fn draw_days(
        &self,
        scene: &mut Scene,
        text: &dyn AxisText,
        lettering: Lettering,
        current: Option<Date>,
    ) {
        let bright = Lettering { ink: TEXT, ..lettering };
        let with_years = (self.days.last - self.days.first).whole_days() > MOST_DAYS_WITHOUT_YEAR;
        let label = |day: Date| {
            if with_years || day.ordinal() == 1 { text.day_with_year(day) } else { text.day(day) }
        };
        let new_year = self.days.last.replace_ordinal(1).unwrap_or(self.days.last);
        let widest = lettering.width(&text.day_with_year(new_year)) + DAY_GAP;
        let most = ((self.area.right - self.area.left) / widest.max(1.0)) as usize;
        // The most important first: it keeps its place.
        let mut days: Vec<(Date, String, Lettering)> = vec![(self.days.last, label(self.days.last), bright)];
        days.extend(current.map(|day| (day, label(day), bright)));
        days.extend(self.days.ticks(most).into_iter().map(|day| (day, label(day), lettering)));
        days.push((self.days.first, label(self.days.first), lettering));

        let baseline = self.area.bottom + lettering.size * 1.5;
        let mut taken: Vec<(f32, f32)> = Vec::new();
        for (day, label, lettering) in days {
            let (label, lettering) = lettering.fitted(&label, self.area.right - self.left_edge);
            let (width, x) = (lettering.width(&label), self.x(day));
            let mut start = (x - width / 2.0).min(self.area.right - width).max(self.left_edge);
            // The current day may give way to the last one as long as its label stays near its tick.
            if let (true, [(last, _)]) = (Some(day) == current, &taken[..]) {
                start = start.min(last - DAY_GAP - width).max(start.min(x - width - DAY_GAP / 2.0));
            }
            let end = start + width;
            if taken.iter().any(|(from, to)| start < to + DAY_GAP - 0.5 && end > from - DAY_GAP + 0.5) {
                continue;
            }
            taken.push((start, end));
            scene.line(&[(x, self.area.bottom), (x, self.area.bottom + 5.0)], 1.6, MUTED, None);
            scene.text((start, baseline), Anchor::Left, lettering, &label);
        }
        let Some(x) = current.filter(|day| *day != self.days.last).map(|day| self.x(day)) else { return };
        scene.line(&[(x, self.area.top), (x, self.area.bottom)], 1.6, MUTED.covering(0.8), Some([2.0, 4.0]));
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::font::Weight;

    const LETTERING: Lettering = Lettering { size: 20.0, weight: Weight::Regular, ink: MUTED };
    const AREA: Area = Area { left: 24.0, right: 476.0, top: 100.0, bottom: 260.0 };

    /// Writes numbers of a fixed length.
    struct Digits(usize);

    impl AxisText for Digits {
        fn number(&self, _: f64) -> String {
            "8".repeat(self.0)
        }

        fn day(&self, day: Date) -> String {
            day.ordinal().to_string()
        }

        fn day_with_year(&self, day: Date) -> String {
            day.to_string()
        }
    }

    fn plot(num_digits: usize) -> Plot {
        let values = ValueAxis::of(&[0.0, 10.0], 4).unwrap();
        let days = DayAxis { first: date!(2025 - 08 - 01), last: date!(2025 - 10 - 30) };
        Plot::new(values, days, AREA, &Digits(num_digits), LETTERING)
    }

    #[test]
    fn the_plot_begins_beside_the_widest_label() {
        assert_eq!(plot(3).area().left, AREA.left + LETTERING.width("888") + LABEL_GAP);
        assert_eq!(plot(300).area().left, AREA.left + (AREA.right - AREA.left) * LABEL_SHARE + LABEL_GAP);
    }

    #[test]
    fn the_first_day_is_at_the_left_and_the_lowest_value_at_the_bottom() {
        let plot = plot(3);
        assert_eq!(plot.at((date!(2025 - 08 - 01), 0.0)), (plot.area().left, AREA.bottom));
        assert_eq!(plot.x(date!(2025 - 10 - 30)), AREA.right);
    }

    #[test]
    fn labels_of_days_do_not_touch() {
        use crate::scene::Shape;
        for current in
            [date!(2025 - 08 - 02), date!(2025 - 09 - 30), date!(2025 - 10 - 28), date!(2025 - 10 - 30)]
        {
            let mut scene = Scene::new(500, 300);
            plot(3).draw_days(&mut scene, &Digits(3), LETTERING, Some(current));
            let mut labels: Vec<_> = scene
                .shapes
                .iter()
                .filter_map(|shape| match shape {
                    Shape::Fill { path, .. } => Some((path.bounds().left(), path.bounds().right())),
                    Shape::Stroke { .. } => None,
                })
                .collect();
            labels.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(labels.len() >= 3, "{current}");
            assert!(labels.windows(2).all(|pair| pair[1].0 - pair[0].1 > 8.0), "{current}: {labels:?}");
            assert!(labels.iter().all(|(left, right)| *left >= AREA.left && *right <= AREA.right + 1.0));
        }
    }
}
