//! Validator: raw snapshots in, valid and rejected snapshots out. The judging has no I/O.

mod artist_judge;
mod collection;
mod correct;
#[cfg(test)]
mod fixture;
mod group;
mod judge;
mod judge_collection;
mod judgement;
mod level;
mod moments;
mod parse;
mod past;
mod platform_judge;
mod purge;
mod stillness;
mod validator;

pub use judge::Judge;
pub use judgement::{Judged, Judgement};
pub use validator::Validator;
