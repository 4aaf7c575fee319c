//! One panel drawn: title, axes, what was observed with its gaps, and the forecast with its intervals.

use casa24_schemas::{Date, Value};
use time::Duration;

use super::axis::{DayAxis, ValueAxis, day_label};
use super::canvas::{Anchor, Canvas, Lettering, Place};
use super::font::Weight;
use super::palette::{
    BAND_80, BAND_95, EXPECTED, GOAL, GRID, GROUND, Ink, MUTED, OBSERVED, OTHERS, TEXT, WARNING,
};
use super::panel::Panel;
use crate::text;

/// Blanks between the panel's edges and what is in it, in pixels.
const EDGE: f32 = 24.0;

/// Strokes and gaps of a mark's line, in pixels.
const DASH: [f32; 2] = [6.0, 5.0];

/// Where a panel stands, and how large its letters are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) title_size: f32,
    pub(super) text_size: f32,
    pub(super) num_ticks: u32,
}

/// A panel's axes in their place.
struct Plot {
    values: ValueAxis,
    days: DayAxis,
    left: f32,
    right: f32,
    top: f32,
    bottom: f32,
}

impl Plot {
    fn x(&self, day: Date) -> f32 {
        self.left + (self.days.share(day) as f32) * (self.right - self.left)
    }

    fn y(&self, value: f64) -> f32 {
        self.bottom - (self.values.share(value) as f32) * (self.bottom - self.top)
    }

    fn at(&self, day: Date, value: f64) -> Place {
        (self.x(day), self.y(value))
    }
}

/// Draws a panel.
pub(super) fn draw(canvas: &mut Canvas, frame: Frame, panel: &Panel) {
    let title = Lettering { size: frame.title_size, weight: Weight::SemiBold, ink: TEXT };
    let small = Lettering { size: frame.text_size, weight: Weight::Regular, ink: MUTED };
    let (left, room) = (frame.left + EDGE, frame.width - 2.0 * EDGE);
    let title_line = frame.top + EDGE + frame.title_size * 0.75;
    let outlook_line = title_line + frame.text_size * 1.55;
    canvas.text((left, title_line), Anchor::Left, canvas.fitted(&panel.title, title, room), &panel.title);
    let outlook = canvas.fitted(&panel.outlook, Lettering { ink: EXPECTED, ..small }, room);
    canvas.text((left, outlook_line), Anchor::Left, outlook, &panel.outlook);
    let top = outlook_line + frame.text_size * 1.2;
    let bottom = frame.top + frame.height - frame.text_size * 1.9;
    let Some(plot) = plot(canvas, frame, panel, small, (top, bottom)) else {
        let middle = (frame.left + frame.width / 2.0, f32::midpoint(top, bottom));
        canvas.text(middle, Anchor::Middle, small, "cannot be drawn");
        return;
    };
    draw_values(canvas, &plot, small);
    draw_days(canvas, &plot, panel, small);
    draw_forecast(canvas, &plot, panel);
    draw_observed(canvas, &plot, panel);
    draw_goal(canvas, &plot, panel, small);
}

/// The axes of a panel; `None` where there is nothing to show, or nothing that can be computed with.
fn plot(
    canvas: &Canvas,
    frame: Frame,
    panel: &Panel,
    small: Lettering,
    (top, bottom): (f32, f32),
) -> Option<Plot> {
    let (first, current) = (panel.seen.first()?, panel.seen.last()?);
    let last_ahead = panel.path.last().map_or(0, |point| point.days_ahead);
    let days = DayAxis { first: first.date, last: ahead(current.date, last_ahead) };
    let seen = panel.seen.iter().map(|seen| seen.value);
    let bounds = panel.path.iter().flat_map(|point| [point.lower_95.get(), point.upper_95.get()]);
    let others = panel.others.iter().flat_map(|other| other.points.iter().map(|(_, value)| *value));
    let shown: Vec<f64> = seen.chain(bounds).chain(others).collect();
    let mut values = ValueAxis::of(&shown, frame.num_ticks)?;
    if let Some(goal) = panel.goal {
        values = values.reaching(&shown, goal, frame.num_ticks);
    }
    let labels = values.ticks();
    let label_width = labels.iter().map(|tick| canvas.width(&number(*tick), small)).fold(0.0, f32::max);
    let left = frame.left + EDGE + label_width + 12.0;
    let right = frame.left + frame.width - EDGE;
    (left < right && top < bottom).then_some(Plot { values, days, left, right, top, bottom })
}

fn number(value: f64) -> String {
    Value::new(value).map(text::number).unwrap_or_default()
}

fn ahead(day: Date, num_days: u32) -> Date {
    day.checked_add(Duration::days(i64::from(num_days))).unwrap_or(Date::MAX)
}

fn draw_values(canvas: &mut Canvas, plot: &Plot, small: Lettering) {
    for tick in plot.values.ticks() {
        let y = plot.y(tick);
        canvas.line(&[(plot.left, y), (plot.right, y)], 1.2, GRID, None);
        canvas.text((plot.left - 12.0, y + small.size * 0.36), Anchor::Right, small, &number(tick));
    }
}

/// The current day and the last one, and as many first days of months as fit between them.
fn draw_days(canvas: &mut Canvas, plot: &Plot, panel: &Panel, small: Lettering) {
    let Some(current) = panel.seen.last().map(|seen| seen.date) else { return };
    let bright = Lettering { ink: TEXT, ..small };
    let mut days = vec![(current, bright)];
    days.extend((plot.days.last != current).then_some((plot.days.last, bright)));
    days.extend(plot.days.ticks().into_iter().map(|day| (day, small)));
    days.extend((plot.days.first != current).then_some((plot.days.first, small)));
    let baseline = plot.bottom + small.size * 1.35;
    let mut taken: Vec<(f32, f32)> = Vec::new();
    for (day, lettering) in days {
        let label = day_label(day);
        let width = canvas.width(&label, lettering);
        let start =
            (plot.x(day) - width / 2.0).clamp(plot.left - 30.0, (plot.right - width).max(plot.left - 30.0));
        let end = start + width;
        if taken.iter().any(|(from, to)| start < to + 14.0 && end > from - 14.0) {
            continue;
        }
        taken.push((start, end));
        canvas.text((start, baseline), Anchor::Left, lettering, &label);
    }
    let x = plot.x(current);
    canvas.line(&[(x, plot.top), (x, plot.bottom)], 1.6, Ink(MUTED.0, 0.8), Some([2.0, 4.0]));
}

fn draw_forecast(canvas: &mut Canvas, plot: &Plot, panel: &Panel) {
    let Some(current) = panel.seen.last() else { return };
    let start = plot.at(current.date, current.value);
    let day = |days_ahead| ahead(current.date, days_ahead);
    for (ink, of_95) in [(BAND_95, true), (BAND_80, false)] {
        let uppers = panel.path.iter().map(|point| {
            let upper = if of_95 { point.upper_95 } else { point.upper_80 };
            plot.at(day(point.days_ahead), upper.get())
        });
        let lowers = panel.path.iter().rev().map(|point| {
            let lower = if of_95 { point.lower_95 } else { point.lower_80 };
            plot.at(day(point.days_ahead), lower.get())
        });
        let band: Vec<Place> = [start].into_iter().chain(uppers).chain(lowers).collect();
        canvas.area(&band, ink);
    }
    for (other, ink) in panel.others.iter().zip(OTHERS) {
        let points = other.points.iter().map(|(days_ahead, value)| plot.at(day(*days_ahead), *value));
        let line: Vec<Place> = [start].into_iter().chain(points).collect();
        canvas.line(&line, 2.6, ink, None);
    }
    let points = panel.path.iter().map(|point| plot.at(day(point.days_ahead), point.predicted.get()));
    let line: Vec<Place> = [start].into_iter().chain(points).collect();
    if let [_, .., end] = line[..] {
        canvas.line(&line, 3.6, EXPECTED, None);
        canvas.dot(end, 5.5, EXPECTED);
    }
}

/// What was observed: a line through days that follow each other, a dot where a day stands alone. Days without a
/// value are left open.
fn draw_observed(canvas: &mut Canvas, plot: &Plot, panel: &Panel) {
    for seen in panel.seen.iter().filter(|seen| seen.new_level) {
        let x = plot.x(seen.date);
        canvas.line(&[(x, plot.top), (x, plot.bottom)], 1.8, WARNING, Some(DASH));
    }
    for run in panel.seen.chunk_by(|a, b| (b.date - a.date).whole_days() == 1) {
        let places: Vec<Place> = run.iter().map(|seen| plot.at(seen.date, seen.value)).collect();
        match places[..] {
            [alone] => canvas.dot(alone, 4.0, OBSERVED),
            _ => canvas.line(&places, 3.0, OBSERVED, None),
        }
    }
    for seen in panel.seen.iter().filter(|seen| seen.new_level) {
        canvas.dot(plot.at(seen.date, seen.value), 5.5, WARNING);
    }
    if let Some(current) = panel.seen.last() {
        let place = plot.at(current.date, current.value);
        canvas.dot(place, 7.0, GROUND);
        canvas.dot(place, 5.0, OBSERVED);
    }
}

fn draw_goal(canvas: &mut Canvas, plot: &Plot, panel: &Panel, small: Lettering) {
    let Some(goal) = panel.goal.filter(|goal| (0.0..=1.0).contains(&plot.values.share(*goal))) else {
        return;
    };
    let y = plot.y(goal);
    canvas.line(&[(plot.left, y), (plot.right, y)], 2.0, GOAL, Some(DASH));
    let label = format!("goal {}", number(goal));
    let below = y - small.size * 1.2 < plot.top;
    let baseline = if below { y + small.size * 1.1 } else { y - small.size * 0.4 };
    canvas.text((plot.left + 8.0, baseline), Anchor::Left, Lettering { ink: GOAL, ..small }, &label);
}
