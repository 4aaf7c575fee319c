//! Validator: raw snapshots in, valid and rejected snapshots out. The judging has no I/O.

#[cfg(test)]
mod fixture;
mod judge;
mod judgement;
mod level;
mod moments;
mod parse;
mod past;
mod platform_judge;
mod standstill;
mod validator;

pub use judge::Judge;
pub use judgement::Judgement;
pub use validator::Validator;
