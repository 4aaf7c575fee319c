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
    match achievement.rule {
        Rule::ArtistsWithMilestone => {
            let is_milestone = |found: &Found| {
                matches!(found.finding.facts, Facts::Milestone { is_jump: false, is_goal: false, .. })
            };
            Some(together(findings, is_milestone, achievement.need))
        }
        Rule::ArtistsViral => {
            Some(together(findings, |found| found.kind == TrendKind::VIRAL, achievement.need))
        }
        Rule::Members => {
            let members = own?.series(&Platform::DISCORD, &Metric::MEMBER_COUNT)?;
            let counting = || members.until(day).iter().filter(|point| members.counts(point));
            let have = counting().map(|point| point.value).reduce(f64::max)?;
            let earned = counting().enumerate().find(|(_, point)| point.value >= achievement.need);
            Some(earned.map_or(Progress::Ahead { have }, |(place, point)| Progress::Earned {
                on: point.date(),
                or_earlier: place == 0,
            }))
        }
        _ => None, // an artist's
    }
}

/// The first day by which so many artists had such a finding within seven days, or the most that ever had.
fn together(findings: &[&[Found]], is_of: impl Fn(&Found) -> bool, need: f64) -> Progress {
    let mut days: Vec<(Date, usize)> = Vec::new();
    for (artist, found) in findings.iter().enumerate() {
        days.extend(found.iter().filter(|found| is_of(found)).map(|found| (found.date(), artist)));
    }
    days.sort_unstable();
    let mut most = 0.0;
    for (place, (date, _)) in days.iter().enumerate() {
        let within = days[..=place].iter().rev();
        let within = within.take_while(|(of, _)| (*date - *of).whole_days() < TOGETHER_DAYS);
        let mut artists: Vec<usize> = within.map(|(_, artist)| *artist).collect();
        artists.sort_unstable();
        artists.dedup();
        let num = artists.len() as f64;
        if num >= need {
            return Progress::of(Some(*date), num);
        }
        most = f64::max(most, num);
    }
    Progress::Ahead { have: most }
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
