//! Charts: figures in, a PNG out. The same figures give the same bytes; no clock, no I/O, no font but its own.

mod axis;
mod canvas;
mod font;
mod legend;
mod palette;
mod panel;
mod picture;
mod plot;

pub(crate) use panel::{OtherPath, Panel};
pub(crate) use picture::{ChartError, MAX_PANELS, Picture};
