//! From which values and forecasts predictions come.

use super::{Answer, Predicted, Prediction, Query};
use crate::explanation::{Explainer, NotShown, OfForecast, Place, UnexplainedReason};
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
    for index in 0..answer.totals.len() {
        explainer.unexplained(&Place::of("totals").at(index), UnexplainedReason::DailySum);
    }
}

fn prediction<'a>(
    explainer: &mut Explainer<'_, 'a>,
    place: &Place,
    said: &Prediction,
    Predicted { series, forecast, .. }: &Predicted<'a>,
) {
    explainer.observed(&place.at("current"), said.current, std::slice::from_ref(series), said.current_date);
    let figures = [
        ("predicted", OfForecast::Predicted, said.predicted),
        ("lower_80", OfForecast::Lower80, said.lower_80),
        ("upper_80", OfForecast::Upper80, said.upper_80),
        ("lower_95", OfForecast::Lower95, said.lower_95),
        ("upper_95", OfForecast::Upper95, said.upper_95),
    ];
    explainer.forecast(place, series, forecast.as_deref(), said.days_ahead, &figures);
    explainer.track_record(place, series, forecast.as_deref(), said.days_ahead, &said.record);
    if let Some(goal) = &said.goal {
        explainer.goal_days(&place.at("goal"), goal, series, forecast.as_ref());
    }
}
