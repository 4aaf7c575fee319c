//! `accuracy [artist:] [days:] [model:]`: how far off earlier forecasts were, and how often their intervals held.

use casa24_schemas::{Metric, Platform};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use super::choices::AHEAD;
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{Explainer, Explanation, Forecasted, NotShown, Place};
use crate::figures::{Head, Missing, Owner, TrackRecord};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf, ENSEMBLE, InsteadOf, MODELS, SeriesOf, Shown, point};
use crate::refusal::Refusal;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// Only this artist.
    pub artist: Option<String>,
    /// How many days ahead the forecasts were.
    pub days: u32,
    /// Token of the model.
    pub model: &'static str,
}

/// How far off earlier forecasts were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// The artist that was asked for; missing in an answer about all.
    pub artist: Option<String>,
    /// How many days ahead the forecasts were.
    pub days: u32,
    /// Token of the model that was asked for.
    pub model: String,
    /// One for each artist, platform and metric that has a value.
    pub records: Vec<SeriesRecord>,
    /// Where one artist was asked for who has no record: why, for each platform.
    pub missing: Vec<PlatformMissing>,
}

/// The track record of one model's forecasts on one series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeriesRecord {
    /// Name of the artist, or of the label.
    pub artist: String,
    /// Whose series it is.
    pub owner: Owner,
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Token of the model whose record this is: the one whose forecast `predict` shows at this distance.
    pub model: Option<String>,
    /// The model that was asked for, where it is another one: its record was worse than that of standing still.
    pub instead_of: Option<InsteadOf>,
    /// How far off its forecasts were.
    #[serde(flatten)]
    pub record: TrackRecord,
    /// Why there is no forecast.
    pub missing: Option<Missing>,
}

/// Why an artist has nothing on a platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlatformMissing {
    /// The platform.
    pub platform: Platform,
    /// Why.
    pub missing: Missing,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        self.records.iter().map(|record| &record.platform)
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "accuracy",
        options: &[
            OptionDefinition::optional("artist", OptionKind::Artist),
            OptionDefinition::optional("days", AHEAD),
            OptionDefinition::optional(
                "model",
                OptionKind::Choice { choices: || MODELS.to_vec(), default: ENSEMBLE },
            ),
        ],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            artist: options.artist("artist")?,
            days: options.days("days")?,
            model: options.choice("model")?,
        })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let one = self.artist.as_deref().map(|name| as_of.find(name)).transpose()?;
        let everybody = views(as_of, one);
        let series = series(as_of, &everybody);
        let shown = as_of.shown(&series, self.model, self.days);
        let records: Vec<SeriesRecord> =
            series.into_iter().zip(shown).map(|(series, shown)| self.record(as_of, series, shown)).collect();
        let missing = one.filter(|_| records.is_empty()).map(|view| platforms_missing(as_of, &view));
        Ok(Answer {
            head: Head::new(as_of, &everybody),
            artist: one.map(|view| view.artist.name.clone()),
            days: self.days,
            model: self.model.to_owned(),
            records,
            missing: missing.unwrap_or_default(),
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        let one = self.artist.as_deref().and_then(|name| as_of.find(name).ok());
        let series = series(as_of, &views(as_of, one));
        let shown = as_of.shown(&series, self.model, self.days);
        let mut not_shown = Vec::new();
        for (index, ((said, series), shown)) in answer.records.iter().zip(&series).zip(shown).enumerate() {
            let place = Place::of("records").at(index);
            let of = Forecasted::Series(series);
            explainer.track_record(&place, of, shown.forecast.as_deref(), self.days, &said.record);
            not_shown.extend(said.instead_of.as_ref().map(|record| NotShown {
                place: place.at("instead_of"),
                series,
                days_ahead: self.days,
                record,
            }));
        }
        explainer.not_shown(&not_shown);
        explainer.explanation()
    }
}

/// Whose series are asked for: one artist's, or everybody's and the label's.
fn views<'a>(as_of: &AsOf<'a>, one: Option<ArtistView<'a>>) -> Vec<ArtistView<'a>> {
    match one {
        Some(view) => vec![view],
        None => as_of.artists.iter().copied().chain(as_of.label()).collect(),
    }
}

/// Their series that have a value.
fn series<'a>(as_of: &AsOf<'a>, views: &[ArtistView<'a>]) -> Vec<SeriesOf<'a>> {
    let series = views.iter().flat_map(|view| as_of.series_of(view));
    series.filter(|series| as_of.newest(series).is_some()).collect()
}

impl Query {
    fn record<'a>(&self, as_of: &AsOf<'a>, series: SeriesOf<'a>, shown: Shown) -> SeriesRecord {
        let point = shown.forecast.as_deref().and_then(|forecast| point(forecast, self.days));
        let missing = match (point, as_of.present(&series)) {
            (Some(_), _) => None,
            (None, Ok(_)) => Some(Missing::of_forecast(shown.forecast.as_deref(), self.model)),
            (None, Err(why)) => Some(why),
        };
        SeriesRecord {
            artist: series.view.artist.name.clone(),
            owner: series.view.owner(),
            platform: series.platform,
            metric: series.metric,
            model: shown.forecast.as_ref().map(|forecast| forecast.model.clone()),
            instead_of: shown.instead_of,
            record: TrackRecord::of(point),
            missing,
        }
    }
}

fn platforms_missing(as_of: &AsOf<'_>, view: &ArtistView<'_>) -> Vec<PlatformMissing> {
    let mut missing: Vec<PlatformMissing> = as_of
        .series_of(view)
        .into_iter()
        .map(|series| PlatformMissing {
            missing: view.why_nothing(&series.platform, &series.metric),
            platform: series.platform,
        })
        .collect();
    missing.dedup();
    missing
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Day, Observed};
    use serde_json::json;

    use crate::commands::fixture::{FOLLOWERS, Fixture, LISTENERS, TODAY};

    /// A hundred days of a series that rises, and one day of another.
    fn label() -> Fixture {
        let mut label = Fixture::default();
        let last = Observed::parse(TODAY).unwrap().date();
        for back in (0..100_i64).rev() {
            let day = Day(last - time::Duration::days(back)).to_string();
            label.put("Luz", LISTENERS, &day, 2_000.0 - (3 * back + back % 4) as f64, &[]);
        }
        label.put_all("Luz", FOLLOWERS, &[(TODAY, 9.0)]);
        label.account("Mar", LISTENERS.0, None);
        label
    }

    #[test]
    fn earlier_forecasts_are_compared_with_what_came() {
        let data = label().data("accuracy artist:luz days:14");
        let record = data["records"].as_array().unwrap().iter().find(|r| r["metric"] == "monthly_listeners");
        let record = record.unwrap();
        assert!(
            record["num_checked"].as_u64().unwrap() > 0 && record["median_abs_pct_error"].is_number(),
            "{record}"
        );
        assert_eq!(record["missing"], json!(null));
    }

    #[test]
    fn what_was_never_checked_says_why() {
        let mut label = label();
        let data = label.data("accuracy artist:luz");
        let followers = data["records"].as_array().unwrap().iter().find(|r| r["metric"] == "followers");
        let followers = followers.unwrap();
        assert_eq!(
            (&followers["num_checked"], &followers["median_abs_pct_error"]),
            (&json!(0), &json!(null))
        );
        let too_few = json!({ "reason": "too_few_values", "have": 1, "need": 14 });
        assert_eq!(followers["missing"], too_few);
        let data = label.data("accuracy artist:mar");
        assert_eq!(data["records"], json!([]));
        assert_eq!(
            data["missing"],
            json!([{ "platform": "spotify", "missing": { "reason": "no_account" } }])
        );
    }
}
