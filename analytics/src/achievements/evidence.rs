//! What earned an achievement, or the most that there was of what it asks for.

use casa24_schemas::{Date, Metric, Platform, TrendKind};
use time::Duration;

use super::list::{Achievement, Rule};
use super::of_artist::{Known, Step, multiples, rises, years};
use super::of_label::{FoundOf, is_of, together};
use super::reach;
use crate::history::ArtistHistory;
use crate::totals::is_stale;
use crate::trends::Found;

/// What an achievement rests on.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence {
    /// Values: the one, or those of all platforms on a day.
    Values(Vec<Part>),
    /// A value, and the lowest of the year before.
    Multiple(Part, Part),
    /// A video's views.
    Video {
        /// Title of the video.
        title: String,
        /// Its views.
        views: Part,
    },
    /// Days from one to another.
    Days(Date, Date),
    /// Findings about the artist, by their places.
    Findings(Vec<usize>),
    /// Findings about several artists.
    OfSeveral(Vec<FoundOf>),
}

/// A value that an achievement rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Day of the value.
    pub date: Date,
    /// The value.
    pub value: f64,
}

/// What an achievement of an artist rests on as of a day; `None` where there are no figures. The findings are those of
/// [`of_artist`](super::of_artist()).
pub fn evidence(
    artist: &ArtistHistory,
    findings: &[Found],
    day: Date,
    achievement: &Achievement,
) -> Option<Evidence> {
    let need = achievement.need;
    let known = Known::new(artist, findings, day);
    let decisive = || {
        let steps = known.steps(achievement.rule)?;
        steps.iter().find(|step| step.value >= need).or_else(|| steps.last()).copied()
    };
    match achievement.rule {
        Rule::Reach | Rule::OnThreePlatforms => Some(Evidence::Values(reach_on(artist, decisive()?.date))),
        Rule::Views => {
            let (platform, metric) = (Platform::YOUTUBE, Metric::TOTAL_VIEWS);
            let point = artist.series(&platform, &metric)?.until(day).iter();
            let step = decisive()?;
            let point = point.filter(|point| point.date() == step.date).find(|it| it.value == step.value)?;
            let (date, value) = (point.date(), point.value);
            Some(Evidence::Values(vec![Part { platform, metric, date, value }]))
        }
        Rule::VideoViews => video(artist, &decisive()?),
        Rule::TimesInAYear => multiple(artist, &decisive()?, day),
        Rule::DaysObserved => {
            let Step { date, value, .. } = decisive()?;
            Some(Evidence::Days(date.checked_sub(Duration::days(value as i64 - 1))?, date))
        }
        Rule::DaysOnRecord => {
            let Step { date, value, .. } = decisive()?;
            Some(Evidence::Days(date.checked_sub(Duration::days(value as i64))?, date))
        }
        Rule::NumViral => {
            let viral = findings.iter().enumerate().filter(|(_, found)| found.kind == TrendKind::VIRAL);
            Some(Evidence::Findings(viral.take(need as usize).map(|(place, _)| place).collect()))
        }
        Rule::Streak => Some(Evidence::Findings(first_or_most(findings, rises, need))),
        Rule::YearsByChance => Some(Evidence::Findings(first_or_most(findings, years, need))),
        Rule::ArtistsWithMilestone | Rule::ArtistsViral | Rule::Members => None, // the label's
    }
}

/// The same of an achievement of the label. The findings are those of [`of_label`](super::of_label()).
pub fn evidence_of_label(
    findings: &[&[Found]],
    own: Option<&ArtistHistory>,
    day: Date,
    achievement: &Achievement,
) -> Option<Evidence> {
    let need = achievement.need;
    if achievement.rule != Rule::Members {
        return Some(Evidence::OfSeveral(together(findings, is_of(achievement.rule)?, need)));
    }
    let (platform, metric) = (Platform::DISCORD, Metric::MEMBER_COUNT);
    let members = own?.series(&platform, &metric)?;
    let counting = || members.until(day).iter().filter(|point| members.counts(point));
    let most = || counting().reduce(|most, next| if next.value > most.value { next } else { most });
    let point = counting().find(|point| point.value >= need).or_else(most)?;
    let (date, value) = (point.date(), point.value);
    Some(Evidence::Values(vec![Part { platform, metric, date, value }]))
}

/// The values that make up the reach on a day.
fn reach_on(artist: &ArtistHistory, day: Date) -> Vec<Part> {
    let newest = reach::named_parts(artist).filter_map(|(platform, metric, series)| {
        let point = series.counting_at(day).filter(|point| !is_stale(point.date(), day))?;
        let (platform, metric) = (platform.clone(), metric.clone());
        Some(Part { platform, metric, date: point.date(), value: point.value })
    });
    newest.collect()
}

fn multiple(artist: &ArtistHistory, step: &Step, day: Date) -> Option<Evidence> {
    let mut of_parts = reach::named_parts(artist);
    of_parts.find_map(|(platform, metric, series)| {
        let is_it = |date: Date, times: f64| date == step.date && times == step.value;
        let multiples = multiples(series, day);
        let found = multiples.iter().find(|multiple| is_it(multiple.date, multiple.times()))?;
        let part =
            |date: Date, value: f64| Part { platform: platform.clone(), metric: metric.clone(), date, value };
        let (least_date, least) = found.least;
        Some(Evidence::Multiple(part(found.date, found.value), part(least_date, least)))
    })
}

fn video(artist: &ArtistHistory, step: &Step) -> Option<Evidence> {
    artist.platforms.iter().find_map(|(platform, history)| {
        let mut title = None;
        history.content.each_day(|date, texts, numbers| {
            let views = numbers.iter().skip(texts.tracks.len());
            let mut videos = texts.videos.iter().zip(views).filter(|_| date == step.date);
            let found = videos.find(|(_, views)| views.is_some_and(|views| views as f64 == step.value));
            title = title.take().or_else(|| found.map(|(video, _)| video.title.clone()));
        });
        let (platform, metric) = (platform.clone(), Metric::TOTAL_VIEWS);
        let views = Part { platform, metric, date: step.date, value: step.value };
        title.map(|title| Evidence::Video { title, views })
    })
}

/// The first finding with a number that is great enough, or the one with the greatest.
fn first_or_most(findings: &[Found], number: fn(&Found) -> Option<f64>, need: f64) -> Vec<usize> {
    let numbers = || findings.iter().enumerate().filter_map(|(place, found)| Some((place, number(found)?)));
    let first = numbers().find(|(_, number)| *number >= need);
    let most = || numbers().reduce(|most, next| if next.1 > most.1 { next } else { most });
    first.or_else(most).map(|(place, _)| place).into_iter().collect()
}
