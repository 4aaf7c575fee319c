//! `predict` as a picture: one series large, or the headline metrics of an artist or of the label side by side.

use casa24_analytics::Series;
use casa24_analytics::forecast::HORIZON_DAYS;
use casa24_schemas::{Forecast, Metric, Platform, Value};

use super::library::{Known, View};
use super::predict::{Asked, Outlook, PredictData};
use super::predict_embed::method;
use crate::chart::{MAX_PANELS, OtherPath, Panel, Picture};
use crate::question::Models;
use crate::text;

/// Most days of history in a picture of one series, and in one of several.
const HISTORY_OF_ONE: u32 = 120;
const HISTORY_OF_MANY: u32 = 60;

/// Fewest days of history where there are as many.
const LEAST_HISTORY: u32 = 45;

/// A series to show, with its forecast.
type Shown<'a> = ((Platform, Metric), &'a Series, Option<&'a Forecast>);

/// The picture of an artist's forecasts; `None` where the artist has no figures.
pub(super) fn of_artist(
    view: &View<'_>,
    asked: &Asked,
    known: &Known<'_>,
    outlooks: &[Outlook],
    sample: bool,
) -> Option<Picture> {
    let mut shown: Vec<Shown<'_>> = Vec::new();
    for (prediction, forecast) in outlooks {
        let key = (prediction.platform.clone(), prediction.metric.clone());
        let is_asked = asked.series.is_some() || text::is_headline(&key.0, &key.1);
        let series = known.series(&key.0, &key.1).filter(|_| prediction.current.is_some() && is_asked);
        if let Some(series) = series
            && !shown.iter().any(|(known, ..)| *known == key)
        {
            shown.push((key, series, forecast.as_ref()));
        }
    }
    let mut panels = panels(view, asked, &shown);
    let compared = asked.models == Models::All;
    if let ([panel], true) = (&mut panels[..], compared) {
        let others = outlooks.iter().filter_map(|(_, forecast)| forecast.as_ref()).skip(1);
        panel.others = others.map(|forecast| other(forecast, days(asked))).collect();
    }
    let predictions: Vec<_> = outlooks.iter().map(|(prediction, _)| prediction.clone()).collect();
    let caption = format!("{} · as of {}", method(&predictions), text::day(view.as_of));
    let first = outlooks.first().and_then(|(prediction, _)| prediction.model.clone());
    let model = if compared { first } else { None };
    (!panels.is_empty()).then_some(Picture { panels, model, caption, sample })
}

/// The picture of the label's totals and own figures; `None` where there are none.
pub(super) fn of_all(view: &View<'_>, asked: &Asked, data: &PredictData, sample: bool) -> Option<Picture> {
    let key = |platform: &Platform, metric: &Metric| (platform.clone(), metric.clone());
    let totals: Vec<_> = data
        .totals
        .iter()
        .map(|total| key(&total.prediction.platform, &total.prediction.metric))
        .map(|series| (view.total(&series.0, &series.1), series))
        .filter(|(total, _)| !total.series.points().is_empty())
        .collect();
    let shown: Vec<Shown<'_>> = totals
        .iter()
        .map(|(total, series)| (series.clone(), &total.series, total.forecast.as_ref()))
        .collect();
    let panels = panels(view, asked, &shown);
    let model = data.totals.iter().find_map(|total| total.prediction.model.clone());
    let model = model.map_or_else(|| "no".to_owned(), |model| model.replace('_', " "));
    let caption = format!("all artists added up · {model} model · as of {}", text::day(view.as_of));
    (!panels.is_empty()).then_some(Picture { panels, model: None, caption, sample })
}

fn panels(view: &View<'_>, asked: &Asked, shown: &[Shown<'_>]) -> Vec<Panel> {
    let days = days(asked);
    let history_days = match shown {
        [_] => (4 * days).clamp(LEAST_HISTORY, HISTORY_OF_ONE),
        _ => (2 * days).clamp(LEAST_HISTORY, HISTORY_OF_MANY),
    };
    let panel = |((platform, metric), series, forecast): &Shown<'_>| {
        let title = text::series_label(platform, metric);
        let mut panel = Panel::of(title, series, *forecast, (history_days, days), view.as_of);
        panel.goal = asked.goal.map(Value::get);
        panel
    };
    shown.iter().take(MAX_PANELS).map(panel).collect()
}

/// Days ahead that a picture shows: a goal is looked for as far as forecasts reach.
fn days(asked: &Asked) -> u32 {
    if asked.goal.is_some() { HORIZON_DAYS } else { asked.days }
}

fn other(forecast: &Forecast, days: u32) -> OtherPath {
    let points = forecast.path.iter().filter(|point| point.days_ahead <= days);
    OtherPath {
        model: forecast.model.clone(),
        points: points.map(|point| (point.days_ahead, point.predicted.get())).collect(),
    }
}
