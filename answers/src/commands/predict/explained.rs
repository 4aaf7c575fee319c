//! From which values and forecasts predictions come.

use super::{Answer, Predicted, Prediction, Query};
use crate::explanation::{Explainer, OfForecast, Place, UnexplainedReason};
use crate::read_model::{AsOf, ENSEMBLE, InsteadOf, SeriesOf};

/// The figures and days of an answer.
pub(super) fn predictions<'a>(
    explainer: &mut Explainer<'_, 'a>,
    as_of: &AsOf<'a>,
    query: &Query,
    answer: &Answer,
) {
    let one = query.artist.as_deref().and_then(|name| as_of.find(name).ok());
    let made = query.predictions(as_of, &query.views(as_of, one));
    let both = || answer.forecasts.iter().zip(&made);
    let not_shown = both().filter(|(said, _)| said.instead_of.is_some());
    let not_shown: Vec<SeriesOf<'a>> = not_shown.map(|(_, made)| made.series.clone()).collect();
    let mut not_shown = as_of.forecasts(&not_shown, ENSEMBLE).into_iter();
    for (index, (said, made)) in both().enumerate() {
        let place = Place::of("forecasts").at(index);
        prediction(explainer, &place, said, made);
        if let Some(InsteadOf { median_abs_error, naive_median_abs_error, .. }) = &said.instead_of {
            let forecast = not_shown.next().flatten();
            let figures = [
                ("median_abs_error", OfForecast::MedianAbsError, Some(*median_abs_error)),
                ("naive_median_abs_error", OfForecast::NaiveMedianAbsError, Some(*naive_median_abs_error)),
            ];
            let place = place.at("instead_of");
            explainer.forecast(&place, &made.series, forecast.as_deref(), said.days_ahead, &figures);
        }
    }
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
    let record = &said.record;
    let figures = [
        ("predicted", OfForecast::Predicted, said.predicted),
        ("lower_80", OfForecast::Lower80, said.lower_80),
        ("upper_80", OfForecast::Upper80, said.upper_80),
        ("lower_95", OfForecast::Lower95, said.lower_95),
        ("upper_95", OfForecast::Upper95, said.upper_95),
        ("median_abs_pct_error", OfForecast::MedianAbsPctError, record.median_abs_pct_error),
        ("median_abs_error", OfForecast::MedianAbsError, record.median_abs_error),
        ("naive_median_abs_error", OfForecast::NaiveMedianAbsError, record.naive_median_abs_error),
    ];
    explainer.forecast(place, series, forecast.as_deref(), said.days_ahead, &figures);
    if let Some(goal) = &said.goal {
        explainer.goal_days(&place.at("goal"), goal, series, forecast.as_ref());
    }
}
