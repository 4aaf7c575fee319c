//! How the figures of an answer come about: each by a formula from other figures of the answer and from observed values,
//! so that a reader can compute it again.

mod achievement;
mod breakdowns;
#[cfg(test)]
mod by_hand;
mod change;
mod explained;
mod explainer;
mod forecast;
mod formula;
mod goal_days;
mod input;
mod lists;
mod noted;
mod pace;
mod quantity;
#[cfg(test)]
mod redone_tests;
#[cfg(test)]
mod tests;
mod undone;
mod used;

pub use explained::{
    Computed, Explained, ExplainedDay, Explanation, Step, Unexplained, UnexplainedReason, explanation_schema,
};
pub(crate) use explainer::{End, Explainer, Place};
pub(crate) use forecast::{Forecasted, NotShown};
pub use formula::Formula;
pub use input::{Input, OfForecast};
pub use quantity::Quantity;
pub use used::{
    CountedOtherwise, ObservedValue, SpanPace, StoredEvent, StoredRange, UndoneFinding, UsedBreakdown,
    UsedFinding, UsedForecast, UsedGoal, UsedMethod, UsedSeries, WithheldFigure,
};
