//! `stats`: the label now.

use casa24_analytics::{Point, totals};
use casa24_schemas::{Metric, Platform, Value};
use serde::Serialize;

use super::day::Day;
use super::figure::{Figure, Missing, if_older};
use super::frame::{Answer, Head, footer};
use super::library::{Known, View};
use crate::discord::{self, Embed, Section};
use crate::text;

const COLOUR: u32 = 0x58_65_F2;

/// Most artists in a list of the top ones.
const MAX_TOP: usize = 3;

/// Days over which the label's own figures show their change.
const PERIOD_DAYS: u32 = 30;

/// Figures of "stats".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatsData {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// Number of artists that are known.
    pub num_artists: usize,
    /// One for each platform and metric that can be added up.
    pub totals: Vec<StatsTotal>,
    /// The label's own figures (its Discord server), with their change over 30 days.
    pub label: Vec<Figure>,
    /// The artists with the greatest values of each headline metric, greatest first.
    pub top_artists: Vec<Top>,
}

/// Sum of one metric over all artists.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatsTotal {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// The sum; missing where no artist has a value of the last 30 days.
    pub value: Option<Value>,
    /// Number of artists that it adds.
    pub num_artists: usize,
    /// Number of artists without those known to have no account there.
    pub num_artists_total: usize,
    /// Day of the oldest value in it.
    pub oldest_date: Option<Day>,
    /// Artists whose newest value is more than 30 days old, and therefore not in it.
    pub left_out: Vec<LeftOut>,
}

/// An artist whose newest value is too old for a total.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeftOut {
    /// Name of the artist.
    pub artist: String,
    /// Newest accepted value.
    pub value: Option<Value>,
    /// Its day.
    pub date: Day,
}

/// One of the top artists by a metric.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Top {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Rank, from 1 on; equal values share it.
    pub rank: usize,
    /// Name of the artist.
    pub artist: String,
    /// Newest accepted value.
    pub value: Value,
    /// Its day.
    pub date: Day,
}

pub(super) fn answer(view: &View<'_>) -> Answer {
    let mut keys = view.all_series();
    keys.retain(|(platform, metric)| text::is_summable(platform, metric));
    let totals = keys.iter().map(|(platform, metric)| total(view, platform, metric)).collect();
    let headline = keys.iter().filter(|(platform, metric)| text::is_headline(platform, metric));
    let top_artists = headline.flat_map(|(platform, metric)| top(view, platform, metric)).collect();
    let label = view.label();
    let own = label.iter().flat_map(|known| {
        view.series_of(known).into_iter().map(move |(p, m)| Figure::of(view, known, &p, &m, PERIOD_DAYS))
    });
    let everybody: Vec<Known<'_>> = view.artists.iter().copied().chain(label).collect();
    let head = Head::new("stats", view, &everybody);
    let (sample, num_artists) = (head.sample, view.artists.len());
    let data = StatsData { head, num_artists, totals, label: own.collect(), top_artists };
    let name = label.map_or_else(|| "The label".to_owned(), |known| discord::name(&known.artist.name));
    Answer::new(&data, embed(view, &data, name), sample)
}

/// The newest value of each artist that has one by the day in question.
fn newest<'v>(
    view: &'v View<'_>,
    platform: &Platform,
    metric: &Metric,
) -> impl Iterator<Item = (&'v str, &'v Point)> {
    view.artists.iter().filter_map(move |known| {
        Some((known.artist.name.as_str(), known.series(platform, metric)?.at(view.as_of)?))
    })
}

fn total(view: &View<'_>, platform: &Platform, metric: &Metric) -> StatsTotal {
    let (old, fresh): (Vec<_>, Vec<_>) =
        newest(view, platform, metric).partition(|(_, point)| totals::is_stale(point.date(), view.as_of));
    let sum = totals::of_points(fresh.iter().map(|(_, point)| *point));
    let has_account = |known: &&Known<'_>| {
        let absent = Missing::of_account(&known.account(platform)) == Missing::NoAccount;
        let figures = known.series(platform, metric).is_some_and(|series| series.at(view.as_of).is_some());
        figures || !absent
    };
    StatsTotal {
        platform: platform.clone(),
        metric: metric.clone(),
        value: sum.map(|sum| sum.value),
        num_artists: sum.map_or(0, |sum| sum.num_artists),
        num_artists_total: view.artists.iter().filter(has_account).count(),
        oldest_date: sum.map(|sum| Day(sum.oldest_date)),
        left_out: old
            .into_iter()
            .map(|(artist, point)| LeftOut {
                artist: artist.to_owned(),
                value: Value::new(point.value),
                date: Day(point.date()),
            })
            .collect(),
    }
}

fn top(view: &View<'_>, platform: &Platform, metric: &Metric) -> Vec<Top> {
    let fresh: Vec<(&str, &Point)> = newest(view, platform, metric)
        .filter(|(_, point)| !totals::is_stale(point.date(), view.as_of) && point.value > 0.0)
        .collect();
    let ranks = totals::ranks(&fresh.iter().map(|(_, point)| point.value).collect::<Vec<_>>());
    let mut top: Vec<Top> = fresh
        .into_iter()
        .zip(ranks)
        .filter(|(_, rank)| *rank <= MAX_TOP)
        .filter_map(|((artist, point), rank)| {
            Some(Top {
                platform: platform.clone(),
                metric: metric.clone(),
                rank,
                artist: artist.to_owned(),
                value: Value::new(point.value)?,
                date: Day(point.date()),
            })
        })
        .collect();
    top.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.artist.cmp(&b.artist)));
    top.truncate(MAX_TOP);
    top
}

fn embed(view: &View<'_>, data: &StatsData, name: String) -> Embed {
    let shown: Vec<&StatsTotal> =
        data.totals.iter().filter(|total| text::is_headline(&total.platform, &total.metric)).collect();
    let sources = shown.iter().filter(|total| total.value.is_some()).map(|total| &total.platform);
    let sources = sources.chain(data.label.iter().map(|figure| &figure.platform));
    let mut embed = Embed {
        title: format!("{name} · the label in figures"),
        colour: COLOUR,
        description: vec![text::count(data.num_artists, "artist", "artists")],
        sections: Vec::new(),
        image: None,
        footer: footer(view.as_of, sources, "each artist's newest value added up"),
    };
    for total in &shown {
        let name = text::platform_label(&total.platform);
        let line = total_line(view, total);
        match embed.sections.iter_mut().find(|section| section.name == name) {
            Some(section) => section.lines.push(line),
            None => embed.sections.push(Section::new(name, vec![line])),
        }
    }
    let own = data.label.iter().filter_map(|figure| own_line(view, figure)).collect();
    embed.sections.push(Section::new("Discord", own));
    for total in &shown {
        let of_metric = |top: &&Top| top.platform == total.platform && top.metric == total.metric;
        let tops: Vec<&Top> = data.top_artists.iter().filter(of_metric).collect();
        embed.sections.push(top_section(view, total, &tops));
    }
    embed.sections.push(Section::new("Not in the totals", left_out_lines(&shown)));
    embed
}

fn total_line(view: &View<'_>, total: &StatsTotal) -> String {
    let label = text::metric_label(&total.platform, &total.metric);
    let Some(value) = total.value else { return format!("{label}: no figures of the last 30 days") };
    let older = total.oldest_date.filter(|Day(date)| *date < view.as_of);
    let older = older.map(|date| format!(", oldest of {date}")).unwrap_or_default();
    let artists = text::count(total.num_artists_total, "artist", "artists");
    format!("**{}** {label} · {} of {artists}{older}", text::number(value), total.num_artists)
}

/// A line of the label's own Discord server.
fn own_line(view: &View<'_>, figure: &Figure) -> Option<String> {
    let (current, date) = figure.current()?;
    let label = text::metric_label(&figure.platform, &figure.metric);
    let change = figure.change.filter(|_| text::is_headline(&figure.platform, &figure.metric));
    let change = change.map(|change| format!(" · {} in {PERIOD_DAYS} days", text::signed(change)));
    let older = if_older(date, view.as_of);
    Some(format!("**{}** {label}{}{older}", text::number(current), change.unwrap_or_default()))
}

fn top_section(view: &View<'_>, total: &StatsTotal, tops: &[&Top]) -> Section {
    let values: Vec<String> = tops.iter().map(|top| text::number(top.value)).collect();
    let width = values.iter().map(String::len).max().unwrap_or(0);
    let line = |(top, value): (&&Top, &String)| {
        let older = if_older(top.date.0, view.as_of);
        format!("`{value:>width$}` {}{older}", discord::name(&top.artist))
    };
    let lines = tops.iter().zip(&values).map(line).collect();
    let name = format!("Top {}", text::series_label(&total.platform, &total.metric));
    Section { inline: true, ..Section::new(name, lines) }
}

/// One line for each artist with values too old for the totals.
fn left_out_lines(shown: &[&StatsTotal]) -> Vec<String> {
    let mut by_artist: Vec<(&str, Day, Vec<String>)> = Vec::new();
    for total in shown {
        let series = text::series_label(&total.platform, &total.metric);
        for left in &total.left_out {
            match by_artist.iter_mut().find(|(artist, ..)| *artist == left.artist) {
                Some((_, newest, metrics)) => {
                    *newest = (*newest).max(left.date);
                    metrics.push(series.clone());
                }
                None => by_artist.push((&left.artist, left.date, vec![series.clone()])),
            }
        }
    }
    let line = |(artist, newest, metrics): &(&str, Day, Vec<String>)| {
        let metrics = match &metrics[..] {
            [only] => only.clone(),
            _ => text::count(metrics.len(), "figure", "figures"),
        };
        format!("**{}** · {metrics}, not newer than {newest}", discord::name(artist))
    };
    by_artist.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fixture::{FOLLOWERS, Fixture, SUBSCRIBERS, TODAY};

    fn label() -> Fixture {
        let mut label = Fixture::default();
        label.put_all("Luz", FOLLOWERS, &[(TODAY, 1_250.0)]);
        label.put_all("Mar", FOLLOWERS, &[("2025-09-08", 400.0)]);
        label.put_all("Gone", FOLLOWERS, &[("2025-08-22", 9_000.0)]);
        label.put_all("Beats", SUBSCRIBERS, &[(TODAY, 13.0)]);
        label.account("Beats", casa24_schemas::Platform::SPOTIFY, None);
        label.put_members("2025-08-31", 58.0);
        label.put_members(TODAY, 61.0);
        label
    }

    #[test]
    fn totals_leave_out_what_is_old_and_name_it() {
        let total = label().data("stats")["totals"][0].clone();
        assert_eq!((&total["metric"], &total["value"]), (&json!("followers"), &json!(1650)));
        assert_eq!((&total["num_artists"], &total["num_artists_total"]), (&json!(2), &json!(3)));
        assert_eq!(total["oldest_date"], "2025-09-08");
        assert_eq!(total["left_out"], json!([{ "artist": "Gone", "value": 9000, "date": "2025-08-22" }]));
    }

    #[test]
    fn the_message_says_how_many_and_as_of_when() {
        let text = label().text("stats");
        for line in [
            "**1,650** followers · 2 of 3 artists, oldest of 2025-09-08",
            "monthly listeners: no figures of the last 30 days",
            "**61** members · +3 in 30 days",
            "`1,250` Luz\n`  400` Mar · of 2025-09-08",
            "**Gone** · Spotify followers, not newer than 2025-08-22",
            "as of 2025-09-30 · Spotify, YouTube, Discord",
        ] {
            assert!(text.contains(line), "{line} is not in:\n{text}");
        }
    }
}
