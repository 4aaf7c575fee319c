//! `leaderboard [metric:]`: the ranking of all artists, and how it moved.

mod rates;

use casa24_analytics::totals;
use casa24_schemas::{DatedFlag, Day, Platform, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use super::choices;
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{End, Explainer, Explanation, Place};
use crate::figures::{Figure, Head, LeftOut, Missing, Owner, SeriesKey};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf, SeriesOf};
use crate::refusal::Refusal;

/// Days over which a ranking shows how it moved.
const PERIOD_DAYS: u32 = 7;

/// The choice that adds up everybody who follows.
const TOTAL_REACH: &str = "total-reach";

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// What to rank by: value of the option.
    pub metric: &'static str,
}

/// All artists by one metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// What is ranked by: value of the option.
    pub metric: String,
    /// Whether the values are a rate: `momentum` is what reach gains a week at the pace of the last two weeks, less what it
    /// gained in the median week before, as a percentage of it; `engagement` is views of the channel in 28 days for each
    /// subscriber. Rates have no value before.
    pub is_rate: bool,
    /// The series that are added up for each artist; of several those on platforms that had begun by the day. Of a rate
    /// those that it is made of.
    pub sum_of: Vec<SeriesKey>,
    /// Days over which the changes are.
    pub period_days: u32,
    /// Artists with a value of the last 30 days, the greatest first.
    pub rows: Vec<Row>,
    /// The other artists, with the reason.
    pub unranked: Vec<Unranked>,
}

/// An artist's place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// Place, from 1 on; equal values share it.
    pub rank: u32,
    /// Name of the artist.
    pub artist: String,
    /// The value, or the sum of the parts that are known.
    pub value: Value,
    /// Day of the value; of a sum, day of its oldest part.
    pub date: Day,
    /// The series that it adds: those of `sum_of` that are known.
    pub parts: Vec<SeriesKey>,
    /// The value before; missing unless every part has one near that day.
    pub value_before: Option<Value>,
    /// Day of the value before; of a sum, day of its oldest part.
    pub date_before: Option<Day>,
    /// Value less the value before.
    pub change: Option<Value>,
    /// Place among the values before.
    pub rank_before: Option<u32>,
    /// Places won since then among the artists with both values; below zero for places lost.
    pub rank_change: Option<i64>,
    /// Flags within the days of the change.
    pub flags: Vec<DatedFlag>,
}

/// An artist without a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unranked {
    /// Name of the artist.
    pub artist: String,
    /// Why.
    pub missing: Missing,
    /// Newest value that counts; where none does, the newest accepted one, if any.
    pub value: Option<Value>,
    /// Its day.
    pub date: Option<Day>,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        let is_one = self.sum_of.len() == 1;
        let old = is_one && self.unranked.iter().any(|unranked| unranked.value.is_some());
        let is_used = move |part: &&SeriesKey| old || self.rows.iter().any(|row| row.parts.contains(part));
        self.sum_of.iter().filter(is_used).map(|part| &part.platform)
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "leaderboard",
        options: &[OptionDefinition::optional(
            "metric",
            OptionKind::Choice { choices: rankings, default: "spotify-listeners" },
        )],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        Ok(Self { metric: options.choice("metric")? })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let rates = rates::parts_of(self.metric);
        let is_rate = rates.is_some();
        let sum = || {
            choices::series_of(self.metric).map_or_else(
                || choices::reach().into_iter().filter(|part| as_of.has_platform(&part.platform)).collect(),
                |series| vec![series],
            )
        };
        let parts = rates.unwrap_or_else(sum);
        let mut rows = Vec::new();
        let mut unranked = Vec::new();
        for view in &as_of.artists {
            let placed = if is_rate { by_rate(as_of, view, self.metric) } else { place(as_of, view, &parts) };
            match placed {
                Ok(row) => rows.push(row),
                Err(without) => unranked.push(without),
            }
        }
        rank(&mut rows);
        unranked
            .sort_by(|a, b| order(&a.missing).cmp(&order(&b.missing)).then_with(|| a.artist.cmp(&b.artist)));
        Ok(Answer {
            head: Head::new(as_of, &as_of.artists),
            metric: self.metric.to_owned(),
            is_rate,
            sum_of: parts,
            period_days: PERIOD_DAYS,
            rows,
            unranked,
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        for (index, row) in answer.rows.iter().enumerate() {
            let place = Place::of("rows").at(index);
            if answer.is_rate {
                rates::explain(&mut explainer, as_of, &place.at("value"), row, self.metric);
                continue;
            }
            let series =
                row.parts.iter().flat_map(|part| explainer.series_of(&row.artist, Owner::Artist, part));
            let parts: Vec<Figure> = series.map(|series| Figure::of(as_of, &series, PERIOD_DAYS)).collect();
            for (field, value, end) in
                [("value", Some(row.value), End::Current), ("value_before", row.value_before, End::Baseline)]
            {
                let (formula, inputs) = explainer.ends(&parts, end);
                explainer.computed(&place.at(field), value, formula, inputs);
            }
            let values = [Some(row.value), row.value_before, row.change, None];
            explainer.changes(&place, ["value", "value_before"], values);
        }
        for (index, unranked) in answer.unranked.iter().enumerate() {
            let parts = answer.sum_of.iter();
            let series: Vec<_> =
                parts.flat_map(|part| explainer.series_of(&unranked.artist, Owner::Artist, part)).collect();
            let place = Place::of("unranked").at(index).at("value");
            explainer.observed(&place, unranked.value, &series, unranked.date);
        }
        explainer.explanation()
    }
}

fn rankings() -> Vec<&'static str> {
    choices::metrics().into_iter().chain([TOTAL_REACH, rates::MOMENTUM, rates::ENGAGEMENT]).collect()
}

/// The artist's row by a rate, its place still open, or why there is none.
fn by_rate<'a>(as_of: &AsOf<'a>, view: &ArtistView<'a>, choice: &str) -> Result<Row, Unranked> {
    let artist = view.artist.name.clone();
    match rates::rate(as_of, view, choice) {
        Ok(rate) => Ok(Row {
            rank: 0,
            artist,
            value: rate.value,
            date: Day(rate.date),
            parts: rate.parts,
            value_before: None,
            date_before: None,
            change: None,
            rank_before: None,
            rank_change: None,
            flags: rate.flags,
        }),
        Err(missing) => Err(Unranked { artist, missing, value: None, date: None }),
    }
}

/// The artist's row, its place still open, or why there is none.
fn place<'a>(as_of: &AsOf<'a>, view: &ArtistView<'a>, parts: &[SeriesKey]) -> Result<Row, Unranked> {
    let series = |SeriesKey { platform, metric }: SeriesKey| SeriesOf { view: *view, platform, metric };
    let series: Vec<SeriesOf<'a>> = parts.iter().cloned().map(series).collect();
    let counted: Vec<_> = series
        .iter()
        .filter(|series| as_of.present(series).is_ok())
        .map(|series| as_of.growth(series, PERIOD_DAYS))
        .collect();
    let Some(standing) = totals::standing(&counted) else {
        return Err(without_place(as_of, view, &series));
    };
    let figures: Vec<Figure> = counted.into_iter().map(|growth| Figure::from_growth(view, growth)).collect();
    Ok(Row {
        rank: 0,
        artist: view.artist.name.clone(),
        value: standing.value,
        date: Day(standing.date),
        parts: figures.iter().map(Figure::key).collect(),
        value_before: standing.before,
        date_before: standing.before_date.map(Day),
        change: standing.change,
        rank_before: None,
        rank_change: None,
        flags: figures.iter().flat_map(|figure| figure.flags.iter().copied()).collect(),
    })
}

/// Why none of these series, the parts of one ranking, gives the artist a place.
fn without_place<'a>(as_of: &AsOf<'a>, view: &ArtistView<'a>, series: &[SeriesOf<'a>]) -> Unranked {
    let left_out = |series| as_of.present(series).err().map(|why| as_of.left_out(series, why));
    let parts: Vec<LeftOut> = series.iter().filter_map(left_out).collect();
    let newest = parts.iter().filter(|part| part.date.is_some()).max_by_key(|part| part.date);
    // One part of a sum is not the sum.
    let only = newest.filter(|_| parts.len() == 1);
    let missing = match newest.map(|part| &part.missing) {
        Some(Missing::TooOld { of, no_newer }) => Missing::TooOld {
            of: of.filter(|_| only.is_some()),
            no_newer: no_newer.filter(|_| only.is_some()),
        },
        Some(why) => why.clone(),
        // Where several parts are not there for several reasons, none of them is the ranking's.
        None => match parts.as_slice() {
            [first, rest @ ..] if rest.iter().all(|part| part.missing == first.missing) => {
                first.missing.clone()
            }
            _ => Missing::NoFigures,
        },
    };
    Unranked {
        artist: view.artist.name.clone(),
        missing,
        value: only.and_then(|part| part.value),
        date: only.and_then(|part| part.date),
    }
}

/// Those who had a figure before those who never had one.
const fn order(missing: &Missing) -> u8 {
    match missing {
        Missing::TooOld { .. } | Missing::NotInDays { .. } => 0,
        Missing::UnconfirmedZero | Missing::CurrentCopied => 1,
        Missing::NoFigures
        | Missing::NotGiven { .. }
        | Missing::NoBaseline
        | Missing::BaselineZero
        | Missing::NotForecast { .. }
        | Missing::BeyondHorizon
        | Missing::AlreadyPast { .. }
        | Missing::NoList
        | Missing::EmptyList { .. }
        | Missing::TooFewValues { .. }
        | Missing::TooFewWeeks { .. }
        | Missing::NoSolution
        | Missing::TooLarge
        | Missing::NoForecast => 2,
        Missing::NoAccount => 3,
    }
}

/// Gives each row its place now and, among those with a value then, its place before; sorts by place.
fn rank(rows: &mut [Row]) {
    let now = totals::ranks(&rows.iter().map(|row| row.value.get()).collect::<Vec<_>>());
    for (row, rank) in rows.iter_mut().zip(now) {
        row.rank = rank as u32;
    }
    let mut with_both: Vec<(&mut Row, f64)> =
        rows.iter_mut().filter_map(|row| row.value_before.map(|before| (row, before.get()))).collect();
    let ranks_before = totals::ranks(&with_both.iter().map(|(_, before)| *before).collect::<Vec<_>>());
    // One who had no value then takes no place from anybody.
    let ranks_now = totals::ranks(&with_both.iter().map(|(row, _)| row.value.get()).collect::<Vec<_>>());
    for ((row, _), (before, now)) in with_both.iter_mut().zip(ranks_before.into_iter().zip(ranks_now)) {
        row.rank_before = Some(before as u32);
        row.rank_change = Some(before as i64 - now as i64);
    }
    rows.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.artist.cmp(&b.artist)));
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Day, Flag, Metric, Observed, Platform};
    use serde_json::json;

    use crate::commands::fixture::{FOLLOWERS, Fixture, LISTENERS, SUBSCRIBERS, TODAY};

    fn label(num_artists: u32) -> Fixture {
        let mut label = Fixture::default();
        for number in 0..num_artists {
            let name = format!("Artist {number:03}");
            let value = f64::from(10_000 - number);
            label.put_all(&name, LISTENERS, &[("2025-09-23", value), (TODAY, value + 5.0)]);
        }
        label
    }

    #[test]
    fn any_number_of_artists_is_ranked() {
        assert_eq!(label(300).data("leaderboard")["rows"].as_array().unwrap().len(), 300);
    }

    #[test]
    fn a_place_won_is_shown_with_its_change() {
        let mut label = label(2);
        label.put_all("New", LISTENERS, &[("2025-09-23", 1.0), (TODAY, 20_000.0)]);
        let rows = &label.data("leaderboard")["rows"];
        assert_eq!((&rows[0]["artist"], &rows[0]["rank_change"]), (&json!("New"), &json!(2)));
        assert_eq!((&rows[1]["rank"], &rows[1]["rank_change"]), (&json!(2), &json!(-1)));
    }

    #[test]
    fn who_had_no_value_before_takes_no_place_from_anybody() {
        let mut label = label(2);
        label.put_all("New", LISTENERS, &[(TODAY, 20_000.0)]);
        let rows = &label.data("leaderboard")["rows"];
        assert_eq!((&rows[0]["artist"], &rows[0]["rank_change"]), (&json!("New"), &json!(null)));
        assert_eq!((&rows[1]["rank"], &rows[1]["rank_change"]), (&json!(2), &json!(0)));
    }

    #[test]
    fn platforms_that_gave_nothing_are_no_sources() {
        let mut label = label(1);
        let sources = |label: &mut Fixture, line: &str| label.ask(line, None).unwrap().sources();
        assert_eq!(sources(&mut label, "leaderboard"), [Platform::SPOTIFY]);
        assert_eq!(sources(&mut label, "leaderboard metric:total-reach"), []);
        label.put_all("Old", SUBSCRIBERS, &[("2025-08-01", 7.0)]);
        assert_eq!(sources(&mut label, "leaderboard metric:youtube-subs"), [Platform::YOUTUBE]);
        assert_eq!(sources(&mut label, "leaderboard metric:total-reach"), []);
    }

    #[test]
    fn who_has_no_present_figure_has_no_place() {
        let mut label = label(1);
        label.put_all("Gone", LISTENERS, &[("2025-08-22", 90_000.0)]);
        label.put("Zed", LISTENERS, TODAY, 0.0, &[Flag::UnconfirmedZero]);
        label.account("Beats", Platform::SPOTIFY, None);
        label.account("Later", Platform::SPOTIFY, Some("id"));
        let data = label.data("leaderboard");
        assert_eq!(data["rows"].as_array().unwrap().len(), 1);
        let reasons: Vec<_> =
            data["unranked"].as_array().unwrap().iter().map(|u| u["missing"]["reason"].clone()).collect();
        assert_eq!(reasons, ["too_old", "unconfirmed_zero", "no_figures", "no_account"]);
        assert_eq!(data["unranked"][0]["missing"]["of"], "2025-08-22");
    }

    #[test]
    fn total_reach_says_what_it_adds_and_what_is_missing() {
        let mut label = label(0);
        label.put_all("Luz", FOLLOWERS, &[("2025-09-23", 90.0), (TODAY, 100.0)]);
        label.put_all("Luz", SUBSCRIBERS, &[(TODAY, 50.0)]);
        let data = label.data("leaderboard metric:total-reach");
        let row = &data["rows"][0];
        assert_eq!(
            (&row["value"], row["parts"].as_array().unwrap().len(), &row["change"]),
            (&json!(150), 2, &json!(null))
        );
        assert_eq!(data["sum_of"].as_array().unwrap().len(), 2); // Instagram had not begun
        let followers = (Platform::INSTAGRAM, casa24_schemas::Metric::FOLLOWERS);
        label.put_all("Mar", followers, &[(TODAY, 7.0)]);
        let num_parts = |label: &mut Fixture, day: &str| {
            label.data_as_of("leaderboard metric:total-reach", day)["sum_of"].as_array().unwrap().len()
        };
        assert_eq!((num_parts(&mut label, "2025-09-29"), num_parts(&mut label, TODAY)), (1, 3));
    }

    #[test]
    fn momentum_is_the_change_of_pace_as_a_share_of_reach() {
        let mut label = Fixture::default();
        let last = Observed::parse(TODAY).unwrap().date();
        let mut value = 1_000.0;
        for back in (0..140_i64).rev() {
            value += if back < 14 { 20.0 } else { 10.0 };
            let day = Day(last - time::Duration::days(back)).to_string();
            label.put("Luz", FOLLOWERS, &day, value, &[]);
        }
        label.put_all("Mar", FOLLOWERS, &[(TODAY, 100.0)]);
        let data = label.data("leaderboard metric:momentum");
        let row = &data["rows"][0];
        // 10 a day more than before: 70 a week, of 2,540.
        let expected = 100.0 * 70.0 / 2_540.0;
        assert!((row["value"].as_f64().unwrap() - expected).abs() < 0.01, "{row}");
        assert_eq!(
            (&row["artist"], &row["rank"], &data["is_rate"]),
            (&json!("Luz"), &json!(1), &json!(true))
        );
        assert_eq!(data["unranked"][0]["missing"], json!({ "reason": "too_few_weeks", "need": 8 }));
    }

    #[test]
    fn engagement_is_views_for_each_subscriber() {
        let mut label = Fixture::default();
        let views = (Platform::YOUTUBE, Metric::TOTAL_VIEWS);
        label.put_all("Luz", views, &[("2025-09-02", 1_000.0), (TODAY, 1_500.0)]);
        label.put_all("Luz", SUBSCRIBERS, &[(TODAY, 200.0)]);
        label.put_all("Mar", SUBSCRIBERS, &[(TODAY, 200.0)]);
        let data = label.data("leaderboard metric:engagement");
        assert_eq!((&data["rows"][0]["artist"], &data["rows"][0]["value"]), (&json!("Luz"), &json!(2.5)));
        assert_eq!(data["unranked"][0]["artist"], "Mar");
    }
}
