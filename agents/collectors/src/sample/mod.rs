//! A fictional label's history in the earlier bot's format, with the faults of real data: a seed in, files out.
//!
//! The same seed gives the same bytes on every machine: all arithmetic is integers, or floats with nothing but
//! `+ - * /`, which IEEE 754 fixes to the last bit; `exp`, `ln` and `sin` differ between systems and are not used.

mod career;
mod chance;
mod content;
mod dirt;
mod label;
mod names;
mod write;

pub use label::{DEFAULT_END, Days, SampleLabel};
pub use write::SampleCounts;
