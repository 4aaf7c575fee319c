//! `compare artists: [metric:] [period:]`: several artists by one metric: where they stand, how fast they move, who is
//! about to overtake whom.

use casa24_analytics::{Point, totals};
use casa24_schemas::{Date, DatedFlag, Day, Metric, Platform, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::Duration;

use super::Ask;
use super::choices;
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{Explainer, Explanation, Formula, Input, Place};
use crate::figures::{ChartFigures, Figure, Head, Missing, Owner, SeriesKey};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf, SeriesOf};
use crate::refusal::Refusal;

/// Fewest and most artists.
const FEWEST: u32 = 2;
const MOST: u32 = 10;
/// Farthest ahead that somebody overtakes another, in days: a pace does not last longer.
const MOST_DAYS_AHEAD: f64 = 365.0;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// Names of the artists.
    pub artists: Vec<String>,
    /// What to compare: value of the option.
    pub metric: &'static str,
    /// Days over which they moved.
    pub period_days: u32,
}

/// Several artists by one metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// The metric: value of the option.
    pub metric: String,
    /// Its series.
    pub series: SeriesKey,
    /// Days between the two values of each artist that were asked for.
    pub period_days: u32,
    /// The artists, the greatest value first, then those without one of the last 30 days.
    pub rows: Vec<Row>,
    /// Who overtakes the artist before, if both go on at the pace of these days, the soonest first.
    pub overtakes: Vec<Overtake>,
}

/// An artist among those compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// Name of the artist.
    pub artist: String,
    /// Place, from 1 on; equal values share it. Missing without a value of the last 30 days.
    pub rank: Option<u32>,
    /// Newest value that counts.
    pub value: Option<Value>,
    /// Its day.
    pub date: Option<Day>,
    /// Value so many days before.
    pub value_before: Option<Value>,
    /// Its day.
    pub date_before: Option<Day>,
    /// The difference.
    pub change: Option<Value>,
    /// The difference as a percentage of the value before.
    pub change_pct: Option<Value>,
    /// The difference a day.
    pub per_day: Option<Value>,
    /// Flags within the days.
    pub flags: Vec<DatedFlag>,
    /// Why something is missing.
    pub missing: Option<Missing>,
}

/// An artist who overtakes the one before, both going on at their pace: no forecast, a straight line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overtake {
    /// Who overtakes.
    pub artist: String,
    /// Who is overtaken.
    pub overtaken: String,
    /// On which day.
    pub on: Day,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        let has_value = self.rows.iter().any(|row| row.value.is_some());
        Some(&self.series.platform).filter(|_| has_value).into_iter()
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "compare",
        options: &[
            OptionDefinition::required("artists", OptionKind::Artists { min: FEWEST, max: MOST }),
            OptionDefinition::optional(
                "metric",
                OptionKind::Choice { choices: choices::metrics, default: "spotify-listeners" },
            ),
            OptionDefinition::optional(
                "period",
                OptionKind::Period { choices: &[7, 14, 30, 60, 90], min: 1, max: 3_650, default: 30 },
            ),
        ],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            artists: options.artists("artists")?,
            metric: options.choice("metric")?,
            period_days: options.days("period")?,
        })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let views = as_of.find_each(&self.artists)?;
        let series = self.series();
        let mut rows: Vec<Row> = views.iter().map(|view| self.row(as_of, view)).collect();
        let ranked: Vec<f64> = rows.iter().filter_map(ranked_value).collect();
        let mut ranks = totals::ranks(&ranked).into_iter();
        for row in &mut rows {
            row.rank = ranked_value(row).and_then(|_| ranks.next()).map(|rank| rank as u32);
        }
        rows.sort_by_key(|row| (row.rank.unwrap_or(u32::MAX), row.artist.clone()));
        Ok(Answer {
            head: Head::new(as_of, &views),
            metric: self.metric.to_owned(),
            series,
            period_days: self.period_days,
            overtakes: overtakes(&rows, as_of.day),
            rows,
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        for (index, row) in answer.rows.iter().enumerate() {
            let place = Place::of("rows").at(index);
            if let Some(series) = explainer.series_of(&row.artist, Owner::Artist, &answer.series).first() {
                let figure = Figure::of(as_of, series, self.period_days);
                explainer.figure_as(&place, &figure, "value", "value_before");
            }
            let change = Explainer::figure_input(&place.at("change"), row.change);
            let days = row.date_before.zip(row.date).and_then(|(since, until)| Input::days(since, until));
            let inputs = change.zip(days).map(|(change, days)| vec![change, days]);
            explainer.computed(&place.at("per_day"), row.per_day, Formula::Quotient, inputs);
        }
        explainer.explanation()
    }

    const HAS_CHART: bool = true;

    fn chart(&self, as_of: &AsOf<'_>) -> Option<ChartFigures> {
        let views = as_of.find_each(&self.artists).ok()?;
        let key = self.series();
        let shown = views.iter().filter_map(|view| {
            let series = view.series(&key.platform, &key.metric)?;
            Some((Some(view.artist.name.clone()), key.clone(), series))
        });
        ChartFigures::observed(as_of, shown, self.period_days)
    }
}

impl Query {
    fn series(&self) -> SeriesKey {
        let first = || choices::metrics().first().and_then(|choice| choices::series_of(choice));
        let series = choices::series_of(self.metric).or_else(first);
        series.unwrap_or(SeriesKey { platform: Platform::SPOTIFY, metric: Metric::MONTHLY_LISTENERS })
    }

    fn row<'a>(&self, as_of: &AsOf<'a>, view: &ArtistView<'a>) -> Row {
        let SeriesKey { platform, metric } = self.series();
        let series = SeriesOf { view: *view, platform, metric };
        let present: Result<&Point, Missing> = as_of.present(&series);
        let figure = Figure::of(as_of, &series, self.period_days);
        let num_days = figure.baseline_date.zip(figure.current_date);
        let num_days =
            num_days.map(|(Day(from), Day(until))| (until - from).whole_days()).filter(|days| *days > 0);
        let per_day =
            figure.change.zip(num_days).and_then(|(change, days)| Value::new(change.get() / days as f64));
        Row {
            artist: view.artist.name.clone(),
            rank: None,
            value: figure.current,
            date: figure.current_date,
            value_before: figure.baseline,
            date_before: figure.baseline_date,
            change: figure.change,
            change_pct: figure.change_pct,
            per_day,
            flags: figure.flags,
            missing: present.err().or(figure.missing),
        }
    }
}

/// The value of a row that has a place.
fn ranked_value(row: &Row) -> Option<f64> {
    let is_old = matches!(
        row.missing,
        Some(Missing::TooOld { .. } | Missing::UnconfirmedZero | Missing::CurrentCopied)
    );
    row.value.filter(|_| !is_old).map(Value::get)
}

/// Who overtakes the one before.
fn overtakes(rows: &[Row], day: Date) -> Vec<Overtake> {
    let jumped = |row: &Row| row.flags.iter().any(|flag| flag.flag.changes_level());
    let mut found: Vec<Overtake> = rows
        .windows(2)
        .filter_map(|pair| {
            let [ahead, behind] = pair else { return None };
            let gap = ranked_value(ahead)? - ranked_value(behind)?;
            let gain = behind.per_day?.get() - ahead.per_day?.get();
            // A jump to another level is no pace.
            if gap <= 0.0 || gain <= 0.0 || jumped(ahead) || jumped(behind) {
                return None;
            }
            let days = (gap / gain).ceil();
            let on = day.checked_add(Duration::days(days as i64)).filter(|_| days <= MOST_DAYS_AHEAD)?;
            Some(Overtake { artist: behind.artist.clone(), overtaken: ahead.artist.clone(), on: Day(on) })
        })
        .collect();
    found.sort_by_key(|overtake| overtake.on);
    found
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Flag;
    use serde_json::json;

    use crate::Refusal;
    use crate::commands::fixture::{Fixture, LISTENERS, TODAY};

    fn label() -> Fixture {
        let mut label = Fixture::default();
        label.put_all("Luz", LISTENERS, &[("2025-08-31", 1_000.0), (TODAY, 1_000.0)]);
        label.put_all("Mar, y Sol", LISTENERS, &[("2025-08-31", 600.0), (TODAY, 900.0)]);
        label.put_all("Old", LISTENERS, &[("2025-07-01", 5_000.0)]);
        label
    }

    #[test]
    fn artists_stand_by_their_value_with_their_pace() {
        let data = label().data(r#"compare artists:old, luz, "Mar, y Sol""#);
        let rows = data["rows"].as_array().unwrap();
        let of = |row: usize, field: &str| rows[row][field].clone();
        assert_eq!([of(0, "artist"), of(0, "rank")], [json!("Luz"), json!(1)]);
        assert_eq!([of(1, "artist"), of(1, "per_day")], [json!("Mar, y Sol"), json!(10)]);
        assert_eq!(
            [of(2, "rank"), of(2, "missing")],
            [json!(null), json!({"reason": "too_old", "of": "2025-07-01"})]
        );
        // 100 behind, 10 nearer each day.
        let overtake = json!([{ "artist": "Mar, y Sol", "overtaken": "Luz", "on": "2025-10-10" }]);
        assert_eq!(data["overtakes"], overtake);
    }

    #[test]
    fn a_jump_is_no_pace() {
        let mut label = label();
        label.put("Luz", LISTENERS, "2025-09-15", 1_000.0, &[Flag::LevelChange]);
        assert_eq!(label.data("compare artists:luz,mar")["overtakes"], json!([]));
    }

    #[test]
    fn one_artist_or_the_same_one_twice_cannot_be_compared() {
        assert!(matches!(label().refusal("compare artists:luz"), Refusal::NumArtists { found: 1, .. }));
        let same = label().refusal("compare artists:luz,LUZ");
        assert_eq!(same, Refusal::SameArtist { artist: "Luz".to_owned() });
        assert!(matches!(label().refusal("compare"), Refusal::MissingOption { .. }));
    }
}
