//! What lines and areas mean, below the panels, with the caption and the warning.

use crate::font::Weight;
use crate::milestone;
use crate::palette::{self, BAND_80, BAND_95, EXPECTED, Ink, MARKED, MUTED, OBSERVED, TEXT};
use crate::scene::{Anchor, Lettering, Place, Scene};
use crate::specification::{Chart, Panel};

/// Blank at the left and at the right, in pixels.
const EDGE: f32 = 24.0;

/// Width of a sample of a line, and its distance from its label, in pixels.
const SAMPLE: f32 = 30.0;
const SAMPLE_GAP: f32 = 8.0;

/// Distances between entries of a row, in pixels.
const LEAST_GAP: f32 = 14.0;
const MOST_GAP: f32 = 26.0;

/// From the panels to the first baseline, between baselines, and below the last one, in pixels.
const ABOVE: f32 = 26.0;
const ROW: f32 = 31.0;
const BELOW: f32 = 23.0;

const LETTERING: Lettering = Lettering { size: 19.0, weight: Weight::Regular, ink: TEXT };

/// How a sample of an entry is drawn.
#[derive(Debug, Clone, Copy)]
enum Key {
    Line(Ink, f32, Option<[f32; 2]>),
    Interval80,
    Interval95,
    Mark,
    Milestone,
}

/// A legend laid out in rows.
pub(crate) struct Layout<'a> {
    rows: Vec<Vec<(Key, &'a str)>>,
    caption: Option<&'a str>,
    warning: Option<&'a str>,
    width: f32,
}

impl<'a> Layout<'a> {
    /// The legend of a chart of which these panels are drawn, with the other models that they show.
    pub(crate) fn of(chart: &'a Chart, panels: &[Panel], others: &[&'a str], width: f32) -> Self {
        let mut rows: Vec<Vec<(Key, &str)>> = Vec::new();
        let mut taken = f32::INFINITY;
        for entry in entries(chart, panels, others) {
            let needed = SAMPLE + SAMPLE_GAP + LETTERING.width(entry.1);
            if taken + LEAST_GAP + needed > width - 2.0 * EDGE {
                rows.push(Vec::new());
                taken = -LEAST_GAP;
            }
            taken += LEAST_GAP + needed;
            rows.last_mut().into_iter().for_each(|row| row.push(entry));
        }
        let given = |text: &&str| !text.is_empty();
        let caption = Some(&chart.caption[..]).filter(given);
        Self { rows, caption, warning: chart.warning.as_deref().filter(given), width }
    }

    /// Whether caption and warning stand in one row.
    fn shares_row(&self) -> bool {
        let (Some(caption), Some(warning)) = (self.caption, self.warning) else { return false };
        LETTERING.width(caption) + warning_lettering().width(warning) + 2.0 * MOST_GAP
            <= self.width - 2.0 * EDGE
    }

    /// Height of the legend in pixels.
    pub(crate) fn height(&self) -> f32 {
        let texts = usize::from(self.caption.is_some()) + usize::from(self.warning.is_some());
        match self.rows.len() + texts - usize::from(self.shares_row()) {
            0 => 0.0,
            num_rows => ABOVE + ROW * (num_rows - 1) as f32 + BELOW,
        }
    }

    /// Draws the legend below panels that end at `top`.
    pub(crate) fn draw(&self, scene: &mut Scene, top: f32) {
        let mut line = top + ABOVE;
        for row in &self.rows {
            draw_row(scene, row, line, self.width - 2.0 * EDGE);
            line += ROW;
        }
        let room = self.width - 2.0 * EDGE;
        if let Some(caption) = self.caption {
            let (caption, lettering) = Lettering { ink: MUTED, ..LETTERING }.fitted(caption, room);
            scene.text((EDGE, line), Anchor::Left, lettering, &caption);
            line += if self.shares_row() { 0.0 } else { ROW };
        }
        if let Some(warning) = self.warning {
            let (warning, lettering) = warning_lettering().fitted(warning, room);
            scene.text((self.width - EDGE, line), Anchor::Right, lettering, &warning);
        }
    }
}

const fn warning_lettering() -> Lettering {
    Lettering { ink: MARKED, weight: Weight::SemiBold, ..LETTERING }
}

/// What the panels show and the chart has a word for.
fn entries<'a>(chart: &'a Chart, panels: &[Panel], others: &[&'a str]) -> Vec<(Key, &'a str)> {
    let words = &chart.legend;
    let any = |has: fn(&Panel) -> bool| panels.iter().any(has);
    let forecast = any(|panel| !panel.forecast.is_empty());
    let mut entries: Vec<(bool, Key, &str)> = vec![
        (any(|panel| !panel.observed.is_empty()), Key::Line(OBSERVED, 3.0, None), &words.observed),
        (forecast, Key::Line(EXPECTED, 3.6, None), &words.expected),
    ];
    entries.extend(others.iter().enumerate().map(|(index, label)| {
        let (ink, dash) = palette::other(index);
        (true, Key::Line(ink, 2.6, dash), *label)
    }));
    entries.push((forecast, Key::Interval80, &words.interval_80));
    entries.push((forecast, Key::Interval95, &words.interval_95));
    let marked = any(|panel| panel.observed.iter().any(|seen| seen.marked));
    entries.push((marked, Key::Mark, &words.marked));
    entries.push((any(|panel| !panel.milestones.is_empty()), Key::Milestone, &words.milestone));
    let shown = entries.into_iter().filter(|(shown, _, label)| *shown && !label.is_empty());
    shown.map(|(_, key, label)| (key, label)).collect()
}

fn draw_row(scene: &mut Scene, row: &[(Key, &str)], line: f32, room: f32) {
    let widths = row.iter().map(|(_, label)| SAMPLE + SAMPLE_GAP + LETTERING.width(label));
    let gap = ((room - widths.sum::<f32>()) / row.len() as f32).clamp(LEAST_GAP, MOST_GAP);
    let mut x = EDGE;
    for (key, label) in row {
        draw_key(scene, *key, (x, line - LETTERING.size * 0.36));
        x += SAMPLE + SAMPLE_GAP;
        let (label, lettering) = LETTERING.fitted(label, room - SAMPLE - SAMPLE_GAP);
        scene.text((x, line), Anchor::Left, lettering, &label);
        x += lettering.width(&label) + gap;
    }
}

fn draw_key(scene: &mut Scene, key: Key, (x, y): Place) {
    match key {
        Key::Line(ink, width, dash) => {
            scene.line(&[(x + 2.0, y), (x + SAMPLE - 2.0, y)], width, ink, dash);
        }
        Key::Interval80 => {
            // It lies on the 95 % interval.
            scene.rectangle((x, y - 9.0), SAMPLE, 18.0, BAND_95);
            scene.rectangle((x, y - 9.0), SAMPLE, 18.0, BAND_80);
        }
        Key::Interval95 => scene.rectangle((x, y - 9.0), SAMPLE, 18.0, BAND_95),
        Key::Milestone => milestone::diamond(scene, (x + SAMPLE / 2.0, y)),
        Key::Mark => {
            let middle = x + SAMPLE / 2.0;
            scene.line(&[(middle, y - 11.0), (middle, y + 11.0)], 1.8, MARKED, Some([5.0, 3.0]));
            scene.dot((middle, y), 5.0, MARKED);
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::specification::{Legend, Observed};

    fn chart() -> Chart {
        let seen = Observed { day: date!(2025 - 09 - 30), value: 1.0, marked: false };
        Chart {
            panels: vec![Panel { observed: vec![seen], ..Panel::default() }],
            legend: Legend {
                observed: "observed".to_owned(),
                expected: "expected".to_owned(),
                marked: "level change".to_owned(),
                ..Legend::default()
            },
            caption: "as of September 30".to_owned(),
            ..Chart::default()
        }
    }

    fn layout<'a>(chart: &'a Chart, others: &[&'a str]) -> Layout<'a> {
        Layout::of(chart, &chart.panels, others, 1_000.0)
    }

    fn labels<'a>(layout: &Layout<'a>) -> Vec<Vec<&'a str>> {
        layout.rows.iter().map(|row| row.iter().map(|(_, label)| *label).collect()).collect()
    }

    #[test]
    fn only_what_is_shown_is_explained() {
        let mut chart = chart();
        assert_eq!(labels(&layout(&chart, &[])), [["observed"]]);
        chart.panels[0].observed[0].marked = true;
        assert_eq!(labels(&layout(&chart, &["linear"])), [["observed", "linear", "level change"]]);
    }

    #[test]
    fn many_entries_take_further_rows() {
        let chart = chart();
        let name = "suavizado exponencial";
        let layout = layout(&chart, &[name; 6]);
        assert_eq!(labels(&layout).iter().map(Vec::len).collect::<Vec<_>>(), [4, 3]);
        assert_eq!(layout.height(), ABOVE + 2.0 * ROW + BELOW);
    }

    #[test]
    fn a_long_warning_has_a_row_of_its_own() {
        let mut chart = chart();
        let height = |chart: &Chart| layout(chart, &[]).height();
        let without = height(&chart);
        chart.warning = Some("made-up figures".to_owned());
        assert_eq!(height(&chart), without);
        chart.warning = Some("made-up figures ".repeat(6));
        assert_eq!(height(&chart), without + ROW);
    }

    #[test]
    fn a_legend_without_texts_takes_no_room() {
        let chart = Chart { panels: vec![Panel::default()], ..Chart::default() };
        assert_eq!(layout(&chart, &[]).height(), 0.0);
    }
}
