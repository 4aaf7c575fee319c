//! Explains paces: the new one, the weeks before it, and the range that chance leaves them.

use casa24_analytics::trends::{PaceEvidence, Part, WeeklySpread};
use casa24_schemas::{Date, Day, Value};

use super::explained::UnexplainedReason as Reason;
use super::explainer::{Explainer, Place};
use super::formula::Formula;
use super::input::Input;
use super::lists::{PartOfSeries, Source};
use super::quantity::Quantity;
use super::used::{CountedOtherwise, SpanPace};
use crate::figures::{PaceFigure, SeriesKey, UNLIKELY};
use crate::read_model::SeriesOf;

/// The figures that two paces are shown with.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShownPace {
    pub(super) per_day: Value,
    pub(super) per_day_before: Value,
    pub(super) lower: Value,
    pub(super) upper: Value,
}

/// How exactly two paces can be told apart, as inputs.
struct Errors {
    standard_error: Input,
    freedom: Input,
}

impl<'a> Explainer<'_, 'a> {
    /// The pace of a series over its last whole weeks.
    pub(crate) fn pace_figure(&mut self, place: &Place, figure: &PaceFigure, num_weeks: u32) {
        let Some(paces) = &figure.pace else { return };
        let place = place.at("pace");
        let key = SeriesKey { platform: figure.platform.clone(), metric: figure.metric.clone() };
        let series = self.series_of(&figure.artist, figure.owner, &key);
        let evidence = series.iter().find_map(|series| {
            let points = series.view.series(&series.platform, &series.metric)?;
            let as_of = paces.until.0;
            let evidence = PaceEvidence::of_pace(&series.platform, &series.metric, points, as_of, num_weeks)?;
            Some((series.clone(), evidence))
        });
        let Some((series, evidence)) = evidence else {
            return self.unexplained(&place, Reason::NotReproduced);
        };
        let shown = ShownPace {
            per_day: paces.per_day,
            per_day_before: paces.per_day_before,
            lower: paces.lower,
            upper: paces.upper,
        };
        let probability = Input::number(Quantity::Probability, UNLIKELY);
        let likelihood = self.paces(&place, &series, &evidence, &shown, probability);
        let inputs = likelihood.map(|likelihood| vec![likelihood]);
        self.computed(&place.at("likelihood"), Some(paces.likelihood), Formula::Observed, inputs);
    }

    /// The new pace of a series up to a day, and the median of the weeks before it, as inputs.
    pub(crate) fn two_paces(
        &mut self,
        series: &SeriesOf<'a>,
        until: Date,
        num_weeks: u32,
    ) -> Option<[Input; 2]> {
        let SeriesOf { view, platform, metric } = series;
        let points = view.series(platform, metric)?;
        let evidence = PaceEvidence::of_pace(platform, metric, points, until, num_weeks)?;
        let source = Source::from(series.clone());
        let (index, weekly) = self.weeks(&source, &evidence);
        let weeks = Value::new(weekly.len() as f64).map(|value| vec![Input::Weeks { index, value }]);
        let (formula, inputs) = self.new_pace(&source, index, &evidence)?;
        Some([
            self.step(Quantity::NewPace, evidence.pace.per_day, formula, Some(inputs))?,
            self.step(Quantity::PaceBefore, evidence.pace.per_day_before, Formula::Median, weeks)?,
        ])
    }

    /// The place of a series with the weekly paces before the new one, and these.
    fn weeks(&mut self, source: &Source<'a>, evidence: &PaceEvidence) -> (u32, Vec<f64>) {
        let PaceEvidence { pace, until, weeks, .. } = evidence;
        let spans: Vec<SpanPace> =
            weeks.iter().filter_map(|(after, until, parts)| span(*after, *until, parts)).collect();
        let weekly: Vec<f64> = spans.iter().map(|week| week.per_day.get()).collect();
        let days = (pace.before_since, *until);
        (self.series(source, days, weekly.len(), PartOfSeries::Weeks(spans)), weekly)
    }

    /// Two paces and the range of the one before; its likelihood as an input.
    pub(super) fn paces(
        &mut self,
        place: &Place,
        series: &SeriesOf<'a>,
        evidence: &PaceEvidence,
        shown: &ShownPace,
        probability: Option<Input>,
    ) -> Option<Input> {
        let source = Source::from(series.clone());
        let PaceEvidence { pace, until, .. } = evidence;
        let (index, weekly) = self.weeks(&source, evidence);
        let new = self.new_pace(&source, index, evidence);
        let (formula, inputs) = new.unzip();
        self.computed(&place.at("per_day"), Some(shown.per_day), formula.unwrap_or(Formula::Pace), inputs);
        let weeks = Value::new(weekly.len() as f64).map(|value| vec![Input::Weeks { index, value }]);
        let place_before = place.at("per_day_before");
        self.computed(&place_before, Some(shown.per_day_before), Formula::Median, weeks.clone());
        let before = figure(&place_before, pace.per_day_before);
        let errors = self.errors(evidence, &weekly, weeks);
        let quantile = errors.as_ref().zip(probability).and_then(|(errors, probability)| {
            let numbers = [&probability, &errors.freedom].map(|input| input.value().get());
            let given = Formula::StudentQuantile.evaluate(&numbers)?;
            let inputs = Some(vec![probability, errors.freedom.clone()]);
            self.step(Quantity::Quantile, given, Formula::StudentQuantile, inputs)
        });
        for (field, value, formula) in
            [("lower", shown.lower, Formula::LowerOfPace), ("upper", shown.upper, Formula::UpperOfPace)]
        {
            let error = errors.as_ref().map(|errors| errors.standard_error.clone());
            let inputs = [before.clone(), error, quantile.clone()].into_iter().collect();
            self.computed(&place.at(field), Some(value), formula, inputs);
        }
        let Errors { standard_error, freedom } = errors?;
        let whole = figure(&place.at("per_day"), pace.per_day)?;
        let inputs = pace_input(index, pace.since, *until, &evidence.winsorized).map(|input| vec![input]);
        let winsorized = self.step(Quantity::Winsorized, pace.winsorized, Formula::Pace, inputs)?;
        let inputs = vec![whole, winsorized, before?, standard_error];
        let distance = self.step(Quantity::Distance, pace.distance(), Formula::PaceDistance, Some(inputs))?;
        let inputs = Some(vec![distance, freedom]);
        self.step(Quantity::Likelihood, pace.likelihood(), Formula::StudentTail, inputs)
    }

    /// The standard error of the difference of two paces, and its degrees of freedom.
    fn errors(
        &mut self,
        evidence: &PaceEvidence,
        weekly: &[f64],
        weeks: Option<Vec<Input>>,
    ) -> Option<Errors> {
        let of_weeks = WeeklySpread::of(weekly)?;
        let spread = self.step(Quantity::Spread, of_weeks.spread, Formula::SpreadOfWeeks, weeks.clone());
        let freedom = self.step(Quantity::Freedom, of_weeks.freedom, Formula::FreedomOfWeeks, weeks)?;
        let numbers = [
            spread,
            Input::number(Quantity::NumWeeks, f64::from(evidence.num_weeks)),
            Input::number(Quantity::NumWeeksBefore, weekly.len() as f64),
        ];
        let inputs = numbers.into_iter().collect();
        let error = evidence.pace.error;
        let standard_error = self.step(Quantity::StandardError, error, Formula::ErrorOfDifference, inputs)?;
        Some(Errors { standard_error, freedom })
    }

    /// The new pace: from the values at its two ends where every change between them counts as it was, otherwise as what was
    /// gained over its days.
    fn new_pace(
        &mut self,
        source: &Source<'a>,
        index: u32,
        evidence: &PaceEvidence,
    ) -> Option<(Formula, Vec<Input>)> {
        let PaceEvidence { pace, until, parts, .. } = evidence;
        let gained = || Some((Formula::Pace, vec![pace_input(index, pace.since, *until, parts)?]));
        let (first, last) = (parts.first()?, parts.last()?);
        let is_as_it_was = |part: &Part| !part.change.is_amount && part.counted == part.change.per_day;
        if first.change.from != pace.since || !parts.iter().all(is_as_it_was) {
            return gained();
        }
        let now = self.counting_input(source, last.change.until, last.change.value)?;
        let before = self.counting_input(source, first.change.from, first.change.before)?;
        let days = Input::days(Day(pace.since), Day(*until))?;
        Some((Formula::DifferenceQuotient, vec![now, before, days]))
    }

    /// What a series gained a day over some days, as an input.
    pub(super) fn gained_input(
        &mut self,
        source: &Source<'a>,
        (after, until): (Date, Date),
        parts: &[Part],
    ) -> Option<Input> {
        let index = self.series(source, (after, until), parts.len(), PartOfSeries::Whole);
        pace_input(index, after, until, parts)
    }
}

/// A figure as an input, as it was before it was rounded.
fn figure(place: &Place, number: f64) -> Option<Input> {
    Explainer::figure_input(place, Value::new(number))
}

fn pace_input(index: u32, after: Date, until: Date, parts: &[Part]) -> Option<Input> {
    let SpanPace { after, until, per_day, otherwise } = span(after, until, parts)?;
    Some(Input::Pace { index, after, until, value: per_day, otherwise })
}

/// What was gained a day over some days, from the changes that they have a part of.
fn span(after: Date, until: Date, parts: &[Part]) -> Option<SpanPace> {
    let num_days: u32 = parts.iter().map(|part| part.num_days).sum();
    let gained: f64 = parts.iter().map(|part| part.counted * f64::from(part.num_days)).sum();
    let otherwise = parts.iter().filter(|part| part.counted != part.change.per_day).map(|part| {
        Some(CountedOtherwise {
            after: Day(part.change.from),
            until: Day(part.change.until),
            num_days: part.num_days,
            per_day: Value::new(part.change.per_day)?,
            counted: Value::new(part.counted)?,
        })
    });
    Some(SpanPace {
        after: Day(after),
        until: Day(until),
        per_day: Value::new(gained / f64::from(num_days))?,
        otherwise: otherwise.collect::<Option<_>>()?,
    })
}
