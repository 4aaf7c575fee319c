//! From which values and forecasts predictions come.

use casa24_schemas::Forecast;

use super::{Answer, Predicted, Prediction, Query, TotalPrediction};
use crate::explanation::{Explainer, Forecasted, NotShown, OfForecast, Place};
use crate::read_model::AsOf;

/// The figures and days of an answer.
pub(super) fn predictions<'a>(
    explainer: &mut Explainer<'_, 'a>,
    as_of: &AsOf<'a>,
    query: &Query,
    answer: &Answer,
) {
    let one = query.artist.as_deref().and_then(|name| as_of.find(name).ok());
    let made = query.predictions(as_of, &query.views(as_of, one));
    let mut not_shown = Vec::new();
    for (index, (said, made)) in answer.forecasts.iter().zip(&made).enumerate() {
        let place = Place::of("forecasts").at(index);
        prediction(explainer, &place, said, made);
        not_shown.extend(said.instead_of.as_ref().map(|record| NotShown {
            place: place.at("instead_of"),
            series: &made.series,
            days_ahead: said.days_ahead,
            record,
        }));
    }
    explainer.not_shown(&not_shown);
    totals(explainer, as_of, &Place::of("totals"), &answer.totals);
}

/// The figures and days of the forecasts of totals.
pub(in crate::commands) fn totals<'a>(
    explainer: &mut Explainer<'_, 'a>,
    as_of: &AsOf<'a>,
    place: &Place,
    totals: &[TotalPrediction],
) {
    for (index, TotalPrediction { prediction: said, .. }) in totals.iter().enumerate() {
        let place = place.at(index);
        let total = as_of.total(&said.platform, &said.metric);
        let added = as_of.added(&total, &said.platform, &said.metric);
        let of = Forecasted::Total { added: &added, sums: &total.series };
        explainer.value_at(&place.at("current"), said.current, of, total.series.at(as_of.day));
        let shown = total.shown(said.days_ahead).forecast;
        figures(explainer, &place, said, of, shown.as_deref());
        if let Some(goal) = &said.goal {
            explainer.goal_days(&place.at("goal"), goal, of, shown.as_ref());
        }
        if let Some(record) = &said.instead_of {
            let asked = total.forecasts.first().map(|forecast| &**forecast);
            explainer.instead_of(&place.at("instead_of"), of, asked, said.days_ahead, record);
        }
    }
}

fn prediction<'a>(
    explainer: &mut Explainer<'_, 'a>,
    place: &Place,
    said: &Prediction,
    Predicted { series, forecast, .. }: &Predicted<'a>,
) {
    explainer.observed(&place.at("current"), said.current, std::slice::from_ref(series), said.current_date);
    let of = Forecasted::Series(series);
    figures(explainer, place, said, of, forecast.as_deref());
    if let Some(goal) = &said.goal {
        explainer.goal_days(&place.at("goal"), goal, of, forecast.as_ref());
    }
}

/// What a forecast says, and its record.
fn figures<'a>(
    explainer: &mut Explainer<'_, 'a>,
    place: &Place,
    said: &Prediction,
    of: Forecasted<'_, 'a>,
    forecast: Option<&Forecast>,
) {
    let figures = [
        ("predicted", OfForecast::Predicted, said.predicted),
        ("lower_80", OfForecast::Lower80, said.lower_80),
        ("upper_80", OfForecast::Upper80, said.upper_80),
        ("lower_95", OfForecast::Lower95, said.lower_95),
        ("upper_95", OfForecast::Upper95, said.upper_95),
    ];
    explainer.forecast(place, of, forecast, said.days_ahead, &figures);
    explainer.track_record(place, of, forecast, said.days_ahead, &said.record);
}
