//! Changes of pace: a figure that turns, grows faster or more slowly.

use casa24_schemas::{Day, Facts, Finding};

use super::found::{SeriesId, value};
use super::pace::Pace;
use super::path::Path;
use super::steps::Step;
use super::{Found, Odds};

/// A pace is that of the last two weeks.
pub(super) const PACE_WEEKS: usize = 2;
/// Below so many standard errors the change of pace is over, and the next one is another.
const OVER: f64 = 1.0;

/// Tells changes of pace from one series, day by day.
#[derive(Debug, Clone, Default)]
pub(super) struct Turns {
    told_up: bool,
    told_down: bool,
}

impl Turns {
    /// What the pace up to a step shows, by the odds of its day. The path must have gone on to the step.
    pub(super) fn look(&mut self, id: &SeriesId<'_>, path: &Path, step: &Step, odds: &Odds) -> Option<Found> {
        if step.is_jump() {
            return None;
        }
        let pace = Pace::at(path, step.date, PACE_WEEKS)?;
        let distance = pace.distance();
        self.told_up &= distance > OVER;
        self.told_down &= distance < -OVER;
        let told = if distance > 0.0 { &mut self.told_up } else { &mut self.told_down };
        // Far from unlikely: nothing to compute.
        if *told || distance.abs() < 2.0 {
            return None;
        }
        let likely = pace.likelihood();
        if likely > odds.of_pace {
            return None;
        }
        *told = true;
        let (lower, upper) = pace.range(odds.of_pace)?;
        let facts = Facts::Pace {
            since: Day(pace.since),
            per_day: value(pace.per_day)?,
            before_since: Day(pace.before_since),
            per_day_before: value(pace.per_day_before)?,
            lower,
            upper,
        };
        let by_chance = value(likely / odds.of_pace * odds.by_chance);
        Some(id.found(pace.kind(), Finding { date: Day(step.date), facts, by_chance }))
    }
}
