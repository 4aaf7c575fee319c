//! `leaderboard [metric:]`: the ranking of all artists, and how it moved.

use std::collections::BTreeMap;

use casa24_analytics::totals;
use casa24_schemas::{DatedFlag, Metric, Platform, Value};
use serde::Serialize;

use super::day::Day;
use super::figure::{Figure, Missing, if_older};
use super::frame::{Answer, Head, footer};
use super::library::{Known, View};
use super::notes;
use crate::discord::{self, Embed, Section};
use crate::question::Ranking;
use crate::text;

const COLOUR: u32 = 0xF1_C4_0F;

/// Days over which a ranking shows how it moved.
const PERIOD_DAYS: u32 = 7;

/// Most artists that a message lists.
const MAX_ROWS: usize = 25;

/// Figures of "leaderboard".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeaderboardData {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// What is ranked by: value of the option.
    pub metric: &'static str,
    /// The series that are added up for each artist.
    pub sum_of: Vec<Part>,
    /// Days over which the changes are.
    pub period_days: u32,
    /// Artists with a value of the last 30 days, the greatest first.
    pub rows: Vec<Row>,
    /// The other artists, with the reason.
    pub unranked: Vec<Unranked>,
}

/// A series that a ranking adds up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
}

/// An artist's place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Place, from 1 on; equal values share it.
    pub rank: usize,
    /// Name of the artist.
    pub artist: String,
    /// The value, or the sum of the parts that are known.
    pub value: Value,
    /// Day of the value; of a sum, day of its oldest part.
    pub date: Day,
    /// Number of parts in it.
    pub num_parts: usize,
    /// The value before; missing unless every part has one near that day.
    pub value_before: Option<Value>,
    /// Day of the value before; of a sum, day of its oldest part.
    pub date_before: Option<Day>,
    /// Value less the value before.
    pub change: Option<Value>,
    /// Place among the values before.
    pub rank_before: Option<usize>,
    /// Places won since then; below zero for places lost.
    pub rank_change: Option<i64>,
    /// Flags within the days of the change.
    pub flags: Vec<DatedFlag>,
}

/// An artist without a place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unranked {
    /// Name of the artist.
    pub artist: String,
    /// Why.
    pub reason: WhyUnranked,
    /// Newest accepted value, where there is one.
    pub value: Option<Value>,
    /// Its day.
    pub date: Option<Day>,
}

/// Why an artist has no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyUnranked {
    /// The newest value is more than 30 days old.
    TooOld,
    /// The value is a zero that nothing confirms.
    UnconfirmedZero,
    /// No figure was accepted yet.
    NoFigures,
    /// The artist is known to have no account there.
    NoAccount,
}

pub(super) fn answer(view: &View<'_>, ranking: &Ranking) -> Answer {
    let mut rows = Vec::new();
    let mut unranked = Vec::new();
    for known in &view.artists {
        match place(view, known, &ranking.parts) {
            Ok(row) => rows.push(row),
            Err(without) => unranked.push(without),
        }
    }
    rank(&mut rows);
    unranked.sort_by(|a, b| a.reason.cmp(&b.reason).then_with(|| a.artist.cmp(&b.artist)));
    let head = Head::new("leaderboard", view, &view.artists);
    let sample = head.sample;
    let sum_of = ranking
        .parts
        .iter()
        .map(|(platform, metric)| Part { platform: platform.clone(), metric: metric.clone() });
    let data = LeaderboardData {
        head,
        metric: ranking.token,
        sum_of: sum_of.collect(),
        period_days: PERIOD_DAYS,
        rows,
        unranked,
    };
    Answer::new(&data, embed(view, &data, ranking), sample)
}

/// The artist's row, its place still open, or why there is none.
fn place(view: &View<'_>, known: &Known<'_>, parts: &[(Platform, Metric)]) -> Result<Row, Unranked> {
    let artist = known.artist.name.clone();
    let mut growth: Vec<_> = parts.iter().map(|(p, m)| view.growth(known, p, m, PERIOD_DAYS)).collect();
    let figures: Vec<Figure> =
        growth.iter().map(|growth| Figure::from_growth(known, growth.clone())).collect();
    for (growth, _) in growth.iter_mut().zip(&figures).filter(|(_, figure)| figure.starts_unconfirmed()) {
        (growth.baseline, growth.baseline_date) = (None, None); // nothing is known of the place before
    }
    let counts = |figure: &Figure| {
        figure.current().is_some_and(|(_, date)| !totals::is_stale(date, view.as_of))
            && !figure.is_unconfirmed()
    };
    let counted = growth.iter().zip(&figures).filter(|(_, figure)| counts(figure));
    let Some(standing) = totals::standing(counted.clone().map(|(growth, _)| growth)) else {
        return Err(without_place(artist, &figures));
    };
    Ok(Row {
        rank: 0,
        artist,
        value: standing.value,
        date: Day(standing.date),
        num_parts: counted.clone().count(),
        value_before: standing.before,
        date_before: standing.before_date.map(Day),
        change: standing.change,
        rank_before: None,
        rank_change: None,
        flags: counted.flat_map(|(_, figure)| figure.flags.iter().copied()).collect(),
    })
}

fn without_place(artist: String, figures: &[Figure]) -> Unranked {
    let newest =
        figures.iter().filter(|figure| figure.current.is_some()).max_by_key(|figure| figure.current_date);
    let reason = match newest {
        Some(figure) if figure.is_unconfirmed() => WhyUnranked::UnconfirmedZero,
        Some(_) => WhyUnranked::TooOld,
        None if figures.iter().all(|figure| figure.missing == Some(Missing::NoAccount)) => {
            WhyUnranked::NoAccount
        }
        None => WhyUnranked::NoFigures,
    };
    // One part of a sum is not the sum.
    let newest = newest.filter(|_| figures.len() == 1);
    Unranked {
        artist,
        reason,
        value: newest.and_then(|figure| figure.current),
        date: newest.and_then(|figure| figure.current_date),
    }
}

/// Gives each row its place now and, among those with a value then, its place before; sorts by place.
fn rank(rows: &mut [Row]) {
    let now = totals::ranks(&rows.iter().map(|row| row.value.get()).collect::<Vec<_>>());
    let before: Vec<(usize, f64)> =
        rows.iter().enumerate().filter_map(|(index, row)| Some((index, row.value_before?.get()))).collect();
    let ranks_before = totals::ranks(&before.iter().map(|(_, value)| *value).collect::<Vec<_>>());
    let ranks_before: BTreeMap<usize, usize> =
        before.iter().zip(ranks_before).map(|((index, _), rank)| (*index, rank)).collect();
    for (index, (row, rank)) in rows.iter_mut().zip(now).enumerate() {
        row.rank = rank;
        row.rank_before = ranks_before.get(&index).copied();
        row.rank_change =
            row.rank_before.and_then(|before| Some(i64::try_from(before).ok()? - i64::try_from(rank).ok()?));
    }
    rows.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.artist.cmp(&b.artist)));
}

fn embed(view: &View<'_>, data: &LeaderboardData, ranking: &Ranking) -> Embed {
    let platforms = data.sum_of.iter().map(|part| &part.platform);
    let mut embed = Embed {
        title: format!("{} · leaderboard", ranking.label),
        colour: COLOUR,
        description: Vec::new(),
        sections: Vec::new(),
        image: None,
        footer: footer(
            view.as_of,
            platforms,
            &format!("in brackets the change in {PERIOD_DAYS} days, with ▲▼ places"),
        ),
    };
    if let [_, _, ..] = ranking.parts[..] {
        let parts: Vec<String> = ranking.parts.iter().map(|(p, m)| text::series_label(p, m)).collect();
        embed.description.push(format!("*{} = {}*", ranking.label, parts.join(" + ")));
        embed
            .description
            .push("*who follows on two platforms counts twice; what is missing adds nothing*\n".to_owned());
    }
    let shown = &data.rows[..data.rows.len().min(MAX_ROWS)];
    let rank_width = shown.iter().map(|row| row.rank.to_string().len()).max().unwrap_or(1);
    let value_width = shown.iter().map(|row| text::number(row.value).len()).max().unwrap_or(1);
    embed.description.extend(shown.iter().map(|row| line(view, data, row, rank_width, value_width)));
    if data.rows.len() > shown.len() {
        embed.description.push(format!("*and {} more*", data.rows.len() - shown.len()));
    }
    if data.rows.is_empty() {
        embed.description.push("No artist has a figure of the last 30 days.".to_owned());
    }
    let unranked = data.unranked.iter().map(|without| unranked_line(without, data));
    embed.sections.push(Section::new("Without a place", unranked.collect()));
    let notes = shown
        .iter()
        .filter(|row| row.change.is_some())
        .filter_map(|row| notes::of_series(&row.artist, ranking.label, &notes::bending(&row.flags)));
    embed.sections.push(Section::new("Good to know", notes.collect()));
    embed
}

fn line(view: &View<'_>, data: &LeaderboardData, row: &Row, rank_width: usize, value_width: usize) -> String {
    let (rank, value) = (row.rank, text::number(row.value));
    let change = row.change.filter(|change| change.get() != 0.0);
    let change = change.map(|change| format!(" ({})", text::signed(change))).unwrap_or_default();
    let moved = match row.rank_change {
        Some(won @ 1..) => format!(" ▲{won}"),
        Some(lost @ ..=-1) => format!(" ▼{}", lost.unsigned_abs()),
        _ => String::new(),
    };
    let parts = match (row.num_parts, data.sum_of.len()) {
        (num_parts, all) if num_parts < all => format!(" · {num_parts} of {all} parts"),
        _ => String::new(),
    };
    let (older, mark) = (if_older(row.date.0, view.as_of), notes::mark(&notes::bending(&row.flags)));
    let name = discord::name(&row.artist);
    format!("`{rank:>rank_width$}` `{value:>value_width$}` **{name}**{change}{moved}{parts}{older}{mark}")
}

fn unranked_line(without: &Unranked, data: &LeaderboardData) -> String {
    let name = discord::name(&without.artist);
    let reason = match (without.reason, &data.sum_of[..], without.date) {
        (WhyUnranked::NoAccount, [part], _) => Missing::NoAccount.in_words(&part.platform),
        (WhyUnranked::NoAccount, ..) => "no account on these platforms".to_owned(),
        (WhyUnranked::NoFigures, ..) => "no figures yet".to_owned(),
        (WhyUnranked::UnconfirmedZero, ..) => "zero so far, not confirmed".to_owned(),
        (WhyUnranked::TooOld, _, Some(date)) => {
            let value = without.value.map(text::number).unwrap_or_default();
            format!("{value} is of {date}, too old")
        }
        (WhyUnranked::TooOld, _, None) => "figures are more than 30 days old".to_owned(),
    };
    format!("{name}: {reason}")
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Flag;
    use serde_json::json;

    use super::super::fixture::{FOLLOWERS, Fixture, LISTENERS, SUBSCRIBERS, TODAY};

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
    fn any_number_of_artists_is_answered() {
        let label = label(300);
        assert_eq!(label.data("leaderboard")["rows"].as_array().unwrap().len(), 300);
        let text = label.text("leaderboard");
        assert!(text.contains("` 1` `10,005` **Artist 000** (+5)\n` 2` `10,004` **Artist 001**"), "{text}");
        assert!(text.contains("*and 275 more*"), "{text}");
    }

    #[test]
    fn it_is_as_of_the_newest_observation() {
        assert!(label(3).text("leaderboard").contains("as of 2025-09-30 · Spotify"));
    }

    #[test]
    fn a_place_won_is_shown_with_its_change() {
        let mut label = label(2);
        label.put_all("New", LISTENERS, &[("2025-09-23", 1.0), (TODAY, 20_000.0)]);
        let rows = &label.data("leaderboard")["rows"];
        assert_eq!((&rows[0]["artist"], &rows[0]["rank_change"]), (&json!("New"), &json!(2)));
        assert_eq!((&rows[1]["rank"], &rows[1]["rank_change"]), (&json!(2), &json!(-1)));
        let text = label.text("leaderboard");
        assert!(text.contains("**New** (+19,999) ▲2"), "{text}");
    }

    #[test]
    fn who_has_no_present_figure_has_no_place() {
        let mut label = label(1);
        label.put_all("Gone", LISTENERS, &[("2025-08-22", 90_000.0)]);
        label.put("Zed", LISTENERS, TODAY, 0.0, &[Flag::UnconfirmedZero]);
        label.account("Beats", casa24_schemas::Platform::SPOTIFY, None);
        label.account("Later", casa24_schemas::Platform::SPOTIFY, Some("id"));
        let data = label.data("leaderboard");
        assert_eq!(data["rows"].as_array().unwrap().len(), 1);
        let reasons: Vec<_> =
            data["unranked"].as_array().unwrap().iter().map(|u| u["reason"].clone()).collect();
        assert_eq!(reasons, ["too_old", "unconfirmed_zero", "no_figures", "no_account"]);
        let text = label.text("leaderboard");
        assert!(text.contains("Gone: 90,000 is of 2025-08-22, too old"), "{text}");
        assert!(text.contains("Beats: no Spotify account"), "{text}");
    }

    #[test]
    fn total_reach_says_what_it_adds_and_what_is_missing() {
        let mut label = label(0);
        label.put_all("Luz", FOLLOWERS, &[("2025-09-23", 90.0), (TODAY, 100.0)]);
        label.put_all("Luz", SUBSCRIBERS, &[(TODAY, 50.0)]);
        let row = label.data("leaderboard metric:total-reach")["rows"][0].clone();
        assert_eq!(
            (&row["value"], &row["num_parts"], &row["change"]),
            (&json!(150), &json!(2), &json!(null))
        );
        let text = label.text("leaderboard metric:total-reach");
        assert!(
            text.contains("Total reach = Spotify followers + YouTube subscribers + Instagram followers"),
            "{text}"
        );
        assert!(text.contains("`1` `150` **Luz** · 2 of 3 parts"), "{text}");
    }
}
