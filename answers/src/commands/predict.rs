//! `predict [artist:] [days:] [metric:] [models:] [goal:]`: where the figures are going, and how sure that is.

mod chart;
mod explained;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use casa24_analytics::NEAR_DAYS;
use casa24_analytics::forecast::MIN_VALUES;
use casa24_schemas::{Date, DatedFlag, Day, Forecast, Metric, Platform, Value, is_headline, is_summable};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::Duration;

pub(super) use explained::totals as explain_totals;

use super::Ask;
use super::choices::{self, AHEAD, ALL};
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{Explainer, Explanation};
use crate::figures::{ChartFigures, Goal, Head, Missing, Owner, SeriesKey, TrackRecord};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf, ENSEMBLE, InsteadOf, MODELS, SeriesOf, Shown, point};
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
    /// Whether the models stand side by side; then the first of each series is the one that is shown without the others.
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
    /// Newest value at or before the day in question that counts, so no copy; where none does, the newest accepted one.
    pub current: Option<Value>,
    /// Day of the current value.
    pub current_date: Option<Day>,
    /// Expected value.
    pub predicted: Option<Value>,
    /// Days after the current value's own day; a day that was over on the day in question is not forecast.
    pub days_ahead: u32,
    /// Lower end of the interval that is made to hold 80 % of outcomes; `intervals_too_narrow` says where it did not.
    pub lower_80: Option<Value>,
    /// Upper end of that interval.
    pub upper_80: Option<Value>,
    /// Lower end of the interval that is made to hold 95 % of outcomes.
    pub lower_95: Option<Value>,
    /// Upper end of that interval.
    pub upper_95: Option<Value>,
    /// Token of the model; `naive` is standing still: the forecast that nothing changes.
    pub model: Option<String>,
    /// The model that was asked for, where another one is shown: its record was worse than that of standing still.
    pub instead_of: Option<InsteadOf>,
    /// How far off this model's earlier forecasts at this distance were on this series.
    #[serde(flatten)]
    pub record: TrackRecord,
    /// When the goal is reached, where one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// Flags within the days that the model learnt from, and those of the newest value where that is a copy.
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
    pub num_artists_added: u32,
    /// Artists that are not in it because their newest value is more than 30 days old.
    pub left_out_stale: Vec<String>,
    /// Artists that are not in it because they have too few values so far.
    pub left_out_young: Vec<String>,
    /// Artists that are not in it because their newest value is not near that of the others: more than `total_near_days`
    /// older.
    pub left_out_paused: Vec<Paused>,
}

/// An artist whose newest value is not near that of the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Paused {
    /// Name of the artist.
    pub artist: String,
    /// Day of the newest value that counts.
    pub date: Day,
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

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        explained::predictions(&mut explainer, as_of, self, answer);
        explainer.explanation()
    }

    const HAS_CHART: bool = true;

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
        let (first, others) = match self.models {
            Models::One(model) => (model, &[][..]),
            Models::All => (ENSEMBLE, &MODELS[..]),
        };
        let shown = as_of.shown(&series, first, self.days);
        let mut others: Vec<_> =
            others.iter().map(|model| (*model, as_of.forecasts(&series, model).into_iter())).collect();
        let mut made: Vec<Predicted<'a>> = Vec::new();
        for (series, shown) in series.into_iter().zip(shown) {
            let start = made.len();
            let side_by_side = others.iter_mut().map(|(model, forecasts)| {
                let forecast = forecasts.next().flatten();
                (*model, Shown { forecast, instead_of: None })
            });
            for (model, shown) in std::iter::once((first, shown)).chain(side_by_side) {
                let (prediction, forecast) = self.prediction(as_of, &series, shown, model);
                // Where no value is known no model is named, and one line is enough.
                if !made[start..].iter().any(|known| known.prediction.model == prediction.model) {
                    made.push(Predicted { series: series.clone(), prediction, forecast });
                }
            }
        }
        made
    }

    /// What is said of a series by a model, and the part of its forecast that is ahead.
    fn prediction<'a>(
        &self,
        as_of: &AsOf<'a>,
        series: &SeriesOf<'a>,
        shown: Shown,
        model: &str,
    ) -> (Prediction, Option<Arc<Forecast>>) {
        let SeriesOf { view, platform, metric } = series;
        let newest = as_of.newest(series);
        let missing = match as_of.present(series) {
            Ok(present) => self.missing(as_of, present.date(), &shown, model),
            Err(why) => why,
        };
        let forecast = shown.forecast.as_ref().map(|forecast| as_of.ahead(forecast));
        let mut prediction = Prediction {
            artist: Some(view.artist.name.clone()),
            owner: view.owner(),
            ..Prediction::of(
                (platform.clone(), metric.clone()),
                self.days,
                shown,
                forecast.as_deref(),
                missing,
            )
        };
        if let Some((newest, points)) = newest.zip(view.series(platform, metric)) {
            let current = as_of.newest_counting(series).unwrap_or(newest);
            prediction.current = Value::new(current.value);
            prediction.current_date = Some(Day(current.date()));
            prediction.model.get_or_insert_with(|| model.to_owned());
            prediction.goal = self.goal().map(|goal| Goal::of(goal, points, as_of.day, forecast.as_deref()));
            if newest.observed_at > current.observed_at {
                let later = points.flags_of_change(newest.observed_at, newest.observed_at);
                prediction.flags.extend(later);
            }
        }
        (prediction, forecast)
    }

    /// Why nothing is forecast, where a value of a day is known.
    fn missing(&self, as_of: &AsOf<'_>, newest: Date, shown: &Shown, model: &str) -> Missing {
        let end = newest.checked_add(Duration::days(i64::from(self.days))).filter(|end| *end <= as_of.day);
        match end {
            _ if as_of.is_stale(newest) => Missing::TooOld { of: Some(Day(newest)), no_newer: None },
            Some(end) => Missing::AlreadyPast { on: Day(end) },
            None => Missing::of_forecast(shown.forecast.as_deref(), model),
        }
    }

    pub(super) fn totals(&self, as_of: &AsOf<'_>) -> Vec<TotalPrediction> {
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
        if total.counted.len() + total.stale.len() + total.young.len() == 0 {
            return None;
        }
        let shown = total.shown(self.days);
        let newest = total.series.at(as_of.day).map(|newest| newest.date());
        let missing = match newest {
            // Those that count have values near the newest day, so there is a sum unless it overflows.
            None if !total.counted.is_empty() => Missing::TooLarge,
            None if total.young.is_empty() => Missing::TooOld { of: None, no_newer: None },
            None => {
                Missing::TooFewValues { have: total.most_values_of_young as u32, need: MIN_VALUES as u32 }
            }
            Some(newest) => self.missing(as_of, newest, &shown, ENSEMBLE),
        };
        let is_fresh = newest.is_some_and(|newest| !as_of.is_stale(newest));
        let shown = if is_fresh { shown } else { Shown::default() };
        let ahead = shown.forecast.as_ref().map(|forecast| as_of.ahead(forecast));
        let mut prediction = Prediction::of((platform, metric), self.days, shown, ahead.as_deref(), missing);
        if let Some(newest) = total.series.at(as_of.day) {
            prediction.current = Value::new(newest.value);
            prediction.current_date = Some(Day(newest.date()));
            prediction.goal =
                self.goal().map(|goal| Goal::of(goal, &total.series, as_of.day, ahead.as_deref()));
        }
        Some(TotalPrediction {
            prediction,
            num_artists_added: total.counted.len() as u32,
            left_out_stale: total.stale.clone(),
            left_out_young: total.young.clone(),
            left_out_paused: total
                .paused
                .iter()
                .map(|(artist, date)| Paused { artist: artist.clone(), date: Day(*date) })
                .collect(),
        })
    }

    fn goal(&self) -> Option<Value> {
        self.goal.and_then(|goal| Value::new(goal as f64)) // below 2^53, so exact
    }
}

impl Prediction {
    /// What a forecast of a label's series says of a day, `ahead` being the part of it that is not past; `missing` says
    /// why where it says nothing.
    fn of(
        (platform, metric): (Platform, Metric),
        days: u32,
        shown: Shown,
        ahead: Option<&Forecast>,
        missing: Missing,
    ) -> Self {
        let forecast = shown.forecast.as_deref();
        let expected = ahead.and_then(|ahead| point(ahead, days));
        Self {
            artist: None,
            owner: Owner::Label,
            platform,
            metric,
            current: forecast.map(|forecast| forecast.current),
            current_date: forecast.map(|forecast| Day(forecast.current_date)),
            predicted: expected.map(|point| point.predicted),
            days_ahead: days,
            lower_80: expected.map(|point| point.lower_80),
            upper_80: expected.map(|point| point.upper_80),
            lower_95: expected.map(|point| point.lower_95),
            upper_95: expected.map(|point| point.upper_95),
            model: forecast.map(|forecast| forecast.model.clone()),
            record: TrackRecord::of(expected),
            goal: None,
            flags: forecast.map(|forecast| forecast.flags.clone()).unwrap_or_default(),
            instead_of: shown.instead_of.filter(|_| expected.is_some()),
            missing: if expected.is_some() { None } else { Some(missing) },
        }
    }
}
