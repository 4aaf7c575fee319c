//! What is found in a series, by the method and by a robust z-score.

use std::collections::BTreeMap;

use casa24_analytics::History;
use casa24_analytics::trends::{TrendRules, of_artist};
use casa24_schemas::{
    Account, Artist, Date, Goals, Metric, Observed, Platform, Reading, ValidSnapshot, Value,
};
use time::Duration;
use time::macros::date;

use crate::generate::{Kind, Plant};

const START: Date = date!(2023 - 01 - 02);
/// Days within which a change of pace has to be found.
const WITHIN: usize = 28;

/// Days of findings.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) days: Vec<usize>,
    pub(crate) paces: Vec<usize>,
}

impl Tally {
    /// Days from a planted event to its finding.
    pub(crate) fn hit(&self, plant: Plant, day: usize) -> Option<usize> {
        let (found, last) = if plant.is_day() { (&self.days, day) } else { (&self.paces, day + WITHIN) };
        found.iter().find(|at| (day..=last).contains(at)).map(|at| at - day)
    }

    pub(crate) fn is_hit(found: &[usize], plant: Plant, day: usize) -> bool {
        let last = if plant.is_day() { day } else { day + WITHIN };
        found.iter().any(|at| (day..=last).contains(at))
    }
}

/// The history of an artist with these series.
pub(crate) fn history<'v>(series: impl Iterator<Item = ((Platform, Metric), &'v [f64])>) -> History {
    let mut history = History::default();
    for ((platform, metric), values) in series {
        for (day, value) in values.iter().enumerate() {
            let reading = Reading { value: Value::new(*value).unwrap(), flags: Vec::new() };
            history.insert(&ValidSnapshot {
                platform: platform.clone(),
                artist: Artist::new("Planted").unwrap(),
                observed_at: Observed::day(START + Duration::days(day as i64)),
                account: Account::Unknown,
                metrics: BTreeMap::from([(metric.clone(), reading)]),
                source: "generated".to_owned(),
                withheld: BTreeMap::new(),
                absent: [].into(),
                content: None,
                revision: 0,
                amended_at: None,
                correction: None,
                sample: false,
            });
        }
    }
    history
}

/// Findings of the method, at its own rate.
pub(crate) fn found(kind: &Kind, values: &[f64]) -> Tally {
    let history = history([(kind.id(), values)].into_iter());
    let mut tally = Tally::default();
    for found in of_artist(history.artists().next().unwrap(), &TrendRules::DEFAULT, &Goals::default()) {
        let day = (found.date() - START).whole_days() as usize;
        match found.kind.as_str() {
            "spike" | "drop" => tally.days.push(day),
            "turn" | "accelerating" | "slowing" => tally.paces.push(day),
            _ => {}
        }
    }
    tally
}

/// What is held against the past.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Zscore {
    /// The change of a day, against 56 days.
    Day,
    /// The change of two weeks, against 12 spans of two weeks.
    Weeks,
}

/// Days with a modified z-score above 3.5 (Iglewicz and Hoaglin 1993).
pub(crate) fn by_zscore(values: &[f64], how: Zscore) -> Vec<usize> {
    let (span, num) = match how {
        Zscore::Day => (1, 56),
        Zscore::Weeks => (14, 12),
    };
    let change = |day: usize| values[day] - values[day - span];
    let mut found = Vec::new();
    for day in (span * (num + 1)).max(span + num)..values.len() {
        let mut past: Vec<f64> = (1..=num).map(|back| change(day - back * span)).collect();
        past.sort_unstable_by(f64::total_cmp);
        let median = past[num / 2];
        let mut off: Vec<f64> = past.iter().map(|value| (value - median).abs()).collect();
        off.sort_unstable_by(f64::total_cmp);
        if 0.6745 * (change(day) - median).abs() > 3.5 * off[num / 2] {
            found.push(day);
        }
    }
    found
}

/// Number of findings where those of days in a row are one.
pub(crate) fn in_a_row(days: &[usize]) -> usize {
    days.iter().enumerate().filter(|(place, day)| *place == 0 || days[place - 1] + 1 != **day).count()
}
