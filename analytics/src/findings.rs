//! Everything noteworthy about one artist: what its series show, and the achievements that were earned.

use casa24_schemas::{Day, Facts, Finding, Goals, Metric, Platform, TrendKind, Value};

use crate::achievements::{self, Progress, Standing};
use crate::history::ArtistHistory;
use crate::trends::{ArtistScan, Found, TrendRules};

/// All findings about an artist, oldest first, those of a day in the order of their kinds and series; goals that the label
/// has set are milestones. The label itself earns nothing that an artist does.
pub fn of_artist(artist: &ArtistHistory, rules: &TrendRules, goals: &Goals) -> Vec<Found> {
    of_artist_again(&mut ArtistScan::default(), artist, rules, goals)
}

/// The same, faster where `scan` is of an earlier or similar history of the artist. From then on it is of this one.
pub fn of_artist_again(
    scan: &mut ArtistScan,
    artist: &ArtistHistory,
    rules: &TrendRules,
    goals: &Goals,
) -> Vec<Found> {
    let mut found = scan.findings(artist, rules, goals);
    let newest = artist.newest().filter(|_| !artist.artist.is_label());
    let standings = newest.map(|newest| achievements::of_artist(artist, &found, newest.date()));
    found.extend(standings.into_iter().flatten().filter_map(|standing| earned(&standing)));
    found.sort_by(Found::in_order);
    found
}

/// An achievement as a finding; `None` where it is ahead, or may have been earned before anything was observed.
fn earned(Standing { achievement, progress }: &Standing) -> Option<Found> {
    let Some(Progress::Earned { on, or_earlier: false }) = *progress else { return None };
    let facts = Facts::Achievement {
        id: achievement.id.to_owned(),
        rule: achievement.rule.as_str().to_owned(),
        need: Value::new(achievement.need)?,
    };
    Some(Found {
        kind: TrendKind::ACHIEVEMENT,
        platform: Platform::ALL_TOGETHER,
        metric: Metric::ALL_TOGETHER,
        finding: Finding { date: Day(on), facts, by_chance: None },
    })
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Account, Artist, Observed, Reading, ValidSnapshot};
    use time::Duration;
    use time::macros::date;

    use super::*;
    use crate::History;

    #[test]
    fn what_was_earned_is_a_finding_of_its_day_and_what_was_there_at_first_is_none() {
        let mut history = History::default();
        for day in 0..40 {
            let value = Value::new(95.0 + f64::from(day)).unwrap();
            history.insert(&ValidSnapshot {
                platform: Platform::SPOTIFY,
                artist: Artist::new("Luz").unwrap(),
                observed_at: Observed::day(date!(2025 - 01 - 01) + Duration::days(day.into())),
                source: "test".into(),
                account: Account::Unknown,
                metrics: [(Metric::FOLLOWERS, Reading { value, flags: Vec::new() })].into(),
                withheld: [].into(),
                absent: [].into(),
                content: None,
                revision: 0,
                amended_at: None,
                correction: None,
                sample: false,
            });
        }
        let found = of_artist(history.artists().next().unwrap(), &TrendRules::DEFAULT, &Goals::default());
        assert!(found.is_sorted_by(|a, b| a.in_order(b).is_le()));
        let earned: Vec<(String, String)> = found
            .iter()
            .filter_map(|found| match &found.finding.facts {
                Facts::Achievement { id, .. } => Some((id.clone(), found.date().to_string())),
                _ => None,
            })
            .collect();
        let of = |id: &str, day: &str| (id.to_owned(), day.to_owned());
        let expected = [
            of("reach_100", "2025-01-06"),
            of("streak_7", "2025-01-08"),
            of("observed_30", "2025-01-30"),
            of("streak_30", "2025-01-31"),
        ];
        assert_eq!(earned, expected);
    }
}
