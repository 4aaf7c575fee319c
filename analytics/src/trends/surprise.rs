//! Spikes and drops: days on which a figure moved far from what was usual.

use casa24_schemas::{Date, Day, Facts, Finding, TrendKind};

use super::found::{SeriesId, value};
use super::steps::Step;
use super::usual::{Reader, Usual};
use super::{Found, Odds};

/// Days after a finding in which a further one in the same direction is told only where it is greater.
const SAME_EVENT_DAYS: i64 = 7;

/// The last finding in one direction.
#[derive(Debug, Clone, Copy, Default)]
struct Last(Option<(Date, f64)>);

impl Last {
    /// Whether a change so far from the usual is another finding than the last one.
    fn is_news(self, date: Date, distance: f64) -> bool {
        self.0
            .is_none_or(|(known, before)| (date - known).whole_days() > SAME_EVENT_DAYS || distance > before)
    }
}

/// Tells findings from the steps of one series, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Surprises {
    up: Last,
    down: Last,
}

impl Surprises {
    /// What a step shows, by the odds of its day.
    pub(super) fn look(
        &mut self,
        id: &SeriesId<'_>,
        step: &Step,
        usual: &Usual,
        reader: &Reader,
        odds: &Odds,
    ) -> Option<Found> {
        let (kind, likely, distance, last) = if usual.likely_above <= usual.likely_below {
            (TrendKind::SPIKE, usual.likely_above, step.per_day - usual.per_day, &mut self.up)
        } else {
            (TrendKind::DROP, usual.likely_below, usual.per_day - step.per_day, &mut self.down)
        };
        if likely > odds.of_day || !last.is_news(step.date, distance) {
            return None;
        }
        last.0 = Some((step.date, distance));
        let (lower, upper) = reader.range(usual, step, odds.of_day);
        let facts = Facts::DailyChange {
            from: Day(step.from),
            before: value(step.before)?,
            value: value(step.value)?,
            per_day: value(step.per_day)?,
            usual: value(usual.per_day)?,
            lower: value(lower)?,
            upper: value(upper)?,
        };
        let by_chance = value(likely / odds.of_day * odds.by_chance);
        Some(id.found(kind, Finding { date: Day(step.date), facts, by_chance }))
    }
}
