//! What needs no test: jumps that the validator marked, streaks, records and milestones.

use casa24_schemas::{Date, Day, Facts, Finding, Flag, Moved, Nature, TrendKind, Unit, Value};

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
#[derive(Debug)]
pub(super) struct Marks {
    nature: Nature,
    unit: Option<Unit>,
    goals: Vec<f64>,
    first: Option<Date>,
    /// The highest value so far with its first day.
    highest: Option<(f64, Date)>,
    /// Day and value from which the streak began, and its length.
    streak: Option<(Date, f64, u32)>,
}

impl Marks {
    pub(super) fn new(id: &SeriesId<'_>, nature: Nature, goals: Vec<f64>) -> Self {
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
        if step.value > highest {
            if self.has_milestones() {
                for (threshold, is_goal) in self.passed(highest, step.value) {
                    tell(TrendKind::MILESTONE, milestone(step, threshold, is_goal));
                }
            }
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

    /// The highest step of the ladder, and the goals, above a value, up to another one.
    fn passed(&self, above: f64, up_to: f64) -> Vec<(f64, bool)> {
        let mut passed: Vec<(f64, bool)> =
            ladder::between(above, up_to).last().into_iter().map(|threshold| (threshold, false)).collect();
        passed.extend(
            self.goals.iter().filter(|goal| **goal > above && **goal <= up_to).map(|goal| (*goal, true)),
        );
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
