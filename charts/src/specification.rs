//! What a chart shows, as plain data. Every text on it is given here, in the reader's language.
//!
//! All types have a default, so that a caller names only what it has: `Panel { title, observed, ..Panel::default() }`.

use time::Date;

/// A picture of one panel, or of several side by side, with a legend and a caption below.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// The panels, at most [`MAX_PANELS`](crate::MAX_PANELS); further ones are not drawn.
    pub panels: Vec<Panel>,
    /// Words of the legend.
    pub legend: Legend,
    /// A line below the legend, such as the method and the day.
    pub caption: String,
    /// A warning beside the caption, such as that the figures are made up.
    pub warning: Option<String>,
    /// What it is drawn for.
    pub theme: Theme,
    /// What the picture shows, for readers who cannot see it: the title of the SVG.
    pub alt: String,
}

/// The surroundings that a picture is drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark: those of people who chat, and of most terminals.
    #[default]
    Dark,
    /// Light: those of pages and paper.
    Light,
}

/// What lines, areas and marks are called. An entry is shown only where a panel has what it names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Legend {
    /// The line of observed values.
    pub observed: String,
    /// The line of expected values, such as the model's name.
    pub expected: String,
    /// The area of the 80 % interval.
    pub interval_80: String,
    /// The area of the 95 % interval.
    pub interval_95: String,
    /// A marked value, such as a change of level.
    pub marked: String,
    /// A milestone.
    pub milestone: String,
}

/// One series: its past, its forecast, or both. Values that are not finite are not drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Panel {
    /// The series, such as `Spotify followers`.
    pub title: String,
    /// The most important figure in a line below the title.
    pub subtitle: String,
    /// Observed values, oldest first, at most one a day. Days without a value are left open, not bridged.
    pub observed: Vec<Observed>,
    /// What was reached, oldest first. Those outside the days or values of the panel are not drawn.
    pub milestones: Vec<Milestone>,
    /// The forecast, nearest day first. It is joined to the last observed value.
    pub forecast: Vec<ForecastPoint>,
    /// What other models expect.
    pub others: Vec<OtherPath>,
    /// A value that is aimed at.
    pub goal: Option<Goal>,
    /// Stands in the middle when nothing can be drawn.
    pub empty: String,
}

/// A number that was reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Milestone {
    /// Day of the observation that showed it.
    pub day: Date,
    /// The value that was observed then.
    pub value: f64,
    /// The number, in words.
    pub label: String,
}

/// A value that was observed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// Its day.
    pub day: Date,
    /// The value.
    pub value: f64,
    /// Whether it is marked, for example because the series jumped to another level.
    pub marked: bool,
}

/// A day of a forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForecastPoint {
    /// The day.
    pub day: Date,
    /// The expected value.
    pub expected: f64,
    /// Lower end of the 80 % interval.
    pub lower_80: f64,
    /// Upper end of the 80 % interval.
    pub upper_80: f64,
    /// Lower end of the 95 % interval.
    pub lower_95: f64,
    /// Upper end of the 95 % interval.
    pub upper_95: f64,
}

/// The expected values of another model, without intervals.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OtherPath {
    /// The model's name in the legend. Paths of the same name have the same colour in all panels.
    pub label: String,
    /// Days, nearest first, and the values expected then.
    pub points: Vec<(Date, f64)>,
}

/// A value that is aimed at: a line across the panel, drawn where the figures need not shrink too much for it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Goal {
    /// The value.
    pub value: f64,
    /// What is written on the line, such as `goal 10,000`.
    pub label: String,
}
