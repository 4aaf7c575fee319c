//! Where the label stands.

use casa24_schemas::{Date, Facts, Metric, Platform, TrendKind};

use super::list::{Achievement, LIST, Rule};
use super::{Progress, Standing};
use crate::history::ArtistHistory;
use crate::trends::Found;

/// Days within which what artists do counts as together.
const TOGETHER_DAYS: i64 = 7;

/// Where the label stands with what its artists earn together, as of a day. `findings` has a list for each artist, of all
/// findings by then; `own` are the label's own figures, where it has any.
pub fn of_label(findings: &[&[Found]], own: Option<&ArtistHistory>, day: Date) -> Vec<Standing> {
    let of_label = LIST.iter().filter(|achievement| achievement.is_of_label());
    of_label
        .map(|achievement| Standing { achievement, progress: progress(achievement, findings, own, day) })
        .collect()
}

fn progress(
    achievement: &Achievement,
    findings: &[&[Found]],
    own: Option<&ArtistHistory>,
    day: Date,
) -> Option<Progress> {
    let need = achievement.need;
    if achievement.rule == Rule::Members {
        let members = own?.series(&Platform::DISCORD, &Metric::MEMBER_COUNT)?;
        let counting = || members.until(day).iter().filter(|point| members.counts(point));
        let have = counting().map(|point| point.value).reduce(f64::max)?;
        let earned = counting().enumerate().find(|(_, point)| point.value >= need);
        return Some(earned.map_or(Progress::Ahead { have }, |(place, point)| Progress::Earned {
            on: point.date(),
            or_earlier: place == 0,
        }));
    }
    let together = together(findings, is_of(achievement.rule)?, need);
    let have = together.len() as f64;
    let last = together.iter().map(|of| of.date).max();
    Some(Progress::of(last.filter(|_| have >= need), have))
}

/// What artists have to do together; `None` of another rule.
pub(super) fn is_of(rule: Rule) -> Option<fn(&Found) -> bool> {
    match rule {
        Rule::ArtistsWithMilestone => Some(|found| {
            matches!(found.finding.facts, Facts::Milestone { is_jump: false, is_goal: false, .. })
        }),
        Rule::ArtistsViral => Some(|found| found.kind == TrendKind::VIRAL),
        _ => None,
    }
}

/// A finding about one of several artists: the artist's place, and its own among those about the artist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundOf {
    /// Its day.
    pub date: Date,
    /// Place of the artist.
    pub artist: usize,
    /// Its place.
    pub place: usize,
}

/// The first findings within seven days that so many artists had, or the most that ever had: of each artist the newest.
pub(super) fn together(findings: &[&[Found]], is_of: fn(&Found) -> bool, need: f64) -> Vec<FoundOf> {
    let mut days: Vec<FoundOf> = Vec::new();
    for (artist, found) in findings.iter().enumerate() {
        let of = found.iter().enumerate().filter(|(_, found)| is_of(found));
        days.extend(of.map(|(place, found)| FoundOf { date: found.date(), artist, place }));
    }
    days.sort_unstable();
    let mut most: Vec<FoundOf> = Vec::new();
    for (place, newest) in days.iter().enumerate() {
        let within = days[..=place].iter().rev();
        let within = within.take_while(|of| (newest.date - of.date).whole_days() < TOGETHER_DAYS);
        let mut artists: Vec<FoundOf> = Vec::new();
        for of in within {
            if !artists.iter().any(|known| known.artist == of.artist) {
                artists.push(*of);
            }
        }
        if artists.len() > most.len() {
            most = artists;
        }
        if most.len() as f64 >= need {
            break;
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Day, Finding, Value};
    use time::Duration;
    use time::macros::date;

    use super::*;

    const START: Date = date!(2025 - 01 - 01);

    fn milestone(day: i64, is_jump: bool) -> Found {
        let of = |number| Value::new(number).unwrap();
        let date = Day(START + Duration::days(day));
        let (threshold, value, before) = (of(100.0), of(101.0), of(99.0));
        let facts = Facts::Milestone { threshold, value, from: date, before, is_goal: false, is_jump };
        let finding = Finding { date, facts, by_chance: None };
        let (platform, metric) = (Platform::SPOTIFY, Metric::FOLLOWERS);
        Found { kind: TrendKind::MILESTONE, platform, metric, finding }
    }

    fn of(findings: &[&[Found]], id: &str) -> Option<Progress> {
        let all = of_label(findings, None, START + Duration::days(900));
        all.iter().find(|standing| standing.achievement.id == id).unwrap().progress
    }

    #[test]
    fn several_artists_must_do_it_within_seven_days() {
        let (one, two) = ([milestone(0, false), milestone(1, false)], [milestone(7, false)]);
        let (late, jumped) = ([milestone(3, false), milestone(8, false)], [milestone(6, true)]);
        assert_eq!(of(&[&one, &two, &jumped], "milestones_3"), Some(Progress::Ahead { have: 2.0 }));
        let earned = Some(Progress::Earned { on: START + Duration::days(7), or_earlier: false });
        assert_eq!(of(&[&one, &two, &late], "milestones_3"), earned);
        assert_eq!(of(&[], "viral_together"), Some(Progress::Ahead { have: 0.0 }));
    }

    #[test]
    fn members_are_known_only_where_the_label_has_figures() {
        assert_eq!(of(&[], "members_100"), None);
    }
}
