//! When a goal is reached, in words.

use casa24_answers::Goal;
use casa24_schemas::Day;

use crate::card::Line;
use crate::words::{Argument, Words};

use super::frame::days;

/// A goal and when it is reached.
pub(super) fn line(words: &Words, goal: &Goal) -> Line {
    words.line("goal-when", &[("value", words.number(goal.value).into()), ("when", when(words, goal).into())])
}

/// When a goal is reached: its day and range, since when it is, or that it is not within the forecast.
pub(super) fn when(words: &Words, goal: &Goal) -> Line {
    let day = |day: Day| -> Argument { words.day(day.0).into() };
    if let Some(since) = goal.reached_since {
        let id = if goal.reached_from_start { "goal-reached-or-earlier" } else { "goal-reached" };
        return words.line(id, &[("since", day(since))]);
    }
    let Some(horizon) = goal.horizon_days else { return words.say("goal-no-forecast").into() };
    let horizon = days(words, horizon);
    let latest: Argument = match goal.latest {
        Some(latest) => day(latest),
        None => words.line("goal-later-than", &[("days", horizon.clone().into())]).into(),
    };
    let expected = |Day(day): Day| Argument::from(Line::from(words.day(day)).strong());
    match (goal.expected, goal.earliest) {
        (Some(when), Some(earliest)) => words.line(
            "goal-expected-range",
            &[("expected", expected(when)), ("earliest", day(earliest)), ("latest", latest)],
        ),
        (Some(when), None) => words.line("goal-expected", &[("expected", expected(when))]),
        (None, Some(earliest)) => words.line(
            "goal-unlikely",
            &[("days", horizon.into()), ("earliest", day(earliest)), ("latest", latest)],
        ),
        (None, None) => words.line("goal-not-within", &[("days", horizon.into())]),
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Value;
    use time::macros::date;

    use super::*;
    use crate::words::Locale;

    fn ahead() -> Goal {
        Goal {
            value: Value::new(10_000.0).unwrap(),
            reached_since: None,
            reached_from_start: false,
            earliest: Some(Day(date!(2025 - 10 - 10))),
            expected: Some(Day(date!(2025 - 11 - 02))),
            latest: Some(Day(date!(2025 - 12 - 20))),
            horizon_days: Some(90),
        }
    }

    fn english(goal: &Goal) -> String {
        crate::plain(&line(Words::of(Locale::English), goal), Words::of(Locale::English))
    }

    #[test]
    fn a_goal_ahead_has_its_day_and_range() {
        assert_eq!(
            english(&ahead()),
            "goal 10,000: expected on Nov 2, 2025 (80 %: Oct 10, 2025 to Dec 20, 2025)"
        );
        let no_latest = Goal { latest: None, ..ahead() };
        assert!(english(&no_latest).ends_with("(80 %: Oct 10, 2025 to later than 90 days)"));
        let unlikely = Goal { expected: None, ..no_latest };
        assert_eq!(
            english(&unlikely),
            "goal 10,000: not expected within 90 days (80 %: Oct 10, 2025 to later than 90 days)"
        );
        assert_eq!(english(&Goal { earliest: None, ..unlikely }), "goal 10,000: not within 90 days");
    }

    #[test]
    fn a_goal_behind_says_since_when_and_none_says_so() {
        let reached = Goal { reached_since: Some(Day(date!(2025 - 06 - 01))), ..ahead() };
        assert_eq!(english(&reached), "goal 10,000: reached, since Jun 1, 2025");
        let from_start = Goal { reached_from_start: true, ..reached };
        assert!(english(&from_start).ends_with("since Jun 1, 2025 or earlier"));
        assert_eq!(english(&Goal { horizon_days: None, ..ahead() }), "goal 10,000: no forecast");
    }
}
