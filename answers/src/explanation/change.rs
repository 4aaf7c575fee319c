//! Explains a change from one observation to the next beside what was usual, and how unlikely it was.

use casa24_analytics::trends::{DayEvidence, FREEDOM, Side, student_quantile, tail_score};
use casa24_schemas::Day;

use super::explainer::Explainer;
use super::formula::Formula;
use super::input::Input;
use super::lists::Source;
use super::quantity::Quantity;

/// A change in numbers, each as an input.
#[derive(Debug, Clone)]
pub(super) struct ChangeInputs {
    /// The change a day, and what it is computed from.
    pub(super) per_day: (Formula, Vec<Input>),
    /// What was usual, and what that is computed from.
    pub(super) usual: (Formula, Vec<Input>),
    spread: Input,
    leaving: Input,
    num_days: Input,
}

/// To which side of the usual a change lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SideOf {
    Above,
    Below,
}

impl SideOf {
    pub(super) const fn of(self, evidence: &DayEvidence) -> &Side {
        match self {
            Self::Above => &evidence.above,
            Self::Below => &evidence.below,
        }
    }
}

impl<'a> Explainer<'_, 'a> {
    /// The change of a day and what was usual for it; `None` where the values are not there.
    pub(super) fn change(&mut self, source: &Source<'a>, evidence: &DayEvidence) -> Option<ChangeInputs> {
        let change = &evidence.change;
        let value = self.counting_input(source, change.until, change.value)?;
        let per_day = if change.is_amount {
            (Formula::Observed, vec![value])
        } else {
            let before = self.counting_input(source, change.from, change.before)?;
            let days = Input::days(Day(change.from), Day(change.until))?;
            (Formula::DifferenceQuotient, vec![value, before, days])
        };
        let (first, last) = (evidence.before.first()?, evidence.before.last()?);
        let changes = self.series_input(source, (first.from, last.until), evidence.before.len())?;
        let middle = median(evidence.before.iter().map(|change| change.per_day))?;
        let of_changes = Some(vec![changes.clone()]);
        let middle_input =
            self.step(Quantity::Median, middle, Formula::MedianOfChanges, of_changes.clone())?;
        let inputs = Some(vec![changes, middle_input.clone()]);
        let spread = self.step(Quantity::Spread, evidence.spread, Formula::SpreadOfChanges, inputs)?;
        let usual = match median(evidence.of_weekday.iter().map(|change| change.per_day)) {
            None => (Formula::Observed, vec![middle_input]),
            Some(own) => {
                let num_of_weekday = evidence.of_weekday.len();
                let num = Input::number(Quantity::NumOfWeekday, num_of_weekday as f64)?;
                let weekday = (change.until.weekday(), num_of_weekday);
                let of_weekday = self.weekday_input(source, (first.from, last.until), weekday)?;
                let inputs = Some(vec![of_weekday]);
                let own = self.step(Quantity::WeekdayMedian, own, Formula::MedianOfChanges, inputs)?;
                (Formula::UsualOfWeekday, vec![middle_input, own, spread.clone(), num])
            }
        };
        let leaving = if evidence.leaving == 0.0 {
            Input::number(Quantity::Leaving, 0.0)?
        } else {
            self.step(Quantity::Leaving, evidence.leaving, Formula::LeavingWindow, of_changes)?
        };
        let num_days = Input::number(Quantity::NumDays, f64::from(evidence.num_days))?;
        Some(ChangeInputs { per_day, usual, spread, leaving, num_days })
    }

    /// How unlikely a change to one side is, as an input.
    pub(super) fn likelihood(
        &mut self,
        source: &Source<'a>,
        evidence: &DayEvidence,
        change: &ChangeInputs,
        side: SideOf,
    ) -> Option<Input> {
        let per_day = self.step_of(Quantity::PerDay, evidence.change.per_day, &change.per_day)?;
        let usual = self.step_of(Quantity::Usual, evidence.usual, &change.usual)?;
        let ChangeInputs { spread, leaving, num_days, .. } = change.clone();
        let (formula, inputs) = match side {
            SideOf::Above => (Formula::DistanceAbove, vec![per_day, usual, spread, num_days]),
            SideOf::Below => (Formula::DistanceBelow, vec![per_day, usual, leaving, spread, num_days]),
        };
        let Side { distance, fit, num_at_least, likelihood } = *side.of(evidence);
        let distance = self.step(Quantity::Distance, distance, formula, Some(inputs))?;
        let (formula, inputs) = match fit {
            Some(_) => {
                let mut inputs = vec![distance];
                inputs.extend(self.tail(source, evidence, side)?);
                inputs.push(Input::number(Quantity::NumAtLeast, num_at_least as f64)?);
                (Formula::TailProbability, inputs)
            }
            None => (Formula::StudentTail, vec![distance, Input::number(Quantity::Freedom, FREEDOM)?]),
        };
        self.step(Quantity::Likelihood, likelihood, formula, Some(inputs))
    }

    /// The end of the range of a change to one side: its formula and inputs.
    pub(super) fn end_of_range(
        &mut self,
        source: &Source<'a>,
        evidence: &DayEvidence,
        change: &ChangeInputs,
        (side, probability): (SideOf, &Input),
    ) -> Option<(Formula, Vec<Input>)> {
        let fit = side.of(evidence).fit;
        let mut inputs = vec![probability.clone()];
        let odds = probability.value().get();
        let (formula, quantile) = match fit {
            Some(fit) => {
                inputs.extend(self.tail(source, evidence, side)?);
                (Formula::TailQuantile, tail_score(Some(&fit), odds))
            }
            None => {
                inputs.push(Input::number(Quantity::Freedom, FREEDOM)?);
                (Formula::StudentQuantile, student_quantile(odds, FREEDOM)?)
            }
        };
        let quantile = self.step(Quantity::Quantile, quantile, formula, Some(inputs))?;
        let usual = self.step_of(Quantity::Usual, evidence.usual, &change.usual)?;
        let ChangeInputs { spread, leaving, num_days, .. } = change.clone();
        Some(match side {
            SideOf::Above => (Formula::UpperOfDay, vec![usual, spread, quantile, num_days]),
            SideOf::Below => (Formula::LowerOfDay, vec![usual, leaving, spread, quantile, num_days]),
        })
    }

    /// Where the tail of the distances to one side begins, its scale, and the number of distances.
    fn tail(&mut self, source: &Source<'a>, evidence: &DayEvidence, side: SideOf) -> Option<[Input; 3]> {
        let fit = side.of(evidence).fit?;
        let (first, last, num) = evidence.scored?;
        let scored = self.series_input(source, (first, last), num as usize)?;
        let scored = Some(vec![scored]);
        let (start, scale) = match side {
            SideOf::Above => (Formula::TailStartAbove, Formula::TailScaleAbove),
            SideOf::Below => (Formula::TailStartBelow, Formula::TailScaleBelow),
        };
        Some([
            self.step(Quantity::TailStart, fit.start, start, scored.clone())?,
            self.step(Quantity::TailScale, fit.scale, scale, scored)?,
            Input::number(Quantity::NumDistances, fit.num_scores as f64)?,
        ])
    }

    fn step_of(
        &mut self,
        what: Quantity,
        number: f64,
        (formula, inputs): &(Formula, Vec<Input>),
    ) -> Option<Input> {
        match (formula, &inputs[..]) {
            (Formula::Observed, [step @ Input::Step { .. }]) => Some(step.clone()),
            _ => self.step(what, number, *formula, Some(inputs.clone())),
        }
    }
}

/// The number in the middle, or the mean of the two there; `None` of none.
fn median(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    Formula::Median.evaluate(&numbers.collect::<Vec<_>>())
}
