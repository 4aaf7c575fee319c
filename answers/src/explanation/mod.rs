//! How the figures of an answer come about: each by a formula from other figures of the answer and from observed values,
//! so that a reader can compute it again.

mod breakdowns;
mod explainer;
mod formula;
#[cfg(test)]
mod tests;

use casa24_schemas::{Artist, Day, Flag, Metric, Observed, Period, Platform, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use explainer::{End, Explainer, Place};
pub use formula::Formula;

/// How the figures of an answer come about. Places are JSON Pointers (RFC 6901) into the typed answer. Ranks and counts
/// are not listed: they follow from the figures beside them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// The figures, in the order of the answer. The formula was applied to the inputs, and gave the value.
    pub figures: Vec<Explained>,
    /// The observed values that they are computed from, each once.
    pub observed: Vec<ObservedValue>,
    /// The breakdowns of periods that figures are taken from, each once.
    #[serde(default)]
    pub breakdowns: Vec<UsedBreakdown>,
    /// Figures that are not explained, with the reason.
    pub unexplained: Vec<Unexplained>,
}

/// A figure of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Explained {
    /// Its place in the answer.
    pub figure: String,
    /// The figure.
    pub value: Value,
    /// How it is computed.
    pub formula: Formula,
    /// What it is computed from, in the order of the formula.
    pub inputs: Vec<Input>,
}

/// What a figure is computed from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Input {
    /// An observed value.
    Observed {
        /// Its index in `observed`.
        index: u32,
        /// The value.
        value: Value,
    },
    /// A figure of a period.
    Breakdown {
        /// Its index in `breakdowns`.
        index: u32,
        /// The song, the playlist or the day.
        of: String,
        /// The figure.
        value: Value,
    },
    /// Another figure of the answer.
    Figure {
        /// Its place in the answer.
        figure: String,
        /// The figure.
        value: Value,
    },
    /// The number of days from one day to another.
    Days {
        /// The earlier day.
        since: Day,
        /// The later day.
        until: Day,
        /// The number.
        value: Value,
    },
}

impl Explanation {
    /// That of an answer whose figures are not explained.
    pub(crate) fn of_none() -> Self {
        let all = Unexplained { figure: String::new(), reason: UnexplainedReason::Command };
        Self { unexplained: vec![all], ..Self::default() }
    }
}

impl Input {
    /// The number of days from one day to a later one.
    pub(crate) fn days(since: Day, until: Day) -> Option<Self> {
        let value = Value::new((until.0 - since.0).whole_days() as f64)?;
        Some(Self::Days { since, until, value })
    }

    /// The number that stands for it in the formula.
    pub const fn value(&self) -> Value {
        match self {
            Self::Observed { value, .. }
            | Self::Breakdown { value, .. }
            | Self::Figure { value, .. }
            | Self::Days { value, .. } => *value,
        }
    }
}

/// An accepted value of one metric at one moment: that of a stored event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObservedValue {
    /// Whose it is.
    pub artist: Artist,
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// When it was observed.
    pub observed_at: Observed,
    /// The value.
    pub value: Value,
    /// What the validator had said of it by the day of the answer.
    pub flags: Vec<Flag>,
}

/// A breakdown of a period: a stored event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsedBreakdown {
    /// Whose it is.
    pub artist: Artist,
    /// Its platform.
    pub platform: Platform,
    /// Its period.
    pub period: Period,
    /// What it is broken down by: `song`, `playlist`, or `day/` and the name of a song.
    pub by: String,
}

/// A figure without an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unexplained {
    /// Its place in the answer, or that of the list or object that it is in.
    pub figure: String,
    /// Why it has none.
    pub reason: UnexplainedReason,
}

/// Why a figure has no explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnexplainedReason {
    /// A model has computed it from the whole series.
    Forecast,
    /// It is a fact of a finding, which names its days, its method and the method's parameters.
    Finding,
    /// It is a pace: a median over weeks of the whole series.
    Pace,
    /// It is a sum of many days, each of those who have a value near that day.
    DailySum,
    /// The formula does not give the value, as where something came in between answer and explanation.
    NotReproduced,
    /// Figures of this command are not explained; its place is the whole answer.
    Command,
}
