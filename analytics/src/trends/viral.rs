//! Viral: several figures of an artist, or one of its videos or tracks, far above the usual together; and when that is over.
//!
//! Figures that mean the same are one: a video's views are views of its channel, so of each platform and metric the least likely rise
//! counts. That two of `n` figures rise so much is judged by Wilkinson's method (*A statistical consideration in psychological
//! research*, 1951): the second smallest of `n` probabilities against its distribution; that one of the listed tracks and videos rises
//! so much alone, by its own probability times their number (Bonferroni).

use std::collections::BTreeMap;

use casa24_schemas::{Date, Day, Facts, Finding, Metric, Platform, TogetherPart, TrendKind};
use time::Duration;

use super::found::value;
use super::{Found, Odds};

/// A rise counts as one of several where chance brings it less often than this.
const NOTEWORTHY: f64 = 0.05;
/// Most tracks and videos that a platform lists: any of them may be the one.
pub const NUM_ITEMS: f64 = 10.0;
/// Days after a finding in which another one is the same event, unless it is stronger.
const SAME_EVENT_DAYS: i64 = 7;
/// Days over which a figure must be back at its usual pace, and within which that is told.
const CALM_DAYS: i64 = 7;
const COOLS_WITHIN_DAYS: i64 = 60;

/// A rise of one figure on a day.
#[derive(Debug, Clone)]
pub(super) struct Rise {
    pub(super) platform: Platform,
    pub(super) metric: Metric,
    pub(super) item: Option<String>,
    pub(super) per_day: f64,
    pub(super) usual: f64,
    pub(super) spread: f64,
    pub(super) likelihood: f64,
}

impl Rise {
    pub(super) fn is_noteworthy(likelihood: f64) -> bool {
        likelihood < NOTEWORTHY
    }

    fn part(&self) -> Option<TogetherPart> {
        Some(TogetherPart {
            platform: self.platform.clone(),
            metric: self.metric.clone(),
            item: self.item.clone(),
            per_day: value(self.per_day)?,
            usual: value(self.usual)?,
            likelihood: casa24_schemas::Value::new(self.likelihood)?,
        })
    }
}

/// The rises of each day, and how many figures were tested.
#[derive(Debug, Default)]
pub(super) struct Rises {
    pub(super) of_day: BTreeMap<Date, Vec<Rise>>,
}

impl Rises {
    pub(super) fn push(&mut self, date: Date, rise: Rise) {
        self.of_day.entry(date).or_default().push(rise);
    }

    /// The viral findings, oldest first, with the rises that made them.
    pub(super) fn viral(&self, odds: impl Fn(Date) -> Odds) -> Vec<(Found, Vec<Rise>)> {
        let mut found: Vec<(Found, Vec<Rise>)> = Vec::new();
        let mut last: Option<(Date, f64)> = None;
        for (date, rises) in &self.of_day {
            let odds = odds(*date);
            let parts = least_likely(rises);
            let several = parts.get(1).map(|second| second_smallest(second.likelihood, odds.num_series));
            let items = parts.iter().filter(|rise| rise.item.is_some());
            let alone = items.map(|rise| (rise.likelihood * NUM_ITEMS).min(1.0)).reduce(f64::min);
            let Some(likely) = several.into_iter().chain(alone).reduce(f64::min) else { continue };
            let is_same = |(known, before): (Date, f64)| {
                (*date - known).whole_days() <= SAME_EVENT_DAYS && likely >= before
            };
            if likely > odds.of_viral || last.is_some_and(is_same) {
                continue;
            }
            last = Some((*date, likely));
            let shown: Vec<TogetherPart> = parts.iter().filter_map(|rise| rise.part()).collect();
            let by_chance = value(likely / odds.of_viral * odds.by_chance);
            let finding = Finding { date: Day(*date), facts: Facts::Together { parts: shown }, by_chance };
            found.push((together(TrendKind::VIRAL, finding), parts.into_iter().cloned().collect()));
        }
        found
    }
}

fn together(kind: TrendKind, finding: Finding) -> Found {
    Found { kind, platform: Platform::ALL_TOGETHER, metric: Metric::ALL_TOGETHER, finding }
}

/// Of each platform and metric the least likely rise, the least likely first.
fn least_likely(rises: &[Rise]) -> Vec<&Rise> {
    let mut sorted: Vec<&Rise> = rises.iter().collect();
    // Equally likely ones in the order of their names, so that the order in which they came does not matter.
    let name = |rise: &Rise| (rise.platform.clone(), rise.metric.clone(), rise.item.clone());
    sorted.sort_by(|a, b| a.likelihood.total_cmp(&b.likelihood).then_with(|| name(a).cmp(&name(b))));
    let mut kept: Vec<&Rise> = Vec::new();
    for rise in sorted {
        if !kept.iter().any(|known| known.platform == rise.platform && known.metric == rise.metric) {
            kept.push(rise);
        }
    }
    kept
}

/// Probability that at least two of `num` figures rise by chance so that their probability is at most this.
pub fn second_smallest(likelihood: f64, num: usize) -> f64 {
    let (num, none) = (num.max(2), 1.0 - likelihood);
    let power = |exponent: usize| none.powi(i32::try_from(exponent).unwrap_or(i32::MAX));
    // Exact for small numbers, where 1 - (1 - p)^n loses digits.
    if likelihood * (num as f64) < 1e-3 {
        return (num * (num - 1)) as f64 / 2.0 * likelihood * likelihood;
    }
    1.0 - power(num) - num as f64 * likelihood * power(num - 1)
}

/// Gains a day over a week, for one platform and metric, as of a day; `None` where they are not known.
pub(super) type WeekPace<'a> = &'a dyn Fn(&Platform, &Metric, Date) -> Option<f64>;

/// When what went viral was first back at its usual pace for a week, where that was within two months and before the next one.
pub(super) fn cooling(viral: &[(Found, Vec<Rise>)], pace: WeekPace<'_>, newest: Date) -> Vec<Found> {
    let mut cooled = Vec::new();
    for (place, (found, rises)) in viral.iter().enumerate() {
        let started = found.date();
        let next = viral.get(place + 1).map(|(next, _)| next.date());
        let days = (CALM_DAYS..=COOLS_WITHIN_DAYS).map(|days| started + Duration::days(days));
        let days = days.take_while(|day| *day <= newest && next.is_none_or(|next| *day < next));
        let calm = |day: Date| -> Option<Vec<TogetherPart>> {
            let part = |rise: &Rise| {
                let per_day = pace(&rise.platform, &rise.metric, day)?;
                let is_calm = rise.item.is_some() || per_day <= rise.usual + rise.spread;
                let rise = Rise { per_day, ..rise.clone() };
                is_calm.then(|| rise.part()).flatten()
            };
            rises.iter().filter(|rise| rise.item.is_none()).map(part).collect()
        };
        let found = days.filter_map(|day| Some((day, calm(day).filter(|parts| !parts.is_empty())?))).next();
        cooled.extend(found.map(|(day, parts)| {
            let facts = Facts::BackToUsual { viral_on: Day(started), parts };
            together(TrendKind::COOLING, Finding { date: Day(day), facts, by_chance: None })
        }));
    }
    cooled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_smallest_of_many_is_less_telling_than_of_few() {
        assert!((second_smallest(0.01, 2) - 0.000_1).abs() < 1e-12);
        assert!(second_smallest(0.01, 20) > 0.01);
        // Both ways of computing meet.
        let (near, far) = (second_smallest(0.000_099, 10), second_smallest(0.000_101, 10));
        assert!(near < far && far < 1.1 * near);
    }
}
