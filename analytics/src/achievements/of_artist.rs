//! Where one artist stands.

use std::collections::BTreeSet;

use casa24_schemas::{Date, Facts, Metric, Platform, TrendKind};
use time::Duration;

use super::list::{Achievement, LIST, Rule};
use super::{Progress, Standing, reach};
use crate::history::ArtistHistory;
use crate::point::Point;
use crate::series::Series;
use crate::trends::Found;

/// Followers from which on a multiple of them is worth a word.
const FEWEST_TO_MULTIPLY: f64 = 50.0;
/// Days of a year, and months of one.
const YEAR: i64 = 365;
const MONTHS: f64 = 12.0;
/// Platforms that count as several.
const NUM_PLATFORMS: usize = 3;

/// Where an artist stands with each of the achievements of a single artist as of a day. The findings are all those about
/// the artist by then, oldest first.
pub fn of_artist(artist: &ArtistHistory, findings: &[Found], day: Date) -> Vec<Standing> {
    let known = Known::new(artist, findings, day);
    let own = LIST.iter().filter(|achievement| !achievement.is_of_label());
    own.map(|achievement| Standing { achievement, progress: known.progress(achievement) }).collect()
}

/// What the rules ask for, computed once.
pub(super) struct Known<'a> {
    findings: &'a [Found],
    /// Reach, and the third greatest number of followers, on each day on which either is greater than ever before.
    reach: Vec<Step>,
    on_three: Vec<Step>,
    /// The same for the views of the channel and of its videos.
    views: Vec<Step>,
    videos: Vec<Step>,
    /// The same for how many times the followers of a year before there were.
    times: Vec<Step>,
    /// The same for days observed in a row, and since the first.
    in_a_row: Vec<Step>,
    on_record: Vec<Step>,
}

impl<'a> Known<'a> {
    pub(super) fn new(artist: &ArtistHistory, findings: &'a [Found], day: Date) -> Self {
        let mut known = Self {
            findings,
            reach: Vec::new(),
            on_three: Vec::new(),
            views: Vec::new(),
            videos: Vec::new(),
            times: Vec::new(),
            in_a_row: Vec::new(),
            on_record: Vec::new(),
        };
        let parts = reach::parts(artist);
        reach::each_day(&parts, day, |date, values, has_begun| {
            raise(&mut known.reach, Step { date, value: values.iter().sum(), has_begun });
            let mut sorted = values.to_vec();
            sorted.sort_by(|a, b| b.total_cmp(a));
            let value = sorted.get(NUM_PLATFORMS - 1).copied().unwrap_or(0.0);
            raise(&mut known.on_three, Step { date, value, has_begun });
        });
        if let Some(views) = artist.series(&Platform::YOUTUBE, &Metric::TOTAL_VIEWS) {
            for (place, point) in counting(views, day).enumerate() {
                let (date, value) = (point.date(), point.value);
                raise(&mut known.views, Step { date, value, has_begun: place == 0 });
            }
        }
        for history in artist.platforms.values() {
            history.content.each_day(|date, content, numbers| {
                let views = numbers.iter().skip(content.tracks.len()).flatten().max();
                if let Some(views) = views.filter(|_| date <= day) {
                    let has_begun = known.videos.is_empty();
                    raise(&mut known.videos, Step { date, value: *views as f64, has_begun });
                }
            });
        }
        let mut times: Vec<Multiple> = parts.iter().flat_map(|series| multiples(series, day)).collect();
        times.sort_by_key(|multiple| multiple.date);
        times.iter().for_each(|multiple| raise(&mut known.times, Step::new(multiple.date, multiple.times())));
        known.count_days(artist, day);
        known
    }

    fn count_days(&mut self, artist: &ArtistHistory, day: Date) {
        let series = artist.all_series().map(|(_, _, series)| series);
        let days: BTreeSet<Date> = series.flat_map(|series| counting(series, day)).map(Point::date).collect();
        let (mut first, mut row): (Option<Date>, Option<(Date, f64)>) = (None, None);
        for date in days {
            let since = *first.get_or_insert(date);
            raise(&mut self.on_record, Step::new(date, (date - since).whole_days() as f64));
            let before = row.filter(|(last, _)| date - *last == Duration::DAY).map_or(0.0, |(_, days)| days);
            row = Some((date, before + 1.0));
            raise(&mut self.in_a_row, Step::new(date, before + 1.0));
        }
    }

    /// The days on which what a rule counts was greater than ever before; `None` of a rule that counts findings.
    pub(super) fn steps(&self, rule: Rule) -> Option<&[Step]> {
        match rule {
            Rule::Reach => Some(&self.reach),
            Rule::OnThreePlatforms => Some(&self.on_three),
            Rule::Views => Some(&self.views),
            Rule::VideoViews => Some(&self.videos),
            Rule::TimesInAYear => Some(&self.times),
            Rule::DaysObserved => Some(&self.in_a_row),
            Rule::DaysOnRecord => Some(&self.on_record),
            Rule::NumViral
            | Rule::Streak
            | Rule::YearsByChance
            | Rule::ArtistsWithMilestone
            | Rule::ArtistsViral
            | Rule::Members => None,
        }
    }

    fn progress(&self, achievement: &Achievement) -> Option<Progress> {
        let need = achievement.need;
        if let Some(steps) = self.steps(achievement.rule) {
            let have = steps.last()?.value;
            let earned = steps.iter().find(|step| step.value >= need);
            return Some(earned.map_or(Progress::Ahead { have }, |step| Progress::Earned {
                on: step.date,
                or_earlier: step.has_begun,
            }));
        }
        match achievement.rule {
            Rule::NumViral => {
                let viral = || self.findings.iter().filter(|found| found.kind == TrendKind::VIRAL);
                let earned = viral().nth(need as usize - 1).map(Found::date);
                Some(Progress::of(earned, viral().count() as f64))
            }
            Rule::Streak => {
                let long = self.findings.iter().find(|found| rises(found).is_some_and(|rises| rises >= need));
                let most = self.findings.iter().filter_map(rises).reduce(f64::max);
                Some(Progress::of_most(long.map(Found::date), most))
            }
            Rule::YearsByChance => {
                let rare = self.findings.iter().find(|found| years(found).is_some_and(|years| years >= need));
                let most = self.findings.iter().filter_map(years).reduce(f64::max);
                Some(Progress::of_most(rare.map(Found::date), most))
            }
            _ => None, // the label's
        }
    }
}

/// Length of a streak.
pub(super) fn rises(found: &Found) -> Option<f64> {
    match found.finding.facts {
        Facts::Streak { num_rises, .. } => Some(f64::from(num_rises)),
        _ => None,
    }
}

/// In how many years chance brings a finding like this one, where it is a good one.
pub(super) fn years(found: &Found) -> Option<f64> {
    let by_chance = found.finding.by_chance.filter(|_| found.is_good())?;
    Some(1.0 / (by_chance.get() * MONTHS))
}

/// A day on which a number was greater than ever before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) date: Date,
    pub(super) value: f64,
    /// Whether a figure in it was observed for the first time.
    has_begun: bool,
}

impl Step {
    const fn new(date: Date, value: f64) -> Self {
        Self { date, value, has_begun: false }
    }
}

/// Adds a day where its number is greater than ever before.
fn raise(steps: &mut Vec<Step>, step: Step) {
    if steps.last().is_none_or(|highest| step.value > highest.value) {
        steps.push(step);
    }
}

/// The values of a series that count, oldest first.
fn counting(series: &Series, day: Date) -> impl Iterator<Item = &Point> {
    series.until(day).iter().filter(|point| series.counts(point))
}

/// A value, and the lowest of the year before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Multiple {
    pub(super) date: Date,
    pub(super) value: f64,
    pub(super) least: (Date, f64),
}

impl Multiple {
    /// How many times the lowest it is.
    pub(super) fn times(&self) -> f64 {
        self.value / self.least.1
    }
}

/// Each value beside its lowest of the year before, since the newest jump to another level.
pub(super) fn multiples(series: &Series, day: Date) -> Vec<Multiple> {
    let mut multiples = Vec::new();
    // Values that may be the lowest of a year, the lowest first: each one later and higher than the one before.
    let mut lowest: std::collections::VecDeque<(Date, f64)> = std::collections::VecDeque::new();
    for point in counting(series, day) {
        let date = point.date();
        if point.is_new_level() {
            lowest.clear();
        }
        while lowest.front().is_some_and(|(of, _)| (date - *of).whole_days() > YEAR) {
            lowest.pop_front();
        }
        if let Some(least) = lowest.front() {
            multiples.push(Multiple { date, value: point.value, least: *least });
        }
        if point.value >= FEWEST_TO_MULTIPLY {
            while lowest.back().is_some_and(|(_, value)| *value >= point.value) {
                lowest.pop_back();
            }
            lowest.push_back((date, point.value));
        }
    }
    multiples
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{
        Account, Artist, Content, Day, Finding, Flag, Observed, Reading, ValidSnapshot, Value, Video,
    };
    use time::macros::date;

    use super::*;
    use crate::History;
    use crate::trends;

    const START: Date = date!(2024 - 01 - 01);

    #[derive(Default)]
    struct Label(History);

    impl Label {
        fn put(&mut self, platform: &Platform, metric: &Metric, day: i64, value: f64, flags: &[Flag]) {
            self.0.insert(&ValidSnapshot {
                platform: platform.clone(),
                artist: Artist::new("Luz").unwrap(),
                observed_at: Observed::day(START + Duration::days(day)),
                source: "test".into(),
                account: Account::Unknown,
                metrics: [(
                    metric.clone(),
                    Reading { value: Value::new(value).unwrap(), flags: flags.to_vec() },
                )]
                .into(),
                withheld: [].into(),
                absent: [].into(),
                content: None,
                revision: 0,
                amended_at: None,
                correction: None,
                sample: false,
            });
        }

        fn standings(&self, findings: &[Found]) -> Vec<Standing> {
            of_artist(self.0.artists().next().unwrap(), findings, START + Duration::days(5_000))
        }

        fn progress(&self, findings: &[Found], id: &str) -> Option<Progress> {
            let all = self.standings(findings);
            all.iter().find(|standing| standing.achievement.id == id).unwrap().progress
        }
    }

    fn on(day: i64) -> Option<Progress> {
        Some(Progress::Earned { on: START + Duration::days(day), or_earlier: false })
    }

    fn found(kind: TrendKind, day: i64, facts: Facts, by_chance: Option<f64>) -> Found {
        let date = Day(START + Duration::days(day));
        let by_chance = by_chance.and_then(Value::new);
        let (platform, metric) = (Platform::ALL_TOGETHER, Metric::ALL_TOGETHER);
        Found { kind, platform, metric, finding: Finding { date, facts, by_chance } }
    }

    fn viral(day: i64, by_chance: f64) -> Found {
        found(TrendKind::VIRAL, day, Facts::Together { parts: Vec::new() }, Some(by_chance))
    }

    #[test]
    fn reach_adds_the_newest_values_of_the_platforms_while_they_are_fresh() {
        let mut label = Label::default();
        label.put(&Platform::SPOTIFY, &Metric::FOLLOWERS, 0, 60.0, &[]);
        label.put(&Platform::YOUTUBE, &Metric::SUBSCRIBERS, 20, 30.0, &[]);
        label.put(&Platform::YOUTUBE, &Metric::SUBSCRIBERS, 40, 45.0, &[]);
        assert_eq!(label.progress(&[], "reach_100"), Some(Progress::Ahead { have: 90.0 }));
        label.put(&Platform::SPOTIFY, &Metric::FOLLOWERS, 41, 70.0, &[]);
        assert_eq!(label.progress(&[], "reach_100"), on(41));
        // What was earned stays earned.
        label.put(&Platform::SPOTIFY, &Metric::FOLLOWERS, 42, 10.0, &[]);
        assert_eq!(label.progress(&[], "reach_100"), on(41));
        // A platform that was not observed before may have had its followers for long.
        label.put(&Platform::INSTAGRAM, &Metric::FOLLOWERS, 43, 2_000.0, &[]);
        let since = Progress::Earned { on: START + Duration::days(43), or_earlier: true };
        assert_eq!(label.progress(&[], "reach_1k"), Some(since));
        assert_eq!(label.progress(&[], "three_platforms"), Some(Progress::Ahead { have: 10.0 }));
    }

    #[test]
    fn a_multiple_counts_from_fifty_on_within_a_year_and_not_over_a_jump() {
        let mut label = Label::default();
        let mut put = |day, value, flags: &[Flag]| {
            label.put(&Platform::SPOTIFY, &Metric::FOLLOWERS, day, value, flags);
        };
        put(0, 20.0, &[]);
        put(1, 50.0, &[]);
        put(300, 90.0, &[]);
        put(400, 101.0, &[]);
        put(401, 500.0, &[Flag::LevelChange]);
        put(500, 999.0, &[]);
        assert!(matches!(label.progress(&[], "doubled"), Some(Progress::Ahead { have }) if have < 2.0));
        label.put(&Platform::SPOTIFY, &Metric::FOLLOWERS, 501, 1_000.0, &[]);
        assert_eq!(label.progress(&[], "doubled"), on(501));
    }

    #[test]
    fn days_are_counted_in_a_row_and_since_the_first() {
        let mut label = Label::default();
        for day in (0..29).chain(30..60).chain([365]) {
            label.put(&Platform::SPOTIFY, &Metric::FOLLOWERS, day, 60.0 + day as f64, &[]);
        }
        assert_eq!(label.progress(&[], "observed_30"), on(59));
        assert_eq!(label.progress(&[], "observed_365"), Some(Progress::Ahead { have: 30.0 }));
        assert_eq!(label.progress(&[], "veteran"), on(365));
    }

    #[test]
    fn findings_earn_the_day_that_they_are_of() {
        let mut label = Label::default();
        label.put(&Platform::SPOTIFY, &Metric::FOLLOWERS, 0, 60.0, &[]);
        let streak = Facts::Streak {
            since: Day(START),
            before: Value::new(1.0).unwrap(),
            value: Value::new(9.0).unwrap(),
            num_rises: 30,
        };
        let findings =
            [viral(5, 0.1), viral(9, 0.005), viral(12, 0.1), found(TrendKind::STREAK, 40, streak, None)];
        assert_eq!(label.progress(&findings, "viral"), on(5));
        assert_eq!(label.progress(&findings, "viral_3"), on(12));
        assert_eq!(label.progress(&findings[..2], "viral_3"), Some(Progress::Ahead { have: 2.0 }));
        assert_eq!(label.progress(&findings, "once_in_10_years"), on(9));
        // Nothing of the kind was found: no number of it was observed, not even zero.
        for none in ["streak_100", "once_in_10_years"] {
            assert_eq!(label.progress(&[], none), Some(Progress::NoneYet), "{none}");
        }
        assert_eq!(label.progress(&[], "viral_3"), Some(Progress::Ahead { have: 0.0 }));
        assert_eq!(label.progress(&findings, "streak_30"), on(40));
        assert_eq!(label.progress(&findings, "streak_100"), Some(Progress::Ahead { have: 30.0 }));
    }

    #[test]
    fn every_achievement_of_an_artist_can_be_earned_and_without_figures_none_is_known() {
        let mut label = Label::default();
        label.put(&Platform::DISCORD, &Metric::MEMBER_COUNT, 0, 5.0, &[]);
        for id in ["reach_100", "views_10k", "video_10k", "doubled", "three_platforms"] {
            assert_eq!(label.progress(&[], id), None, "{id}");
        }
        for day in 0..=365 {
            let value = 60.0 * 1.03_f64.powi(day as i32);
            label.put(&Platform::SPOTIFY, &Metric::FOLLOWERS, day, value, &[]);
            label.put(&Platform::YOUTUBE, &Metric::SUBSCRIBERS, day, value, &[]);
            label.put(&Platform::INSTAGRAM, &Metric::FOLLOWERS, day, value, &[]);
            label.put(&Platform::YOUTUBE, &Metric::TOTAL_VIEWS, day, 1_000.0 * value, &[]);
        }
        let video =
            Video { id: "v".into(), title: "Song".into(), views: Some(1_000_000), published_at: None };
        label.0.insert(&ValidSnapshot {
            platform: Platform::YOUTUBE,
            artist: Artist::new("Luz").unwrap(),
            observed_at: Observed::day(START + Duration::days(366)),
            source: "test".into(),
            account: Account::Unknown,
            metrics: [].into(),
            withheld: [].into(),
            absent: [].into(),
            content: Some(Content { videos: vec![video], ..Content::default() }),
            revision: 0,
            amended_at: None,
            correction: None,
            sample: false,
        });
        let mut findings = trends::of_artist(
            label.0.artists().next().unwrap(),
            &trends::TrendRules::DEFAULT,
            &casa24_schemas::Goals::default(),
        );
        findings.extend([viral(370, 0.001), viral(380, 0.1), viral(390, 0.1)]);
        for Standing { achievement, progress } in label.standings(&findings) {
            assert!(matches!(progress, Some(Progress::Earned { .. })), "{}: {progress:?}", achievement.id);
        }
    }
}
