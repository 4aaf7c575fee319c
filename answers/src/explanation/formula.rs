//! The formulas by which figures are computed from others.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a figure is computed from its inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Formula {
    /// The only input as it was observed.
    Observed,
    /// a + b + …
    Sum,
    /// a − b
    Difference,
    /// (a − b) / b × 100
    PercentChange,
    /// (a + b + …) / number of inputs
    Mean,
    /// a / b
    Quotient,
    /// (a − b) / c
    DifferenceQuotient,
}

impl Formula {
    /// The result; `None` where there are too few inputs or too many, and for a division by zero.
    pub fn evaluate(self, inputs: &[f64]) -> Option<f64> {
        let sum = || inputs.iter().sum::<f64>();
        let result = match (self, inputs) {
            (Self::Observed, [observed]) => *observed,
            (Self::Sum, [_, ..]) => sum(),
            (Self::Difference, [now, before]) => now - before,
            (Self::PercentChange, [now, before]) => (now - before) / before * 100.0,
            (Self::Mean, [_, ..]) => sum() / inputs.len() as f64,
            (Self::Quotient, [part, whole]) => part / whole,
            (Self::DifferenceQuotient, [now, before, whole]) => (now - before) / whole,
            _ => return None,
        };
        result.is_finite().then_some(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_those_that_their_names_say() {
        let of = |formula: Formula, inputs: &[f64]| formula.evaluate(inputs);
        assert_eq!(of(Formula::Observed, &[3.0]), Some(3.0));
        assert_eq!(of(Formula::Sum, &[3.0, 4.0, 5.0]), Some(12.0));
        assert_eq!(of(Formula::Difference, &[3.0, 4.0]), Some(-1.0));
        assert_eq!(of(Formula::PercentChange, &[110.0, 100.0]), Some(10.0));
        assert_eq!(of(Formula::Mean, &[1.0, 2.0, 6.0]), Some(3.0));
        assert_eq!(of(Formula::Quotient, &[300.0, 30.0]), Some(10.0));
        assert_eq!(of(Formula::DifferenceQuotient, &[15.0, 10.0, 2.0]), Some(2.5));
    }

    #[test]
    fn what_cannot_be_computed_is_nothing() {
        assert_eq!(Formula::PercentChange.evaluate(&[1.0, 0.0]), None);
        assert_eq!(Formula::Sum.evaluate(&[]), None);
        assert_eq!(Formula::Observed.evaluate(&[1.0, 2.0]), None);
        assert_eq!(Formula::Sum.evaluate(&[f64::MAX, f64::MAX]), None);
    }
}
