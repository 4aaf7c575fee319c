//! One artist on one platform: each figure is compared with what was accepted before.

use std::collections::BTreeMap;

use casa24_schemas::{
    Account, Flag, Metric, Nature, Observed, RawSnapshot, Reading, Reason, Unit, ValidSnapshot, Value,
    Withheld, metric_info,
};

use crate::group::Group;
use crate::judgement::{Judgement, rejected};
use crate::level::{is_level_change, least_change};
use crate::moments::Moments;
use crate::parse::Figure;
use crate::past::{DayBefore, Past, PastValues};
use crate::purge::Fall;
use crate::stillness::Stillness;

/// The figures of a raw snapshot, read.
pub(crate) type Figures<'a> = Vec<(&'a Metric, Result<Figure, Reason>)>;

/// What is known of one artist on one platform.
#[derive(Debug, Default)]
pub(crate) struct PlatformJudge {
    pub(crate) moments: Moments,
    /// The figures as a group, which is copied or measured.
    pub(crate) group: Group,
    pub(crate) series: BTreeMap<Metric, PastValues>,
    /// What was published of the moments of which that is more than a first judgement by their own series.
    pub(crate) published: BTreeMap<Observed, Published>,
    /// The newest collection: its falls are measured from what was known before it.
    begun: Option<Begun>,
}

/// What was published last of a moment.
#[derive(Debug, Default)]
pub(crate) struct Published {
    pub(crate) revision: u32,
    pub(crate) marked: Vec<Marked>,
}

/// A figure that was marked as part of its collection.
#[derive(Debug)]
pub(crate) struct Marked {
    pub(crate) metric: Metric,
    pub(crate) value: Value,
    pub(crate) flag: Flag,
}

/// A snapshot of which something is accepted, with what its figures say of its collection.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) snapshot: ValidSnapshot,
    /// By how much they speak for a copy.
    pub(crate) evidence: f64,
    /// Those that stand still although they normally move.
    pub(crate) odd: Vec<Metric>,
    /// What they say of a purge.
    pub(crate) falls: Vec<(Metric, Fall)>,
}

/// What one figure says.
struct Seen {
    reading: Reading,
    stillness: Option<Stillness>,
    fall: Option<Fall>,
}

impl PlatformJudge {
    /// Judges figures of a moment that is new.
    pub(crate) fn judge(&mut self, raw: &RawSnapshot, figures: Figures<'_>) -> Result<Accepted, Judgement> {
        if raw.correction.is_none() {
            self.begin(raw);
        }
        let num_above_zero =
            figures.iter().flat_map(|(_, figure)| figure).filter(|it| it.value > 0.0).count();
        let seen: Vec<(&Metric, Result<Seen, Reason>)> = figures
            .into_iter()
            .map(|(metric, figure)| (metric, figure.and_then(|it| self.see(raw, metric, it, num_above_zero))))
            .collect();
        if seen.iter().all(|(_, seen)| seen.is_err()) {
            return Err(rejected(
                raw,
                seen.into_iter().filter_map(|(metric, seen)| Some((metric, seen.err()?))),
            ));
        }
        let days_missing = self.moments.are_days_missing_before(raw.observed_at);
        let (mut metrics, mut withheld) = (BTreeMap::new(), BTreeMap::new());
        let (mut evidence, mut odd, mut falls) = (0.0, Vec::new(), Vec::new());
        for ((metric, seen), given) in seen.into_iter().zip(raw.metrics.values()) {
            match seen {
                Ok(Seen { mut reading, stillness, fall }) => {
                    reading.flags.extend(days_missing.then_some(Flag::Gap));
                    reading.flags.sort_unstable();
                    evidence += stillness.map_or(0.0, Stillness::evidence);
                    odd.extend(stillness.filter(|it| it.is_odd()).map(|_| metric.clone()));
                    falls.extend(fall.map(|fall| (metric.clone(), fall)));
                    self.take_in(raw, metric, &reading);
                    metrics.insert(metric.clone(), reading);
                }
                Err(reason) => {
                    withheld.insert(metric.clone(), Withheld { reason, raw: given.clone() });
                }
            }
        }
        let snapshot = ValidSnapshot { metrics, withheld, ..ValidSnapshot::without_figures(raw) };
        Ok(Accepted { snapshot, evidence, odd, falls })
    }

    /// Remembers what a snapshot says after some of its figures were marked as part of their collection.
    pub(crate) fn remember(&mut self, snapshot: &ValidSnapshot, metrics: &[Metric], flag: Flag) {
        let published = self.published.entry(snapshot.observed_at).or_default();
        published.revision = snapshot.revision;
        let of = |metric: &Metric| {
            Some(Marked { metric: metric.clone(), value: snapshot.metrics.get(metric)?.value, flag })
        };
        published.marked.extend(metrics.iter().filter_map(of));
    }

    fn begin(&mut self, raw: &RawSnapshot) {
        let at = raw.observed_at;
        match &mut self.begun {
            Some(begun) if begun.id == raw.collection && begun.at.date() == at.date() => {
                begun.at = begun.at.min(at);
            }
            begun => *begun = Some(Begun { id: raw.collection.clone(), at }),
        }
    }

    fn take_in(&mut self, raw: &RawSnapshot, metric: &Metric, reading: &Reading) {
        let past = Past {
            at: raw.observed_at,
            value: reading.value.get(),
            unconfirmed: reading.flags.contains(&Flag::UnconfirmedZero),
            level_change: reading.flags.contains(&Flag::LevelChange),
        };
        match self.series.get_mut(metric) {
            Some(series) => series.insert(past),
            None => self.series.entry(metric.clone()).or_default().insert(past),
        }
    }

    /// One figure with the flags of its own series.
    fn see(
        &self,
        raw: &RawSnapshot,
        metric: &Metric,
        figure: Figure,
        num_above_zero: usize,
    ) -> Result<Seen, Reason> {
        let Figure { value, grain } = figure;
        let at = raw.observed_at;
        let info = metric_info(&raw.platform, metric).ok_or(Reason::UnknownMetric)?;
        let series = self.series.get(metric);
        let before = series.map_or(&[][..], |past| past.before(at));
        let mut flags = Vec::new();
        // An amount of a day stands alone: none on one day is a fact, and no day has the level of another.
        let is_amount = info.nature == Nature::Flow;
        if value == 0.0 && raw.account == Account::Absent {
            return Err(Reason::ZeroWithoutAccount);
        }
        if value == 0.0 && !is_amount {
            let all_zero = num_above_zero == 0;
            let was_positive = |past: &PastValues| past.was_positive_before(at);
            // A score that was low sinks to 0 where the account's other figures live.
            let sinks = info.nature == Nature::Score
                && !all_zero
                && before.last().is_some_and(|last| last.value <= least_change(Unit::Points));
            // Zeros throughout are one failed call, also for the metrics that were zero before it failed.
            let is_failed = (series.is_some_and(was_positive) && !sinks)
                || (all_zero && self.series.values().any(was_positive));
            if is_failed {
                return Err(Reason::ZeroAfterPositive);
            }
            if all_zero {
                flags.push(Flag::UnconfirmedZero);
            }
        }
        if grain > 0.0 {
            flags.push(Flag::Rounded);
        }
        let (mut stillness, mut fall) = (None, None);
        if let Some(last) = before.last() {
            if info.nature == Nature::Counter && value < last.value {
                flags.push(Flag::CounterFell);
            }
            let is_first_known = last.unconfirmed && value > 0.0 && !is_amount;
            let grain = grain.max(info.grain(last.value));
            // What is counted otherwise than before lies on another level, however little that shows.
            let is_redefined = info.redefined_on.is_some_and(|day| last.at.date() < day && at.date() >= day);
            if is_first_known || is_redefined || is_level_change(before, value, at.date(), info, grain) {
                flags.push(Flag::LevelChange);
            }
            if let Some(DayBefore { values, num_days }) = series.and_then(|past| past.day_before(at)) {
                stillness = Stillness::of(&values, value, num_days, grain);
            }
            let earlier = before.partition_point(|past| self.begun.as_ref().is_none_or(|it| past.at < it.at));
            fall = Fall::of(&before[..earlier], value, at.date(), info);
        }
        let is_late = series.and_then(PastValues::newest).is_some_and(|newest| newest > at);
        // A correction comes later than what it takes the place of.
        if is_late && raw.correction.is_none() {
            flags.push(Flag::OutOfOrder);
        }
        let value = Value::new(value).ok_or(Reason::NotANumber)?;
        Ok(Seen { reading: Reading { value, flags }, stillness, fall })
    }
}

/// A collection whose snapshots are coming.
#[derive(Debug)]
struct Begun {
    id: Option<String>,
    /// Its first moment.
    at: Observed,
}

#[cfg(test)]
#[path = "platform_judge_tests.rs"]
mod tests;
