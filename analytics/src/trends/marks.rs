//! What needs no test: jumps that the validator marked, streaks, records and milestones.

use casa24_schemas::{Date, Day, Facts, Finding, Flag, LabelGoal, Moved, Nature, TrendKind, Unit, Value};

use super::found::{SeriesId, value};
use super::steps::Step;
use super::{Found, ladder};

/// Lengths of a streak that are told.
pub const STREAKS: [u32; 9] = [7, 14, 30, 60, 100, 200, 365, 730, 1_095];
/// Days that a rise may span within a streak: a day or two may be missing.
const MOST_DAYS_OF_RISE: u32 = 3;
/// Days for which the highest value must have stood, so that a higher one is told as a record.
const RECORD_STOOD_DAYS: i64 = 28;
/// Days of history before a highest value is one.
const RECORD_AFTER_DAYS: i64 = 90;

/// Tells marks from the steps of one series, in their order.
#[derive(Debug, Clone)]
pub(super) struct Marks {
    nature: Nature,
    unit: Option<Unit>,
    /// Goals of the label that were not reached yet.
    goals: Vec<LabelGoal>,
    first: Option<Date>,
    /// The highest value so far with its first day.
    highest: Option<(f64, Date)>,
    /// Day and value from which the streak began, and its length.
    streak: Option<(Date, f64, u32)>,
}

impl Marks {
    pub(super) fn new(id: &SeriesId<'_>, nature: Nature, goals: Vec<LabelGoal>) -> Self {
        let unit = id.info.map(|info| info.unit);
        Self { nature, unit, goals, first: None, highest: None, streak: None }
    }

    /// What a step shows.
    pub(super) fn look(&mut self, id: &SeriesId<'_>, step: &Step, found: &mut Vec<Found>) {
        if self.highest.is_none() {
            self.first = Some(step.from);
            self.highest = Some((step.before, step.from));
        }
        let mut tell = |kind: TrendKind, facts: Option<Facts>| {
            let finding = facts.map(|facts| Finding { date: Day(step.date), facts, by_chance: None });
            found.extend(finding.map(|finding| id.found(kind, finding)));
        };
        if step.is_jump() && step.flags.iter().any(Flag::changes_level) {
            tell(TrendKind::LEVEL_CHANGE, level(step));
        }
        self.rise(step).into_iter().for_each(|facts| tell(TrendKind::STREAK, Some(facts)));
        let (highest, since) = self.highest.unwrap_or((step.before, step.from));
        for (threshold, is_goal) in self.passed(step, highest) {
            tell(TrendKind::MILESTONE, milestone(step, threshold, is_goal));
        }
        if step.value > highest {
            if self.is_record(step, since) {
                tell(TrendKind::RECORD, record(step, highest, since));
            }
            self.highest = Some((step.value, step.date));
        }
    }

    /// A streak that has reached a length that is told.
    fn rise(&mut self, step: &Step) -> Option<Facts> {
        // A counter only rises, and what an artist publishes is no growth.
        let has_streaks =
            matches!(self.nature, Nature::Level | Nature::Window { .. }) && self.unit != Some(Unit::Items);
        if !has_streaks || step.is_jump() {
            self.streak = None;
            return None;
        }
        if step.value <= step.before || step.num_days > MOST_DAYS_OF_RISE {
            self.streak = None;
            return None;
        }
        let (since, before, num_before) = self.streak.unwrap_or((step.from, step.before, 0));
        let num_rises = num_before + 1;
        self.streak = Some((since, before, num_rises));
        let facts =
            Facts::Streak { since: Day(since), before: value(before)?, value: value(step.value)?, num_rises };
        STREAKS.contains(&num_rises).then_some(facts)
    }

    const fn has_milestones(&self) -> bool {
        matches!(self.nature, Nature::Level | Nature::Counter | Nature::Window { .. })
    }

    /// The highest step of the ladder that was never reached before, and the goals that the figure reaches from below, which
    /// it may have done before they were set.
    fn passed(&mut self, step: &Step, highest: f64) -> Vec<(f64, bool)> {
        let ladder = ladder::between(highest, step.value).last().filter(|_| self.has_milestones());
        let mut passed: Vec<(f64, bool)> = ladder.map(|threshold| (threshold, false)).into_iter().collect();
        self.goals.retain(|goal| {
            let value = goal.value.get();
            let is_reached = goal.counts_on(step.date) && step.before < value && value <= step.value;
            if is_reached {
                passed.push((value, true));
            }
            !is_reached
        });
        passed.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        // A goal that is a step of the ladder too is a goal.
        passed.dedup_by(|next, kept| {
            next.0 == kept.0 && {
                kept.1 |= next.1;
                true
            }
        });
        passed
    }

    fn is_record(&self, step: &Step, since: Date) -> bool {
        let has_past = self.first.is_some_and(|first| (step.date - first).whole_days() >= RECORD_AFTER_DAYS);
        let is_kind = self.nature != Nature::Counter && self.unit != Some(Unit::Items);
        is_kind && has_past && !step.is_jump() && (step.date - since).whole_days() > RECORD_STOOD_DAYS
    }
}

fn level(step: &Step) -> Option<Facts> {
    let flag = step.flags.iter().find(|flag| flag.changes_level())?;
    Some(Facts::Level {
        from: Day(step.from),
        before: value(step.before)?,
        value: value(step.value)?,
        flag,
        moved: if flag == Flag::PlatformPurge { Moved::Source } else { Moved::Unknown },
    })
}

fn milestone(step: &Step, threshold: f64, is_goal: bool) -> Option<Facts> {
    Some(Facts::Milestone {
        threshold: Value::new(threshold)?,
        value: value(step.value)?,
        from: Day(step.from),
        before: value(step.before)?,
        is_goal,
        is_jump: step.is_jump(),
    })
}

fn record(step: &Step, former: f64, former_date: Date) -> Option<Facts> {
    Some(Facts::Record { value: value(step.value)?, former: value(former)?, former_date: Day(former_date) })
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Artist, Metric, Observed, Platform};
    use time::Duration;
    use time::macros::date;

    use super::*;
    use crate::point::{FlagSet, Point};
    use crate::series::Series;
    use crate::trends::steps::steps;

    const FIRST: Date = date!(2025 - 03 - 01);

    fn day(number: i64) -> Date {
        FIRST + Duration::days(number)
    }

    fn goal(value: f64, since: i64, withdrawn_on: Option<i64>) -> LabelGoal {
        LabelGoal {
            artist: Artist::new("Luz").unwrap(),
            platform: Platform::SPOTIFY,
            metric: Metric::FOLLOWERS,
            value: Value::new(value).unwrap(),
            by: None,
            since: Day(day(since)),
            withdrawn_on: withdrawn_on.map(|number| Day(day(number))),
        }
    }

    /// Number of the day, threshold and whether it is a goal, of each milestone among values of days in a row.
    fn milestones(values: &[f64], goals: &[LabelGoal]) -> Vec<(i64, f64, bool)> {
        let mut series = Series::new();
        for (number, value) in (0..).zip(values) {
            let observed_at = Observed::day(day(number));
            series.insert(Point { observed_at, value: *value, flags: FlagSet::default() });
        }
        let (platform, metric) = (Platform::SPOTIFY, Metric::FOLLOWERS);
        let id = SeriesId::new(&platform, &metric);
        let mut marks = Marks::new(&id, Nature::Level, goals.to_vec());
        let mut found = Vec::new();
        steps(&series, Nature::Level).iter().for_each(|step| marks.look(&id, step, &mut found));
        let of = |found: &Found| match found.finding.facts {
            Facts::Milestone { threshold, is_goal, .. } => {
                Some(((found.date() - FIRST).whole_days(), threshold.get(), is_goal))
            }
            _ => None,
        };
        found.iter().filter_map(of).collect()
    }

    #[test]
    fn a_goal_is_reached_once_and_from_below_since_it_was_set() {
        let values = [310.0, 290.0, 305.0, 280.0, 320.0, 290.0, 330.0];
        assert_eq!(milestones(&values, &[]), []);
        // Set while the figure was there: it has to come back.
        assert_eq!(milestones(&values, &[goal(300.0, 0, None)]), [(2, 300.0, true)]);
        assert_eq!(milestones(&values, &[goal(300.0, 3, None)]), [(4, 300.0, true)]);
        assert_eq!(milestones(&values, &[goal(300.0, 4, None)]), [(4, 300.0, true)]);
        assert_eq!(milestones(&values, &[goal(300.0, 5, None)]), [(6, 300.0, true)]);
        assert_eq!(milestones(&values, &[goal(300.0, 7, None)]), []);
    }

    #[test]
    fn what_was_reached_before_it_was_withdrawn_stays_reached() {
        let values = [290.0, 290.0, 305.0];
        assert_eq!(milestones(&values, &[goal(300.0, 0, Some(1))]), []);
        assert_eq!(milestones(&values, &[goal(300.0, 0, Some(2))]), [(2, 300.0, true)]);
        assert_eq!(milestones(&values, &[goal(300.0, 0, Some(9))]), [(2, 300.0, true)]);
    }

    #[test]
    fn a_goal_stands_beside_the_ladder_and_a_step_of_it_is_told_once() {
        let values = [90.0, 140.0, 260.0];
        let goals = [goal(120.0, 0, None), goal(250.0, 0, None), goal(255.0, 0, None)];
        let told = [(1, 100.0, false), (1, 120.0, true), (2, 250.0, true), (2, 255.0, true)];
        assert_eq!(milestones(&values, &goals), told);
    }
}
