//! An explanation.

use casa24_schemas::{Day, Value, schema_of};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::formula::Formula;
use super::input::Input;
use super::quantity::Quantity;
use super::used::{
    ObservedValue, UndoneFinding, UsedBreakdown, UsedFinding, UsedForecast, UsedGoal, UsedMethod, UsedSeries,
    WithheldFigure,
};

/// How the figures of an answer come about. Places are JSON Pointers (RFC 6901) into the typed answer. Ranks, and counts of
/// what an answer lists, are not explained: they follow from the figures beside them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// The figures, in the order of the answer. The formula was applied to the inputs, and gave the value; figures of findings
    /// are rounded to four digits behind the point.
    pub figures: Vec<Explained>,
    /// Days on which something was reached, or is by a forecast.
    #[serde(default)]
    pub days: Vec<ExplainedDay>,
    /// Numbers in between, each from those before it.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// The methods of findings.
    #[serde(default)]
    pub methods: Vec<UsedMethod>,
    /// The observed values that figures are computed from, each once.
    pub observed: Vec<ObservedValue>,
    /// The series that figures are computed from as a whole.
    #[serde(default)]
    pub series: Vec<UsedSeries>,
    /// The breakdowns of periods that figures are taken from, each once.
    #[serde(default)]
    pub breakdowns: Vec<UsedBreakdown>,
    /// The label's goals that are shown or were reached, each once.
    #[serde(default)]
    pub goals: Vec<UsedGoal>,
    /// The forecasts that days are taken from, each once.
    #[serde(default)]
    pub forecasts: Vec<UsedForecast>,
    /// The findings that figures count, each once.
    #[serde(default)]
    pub findings: Vec<UsedFinding>,
    /// The findings of the answer that were taken back, with what undid them.
    #[serde(default)]
    pub undone: Vec<UndoneFinding>,
    /// The figures of the answer that were withheld, or that a correction took back, with the events that say so.
    #[serde(default)]
    pub withheld: Vec<WithheldFigure>,
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

/// A day on which a number was reached, or is by a forecast: the first one with a number at least so great.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainedDay {
    /// Its place in the answer.
    pub figure: String,
    /// The day.
    pub day: Day,
    /// What was to be reached.
    pub at_least: Value,
    /// The number of the day.
    pub reached: Computed,
    /// The number before it, which was lower; missing where there is none.
    pub before: Option<Computed>,
}

/// A number with its formula.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Computed {
    /// The number.
    pub value: Value,
    /// How it is computed.
    pub formula: Formula,
    /// What it is computed from, in the order of the formula.
    pub inputs: Vec<Input>,
}

/// A number between what was observed and a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// What it stands for.
    pub what: Quantity,
    /// The number.
    pub value: Value,
    /// How it is computed.
    pub formula: Formula,
    /// What it is computed from, in the order of the formula.
    pub inputs: Vec<Input>,
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
    /// It is of a finding that was taken back, by what was known before.
    TakenBack,
    /// The formula does not give the value, as where something came in between answer and explanation.
    NotReproduced,
    /// Figures of this command are not explained; its place is the whole answer.
    Command,
}

impl Explanation {
    /// That of an answer whose figures are not explained.
    pub(crate) fn of_none() -> Self {
        let all = Unexplained { figure: String::new(), reason: UnexplainedReason::Command };
        Self { unexplained: vec![all], ..Self::default() }
    }

    /// The numbers that stand for inputs in a formula: the weeks of a series each for itself.
    pub fn numbers(&self, inputs: &[Input]) -> Vec<f64> {
        let mut numbers = Vec::with_capacity(inputs.len());
        for input in inputs {
            match input {
                Input::Weeks { index, .. } => {
                    let weeks = self.series.get(*index as usize).into_iter().flat_map(|series| &series.weeks);
                    numbers.extend(weeks.map(|week| week.per_day.get()));
                }
                _ => numbers.push(input.value().get()),
            }
        }
        numbers
    }
}

/// The JSON Schema (2020-12) of an explanation, as `casa24 ask --explain --json` gives it under `explanation`.
pub fn explanation_schema() -> serde_json::Value {
    let mut schema = schema_of::<Explanation>();
    schema["$id"] = "urn:casa24:schema:explanation".into();
    schema
}
