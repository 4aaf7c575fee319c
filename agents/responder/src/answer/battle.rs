//! `battle artist1: artist2: [platform:]`: a friendly head-to-head over the figures that both have.

use casa24_analytics::totals;
use casa24_schemas::{Date, Metric, Platform, Value};
use serde::Serialize;

use super::day::Day;
use super::figure::{Figure, Missing};
use super::frame::{Answer, Head, footer};
use super::library::{Known, View};
use crate::discord::{self, Embed, Section};
use crate::error::QuestionError;
use crate::text;

const COLOUR: u32 = 0xE6_7E_22;

/// Figures of "battle".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BattleData {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// Name of the first artist.
    pub artist1: String,
    /// Name of the second artist.
    pub artist2: String,
    /// One for each platform and headline metric.
    pub comparisons: Vec<Comparison>,
    /// Number of figures that were compared.
    pub num_compared: usize,
    /// Number of them that the first artist leads.
    pub num_won1: usize,
    /// Number of them that the second artist leads.
    pub num_won2: usize,
    /// Name of the artist who leads more of them; missing for a tie and where nothing was compared.
    pub winner: Option<String>,
}

/// One metric of both artists.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// The first artist's value.
    pub artist1: Side,
    /// The second artist's value.
    pub artist2: Side,
    /// Name of the artist with the greater value; missing for a tie and where it was not compared.
    pub leader: Option<String>,
    /// Why it was not compared.
    pub not_compared: Option<NotCompared>,
}

/// One artist's value in a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Side {
    /// Newest accepted value.
    pub value: Option<Value>,
    /// Its day.
    pub date: Option<Day>,
    /// Why there is none.
    pub missing: Option<Missing>,
}

/// Why a metric of two artists was not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCompared {
    /// One of them, or both, has no value.
    Missing,
    /// One of the values is more than 30 days old.
    TooOld,
    /// One of the values is a zero that nothing confirms.
    UnconfirmedZero,
}

pub(super) fn answer(
    view: &View<'_>,
    artist1: &str,
    artist2: &str,
    platform: Option<&Platform>,
) -> Result<Answer, QuestionError> {
    let (known1, known2) = (view.find(artist1)?, view.find(artist2)?);
    if known1.artist.id == known2.artist.id {
        return Err(QuestionError::SameArtist { artist: known1.artist.name.clone() });
    }
    let comparisons: Vec<Comparison> = view
        .all_series()
        .iter()
        .filter(|(p, m)| text::is_headline(p, m) && platform.is_none_or(|only| only == p))
        .map(|(platform, metric)| comparison(view, [&known1, &known2], platform, metric))
        .collect();
    let won = |known: &Known<'_>| {
        comparisons.iter().filter(|c| c.leader.as_ref() == Some(&known.artist.name)).count()
    };
    let (num_won1, num_won2) = (won(&known1), won(&known2));
    let winner = match num_won1.cmp(&num_won2) {
        std::cmp::Ordering::Greater => Some(known1.artist.name.clone()),
        std::cmp::Ordering::Less => Some(known2.artist.name.clone()),
        std::cmp::Ordering::Equal => None,
    };
    let head = Head::new("battle", view, &[known1, known2]);
    let sample = head.sample;
    let data = BattleData {
        head,
        artist1: known1.artist.name.clone(),
        artist2: known2.artist.name.clone(),
        num_compared: comparisons.iter().filter(|c| c.not_compared.is_none()).count(),
        comparisons,
        num_won1,
        num_won2,
        winner,
    };
    Ok(Answer::new(&data, embed(view, &data), sample))
}

fn comparison(view: &View<'_>, artists: [&Known<'_>; 2], platform: &Platform, metric: &Metric) -> Comparison {
    // A day is enough: only the current values count here.
    let figures = artists.map(|known| Figure::of(view, known, platform, metric, 1));
    let sides = figures.each_ref().map(|figure| Side {
        value: figure.current,
        date: figure.current_date,
        missing: figure.missing.filter(|_| figure.current.is_none()),
    });
    let too_old = |side: &Side| side.date.is_some_and(|Day(date)| totals::is_stale(date, view.as_of));
    let (leader, not_compared) = match (sides[0].value, sides[1].value) {
        (Some(_), Some(_)) if sides.iter().any(too_old) => (None, Some(NotCompared::TooOld)),
        (Some(_), Some(_)) if figures.iter().any(Figure::is_unconfirmed) => {
            (None, Some(NotCompared::UnconfirmedZero))
        }
        (Some(one), Some(two)) if one > two => (Some(artists[0]), None),
        (Some(one), Some(two)) if one < two => (Some(artists[1]), None),
        (Some(_), Some(_)) => (None, None),
        _ => (None, Some(NotCompared::Missing)),
    };
    Comparison {
        platform: platform.clone(),
        metric: metric.clone(),
        artist1: sides[0],
        artist2: sides[1],
        leader: leader.map(|known| known.artist.name.clone()),
        not_compared,
    }
}

fn embed(view: &View<'_>, data: &BattleData) -> Embed {
    let names = [discord::name(&data.artist1), discord::name(&data.artist2)];
    let compared = data.comparisons.iter().filter(|c| c.not_compared.is_none());
    let mut embed = Embed {
        title: format!("{} vs {}", names[0], names[1]),
        colour: COLOUR,
        description: vec![result(data, &names)],
        sections: Vec::new(),
        image: None,
        footer: footer(view.as_of, compared.map(|c| &c.platform), "the greater newest value leads"),
    };
    for comparison in data.comparisons.iter().filter(|c| c.not_compared.is_none()) {
        let name = text::series_label(&comparison.platform, &comparison.metric);
        let lines = sides(view, data, comparison, &names);
        embed.sections.push(Section { inline: true, ..Section::new(name, lines) });
    }
    embed.sections.push(Section::new("Not compared", not_compared_lines(data, &names)));
    embed
}

/// Who leads, in one sentence.
fn result(data: &BattleData, names: &[String; 2]) -> String {
    let figures = text::count(data.num_compared, "figure", "figures");
    let (won1, won2) = (data.num_won1, data.num_won2);
    if data.num_compared == 0 {
        return "There is no figure that both have, so nobody leads.".to_owned();
    }
    match &data.winner {
        Some(winner) if *winner == data.artist1 => {
            format!("**{}** leads {won1} to {won2} over {figures} that both have.", names[0])
        }
        Some(_) => format!("**{}** leads {won2} to {won1} over {figures} that both have.", names[1]),
        None => format!("A tie, {won1} all, over {figures} that both have."),
    }
}

/// A line for each artist, numbers aligned, the leader in bold.
fn sides(view: &View<'_>, data: &BattleData, comparison: &Comparison, names: &[String; 2]) -> Vec<String> {
    let rows =
        [(&names[0], &data.artist1, comparison.artist1), (&names[1], &data.artist2, comparison.artist2)];
    let values = rows.map(|(_, _, side)| side.value.map(text::number).unwrap_or_default());
    let width = values.iter().map(String::len).max().unwrap_or(0);
    rows.iter()
        .zip(&values)
        .map(|((shown, name, side), value)| {
            let older =
                side.date.map(|Day(date)| super::figure::if_older(date, view.as_of)).unwrap_or_default();
            let leads = comparison.leader.as_ref() == Some(*name);
            let shown = if leads { format!("**{shown}**") } else { (*shown).clone() };
            format!("`{value:>width$}` {shown}{older}")
        })
        .collect()
}

/// A line for each reason, with every metric that it holds for.
fn not_compared_lines(data: &BattleData, names: &[String; 2]) -> Vec<String> {
    let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
    for comparison in &data.comparisons {
        let Some(reason) = reason(comparison, names, data.head.as_of.0) else { continue };
        let series = text::series_label(&comparison.platform, &comparison.metric);
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, metrics)) => metrics.push(series),
            None => reasons.push((reason, vec![series])),
        }
    }
    reasons.iter().map(|(reason, metrics)| format!("{}: {reason}", metrics.join(", "))).collect()
}

/// Why a metric was not compared, in words; `None` where it was.
fn reason(comparison: &Comparison, names: &[String; 2], as_of: Date) -> Option<String> {
    let not_compared = comparison.not_compared?;
    let of_side = |side: &Side, name: &String| match (not_compared, side) {
        (NotCompared::Missing, Side { missing: Some(missing), .. }) => {
            Some(format!("{name} has {}", missing.in_words(&comparison.platform)))
        }
        (NotCompared::TooOld, Side { date: Some(Day(date)), .. }) if totals::is_stale(*date, as_of) => {
            Some(format!("{name}'s is of {}, too old", text::day(*date)))
        }
        (NotCompared::UnconfirmedZero, Side { value: Some(value), .. }) if value.get() == 0.0 => {
            Some(format!("{name}'s zero is not confirmed"))
        }
        _ => None,
    };
    if let [Some(one), Some(two)] = [comparison.artist1.missing, comparison.artist2.missing]
        && one == two
    {
        return Some(format!("both have {}", one.in_words(&comparison.platform)));
    }
    let sides = [(&comparison.artist1, &names[0]), (&comparison.artist2, &names[1])];
    let words: Vec<String> = sides.iter().filter_map(|(side, name)| of_side(side, name)).collect();
    Some(words.join(", "))
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Flag;
    use serde_json::json;

    use super::super::fixture::{FOLLOWERS, Fixture, LISTENERS, SUBSCRIBERS, TODAY};

    fn label() -> Fixture {
        let mut label = Fixture::default();
        label.put_all("Luz", FOLLOWERS, &[(TODAY, 1_250.0)]);
        label.put_all("Luz", LISTENERS, &[(TODAY, 10.0)]);
        label.put_all("Luz", SUBSCRIBERS, &[(TODAY, 77.0)]);
        label.put_all("MÁR", FOLLOWERS, &[(TODAY, 400.0)]);
        label.put_all("MÁR", LISTENERS, &[(TODAY, 20.0)]);
        label.account("MÁR", casa24_schemas::Platform::YOUTUBE, None);
        label
    }

    #[test]
    fn figures_that_only_one_has_are_not_compared() {
        let label = label();
        let data = label.data("battle artist1:luz artist2:mar");
        assert_eq!((&data["num_compared"], &data["winner"]), (&json!(2), &json!(null)));
        let text = label.text("battle artist1:luz artist2:mar");
        assert!(text.contains("A tie, 1 all, over 2 figures that both have."), "{text}");
        assert!(text.contains("YouTube subscribers: MÁR has no YouTube account"), "{text}");
        assert!(!text.contains("Infinity") && !text.contains("inf ") && !text.contains("NaN"), "{text}");
    }

    #[test]
    fn the_one_who_leads_more_figures_wins() {
        let mut label = label();
        label.put_all("Luz", LISTENERS, &[(TODAY, 21.0)]);
        let text = label.text("battle artist1:LUZ artist2:mar");
        assert!(text.contains("**Luz** leads 2 to 0 over 2 figures that both have."), "{text}");
        assert!(text.contains("`1,250` **Luz**\n`  400` MÁR"), "{text}");
    }

    #[test]
    fn one_platform_alone_may_be_compared() {
        let data = label().data("battle artist1:luz artist2:mar platform:youtube");
        assert!(data["comparisons"].as_array().unwrap().iter().all(|c| c["platform"] == "youtube"));
        assert_eq!(data["num_compared"], 0);
    }

    #[test]
    fn a_zero_that_nothing_confirms_and_an_old_figure_prove_nothing() {
        let mut label = label();
        label.put("Zed", FOLLOWERS, TODAY, 0.0, &[Flag::UnconfirmedZero]);
        label.put_all("Zed", LISTENERS, &[("2025-08-22", 5_000.0)]);
        let data = label.data("battle artist1:luz artist2:zed");
        assert_eq!(data["num_compared"], 0);
        let text = label.text("battle artist1:luz artist2:zed");
        assert!(text.contains("nobody leads"), "{text}");
        assert!(text.contains("Spotify followers: Zed's zero is not confirmed"), "{text}");
        assert!(text.contains("Spotify monthly listeners: Zed's is of 2025-08-22, too old"), "{text}");
    }

    #[test]
    fn an_artist_does_not_meet_itself() {
        let error = label().ask("battle artist1:luz artist2:LUZ").error.unwrap();
        assert_eq!(error, "both options name \"Luz\": name two different artists");
    }
}
