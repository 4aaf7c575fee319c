//! A finding in one line: the figure, what it did and when, what was usual, and how often chance alone brings that.

use std::cmp::Ordering::{Equal, Greater, Less};

use casa24_answers::Noted;
use casa24_schemas::{Date, Day, Facts, Flag, Moved, TrendKind, Value};

use crate::card::Line;
use crate::words::{Said, Symbol, Words};

use super::achievements;
use super::daily_change::{is_amount, parts, rate};
use super::frame::{days, joined, name};

/// Most months and years in which chance is counted.
const MAX_MONTHS: f64 = 24.0;
const MAX_YEARS: f64 = 100.0;
const MONTHS_OF_YEAR: f64 = 12.0;

/// A finding without whose it is: `Spotify followers: +412 on Aug 3 (usual +38, range +5 to +90) · by chance about once in 5 years`.
pub fn line(words: &Words, noted: &Noted, as_of: Date) -> Line {
    let said = what(words, noted, as_of);
    match noted.finding.by_chance {
        Some(by_chance) => said.then(Symbol::Dot).then(chance(words, by_chance.get()).quiet()),
        None => said,
    }
}

/// The same with whose it is, unless all are of one artist.
pub(super) fn line_of(words: &Words, noted: &Noted, one: Option<&str>, as_of: Date) -> Line {
    let line = line(words, noted, as_of);
    if one.is_some() { line } else { name(&noted.artist).strong().then(Symbol::Dot).then(line) }
}

/// A jump of several artists on the same day in one line.
pub(super) fn source_jump(words: &Words, jumps: &[&Noted], as_of: Date) -> Line {
    let parts = jumps.iter().filter_map(|noted| {
        let Facts::Level { before, value, .. } = noted.finding.facts else { return None };
        let values = Line::from(words.number(before)).then(Symbol::Arrow).then(words.number(value));
        Some(name(&noted.artist).strong().then(Symbol::Space).then(values))
    });
    let (Some(first), parts) = (jumps.first(), joined(parts, Symbol::Comma)) else { return Line::default() };
    let Facts::Level { flag, moved, .. } = first.finding.facts else { return parts };
    words.line(
        "finding-level",
        &[
            ("series", Line::from(words.series(&first.platform, &first.metric).capitalised()).into()),
            ("values", parts.into()),
            ("day", day(words, first.finding.date, as_of).into()),
            ("moved", who_moved(words, flag, moved).into()),
        ],
    )
}

/// How often chance alone brings an artist a finding at least as strong, given how many it brings in a month.
pub(super) fn chance(words: &Words, by_chance: f64) -> Line {
    let months = 1.0 / by_chance;
    let whole = |number: f64| number.round() as u64;
    if months < 0.75 {
        return words.line("finding-chance-often", &[("count", whole(by_chance).max(1).into())]);
    }
    if months <= MAX_MONTHS {
        return words.line("finding-chance-months", &[("count", whole(months).into())]);
    }
    let years = months / MONTHS_OF_YEAR;
    if years <= MAX_YEARS {
        return words.line("finding-chance-years", &[("count", whole(years).into())]);
    }
    words.line("finding-chance-rare", &[("count", whole(MAX_YEARS).into())])
}

/// A day of a finding: without its year where that is the year of the day in question.
pub(super) fn day(words: &Words, Day(date): Day, as_of: Date) -> Said {
    if date.year() == as_of.year() { words.day_short(date) } else { words.day(date) }
}

fn what(words: &Words, noted: &Noted, as_of: Date) -> Line {
    let Noted { kind, platform, metric, finding, .. } = noted;
    let series = || words.series(platform, metric).capitalised();
    let per_day = |value: Value| rate(words, platform, metric, value);
    let on = |date: Day| day(words, date, as_of);
    let from_to =
        |from: Value, to: Value| Line::from(words.number(from)).then(Symbol::Arrow).then(words.number(to));
    let range = |lower: Value, upper: Value| {
        words.line("finding-range", &[("lower", per_day(lower).into()), ("upper", per_day(upper).into())])
    };
    match &finding.facts {
        Facts::DailyChange { from, per_day: change, usual, lower, upper, .. } => {
            let range = range(*lower, *upper);
            let usual =
                words.line("finding-usual", &[("usual", per_day(*usual).into()), ("range", range.into())]);
            let (series, change, date) = (series(), per_day(*change), on(finding.date));
            match num_days(*from, finding.date) {
                0 | 1 => words.line(
                    "finding-change",
                    &[
                        ("series", Line::from(series).strong().into()),
                        ("change", change.into()),
                        ("day", date.into()),
                        ("usual", usual.into()),
                    ],
                ),
                num => words.line(
                    "finding-change-over",
                    &[
                        ("series", Line::from(series).strong().into()),
                        ("change", change.into()),
                        ("day", date.into()),
                        ("days", days(words, num).into()),
                        ("usual", usual.into()),
                    ],
                ),
            }
        }
        Facts::Level { from, before, value, flag, moved } => {
            let series = Line::from(series()).strong();
            let (values, moved) = (from_to(*before, *value), who_moved(words, *flag, *moved));
            // Between two days without any the jump may have come on each.
            if num_days(*from, finding.date) > 1 {
                words.line(
                    "finding-level-between",
                    &[
                        ("series", series.into()),
                        ("values", values.into()),
                        ("from", on(*from).into()),
                        ("day", on(finding.date).into()),
                        ("moved", moved.into()),
                    ],
                )
            } else {
                words.line(
                    "finding-level",
                    &[
                        ("series", series.into()),
                        ("values", values.into()),
                        ("day", on(finding.date).into()),
                        ("moved", moved.into()),
                    ],
                )
            }
        }
        Facts::Pace { since, per_day: now, per_day_before, lower, upper, .. } => {
            let range = range(*lower, *upper);
            words.line(
                "finding-pace",
                &[
                    ("series", Line::from(series()).strong().into()),
                    (
                        "direction",
                        direction(words, kind, (*per_day_before, *now), is_amount(platform, metric)).into(),
                    ),
                    ("now", per_day(*now).into()),
                    ("day", on(*since).into()),
                    ("before", per_day(*per_day_before).into()),
                    ("range", range.into()),
                ],
            )
        }
        Facts::Together { parts: figures } => words.line(
            "finding-viral",
            &[("day", on(finding.date).into()), ("parts", parts(words, figures).into())],
        ),
        Facts::BackToUsual { viral_on, parts: figures } => words.line(
            "finding-cooling",
            &[("day", on(*viral_on).into()), ("parts", parts(words, figures).into())],
        ),
        Facts::Streak { since, before, value, num_rises } => words.line(
            "finding-streak",
            &[
                ("series", Line::from(series()).strong().into()),
                ("count", u64::from(*num_rises).into()),
                ("values", from_to(*before, *value).into()),
                ("since", on(*since).into()),
                ("day", on(finding.date).into()),
            ],
        ),
        Facts::Record { value, former, former_date } => words.line(
            "finding-record",
            &[
                ("series", Line::from(series()).strong().into()),
                ("value", words.number(*value).into()),
                ("day", on(finding.date).into()),
                ("former", words.number(*former).into()),
                ("since", on(*former_date).into()),
            ],
        ),
        Facts::Milestone { threshold, value, from, before, is_goal, is_jump } => {
            let threshold = words.number(*threshold);
            let reached = if *is_goal {
                words.line("finding-goal", &[("threshold", threshold.into())])
            } else {
                threshold.into()
            };
            let values = from_to(*before, *value);
            let said = if num_days(*from, finding.date) > 1 {
                words.line(
                    "finding-milestone-between",
                    &[
                        ("series", Line::from(series()).strong().into()),
                        ("reached", reached.into()),
                        ("from", on(*from).into()),
                        ("day", on(finding.date).into()),
                        ("values", values.into()),
                    ],
                )
            } else {
                words.line(
                    "finding-milestone",
                    &[
                        ("series", Line::from(series()).strong().into()),
                        ("reached", reached.into()),
                        ("day", on(finding.date).into()),
                        ("values", values.into()),
                    ],
                )
            };
            if *is_jump { said.then(Symbol::Semicolon).then(words.say("finding-by-jump")) } else { said }
        }
        Facts::Achievement { id, rule, need } => {
            let achievement = achievements::rule(words, id, rule, *need);
            let earned = [("achievement", achievement.strong().into()), ("day", on(finding.date).into())];
            words.line("finding-achievement", &earned)
        }
    }
}

fn num_days(Day(from): Day, Day(until): Day) -> u32 {
    u32::try_from((until - from).whole_days()).unwrap_or_default()
}

/// Who moved at a jump to another level.
fn who_moved(words: &Words, flag: Flag, moved: Moved) -> Said {
    words.say(match (flag, moved) {
        (Flag::PlatformPurge, _) => "finding-moved-purge",
        (_, Moved::Source) => "finding-moved-source",
        (_, Moved::Artist) => "finding-moved-artist",
        (_, Moved::Unknown) => "finding-moved-unknown",
    })
}

/// Where a figure goes now, beside where it went before.
pub(super) fn direction(
    words: &Words,
    kind: &TrendKind,
    (before, now): (Value, Value),
    is_amount: bool,
) -> Said {
    let is_faster = *kind == TrendKind::ACCELERATING;
    let sign = |per_day: Value| per_day.get().total_cmp(&0.0);
    words.say(match (sign(before), sign(now)) {
        (_, Greater) if *kind == TrendKind::TURN => "finding-turned-up",
        (_, Less) if *kind == TrendKind::TURN => "finding-turned-down",
        _ if is_amount && is_faster => "finding-more-a-day",
        _ if is_amount => "finding-less-a-day",
        (Greater, Greater) if is_faster => "finding-grows-faster",
        (Greater, Greater) => "finding-grows-slower",
        (Less, Less) if is_faster => "finding-falls-slower",
        (Less, Less) => "finding-falls-faster",
        (Greater, Equal) => "finding-grows-no-longer",
        (Less, Equal) => "finding-falls-no-longer",
        (_, Greater) => "finding-grows",
        (_, Less) => "finding-falls",
        (Equal, Equal) => "finding-stands",
    })
}

#[cfg(test)]
mod tests {
    use casa24_answers::Owner;
    use casa24_schemas::{Finding, Metric, Platform, TogetherPart};
    use time::macros::date;

    use super::*;
    use crate::words::Locale;

    fn of(number: f64) -> Value {
        Value::new(number).unwrap()
    }

    fn noted(kind: TrendKind, facts: Facts, by_chance: Option<f64>) -> Noted {
        Noted {
            artist: "Luz".to_owned(),
            owner: Owner::Artist,
            kind,
            platform: Platform::SPOTIFY,
            metric: Metric::FOLLOWERS,
            finding: Finding { date: Day(date!(2025 - 08 - 03)), facts, by_chance: by_chance.map(of) },
        }
    }

    fn said(locale: Locale, noted: &Noted) -> String {
        let words = Words::of(locale);
        crate::plain(&line(words, noted, date!(2025 - 09 - 30)), words)
    }

    fn english(kind: TrendKind, facts: Facts) -> String {
        said(Locale::English, &noted(kind, facts, None))
    }

    fn change(from: Date, per_day: f64) -> Facts {
        Facts::DailyChange {
            from: Day(from),
            before: of(1_000.0),
            value: of(1_412.0),
            per_day: of(per_day),
            usual: of(38.0),
            lower: of(5.0),
            upper: of(90.0),
        }
    }

    fn pace(per_day: f64, before: f64) -> Facts {
        Facts::Pace {
            since: Day(date!(2025 - 07 - 20)),
            per_day: of(per_day),
            before_since: Day(date!(2025 - 05 - 01)),
            per_day_before: of(before),
            lower: of(4.0),
            upper: of(16.25),
        }
    }

    fn level(flag: Flag, moved: Moved) -> Facts {
        Facts::Level { from: Day(date!(2025 - 08 - 02)), before: of(900.0), value: of(540.0), flag, moved }
    }

    fn milestone(from: Date, is_goal: bool, is_jump: bool) -> Facts {
        Facts::Milestone {
            threshold: of(1_000.0),
            value: of(1_012.0),
            from: Day(from),
            before: of(990.0),
            is_goal,
            is_jump,
        }
    }

    #[test]
    fn a_change_has_what_was_usual_the_range_and_the_chance() {
        let spike = noted(TrendKind::SPIKE, change(date!(2025 - 08 - 02), 412.0), Some(0.02));
        assert_eq!(
            said(Locale::English, &spike),
            "Spotify followers: +412 on Aug 3 (usual +38, range +5 to +90) · by chance about once in 4 years"
        );
        assert_eq!(
            said(Locale::Spanish, &spike),
            "Seguidores en Spotify: +412 el 3 ago (lo habitual +38, de +5 a +90) · por azar una vez cada 4 años, más o menos"
        );
        assert_eq!(
            english(TrendKind::SPIKE, change(date!(2025 - 07 - 31), 137.4)),
            "Spotify followers: +137 a day over the 3 days up to Aug 3 (usual +38, range +5 to +90)"
        );
    }

    #[test]
    fn a_day_of_another_year_has_its_year() {
        let words = Words::of(Locale::English);
        let day = |date| day(words, Day(date), date!(2025 - 09 - 30)).as_str().to_owned();
        assert_eq!([day(date!(2024 - 12 - 31)), day(date!(2025 - 01 - 01))], ["Dec 31, 2024", "Jan 1"]);
    }

    #[test]
    fn chance_is_counted_in_months_and_years() {
        let words = Words::of(Locale::English);
        let said = |by_chance| crate::plain(&chance(words, by_chance), words);
        assert_eq!(said(3.0), "by chance about 3 times a month");
        assert_eq!(said(1.0), "by chance about once a month");
        assert_eq!(said(0.2), "by chance about once in 5 months");
        assert_eq!(said(1.0 / 36.0), "by chance about once in 3 years");
        assert_eq!(said(1e-9), "by chance less than once in 100 years");
        assert_eq!(said(0.0), "by chance less than once in 100 years");
    }

    #[test]
    fn a_level_says_who_moved() {
        let said = |flag, moved| english(TrendKind::LEVEL_CHANGE, level(flag, moved));
        let start = "Spotify followers: 900 → 540 on Aug 3, another level: ";
        let cases = [
            (Flag::LevelChange, Moved::Artist, "the other artists did not jump"),
            (
                Flag::LevelChange,
                Moved::Source,
                "several artists jumped on the same day, so the platform changed something",
            ),
            (Flag::LevelChange, Moved::Unknown, "the other artists do not tell whether it was the platform"),
            (Flag::PlatformPurge, Moved::Source, "the platform removed accounts of several artists"),
        ];
        for (flag, moved, why) in cases {
            assert_eq!(said(flag, moved), format!("{start}{why}"));
        }
    }

    #[test]
    fn a_level_after_days_without_a_value_names_them() {
        let facts = Facts::Level {
            from: Day(date!(2025 - 07 - 30)),
            before: of(900.0),
            value: of(540.0),
            flag: Flag::LevelChange,
            moved: Moved::Artist,
        };
        let said = english(TrendKind::LEVEL_CHANGE, facts);
        let values = "Spotify followers: 900 → 540 between Jul 30 and Aug 3";
        assert_eq!(said, format!("{values}, another level: the other artists did not jump"));
    }

    #[test]
    fn a_pace_says_where_the_figure_goes() {
        assert_eq!(
            english(TrendKind::ACCELERATING, pace(30.0, 10.0)),
            "Spotify followers: growing faster, +30 a day since Jul 20, before +10 (range +4 to +16.2)"
        );
        let direction = |kind, per_day, before| {
            let said = english(kind, pace(per_day, before));
            said.split(", ").next().and_then(|start| start.split(": ").nth(1)).unwrap().to_owned()
        };
        assert_eq!(direction(TrendKind::ACCELERATING, -3.0, -9.0), "falling more slowly");
        assert_eq!(direction(TrendKind::SLOWING, 3.0, 9.0), "growing more slowly");
        assert_eq!(direction(TrendKind::SLOWING, -9.0, -3.0), "falling faster");
        assert_eq!(direction(TrendKind::TURN, -9.0, 3.0), "falling instead of rising");
        assert_eq!(direction(TrendKind::TURN, 9.0, -3.0), "rising instead of falling");
        assert_eq!(direction(TrendKind::SLOWING, -0.5, 0.0), "falling");
        assert_eq!(direction(TrendKind::ACCELERATING, 0.5, -0.1), "growing");
        assert_eq!(direction(TrendKind::SLOWING, 0.0, 3.0), "no longer growing");
        assert_eq!(direction(TrendKind::ACCELERATING, 0.0, -3.0), "no longer falling");
    }

    #[test]
    fn several_figures_are_named_the_rest_counted() {
        let part = |item: Option<&str>| TogetherPart {
            platform: Platform::YOUTUBE,
            metric: Metric::TOTAL_VIEWS,
            item: item.map(str::to_owned),
            per_day: of(9_000.0),
            usual: of(0.02),
            likelihood: of(0.001),
        };
        let parts = vec![part(None), part(Some("Song")), part(None), part(None)];
        let one = "YouTube views +9,000 a day (usual under 0.1)";
        let song = "“Song”, YouTube views +9,000 a day (usual under 0.1)";
        assert_eq!(
            english(TrendKind::VIRAL, Facts::Together { parts: parts.clone() }),
            format!("viral on Aug 3: {one}, {song}, {one} and 1 more")
        );
        let viral_on = Day(date!(2025 - 07 - 01));
        assert_eq!(
            english(TrendKind::COOLING, Facts::BackToUsual { viral_on, parts: parts[..1].to_vec() }),
            format!("viral on Jul 1, by now back at the usual pace: {one}")
        );
    }

    #[test]
    fn streaks_records_milestones_and_achievements_name_their_days() {
        let since = Day(date!(2025 - 07 - 27));
        let streak = Facts::Streak { since, before: of(93.0), value: of(100.0), num_rises: 7 };
        assert_eq!(
            english(TrendKind::STREAK, streak),
            "Spotify followers: 7 rises in a row, 93 → 100, Jul 27 to Aug 3"
        );
        let former_date = Day(date!(2024 - 06 - 01));
        assert_eq!(
            english(TrendKind::RECORD, Facts::Record { value: of(120.0), former: of(110.0), former_date }),
            "Spotify followers: highest value so far, 120 on Aug 3 (before 110, of Jun 1, 2024)"
        );
        let reached =
            |from, is_goal, is_jump| english(TrendKind::MILESTONE, milestone(from, is_goal, is_jump));
        assert_eq!(
            reached(date!(2025 - 08 - 02), false, false),
            "Spotify followers: 1,000 reached on Aug 3 (990 → 1,012)"
        );
        assert_eq!(
            reached(date!(2025 - 07 - 30), true, true),
            "Spotify followers: goal 1,000 reached between Jul 30 and Aug 3 (990 → 1,012); by a jump to another level"
        );
        let achievement = |rule: &str| Facts::Achievement {
            id: "doubled".to_owned(),
            rule: rule.to_owned(),
            need: of(2.0),
        };
        assert_eq!(
            english(TrendKind::ACHIEVEMENT, achievement("times_in_a_year")),
            "earned on Aug 3: 2 times the followers of a year before, from 50 on"
        );
        // Of a newer version, whose rule is not known.
        assert_eq!(english(TrendKind::ACHIEVEMENT, achievement("new")), "earned on Aug 3: doubled");
    }
}
