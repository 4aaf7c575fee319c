//! Explains what a forecast says: by which forecast, and what its model learnt from.

use casa24_analytics::{Point, Series};
use casa24_schemas::{Forecast, Value};

use super::explained::Computed;
use super::explainer::{Explainer, Place};
use super::formula::Formula;
use super::input::{Input, OfForecast};
use crate::figures::TrackRecord;
use crate::read_model::{ENSEMBLE, InsteadOf, SeriesOf, point};

/// What is forecast.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Forecasted<'s, 'a> {
    /// A series of an artist or of the label.
    Series(&'s SeriesOf<'a>),
    /// A sum of artists' values.
    Total {
        /// What is added: of each the value of the day, or the newest before it.
        added: &'s [SeriesOf<'a>],
        /// The sum of each day.
        sums: &'s Series,
    },
}

/// A model that was asked for and is not shown for its record.
pub(crate) struct NotShown<'s, 'a> {
    /// Where its record stands in the answer.
    pub(crate) place: Place,
    /// What it forecasts.
    pub(crate) series: &'s SeriesOf<'a>,
    /// At which distance in days.
    pub(crate) days_ahead: u32,
    /// Its record.
    pub(crate) record: &'s InsteadOf,
}

impl<'s, 'a> Forecasted<'s, 'a> {
    /// Its values, whether they count or not.
    pub(super) fn values(self) -> Option<&'s Series> {
        match self {
            Self::Series(SeriesOf { view, platform, metric }) => view.series(platform, metric),
            Self::Total { sums, .. } => Some(sums),
        }
    }
}

impl<'a> Explainer<'_, 'a> {
    /// Figures that a forecast gives at a distance in days, each by the field that it stands in; those that are missing are
    /// passed over.
    pub(crate) fn forecast(
        &mut self,
        place: &Place,
        of: Forecasted<'_, 'a>,
        forecast: Option<&Forecast>,
        days_ahead: u32,
        figures: &[(&str, OfForecast, Option<Value>)],
    ) {
        let said = forecast.and_then(|forecast| Some((forecast, point(forecast, days_ahead)?)));
        for (field, what, value) in figures {
            if value.is_none() {
                continue;
            }
            let input = said.and_then(|(forecast, point)| self.forecast_input(of, forecast, point, *what));
            self.computed(&place.at(field), *value, Formula::Observed, input.map(|input| vec![input]));
        }
    }

    /// The track record that a forecast gives at a distance in days.
    pub(crate) fn track_record(
        &mut self,
        place: &Place,
        of: Forecasted<'_, 'a>,
        forecast: Option<&Forecast>,
        days_ahead: u32,
        record: &TrackRecord,
    ) {
        let figures = [
            ("num_checked", OfForecast::NumChecked, checked(record.num_checked)),
            ("median_abs_pct_error", OfForecast::MedianAbsPctError, record.median_abs_pct_error),
            ("median_abs_error", OfForecast::MedianAbsError, record.median_abs_error),
            ("naive_median_abs_error", OfForecast::NaiveMedianAbsError, record.naive_median_abs_error),
            ("num_in_80", OfForecast::NumIn80, record.num_in_80.and_then(count)),
            ("num_in_95", OfForecast::NumIn95, record.num_in_95.and_then(count)),
        ];
        self.forecast(place, of, forecast, days_ahead, &figures);
    }

    /// The record for which a forecast is not shown.
    pub(crate) fn instead_of(
        &mut self,
        place: &Place,
        of: Forecasted<'_, 'a>,
        forecast: Option<&Forecast>,
        days_ahead: u32,
        InsteadOf { median_abs_error, naive_median_abs_error, num_checked, .. }: &InsteadOf,
    ) {
        let figures = [
            ("num_checked", OfForecast::NumChecked, checked(*num_checked)),
            ("median_abs_error", OfForecast::MedianAbsError, Some(*median_abs_error)),
            ("naive_median_abs_error", OfForecast::NaiveMedianAbsError, Some(*naive_median_abs_error)),
        ];
        self.forecast(place, of, forecast, days_ahead, &figures);
    }

    /// The records of ensembles of series that are not shown for them.
    pub(crate) fn not_shown(&mut self, not_shown: &[NotShown<'_, 'a>]) {
        let series: Vec<SeriesOf<'a>> = not_shown.iter().map(|not_shown| not_shown.series.clone()).collect();
        let forecasts = self.as_of.forecasts(&series, ENSEMBLE);
        for (NotShown { place, series, days_ahead, record }, forecast) in not_shown.iter().zip(forecasts) {
            self.instead_of(place, Forecasted::Series(series), forecast.as_deref(), *days_ahead, record);
        }
    }

    /// The value of what is forecast, at a moment.
    pub(crate) fn value_of(&mut self, of: Forecasted<'_, 'a>, point: &Point) -> Option<Computed> {
        let (formula, inputs) = self.comes_from(of, point)?;
        self.given(point.value, formula, Some(inputs))
    }

    /// A figure that is a value of what is forecast.
    pub(crate) fn value_at(
        &mut self,
        place: &Place,
        value: Option<Value>,
        of: Forecasted<'_, 'a>,
        point: Option<&Point>,
    ) {
        let given = point.and_then(|point| self.comes_from(of, point));
        let (formula, inputs) = given.map_or((Formula::Observed, None), |(f, inputs)| (f, Some(inputs)));
        self.computed(place, value, formula, inputs);
    }

    /// What a value of what is forecast comes from.
    fn comes_from(&mut self, of: Forecasted<'_, 'a>, point: &Point) -> Option<(Formula, Vec<Input>)> {
        match of {
            Forecasted::Series(series) => Some((Formula::Observed, vec![self.point_input(series, point)?])),
            Forecasted::Total { added, .. } => {
                let date = point.date();
                let of_artist = |series: &SeriesOf<'a>| {
                    let points = series.view.series(&series.platform, &series.metric)?;
                    self.point_input(series, points.counting_at(date)?)
                };
                Some((Formula::Sum, added.iter().map(of_artist).collect::<Option<_>>()?))
            }
        }
    }
}

fn count(number: u32) -> Option<Value> {
    Value::new(number.into())
}

/// How many were checked; `None` where none was, as where there is no forecast.
fn checked(num_checked: u32) -> Option<Value> {
    count(num_checked).filter(|_| num_checked > 0)
}
