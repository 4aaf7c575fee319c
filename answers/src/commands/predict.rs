//! `predict [artist:] [days:] [metric:] [models:] [goal:]`: where the figures are going, and how sure that is.

mod chart;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use casa24_analytics::NEAR_DAYS;
use casa24_schemas::{DatedFlag, Day, Forecast, Metric, Platform, Value, is_headline, is_summable};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use super::choices::{self, AHEAD, ALL};
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::figures::{ChartFigures, Goal, Head, Missing, Owner, SeriesKey, TrackRecord};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf, ENSEMBLE, MODELS, SeriesOf};
use crate::refusal::Refusal;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// Only this artist.
    pub artist: Option<String>,
    /// Days ahead.
    pub days: u32,
    /// Only this series.
    pub series: Option<SeriesKey>,
    /// Whose forecasts.
    pub models: Models,
    /// A value to reach.
    pub goal: Option<i64>,
}

/// Whose forecasts are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Models {
    /// Those of one model, by its token.
    One(&'static str),
    /// Those of all models, side by side.
    All,
}

/// Where the figures are going.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// The artist that was asked for; missing in an answer about all.
    pub artist: Option<String>,
    /// Days ahead that were asked for.
    pub days: u32,
    /// Whether the models stand side by side.
    pub all_models: bool,
    /// One for each artist, platform and metric, and for each model where all were asked for; in an answer about all
    /// the label's own among them.
    pub forecasts: Vec<Prediction>,
    /// Forecasts of the sums over all artists; none where one artist was asked for.
    pub totals: Vec<TotalPrediction>,
    /// A total adds the artists' values day by day, where each has one of that day or of at most so many days before,
    /// and is forecast like one series; missing where there is no total.
    pub total_near_days: Option<u32>,
}

/// The forecast of one metric for one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Prediction {
    /// Name of the artist, or of the label; missing in a total of all artists.
    pub artist: Option<String>,
    /// Whose series it is.
    pub owner: Owner,
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Newest accepted value at or before the day in question.
    pub current: Option<Value>,
    /// Day of the current value.
    pub current_date: Option<Day>,
    /// Expected value.
    pub predicted: Option<Value>,
    /// Days after the current value's own day.
    pub days_ahead: u32,
    /// Lower end of the interval that holds 80 % of outcomes.
    pub lower_80: Option<Value>,
    /// Upper end of that interval.
    pub upper_80: Option<Value>,
    /// Lower end of the interval that holds 95 % of outcomes.
    pub lower_95: Option<Value>,
    /// Upper end of that interval.
    pub upper_95: Option<Value>,
    /// Token of the model.
    pub model: Option<String>,
    /// How far off this model's earlier forecasts at this distance were on this series.
    #[serde(flatten)]
    pub record: TrackRecord,
    /// When the goal is reached, where one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// Flags within the days that the model learnt from.
    pub flags: Vec<DatedFlag>,
    /// Why there is no forecast.
    pub missing: Option<Missing>,
}

/// The forecast of the sum of one metric over all artists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TotalPrediction {
    /// The forecast.
    #[serde(flatten)]
    pub prediction: Prediction,
    /// Number of artists that it adds.
    pub num_artists: u32,
    /// Artists that are not in it because their newest value is more than 30 days old.
    pub left_out_stale: Vec<String>,
    /// Artists that are not in it because they have too few values so far.
    pub left_out_young: Vec<String>,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        self.forecasts.iter().filter(|forecast| forecast.current.is_some()).map(|forecast| &forecast.platform)
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "predict",
        options: &[
            OptionDefinition::optional("artist", OptionKind::Artist),
            OptionDefinition::optional("days", AHEAD),
            OptionDefinition::optional(
                "metric",
                OptionKind::Choice { choices: metrics_or_all, default: ALL },
            ),
            OptionDefinition::optional(
                "models",
                OptionKind::Choice { choices: models_or_all, default: ENSEMBLE },
            ),
            OptionDefinition::optional("goal", OptionKind::Number { min: 1, max: 1_000_000_000_000_000 }),
        ],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        let artist = options.artist("artist")?;
        let series = choices::series_of(options.choice("metric")?);
        let models = match options.choice("models")? {
            ALL => Models::All,
            model => Models::One(model),
        };
        let goal = options.number("goal")?;
        let needs = |given: &str, needed: &str, example: &str| Refusal::NeedsToo {
            given: given.to_owned(),
            needed: needed.to_owned(),
            example: example.to_owned(),
        };
        if goal.is_some() && series.is_none() {
            return Err(needs("goal", "metric", "spotify-followers"));
        }
        if models == Models::All && artist.is_none() {
            return Err(needs("models:all", "artist", "Casa 24"));
        }
        Ok(Self { artist, days: options.days("days")?, series, models, goal })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let one = self.artist.as_deref().map(|name| as_of.find(name)).transpose()?;
        let views = self.views(as_of, one);
        let forecasts = self.predictions(as_of, &views).into_iter().map(|made| made.prediction).collect();
        let totals = if one.is_some() { Vec::new() } else { self.totals(as_of) };
        Ok(Answer {
            head: Head::new(as_of, &views),
            artist: one.map(|view| view.artist.name.clone()),
            days: self.days,
            all_models: self.models == Models::All,
            forecasts,
            total_near_days: (!totals.is_empty()).then_some(NEAR_DAYS as u32),
            totals,
        })
    }

    fn chart(&self, as_of: &AsOf<'_>) -> Option<ChartFigures> {
        chart::figures(self, as_of)
    }
}

fn metrics_or_all() -> Vec<&'static str> {
    [ALL].into_iter().chain(choices::metrics()).collect()
}

fn models_or_all() -> Vec<&'static str> {
    MODELS.into_iter().chain([ALL]).collect()
}

/// A prediction and the forecast that it was read from.
struct Predicted<'a> {
    series: SeriesOf<'a>,
    prediction: Prediction,
    forecast: Option<Arc<Forecast>>,
}

impl Query {
    /// Whose series are asked for; the label's own belong to an answer about all metrics.
    fn views<'a>(&self, as_of: &AsOf<'a>, one: Option<ArtistView<'a>>) -> Vec<ArtistView<'a>> {
        match one {
            Some(view) => vec![view],
            None => {
                let label = if self.series.is_some() { None } else { as_of.label() };
                as_of.artists.iter().copied().chain(label).collect()
            }
        }
    }

    /// The forecasts that were asked for, by artist, series and model.
    fn predictions<'a>(&self, as_of: &AsOf<'a>, views: &[ArtistView<'a>]) -> Vec<Predicted<'a>> {
        let series_of = |view: &ArtistView<'a>| match self.series.clone() {
            None => as_of.series_of(view),
            Some(SeriesKey { platform, metric }) => vec![SeriesOf { view: *view, platform, metric }],
        };
        let series: Vec<SeriesOf<'a>> = views.iter().flat_map(series_of).collect();
        let models = match self.models {
            Models::One(model) => vec![model],
            Models::All => MODELS.to_vec(),
        };
        let mut by_model: Vec<_> =
            models.iter().map(|model| (model, as_of.forecasts(&series, model).into_iter())).collect();
        let mut made: Vec<Predicted<'a>> = Vec::new();
        for series in series {
            let start = made.len();
            for (model, forecasts) in &mut by_model {
                let forecast = forecasts.next().flatten();
                let prediction = self.prediction(as_of, &series, forecast.as_deref(), model);
                // Where no value is known no model is named, and one line is enough.
                if !made[start..].iter().any(|known| known.prediction.model == prediction.model) {
                    made.push(Predicted { series: series.clone(), prediction, forecast });
                }
            }
        }
        made
    }

    fn prediction(
        &self,
        as_of: &AsOf<'_>,
        SeriesOf { view, platform, metric }: &SeriesOf<'_>,
        forecast: Option<&Forecast>,
        model: &str,
    ) -> Prediction {
        let series = view.series(platform, metric);
        let newest = series.and_then(|series| series.at(as_of.day));
        let has_any_that_counts = series.is_some_and(|series| series.counting_at(as_of.day).is_some());
        let missing = match newest {
            None => Missing::of_account(&view.account(platform)),
            Some(_) if !has_any_that_counts => Missing::UnconfirmedZero,
            Some(_) => Missing::of_forecast(forecast, model),
        };
        let mut prediction = Prediction {
            artist: Some(view.artist.name.clone()),
            owner: view.owner(),
            ..Prediction::of(platform.clone(), metric.clone(), self.days, forecast, missing)
        };
        if let (None, Some(newest)) = (forecast, newest) {
            prediction.current = Value::new(newest.value);
            prediction.current_date = Some(Day(newest.date()));
            prediction.model = Some(model.to_owned());
        }
        prediction.goal = self.goal().zip(series).zip(forecast).map(|((goal, s), f)| Goal::of(goal, s, f));
        prediction
    }

    fn totals(&self, as_of: &AsOf<'_>) -> Vec<TotalPrediction> {
        let series = match &self.series {
            Some(SeriesKey { platform, metric }) => vec![(platform.clone(), metric.clone())],
            None => as_of.all_series(),
        };
        let summed = series.into_par_iter().filter(|(p, m)| is_headline(p, m) && is_summable(p, m));
        summed.filter_map(|(platform, metric)| self.total(as_of, platform, metric)).collect()
    }

    /// The forecast of a total; `None` where nobody has a value.
    fn total(&self, as_of: &AsOf<'_>, platform: Platform, metric: Metric) -> Option<TotalPrediction> {
        let total = as_of.total(&platform, &metric);
        if total.num_artists + total.stale.len() + total.young.len() == 0 {
            return None;
        }
        let forecast = total.forecast.as_ref();
        let missing = match forecast {
            None => Missing::NoCommonDay,
            Some(_) => Missing::of_forecast(forecast, ENSEMBLE),
        };
        let mut prediction = Prediction::of(platform, metric, self.days, forecast, missing);
        prediction.goal =
            self.goal().zip(forecast).map(|(goal, forecast)| Goal::of(goal, &total.series, forecast));
        Some(TotalPrediction {
            prediction,
            num_artists: total.num_artists as u32,
            left_out_stale: total.stale.clone(),
            left_out_young: total.young.clone(),
        })
    }

    fn goal(&self) -> Option<Value> {
        self.goal.and_then(|goal| Value::new(goal as f64)) // below 2^53, so exact
    }
}

impl Prediction {
    /// What a forecast of a label's series says of a day; `missing` says why where it says nothing.
    fn of(
        platform: Platform,
        metric: Metric,
        days: u32,
        forecast: Option<&Forecast>,
        missing: Missing,
    ) -> Self {
        let point = forecast.and_then(|forecast| forecast.path.iter().find(|point| point.days_ahead == days));
        Self {
            artist: None,
            owner: Owner::Label,
            platform,
            metric,
            current: forecast.map(|forecast| forecast.current),
            current_date: forecast.map(|forecast| Day(forecast.current_date)),
            predicted: point.map(|point| point.predicted),
            days_ahead: days,
            lower_80: point.map(|point| point.lower_80),
            upper_80: point.map(|point| point.upper_80),
            lower_95: point.map(|point| point.lower_95),
            upper_95: point.map(|point| point.upper_95),
            model: forecast.map(|forecast| forecast.model.clone()),
            record: TrackRecord::of(point),
            goal: None,
            flags: forecast.map(|forecast| forecast.flags.clone()).unwrap_or_default(),
            missing: if point.is_some() { None } else { Some(missing) },
        }
    }
}
