//! One panel drawn: title, axes, what was observed with its gaps, and the forecast with its intervals.

use crate::axis_text::AxisText;
use crate::day_axis::DayAxis;
use crate::font::Weight;
use crate::palette::{self, BAND_80, BAND_95, EXPECTED, GROUND, MARKED, MUTED, OBSERVED, TEXT};
use crate::plot::{Area, Plot};
use crate::scene::{Anchor, Lettering, Place, Scene};
use crate::series::Series;
use crate::specification::{ForecastPoint, Panel};
use crate::value_axis::ValueAxis;
use crate::{goal, milestone};

/// Blanks between the panel's edges and what is in it, in pixels.
const EDGE: f32 = 24.0;

/// Where a panel stands, and how large its letters are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) title_size: f32,
    pub(crate) text_size: f32,
    pub(crate) num_ticks: u32,
}

/// Draws a panel. `labels` are the other models of all panels: a model's place there gives its colour.
pub(crate) fn draw(scene: &mut Scene, frame: Frame, panel: &Panel, labels: &[&str], text: &dyn AxisText) {
    let small = Lettering { size: frame.text_size, weight: Weight::Regular, ink: MUTED };
    let bottom = frame.top + frame.height - frame.text_size * 2.0;
    let area = Area {
        left: frame.left + EDGE,
        right: frame.left + frame.width - EDGE,
        top: draw_title(scene, frame, panel),
        bottom,
    };
    let series = Series::of(panel);
    let Some(plot) = plot(panel, &series, frame, area, text) else {
        let middle = (f32::midpoint(area.left, area.right), f32::midpoint(area.top, area.bottom));
        let (empty, small) = small.fitted(&panel.empty, area.right - area.left);
        scene.text(middle, Anchor::Middle, small, &empty);
        return;
    };
    plot.draw_values(scene, small);
    plot.draw_days(scene, text, small, series.current().map(|(day, _)| day));
    draw_forecast(scene, &plot, &series, labels);
    draw_observed(scene, &plot, &series);
    milestone::draw(scene, &plot, &panel.milestones, small);
    if let Some(goal) = &panel.goal {
        goal::draw(scene, &plot, &series, goal, small);
    }
}

/// Draws title and subtitle, and says where the room below them begins.
fn draw_title(scene: &mut Scene, frame: Frame, panel: &Panel) -> f32 {
    let (left, room) = (frame.left + EDGE, frame.width - 2.0 * EDGE);
    let title = Lettering { size: frame.title_size, weight: Weight::SemiBold, ink: TEXT };
    let ink = if panel.forecast.is_empty() { MUTED } else { EXPECTED };
    let subtitle = Lettering { size: frame.text_size, weight: Weight::Regular, ink };
    let title_line = frame.top + EDGE + frame.title_size * 0.75;
    let subtitle_line = title_line + frame.text_size * 1.55;
    for (line, lettering, text) in
        [(title_line, title, &panel.title), (subtitle_line, subtitle, &panel.subtitle)]
    {
        let (text, lettering) = lettering.fitted(text, room);
        scene.text((left, line), Anchor::Left, lettering, &text);
    }
    subtitle_line + frame.text_size * 1.2
}

/// The axes of a panel; `None` where there is nothing to show, or nothing that can be computed with.
fn plot(panel: &Panel, series: &Series<'_>, frame: Frame, area: Area, text: &dyn AxisText) -> Option<Plot> {
    let shown = series.values();
    let mut values = ValueAxis::of(&shown, frame.num_ticks)?;
    if let Some(goal) = panel.goal.as_ref().filter(|goal| goal.value.is_finite()) {
        values = values.reaching(&shown, goal.value, frame.num_ticks);
    }
    let lettering = Lettering { size: frame.text_size, weight: Weight::Regular, ink: MUTED };
    Some(Plot::new(values, DayAxis::of(series.days())?, area, text, lettering))
}

/// Ends of an interval on a day.
type Ends = fn(&ForecastPoint) -> (f64, f64);

fn draw_forecast(scene: &mut Scene, plot: &Plot, series: &Series<'_>, labels: &[&str]) {
    let start = series.current().map(|current| plot.at(current));
    let intervals: [(_, Ends); 2] = [
        (BAND_95, |point| (point.lower_95, point.upper_95)),
        (BAND_80, |point| (point.lower_80, point.upper_80)),
    ];
    for (ink, ends) in intervals {
        let uppers = series.forecast.iter().map(|point| plot.at((point.day, ends(point).1)));
        let lowers = series.forecast.iter().rev().map(|point| plot.at((point.day, ends(point).0)));
        let band: Vec<Place> = start.into_iter().chain(uppers).chain(lowers).collect();
        scene.area(&band, ink);
    }
    for (label, points) in &series.others {
        let Some(index) = labels.iter().position(|known| known == label) else { continue };
        let line: Vec<Place> = start.into_iter().chain(points.iter().map(|point| plot.at(*point))).collect();
        let (ink, dash) = palette::other(index);
        scene.line(&line, 2.6, ink, dash);
    }
    let points = series.forecast.iter().map(|point| plot.at((point.day, point.expected)));
    let line: Vec<Place> = start.into_iter().chain(points).collect();
    if let (Some(end), false) = (line.last(), series.forecast.is_empty()) {
        scene.line(&line, 3.6, EXPECTED, None);
        scene.dot(*end, 5.5, EXPECTED);
    }
}

/// What was observed: a line through days that follow each other, a dot where a day stands alone. Days without a
/// value are left open.
fn draw_observed(scene: &mut Scene, plot: &Plot, series: &Series<'_>) {
    let area = plot.area();
    for seen in series.observed.iter().filter(|seen| seen.marked) {
        let x = plot.x(seen.day);
        scene.line(&[(x, area.top), (x, area.bottom)], 1.8, MARKED, Some(palette::DASH));
    }
    for run in series.observed.chunk_by(|a, b| (b.day - a.day).whole_days() == 1) {
        let places: Vec<Place> = run.iter().map(|seen| plot.at((seen.day, seen.value))).collect();
        match places[..] {
            [alone] => scene.dot(alone, 4.0, OBSERVED),
            _ => scene.line(&places, 3.0, OBSERVED, None),
        }
    }
    for seen in series.observed.iter().filter(|seen| seen.marked) {
        scene.dot(plot.at((seen.day, seen.value)), 5.5, MARKED);
    }
    if let Some(current) = series.current() {
        scene.dot(plot.at(current), 7.0, GROUND);
        scene.dot(plot.at(current), 5.0, OBSERVED);
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::palette::{GOAL, Ink};
    use crate::scene::Shape;
    use crate::specification::{Goal, Observed};

    struct Plain;

    impl AxisText for Plain {
        fn number(&self, value: f64) -> String {
            value.to_string()
        }

        fn day(&self, day: time::Date) -> String {
            day.to_string()
        }

        fn day_with_year(&self, day: time::Date) -> String {
            day.to_string()
        }
    }

    /// Top and bottom of what is filled with an ink.
    fn filled(goal: Option<f64>, wanted: Ink) -> (f32, f32) {
        let point = ForecastPoint {
            day: date!(2025 - 10 - 10),
            expected: 100.0,
            lower_80: 90.0,
            upper_80: 110.0,
            lower_95: 80.0,
            upper_95: 120.0,
        };
        let panel = Panel {
            observed: vec![Observed { day: date!(2025 - 09 - 30), value: 100.0, marked: false }],
            forecast: vec![point],
            goal: goal.map(|value| Goal { value, label: "goal".to_owned() }),
            ..Panel::default()
        };
        let (left, top, width, height) = (0.0, 0.0, 1_000.0, 500.0);
        let frame = Frame { left, top, width, height, title_size: 29.0, text_size: 21.0, num_ticks: 5 };
        let mut scene = Scene::new(1_000, 500);
        draw(&mut scene, frame, &panel, &[], &Plain);
        let bounds = scene.shapes.iter().filter_map(|shape| match shape {
            Shape::Fill { path, ink } if *ink == wanted => Some(path.bounds()),
            _ => None,
        });
        bounds.fold((f32::MAX, f32::MIN), |(top, bottom), area| {
            (top.min(area.top()), bottom.max(area.bottom()))
        })
    }

    #[test]
    fn the_narrow_band_lies_within_the_wide_one() {
        let (wide, narrow) = (filled(None, BAND_95), filled(None, BAND_80));
        assert!(wide.0 < narrow.0 && narrow.0 < narrow.1 && narrow.1 < wide.1, "{wide:?} {narrow:?}");
    }

    #[test]
    fn a_goal_beyond_the_plot_is_named_at_the_edge_that_is_nearer() {
        let (above, below) = (filled(Some(1e9), GOAL), filled(Some(-1e9), GOAL));
        let band = filled(None, BAND_95);
        let middle = f32::midpoint(band.0, band.1);
        assert!(above.1 < middle && middle < below.0, "{above:?} {band:?} {below:?}");
    }
}
