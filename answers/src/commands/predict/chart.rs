//! `predict` as a picture: one series large, or the headline metrics of an artist or of the label side by side.

use casa24_analytics::Series;
use casa24_analytics::forecast::HORIZON_DAYS;
use casa24_schemas::{Forecast, is_headline};

use super::{Models, Query};
use crate::figures::{ChartFigures, MAX_PANELS, ModelPath, PanelFigures, SeriesKey, Theme, newest_days};
use crate::read_model::{ArtistView, AsOf};

/// Most days of history in a picture of one series, and in one of several.
const HISTORY_OF_ONE: u32 = 120;
const HISTORY_OF_MANY: u32 = 60;

/// Fewest days of history where there are as many.
const LEAST_HISTORY: u32 = 45;

/// The figures of the picture; `None` where there are none to show.
pub(super) fn figures(query: &Query, as_of: &AsOf<'_>) -> Option<ChartFigures> {
    let figures = match &query.artist {
        Some(name) => of_artist(query, as_of, as_of.find(name).ok()?),
        None => of_totals(query, as_of),
    };
    (!figures.panels.is_empty()).then_some(figures)
}

fn of_artist<'a>(query: &Query, as_of: &AsOf<'a>, view: ArtistView<'a>) -> ChartFigures {
    let predicted = query.predictions(as_of, &[view]);
    let key = |series: &crate::read_model::SeriesOf<'_>| (series.platform.clone(), series.metric.clone());
    let mut shown: Vec<(SeriesKey, &Series, Option<&Forecast>)> = Vec::new();
    for of_series in predicted.chunk_by(|a, b| key(&a.series) == key(&b.series)) {
        let Some(first) = of_series.first() else { continue };
        let (platform, metric) = key(&first.series);
        let is_asked = query.series.is_some() || is_headline(&platform, &metric);
        let series = view.series(&platform, &metric);
        if let Some(series) = series.filter(|_| first.prediction.current.is_some() && is_asked) {
            shown.push((SeriesKey { platform, metric }, series, first.forecast.as_deref()));
        }
    }
    let mut panels = panels(query, as_of, &shown);
    let mut compared_model = None;
    if query.models == Models::All {
        compared_model = predicted.first().and_then(|first| first.prediction.model.clone());
        if let [panel] = &mut panels[..] {
            let others = predicted.iter().skip(1).filter_map(|made| made.forecast.as_deref());
            panel.others = others.map(|forecast| other(forecast, days(query))).collect();
        }
    }
    ChartFigures { panels, theme: Theme::Dark, compared_model }
}

fn of_totals(query: &Query, as_of: &AsOf<'_>) -> ChartFigures {
    let totals = query.totals(as_of);
    let totals: Vec<_> = totals
        .into_iter()
        .map(|total| SeriesKey { platform: total.prediction.platform, metric: total.prediction.metric })
        .map(|key| (as_of.total(&key.platform, &key.metric), key))
        .filter(|(total, _)| !total.series.points().is_empty())
        .map(|(total, key)| {
            let is_fresh = total.series.at(as_of.day).is_some_and(|newest| !as_of.is_stale(newest.date()));
            let forecast = total.shown(query.days).forecast.filter(|_| is_fresh);
            (forecast.map(|forecast| as_of.ahead(&forecast)), total, key)
        })
        .collect();
    let shown: Vec<_> = totals
        .iter()
        .map(|(forecast, total, key)| (key.clone(), &total.series, forecast.as_deref()))
        .collect();
    ChartFigures { panels: panels(query, as_of, &shown), theme: Theme::Dark, compared_model: None }
}

fn panels(
    query: &Query,
    as_of: &AsOf<'_>,
    shown: &[(SeriesKey, &Series, Option<&Forecast>)],
) -> Vec<PanelFigures> {
    let days = days(query);
    let history_days = match shown {
        [_] => (4 * days).clamp(LEAST_HISTORY, HISTORY_OF_ONE),
        _ => (2 * days).clamp(LEAST_HISTORY, HISTORY_OF_MANY),
    };
    let panel = |(key, series, forecast): &(SeriesKey, &Series, Option<&Forecast>)| PanelFigures {
        observed: newest_days(series, as_of, history_days),
        path: forecast
            .map(|forecast| forecast.path.iter().filter(|point| point.days_ahead <= days).copied().collect())
            .unwrap_or_default(),
        goal: query.goal(),
        ..PanelFigures::of(key.clone())
    };
    shown.iter().take(MAX_PANELS).map(panel).collect()
}

/// Days ahead that a picture shows: a goal is looked for as far as forecasts reach.
fn days(query: &Query) -> u32 {
    if query.goal.is_some() { HORIZON_DAYS } else { query.days }
}

fn other(forecast: &Forecast, days: u32) -> ModelPath {
    let points = forecast.path.iter().filter(|point| point.days_ahead <= days);
    ModelPath {
        model: forecast.model.clone(),
        points: points.map(|point| (point.days_ahead, point.predicted)).collect(),
    }
}
