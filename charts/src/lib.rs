//! A chart's specification in; PNG or SVG out.
//!
//! The crate has no words of its own: every text is part of the specification, and numbers and days on the axes are
//! written by the caller's [`AxisText`]. The same specification gives the same bytes; it reads no clock, no file and
//! no font but its own.

mod axis_text;
mod day_axis;
mod error;
mod font;
mod goal;
mod legend;
mod palette;
mod panel;
mod picture;
mod plot;
mod png;
mod scene;
mod series;
mod specification;
mod svg;
mod value_axis;

pub use axis_text::AxisText;
pub use error::ChartError;
pub use picture::MAX_PANELS;
pub use specification::{Chart, ForecastPoint, Goal, Legend, Observed, OtherPath, Panel};
