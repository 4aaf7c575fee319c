//! Recall of planted faults, and false flags of clean labels.

use std::collections::BTreeMap;

use casa24_schemas::Flag;

use crate::faults::{Case, Fault, Kind, Right};
use crate::judged::{Outcome, Planted};
use crate::label::{Key, Label};

/// How many of something were found.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Found {
    pub(crate) num: usize,
    pub(crate) of: usize,
}

impl Found {
    pub(crate) fn share(self) -> f64 {
        if self.of == 0 { f64::NAN } else { self.num as f64 / self.of as f64 }
    }

    fn count(&mut self, is_found: bool) {
        self.num += usize::from(is_found);
        self.of += 1;
    }
}

/// What was found of a kind.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Recall {
    /// Of all planted figures.
    pub(crate) all: Found,
    /// Of those that can be told.
    pub(crate) tellable: Found,
    /// Other figures that were flagged, and are not in the clean label.
    pub(crate) num_wrong: usize,
}

fn is_found(outcome: &Outcome, fault: &Fault) -> bool {
    let Fault { key, day, right, .. } = fault;
    match right {
        Right::Copied => outcome.has(key, *day, Flag::CopiedForward),
        Right::NewLevel => outcome.is_new_level(key, *day),
        Right::Purged => outcome.has(key, *day, Flag::PlatformPurge),
        Right::TakenBack => outcome.has(key, *day, Flag::CounterFell) && !outcome.is_new_level(key, *day),
        Right::Withheld => !outcome.is_accepted(key, *day),
        Right::Accepted => outcome.is_accepted(key, *day),
    }
}

/// The recall of a kind over these seeds; with the wrong flags beside it, which takes as long again.
pub(crate) fn recall(kind: Kind, seeds: impl Iterator<Item = u64>, with_wrong: bool) -> Recall {
    let mut recall = Recall::default();
    for seed in seeds {
        let case = Case::new(kind, seed);
        let outcome = Outcome::of(&case.label, &case.planted);
        for fault in case.faults.iter().filter(|fault| case.label.of(&fault.key)[fault.day].is_some()) {
            let found = is_found(&outcome, fault);
            recall.all.count(found);
            if fault.is_tellable {
                recall.tellable.count(found);
            }
        }
        if with_wrong {
            let clean = Outcome::of(&Label::new(seed, 8, 200), &Planted::new());
            let is_planted = |key: &Key, day: usize| {
                case.faults.iter().any(|fault| fault.key == *key && fault.day == day)
                    || case.planted.contains_key(&(key.clone(), day))
                    || case.beside.contains(&(key.clone(), day))
            };
            let wrong = outcome
                .alarms()
                .filter(|(key, day, flag)| !is_planted(key, *day) && !clean.has(key, *day, *flag));
            recall.num_wrong += wrong.count();
        }
    }
    recall
}

/// False flags for each series and year on clean labels, by flag and metric.
pub(crate) fn false_flags(
    seeds: impl Iterator<Item = u64>,
    num_days: usize,
) -> (f64, BTreeMap<(Flag, String), f64>) {
    let mut counts: BTreeMap<(Flag, String), f64> = BTreeMap::new();
    let (mut all, mut years) = (0.0, 0.0);
    let mut of_metric: BTreeMap<String, f64> = BTreeMap::new();
    for seed in seeds {
        let label = Label::new(seed, 8, num_days);
        for key in label.keys() {
            years += num_days as f64 / 365.0;
            *of_metric.entry(format!("{} {}", key.1, key.2)).or_default() += num_days as f64 / 365.0;
        }
        let outcome = Outcome::of(&label, &Planted::new());
        for (key, _, flag) in outcome.alarms() {
            all += 1.0;
            *counts.entry((flag, format!("{} {}", key.1, key.2))).or_default() += 1.0;
        }
    }
    for ((_, series), count) in &mut counts {
        *count /= of_metric[series];
    }
    (all / years, counts)
}
