//! What was learnt before: the same values are not learnt from twice.

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::member::{Advancing, Member};
use crate::neural::Neural;

/// What expensive models learnt from the values of one series. With it a forecast of the series after one value more
/// learns only what is new; without it the forecast is the same and takes longer.
#[derive(Default)]
pub struct Memory {
    known: HashMap<Key, Learnt>,
    round: u64,
}

/// A model, and a fingerprint of what it learnt from.
type Key = (Member, u64);

struct Learnt {
    /// `None` where the model refused.
    fitted: Option<Box<dyn Advancing>>,
    used_in: u64,
}

impl Memory {
    /// One empty memory for each of so many series.
    pub fn of_series(num_series: usize) -> Vec<Self> {
        (0..num_series).map(|_| Self::new()).collect()
    }

    /// An empty memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// What a model learns from values, by memory where it has learnt from them before.
    pub(crate) fn fit(
        &mut self,
        member: Member,
        values: &[f64],
        season_length: usize,
        neural: &Neural,
    ) -> Option<Box<dyn Advancing>> {
        if !member.is_expensive() {
            return member.fit(values, season_length, neural).ok();
        }
        let mut hasher = DefaultHasher::new();
        season_length.hash(&mut hasher);
        values.len().hash(&mut hasher);
        values.iter().for_each(|value| value.to_bits().hash(&mut hasher));
        let round = self.round;
        let learnt = self.known.entry((member, hasher.finish())).or_insert_with(|| Learnt {
            fitted: member.fit(values, season_length, neural).ok(),
            used_in: round,
        });
        learnt.used_in = round;
        learnt.fitted.as_ref().map(|fitted| fitted.copy())
    }

    /// Forgets what the last forecast did not use.
    pub(crate) fn end_round(&mut self) {
        let round = self.round;
        self.known.retain(|_, learnt| learnt.used_in == round);
        self.round += 1;
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("num_fits", &self.known.len()).finish_non_exhaustive()
    }
}
