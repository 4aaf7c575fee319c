//! Fills the lists of an explanation: numbers in between, series, methods, goals, forecasts and findings.

use casa24_analytics::Point;
use casa24_analytics::trends::{self, Found, TrendRules};
use casa24_schemas::{Date, Day, Forecast, ForecastPoint, LabelGoal, TrainedOn, TrendKind, Value};
use time::Weekday;

use super::explained::{Computed, ExplainedDay, Step, UnexplainedReason as Reason};
use super::explainer::{Explainer, Place, is_same};
use super::forecast::Forecasted;
use super::formula::Formula;
use super::input::{Input, OfForecast};
use super::quantity::Quantity;
use super::used::{ObservedValue, SpanPace, UsedFinding, UsedForecast, UsedGoal, UsedMethod, UsedSeries};
use crate::read_model::{ArtistView, SeriesOf};

/// The series of a figure, or of a track or video.
#[derive(Debug, Clone)]
pub(super) struct Source<'a> {
    pub(super) series: SeriesOf<'a>,
    pub(super) item: Option<String>,
}

/// What is used of a series.
#[derive(Debug, Clone)]
pub(super) enum PartOfSeries {
    Whole,
    Weeks(Vec<SpanPace>),
    Weekday(Weekday),
}

impl<'a> From<SeriesOf<'a>> for Source<'a> {
    fn from(series: SeriesOf<'a>) -> Self {
        Self { series, item: None }
    }
}

impl<'a> Explainer<'_, 'a> {
    /// A number in between as an input; `None` where its formula does not give it.
    pub(crate) fn step(
        &mut self,
        what: Quantity,
        number: f64,
        formula: Formula,
        inputs: Option<Vec<Input>>,
    ) -> Option<Input> {
        let (value, inputs) = (Value::new(number)?, inputs?);
        if !formula.is_of_series() && !self.is_given(number, formula, &inputs) {
            return None;
        }
        let steps = &mut self.explanation.steps;
        let index = steps.iter().position(|known| {
            known.what == what && known.value == value && known.formula == formula && known.inputs == inputs
        });
        let index = index.unwrap_or_else(|| {
            steps.push(Step { what, value, formula, inputs });
            steps.len() - 1
        });
        Some(Input::Step { index: index as u32, value })
    }

    /// The place of a series of which so many values, changes or weeks are used.
    pub(super) fn series(
        &mut self,
        Source { series: SeriesOf { view, platform, metric }, item }: &Source<'a>,
        (first, last): (Date, Date),
        num_used: usize,
        part: PartOfSeries,
    ) -> u32 {
        let (weeks, weekday) = match part {
            PartOfSeries::Whole => (Vec::new(), None),
            PartOfSeries::Weeks(weeks) => (weeks, None),
            PartOfSeries::Weekday(weekday) => (Vec::new(), Some(weekday.number_from_monday())),
        };
        let used = UsedSeries {
            artist: view.artist.clone(),
            platform: platform.clone(),
            metric: metric.clone(),
            item: item.clone(),
            first: Day(first),
            last: Day(last),
            num_used: num_used as u32,
            weekday,
            weeks,
            events: None,
        };
        index_of(&mut self.explanation.series, used)
    }

    /// The values of a series as an input.
    pub(super) fn series_input(
        &mut self,
        source: &Source<'a>,
        days: (Date, Date),
        num_used: usize,
    ) -> Option<Input> {
        let value = Value::new(num_used as f64)?;
        Some(Input::Series { index: self.series(source, days, num_used, PartOfSeries::Whole), value })
    }

    /// Those of its changes that are of a weekday as an input.
    pub(super) fn weekday_input(
        &mut self,
        source: &Source<'a>,
        days: (Date, Date),
        (weekday, num_used): (Weekday, usize),
    ) -> Option<Input> {
        let value = Value::new(num_used as f64)?;
        let index = self.series(source, days, num_used, PartOfSeries::Weekday(weekday));
        Some(Input::Series { index, value })
    }

    /// The value that counts of a day as an input; `None` where it is another one. Of several of the day it is the last.
    pub(super) fn counting_input(&mut self, source: &Source<'a>, date: Date, value: f64) -> Option<Input> {
        let Source { series, item: None } = source else { return self.item_input(source, date, value) };
        let points = series.view.series(&series.platform, &series.metric)?;
        let point = points.counting_at(date).filter(|point| point.date() == date)?;
        if is_same(point.value, value) { self.point_input(series, point) } else { None }
    }

    /// The value that counts of a day as an input, of a series.
    pub(crate) fn counting(&mut self, series: &SeriesOf<'a>, date: Date, value: f64) -> Option<Input> {
        self.counting_input(&Source::from(series.clone()), date, value)
    }

    /// The same of a track or video.
    fn item_input(&mut self, source: &Source<'a>, date: Date, value: f64) -> Option<Input> {
        let Source { series: SeriesOf { view, platform, metric }, item } = source;
        let (observed_at, _) = view.history?.platforms.get(platform)?.content.at(date)?;
        if observed_at.date() != date {
            return None;
        }
        self.value_input(ObservedValue {
            artist: view.artist.clone(),
            platform: platform.clone(),
            metric: metric.clone(),
            item: item.clone(),
            observed_at,
            value: Value::new(value)?,
            flags: Vec::new(),
            event: None,
        })
    }

    /// By what method something was found.
    pub(super) fn method(&mut self, place: &Place, kind: &TrendKind) {
        let rules = TrendRules { by_chance: self.as_of.by_chance() };
        let casa24_schemas::Method { name, parameters } = trends::method(kind, &rules);
        let sources = trends::sources(&name).iter().map(|&source| source.to_owned()).collect();
        let (figure, kind) = (place.to_string(), kind.clone());
        self.explanation.methods.push(UsedMethod { figure, kind, name, parameters, sources });
    }

    /// A goal of the label as an input.
    pub(crate) fn goal_input(&mut self, goal: &LabelGoal) -> Input {
        let used = UsedGoal {
            artist: goal.artist.clone(),
            platform: goal.platform.clone(),
            metric: goal.metric.clone(),
            value: goal.value,
            since: goal.since,
            by: goal.by,
            event: None,
        };
        Input::Goal { index: index_of(&mut self.explanation.goals, used), value: goal.value }
    }

    /// What a forecast says of a day as an input.
    pub(crate) fn forecast_input(
        &mut self,
        of: Forecasted<'_, 'a>,
        forecast: &Forecast,
        point: &ForecastPoint,
        what: OfForecast,
    ) -> Option<Input> {
        let value = what.of(point)?;
        let used = UsedForecast {
            artist: match of {
                Forecasted::Series(_) => Some(forecast.artist.clone()),
                Forecasted::Total { .. } => None,
            },
            platform: forecast.platform.clone(),
            metric: forecast.metric.clone(),
            model: forecast.model.clone(),
            generated_at: forecast.generated_at,
            current: forecast.current,
            series: self.learnt_from(of, &forecast.trained_on),
            event: None,
        };
        let day = forecast.current_date.checked_add(time::Duration::days(point.days_ahead.into()))?;
        let index = index_of(&mut self.explanation.forecasts, used);
        Some(Input::Forecast { index, day: Day(day), what, value })
    }

    /// The places of the series that a model learnt from.
    fn learnt_from(&mut self, of: Forecasted<'_, 'a>, trained_on: &TrainedOn) -> Vec<u32> {
        let TrainedOn { from, to, num_values } = *trained_on;
        match of {
            Forecasted::Series(series) => {
                let source = Source::from(series.clone());
                vec![self.series(&source, (from, to), num_values as usize, PartOfSeries::Whole)]
            }
            Forecasted::Total { added, .. } => {
                let of_artist = |series: &SeriesOf<'a>| {
                    let points = series.view.series(&series.platform, &series.metric)?;
                    let first = points.counting_at(from).map_or(from, Point::date);
                    let days = points.daily(first..=to);
                    let span = (days.first()?.date, days.last()?.date);
                    Some(self.series(&Source::from(series.clone()), span, days.len(), PartOfSeries::Whole))
                };
                added.iter().filter_map(of_artist).collect()
            }
        }
    }

    /// A finding as an input, which counts as a number.
    pub(super) fn finding_input(
        &mut self,
        view: &ArtistView<'a>,
        found: &Found,
        number: f64,
    ) -> Option<Input> {
        let used = UsedFinding {
            artist: view.artist.clone(),
            kind: found.kind.clone(),
            platform: found.platform.clone(),
            metric: found.metric.clone(),
            date: found.finding.date,
            event: None,
        };
        let index = index_of(&mut self.explanation.findings, used);
        Some(Input::Finding { index, value: Value::new(number)? })
    }

    /// A number with its formula; `None` where that does not give it.
    pub(crate) fn given(
        &self,
        number: f64,
        formula: Formula,
        inputs: Option<Vec<Input>>,
    ) -> Option<Computed> {
        let inputs = inputs.filter(|inputs| self.is_given(number, formula, inputs))?;
        Some(Computed { value: Value::new(number)?, formula, inputs })
    }

    /// A day on which a number was reached.
    pub(crate) fn reached(
        &mut self,
        place: &Place,
        day: Day,
        at_least: Value,
        reached: Option<Computed>,
        before: Option<Computed>,
    ) {
        let is_there = |reached: &Computed| reached.value >= at_least;
        let is_lower = before.as_ref().is_none_or(|before| before.value < at_least);
        match reached.filter(is_there).filter(|_| is_lower) {
            Some(reached) => {
                let figure = place.to_string();
                self.explanation.days.push(ExplainedDay { figure, day, at_least, reached, before });
            }
            None => self.unexplained(place, Reason::NotReproduced),
        }
    }
}

impl OfForecast {
    /// This of a point of a forecast; `None` where there is no record.
    pub(crate) fn of(self, point: &ForecastPoint) -> Option<Value> {
        match self {
            Self::Predicted => Some(point.predicted),
            Self::Lower80 => Some(point.lower_80),
            Self::Upper80 => Some(point.upper_80),
            Self::Lower95 => Some(point.lower_95),
            Self::Upper95 => Some(point.upper_95),
            Self::MedianAbsPctError => point.median_abs_pct_error,
            Self::MedianAbsError => point.off_by,
            Self::NaiveMedianAbsError => point.naive_off_by,
            Self::NumChecked => Value::new(point.num_checked.into()),
            Self::NumIn80 => point.num_in_80.and_then(|num_in| Value::new(num_in.into())),
            Self::NumIn95 => point.num_in_95.and_then(|num_in| Value::new(num_in.into())),
        }
    }
}

/// The place of an entry in a list, to which it is added where it is not there.
fn index_of<T: PartialEq>(list: &mut Vec<T>, entry: T) -> u32 {
    let place = list.iter().position(|known| *known == entry).unwrap_or_else(|| {
        list.push(entry);
        list.len() - 1
    });
    place as u32
}
