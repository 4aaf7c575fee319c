//! Explains what a forecast says: by which forecast, and what its model learnt from.

use casa24_schemas::{Forecast, Value};

use super::explainer::{Explainer, Place};
use super::formula::Formula;
use super::input::OfForecast;
use crate::read_model::{SeriesOf, point};

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
}
