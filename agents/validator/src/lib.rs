//! Validators: raw snapshots and breakdowns in, valid and rejected ones out. The judging has no I/O.

mod artist_judge;
mod breakdown_judge;
mod breakdown_validator;
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

pub use breakdown_judge::{BreakdownJudge, BreakdownJudgement};
pub use breakdown_validator::BreakdownValidator;
pub use judge::Judge;
pub use judgement::{Judged, Judgement};
pub use validator::Validator;
