//! Explains what a forecast says: by which forecast, and what its model learnt from.

use casa24_schemas::{Forecast, Value};

use super::explainer::{Explainer, Place};
use super::formula::Formula;
use super::input::OfForecast;
use crate::figures::TrackRecord;
use crate::read_model::{ENSEMBLE, InsteadOf, SeriesOf, point};

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

impl<'a> Explainer<'_, 'a> {
    /// Figures that a forecast of a series gives at a distance in days, each by the field that it stands in; those that are
    /// missing are passed over.
    pub(crate) fn forecast(
        &mut self,
        place: &Place,
        series: &SeriesOf<'a>,
        forecast: Option<&Forecast>,
        days_ahead: u32,
        figures: &[(&str, OfForecast, Option<Value>)],
    ) {
        let said = forecast.and_then(|forecast| Some((forecast, point(forecast, days_ahead)?)));
        for (field, what, value) in figures {
            if value.is_none() {
                continue;
            }
            let input =
                said.and_then(|(forecast, point)| self.forecast_input(series, forecast, point, *what));
            self.computed(&place.at(field), *value, Formula::Observed, input.map(|input| vec![input]));
        }
    }

    /// The track record that a forecast of a series gives at a distance in days.
    pub(crate) fn track_record(
        &mut self,
        place: &Place,
        series: &SeriesOf<'a>,
        forecast: Option<&Forecast>,
        days_ahead: u32,
        record: &TrackRecord,
    ) {
        let count = |number: Option<u32>| number.and_then(|number| Value::new(number.into()));
        let figures = [
            ("num_checked", OfForecast::NumChecked, count(checked(record.num_checked))),
            ("median_abs_pct_error", OfForecast::MedianAbsPctError, record.median_abs_pct_error),
            ("median_abs_error", OfForecast::MedianAbsError, record.median_abs_error),
            ("naive_median_abs_error", OfForecast::NaiveMedianAbsError, record.naive_median_abs_error),
            ("num_in_80", OfForecast::NumIn80, count(record.num_in_80)),
            ("num_in_95", OfForecast::NumIn95, count(record.num_in_95)),
        ];
        self.forecast(place, series, forecast, days_ahead, &figures);
    }

    /// The records of ensembles that are not shown for them.
    pub(crate) fn not_shown(&mut self, not_shown: &[NotShown<'_, 'a>]) {
        let series: Vec<SeriesOf<'a>> = not_shown.iter().map(|not_shown| not_shown.series.clone()).collect();
        let forecasts = self.as_of.forecasts(&series, ENSEMBLE);
        for (NotShown { place, series, days_ahead, record }, forecast) in not_shown.iter().zip(forecasts) {
            let num_checked = checked(record.num_checked).and_then(|number| Value::new(number.into()));
            let figures = [
                ("num_checked", OfForecast::NumChecked, num_checked),
                ("median_abs_error", OfForecast::MedianAbsError, Some(record.median_abs_error)),
                (
                    "naive_median_abs_error",
                    OfForecast::NaiveMedianAbsError,
                    Some(record.naive_median_abs_error),
                ),
            ];
            self.forecast(place, series, forecast.as_deref(), *days_ahead, &figures);
        }
    }
}

/// How many were checked; `None` where none was, which follows from no forecast.
fn checked(num_checked: u32) -> Option<u32> {
    (num_checked > 0).then_some(num_checked)
}
