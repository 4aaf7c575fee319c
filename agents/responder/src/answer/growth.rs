//! `growth [artist:] [period:]`: what changed, and who leads.

use casa24_analytics::totals;
use casa24_schemas::{GrowthFigure, Metric, Platform, Value};
use serde::Serialize;

use super::day::Day;
use super::figure::{Figure, Missing, if_older};
use super::frame::{Answer, Head, footer};
use super::library::{Known, View};
use super::notes;
use crate::discord::{self, Embed, Section};
use crate::error::QuestionError;
use crate::text;

const COLOUR: u32 = 0x2E_CC_71;

/// Most artists that a metric's field lists as rising, and as falling.
const MAX_RISING: usize = 5;
const MAX_FALLING: usize = 3;

/// Figures of "growth".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GrowthData {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// Days between baseline and current that were asked for.
    pub period_days: u32,
    /// One for each artist, platform and metric; the label's own figures among them under its name.
    pub figures: Vec<Figure>,
    /// One for each platform and metric that can be added up.
    pub totals: Vec<Total>,
}

/// Growth of one metric over all artists in the answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Total {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Sum of the current values; missing where no artist has both ends.
    pub current: Option<Value>,
    /// Sum of the baselines of the same artists.
    pub baseline: Option<Value>,
    /// Current less baseline.
    pub change: Option<Value>,
    /// Change as a percentage of the baseline; missing where that is 0.
    pub change_pct: Option<Value>,
    /// Number of artists that it adds: those for which both ends exist.
    pub num_artists: usize,
    /// Number of artists in the answer, without those known to have no account there.
    pub num_artists_total: usize,
    /// Day of the oldest current value in it.
    pub oldest_current_date: Option<Day>,
}

pub(super) fn answer(
    view: &View<'_>,
    artist: Option<&str>,
    period_days: u32,
) -> Result<Answer, QuestionError> {
    let one = artist.map(|name| view.find(name)).transpose()?;
    let artists: Vec<Known<'_>> = one.map_or_else(|| view.artists.clone(), |known| vec![known]);
    let label = if one.is_some() { None } else { view.label() };
    let measured: Vec<(GrowthFigure, Figure)> = artists
        .iter()
        .flat_map(|known| {
            let series = view.series_of(known).into_iter();
            series.map(move |(platform, metric)| {
                let growth = view.growth(known, &platform, &metric, period_days);
                let figure = Figure::from_growth(known, growth.clone());
                (growth, figure)
            })
        })
        .collect();
    let summable =
        view.all_series().into_iter().filter(|(platform, metric)| text::is_summable(platform, metric));
    let totals = summable.filter_map(|(platform, metric)| total(platform, metric, &measured)).collect();
    let mut figures: Vec<Figure> = measured.into_iter().map(|(_, figure)| figure).collect();
    if let Some(known) = &label {
        let own = view.series_of(known);
        figures.extend(own.iter().map(|(p, m)| Figure::of(view, known, p, m, period_days)));
    }
    let everybody: Vec<Known<'_>> = artists.iter().copied().chain(label).collect();
    let head = Head::new("growth", view, &everybody);
    let sample = head.sample;
    let data = GrowthData { head, period_days, figures, totals };
    let embed = match one {
        Some(known) => of_artist(view, &data, &known),
        None => of_all(view, &data, &label),
    };
    Ok(Answer::new(&data, embed, sample))
}

/// The total of one metric; `None` where no artist in the answer has it.
fn total(platform: Platform, metric: Metric, measured: &[(GrowthFigure, Figure)]) -> Option<Total> {
    let of_metric = measured.iter().filter(|(_, f)| f.platform == platform && f.metric == metric);
    of_metric.clone().next()?;
    let sum = totals::of_growth(of_metric.clone().map(|(growth, _)| growth));
    Some(Total {
        current: sum.map(|sum| sum.current),
        baseline: sum.map(|sum| sum.baseline),
        change: sum.map(|sum| sum.change),
        change_pct: sum.and_then(|sum| sum.change_pct),
        num_artists: sum.map_or(0, |sum| sum.num_artists),
        num_artists_total: of_metric.filter(|(_, f)| f.missing != Some(Missing::NoAccount)).count(),
        oldest_current_date: sum.map(|sum| Day(sum.oldest_current_date)),
        platform,
        metric,
    })
}

fn embed(view: &View<'_>, data: &GrowthData, subject: &str) -> Embed {
    let days = text::count(data.period_days as usize, "day", "days");
    let sources = data.figures.iter().filter(|figure| figure.current.is_some());
    let method = format!("newest value less the one {days} before");
    Embed {
        title: format!("{subject} · growth over {days}"),
        colour: COLOUR,
        description: Vec::new(),
        sections: Vec::new(),
        image: None,
        footer: footer(view.as_of, sources.map(|figure| &figure.platform), &method),
    }
}

/// One artist: a field for each platform, a line for each metric.
fn of_artist(view: &View<'_>, data: &GrowthData, known: &Known<'_>) -> Embed {
    let mut embed = embed(view, data, &discord::name(&known.artist.name));
    embed.sections = platform_sections(&data.figures, |figures| artist_lines(view, figures));
    if embed.sections.is_empty() {
        embed.description.push("No figures yet.".to_owned());
    }
    embed
}

/// Lines of an artist's figures on one platform: changes aligned, the days once where all are the same.
fn artist_lines(view: &View<'_>, figures: &[&Figure]) -> Vec<String> {
    let days = |figure: &Figure| Some((figure.baseline_date?, figure.current_date?));
    let shared = figures.first().and_then(|first| days(first));
    let shared = shared.filter(|_| figures.iter().all(|figure| days(figure) == shared));
    let changes: Vec<Option<String>> = figures.iter().map(|f| f.change.map(text::signed)).collect();
    let width = changes.iter().flatten().map(|change| change.chars().count()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (figure, change) in figures.iter().zip(&changes) {
        let Some((current, date)) = figure.current() else { continue };
        let label = text::metric_label(&figure.platform, &figure.metric);
        let current = text::number(current);
        lines.push(match (change, figure.baseline, days(figure)) {
            (Some(change), Some(baseline), Some((from, to))) => {
                let pct = figure.pct_in_words().map(|pct| format!(" ({pct})")).unwrap_or_default();
                let own_days = if shared.is_none() { format!(" · {from} to {to}") } else { String::new() };
                let (baseline, mark) = (text::number(baseline), notes::mark(&figure.bending()));
                format!("`{change:>width$}` **{label}**{pct} {baseline} → {current}{own_days}{mark}")
            }
            _ => {
                let reason = Missing::NoBaseline.in_words(&figure.platform);
                format!("{current} {label}{}: {reason}", if_older(date, view.as_of))
            }
        });
    }
    lines.extend(shared.map(|(from, to)| format!("*{from} to {to}*")));
    let mut notes: Vec<(String, Vec<String>)> = Vec::new();
    for figure in figures {
        let Some(words) = notes::in_words(&figure.flags) else { continue };
        let label = text::metric_label(&figure.platform, &figure.metric);
        match notes.iter_mut().find(|(known, _)| *known == words) {
            Some((_, labels)) => labels.push(label),
            None => notes.push((words, vec![label])),
        }
    }
    lines.extend(notes.iter().map(|(words, labels)| format!("*{}: {words}*", labels.join(", "))));
    lines
}

/// A field for each platform, in the order of the figures. What is missing is named after what is there; a
/// platform without an account has one line that says so.
pub(super) fn platform_sections(
    figures: &[Figure],
    lines_of: impl Fn(&[&Figure]) -> Vec<String>,
) -> Vec<Section> {
    figures
        .chunk_by(|a, b| a.platform == b.platform)
        .map(|figures| {
            let (known, missing): (Vec<&Figure>, Vec<&Figure>) =
                figures.iter().partition(|figure| figure.current.is_some());
            let mut lines = if known.is_empty() { Vec::new() } else { lines_of(&known) };
            for figure in missing {
                let Some(reason) = figure.missing else { continue };
                let words = reason.in_words(&figure.platform);
                let line = match reason {
                    Missing::NoAccount => words,
                    _ => format!("{}: {words}", text::metric_label(&figure.platform, &figure.metric)),
                };
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
            let platform = figures.first().map(|figure| text::platform_label(&figure.platform));
            Section::new(platform.unwrap_or_default(), lines)
        })
        .collect()
}

/// All artists: totals first, then who leads and who fell by each metric.
fn of_all(view: &View<'_>, data: &GrowthData, label: &Option<Known<'_>>) -> Embed {
    let mut embed = embed(view, data, "All artists");
    let shown: Vec<&Total> =
        data.totals.iter().filter(|total| text::is_headline(&total.platform, &total.metric)).collect();
    let changes: Vec<String> =
        shown.iter().map(|total| total.change.map_or_else(|| "–".to_owned(), text::signed)).collect();
    let width = changes.iter().map(|change| change.chars().count()).max().unwrap_or(0);
    for (total, change) in shown.iter().zip(&changes) {
        embed.description.push(total_line(data, total, change, width));
    }
    if embed.description.is_empty() {
        embed.description.push("No figures of artists yet.".to_owned());
    }
    for total in &shown {
        let figures: Vec<&Figure> = data
            .figures
            .iter()
            .filter(|f| f.platform == total.platform && f.metric == total.metric && is_artist(f, label))
            .collect();
        let section = metric_section(view, &total.platform, &total.metric, &figures);
        embed.sections.extend(section);
    }
    if let Some(known) = label {
        let own = data.figures.iter().filter(|figure| !is_artist(figure, label));
        let own: Vec<&Figure> = own.filter(|f| text::is_headline(&f.platform, &f.metric)).collect();
        let name = format!("Discord · {}", discord::name(&known.artist.name));
        embed.sections.push(Section::new(name, artist_lines(view, &own)));
    }
    let mut notes: Vec<String> = data
        .figures
        .iter()
        .filter(|f| f.change.is_some() && text::is_headline(&f.platform, &f.metric))
        .filter_map(|f| {
            notes::of_series(&f.artist, &text::series_label(&f.platform, &f.metric), &f.bending())
        })
        .collect();
    let oldest = shown.iter().filter_map(|total| total.oldest_current_date).min();
    let oldest = oldest.filter(|Day(date)| *date < view.as_of);
    notes.extend(oldest.map(|date| format!("Totals hold newest values from {date} on.")));
    embed.sections.push(Section::new("Good to know", notes));
    embed
}

fn is_artist(figure: &Figure, label: &Option<Known<'_>>) -> bool {
    let own = label.and_then(|known| known.history);
    !own.is_some_and(|own| own.artist.name == figure.artist && own.platforms.contains_key(&figure.platform))
}

fn total_line(data: &GrowthData, total: &Total, change: &str, width: usize) -> String {
    let label = text::series_label(&total.platform, &total.metric);
    let in_total =
        |f: &&Figure| f.platform == total.platform && f.metric == total.metric && f.change.is_some();
    let mark =
        data.figures.iter().filter(in_total).map(|f| notes::mark(&f.bending())).max().unwrap_or_default();
    let pct = total.change_pct.filter(|_| total.change.is_some_and(|change| change.get() != 0.0));
    let pct = pct.map(|pct| format!(" ({})", text::percent(pct))).unwrap_or_default();
    let artists = text::count(total.num_artists_total, "artist", "artists");
    format!("`{change:>width$}` **{label}**{pct} · {} of {artists}{mark}", total.num_artists)
}

/// The field of one metric: rising artists first, then falling ones; `None` where no artist has a change.
fn metric_section(
    view: &View<'_>,
    platform: &Platform,
    metric: &Metric,
    figures: &[&Figure],
) -> Option<Section> {
    let mut changed: Vec<(f64, &Figure)> =
        figures.iter().filter_map(|figure| Some((figure.change?.get(), *figure))).collect();
    changed.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.artist.cmp(&y.artist)));
    if changed.is_empty() {
        return None;
    }
    let rising: Vec<_> = changed.iter().filter(|(change, _)| *change > 0.0).collect();
    let falling: Vec<_> = changed.iter().rev().filter(|(change, _)| *change < 0.0).collect();
    let shown: Vec<_> = rising.iter().take(MAX_RISING).chain(falling.iter().take(MAX_FALLING)).collect();
    let words: Vec<String> =
        shown.iter().map(|(change, _)| Value::new(*change).map_or_else(String::new, text::signed)).collect();
    let width = words.iter().map(|word| word.chars().count()).max().unwrap_or(0);
    let mut lines: Vec<String> = shown
        .iter()
        .zip(&words)
        .map(|((_, figure), change)| {
            let pct = figure.change_pct.map(|pct| format!(" ({})", text::percent(pct))).unwrap_or_default();
            let mark = notes::mark(&figure.bending());
            let (now, older) = figure.current().map_or_else(
                || (String::new(), String::new()),
                |(current, date)| (text::number(current), if_older(date, view.as_of)),
            );
            format!("`{change:>width$}` **{}**{pct} → {now}{older}{mark}", discord::name(&figure.artist))
        })
        .collect();
    let num_hidden = rising.len() + falling.len() - shown.len();
    let num_same = changed.len() - rising.len() - falling.len();
    let num_unknown =
        figures.iter().filter(|f| f.change.is_none() && f.missing != Some(Missing::NoAccount)).count();
    let counts =
        [(num_hidden, "more moved"), (num_same, "unchanged"), (num_unknown, "without a figure to compare")];
    let rest: Vec<String> =
        counts.iter().filter(|(num, _)| *num > 0).map(|(num, what)| format!("{num} {what}")).collect();
    if !rest.is_empty() {
        lines.push(format!("*{}*", rest.join(" · ")));
    }
    Some(Section::new(text::series_label(platform, metric), lines))
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Flag;
    use serde_json::json;

    use super::super::fixture::{FOLLOWERS, Fixture, LISTENERS, SUBSCRIBERS, TODAY};

    fn label() -> Fixture {
        let mut label = Fixture::default();
        label.put_all(
            "Luz",
            LISTENERS,
            &[("2025-08-31", 1_000.0), ("2025-09-23", 1_100.0), (TODAY, 1_250.0)],
        );
        label.put_all("Mar", LISTENERS, &[("2025-08-31", 500.0), ("2025-09-23", 450.0), (TODAY, 400.0)]);
        label.put_all("Sol", LISTENERS, &[(TODAY, 70.0)]);
        label
    }

    #[test]
    fn figures_have_both_ends_with_their_days() {
        let data = label().data("growth artist:Luz period:30");
        assert_eq!(
            (&data["command"], &data["as_of"], &data["period_days"]),
            (&json!("growth"), &json!(TODAY), &json!(30))
        );
        let figure =
            data["figures"].as_array().unwrap().iter().find(|f| f["metric"] == "monthly_listeners").unwrap();
        assert_eq!(
            *figure,
            json!({
                "artist": "Luz", "platform": "spotify", "metric": "monthly_listeners",
                "current": 1250, "current_date": TODAY, "baseline": 1000, "baseline_date": "2025-08-31",
                "change": 250, "change_pct": 25, "flags": [], "missing": null,
            })
        );
    }

    #[test]
    fn seven_days_are_seven_days_by_date() {
        let data = label().data("growth artist:Mar period:7");
        let days: Vec<_> =
            data["figures"].as_array().unwrap().iter().map(|f| f["baseline_date"].clone()).collect();
        assert!(days.contains(&json!("2025-09-23")), "{days:?}");
    }

    #[test]
    fn totals_add_only_artists_with_both_ends_and_say_how_many() {
        let label = label();
        let total = &label.data("growth")["totals"];
        let total =
            total.as_array().unwrap().iter().find(|t| t["metric"] == "monthly_listeners").unwrap().clone();
        assert_eq!(total["change"], 150);
        assert_eq!((&total["num_artists"], &total["num_artists_total"]), (&json!(2), &json!(3)));
        let text = label.text("growth");
        assert!(text.contains("`+150` **Spotify monthly listeners** (+10.0 %) · 2 of 3 artists"), "{text}");
    }

    #[test]
    fn an_artist_who_shrank_is_never_shown_as_growing() {
        let text = label().text("growth");
        assert!(text.contains("`+250` **Luz** (+25.0 %) → 1,250\n`−100` **Mar** (−20.0 %) → 400"), "{text}");
        assert!(!text.contains("+-") && !text.contains("+−"), "{text}");
    }

    #[test]
    fn scores_are_never_added_up() {
        let mut label = label();
        let popularity = (casa24_schemas::Platform::SPOTIFY, casa24_schemas::Metric::POPULARITY_SCORE);
        label.put_all("Luz", popularity, &[("2025-08-31", 40.0), (TODAY, 44.0)]);
        let data = label.data("growth");
        let is_score =
            |list: &str| data[list].as_array().unwrap().iter().any(|f| f["metric"] == "popularity_score");
        assert!(is_score("figures") && !is_score("totals"));
        assert!(label.text("growth artist:luz").contains("`  +4` **popularity** 40 → 44"));
    }

    #[test]
    fn a_level_change_within_the_period_is_told_wherever_it_counts() {
        let mut label = label();
        label.put("Luz", FOLLOWERS, "2025-08-31", 900.0, &[]);
        label.put("Luz", FOLLOWERS, "2025-09-22", 500.0, &[Flag::LevelChange]);
        label.put("Luz", FOLLOWERS, TODAY, 510.0, &[]);
        let all = label.text("growth");
        assert!(all.contains("`−390` **Spotify followers** (−43.3 %) · 1 of 3 artists ⚠"), "{all}");
        assert!(all.contains("⚠ **Luz**, Spotify followers: level change on 2025-09-22"), "{all}");
        let one = label.text("growth artist:luz");
        assert!(one.contains("followers: level change on 2025-09-22"), "{one}");
        let after = label.text("growth artist:luz period:7");
        assert!(!after.contains("level change"), "{after}");
    }

    #[test]
    fn an_artist_without_an_account_is_not_measured_as_zero() {
        let mut label = label();
        label.account("Beats", casa24_schemas::Platform::SPOTIFY, None);
        label.put_all("Beats", SUBSCRIBERS, &[(TODAY, 13.0)]);
        let text = label.text("growth artist:beats");
        assert!(text.contains("Spotify\nno Spotify account"), "{text}");
        assert!(text.contains("13 subscribers: no earlier value to compare with"), "{text}");
        let figures = &label.data("growth artist:beats")["figures"];
        assert_eq!((&figures[0]["current"], &figures[0]["missing"]), (&json!(null), &json!("no_account")));
    }
}
