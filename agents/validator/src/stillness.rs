//! How probable it is that a series stands still from one collection to the next, by its own past.
//!
//! Where it stood still before, the share of those steps is the measure, with half a step of each kind added
//! (Krichevsky and Trofimov 1981). Where it never did, the density of its steps near zero is: a channel that gains 80
//! views a day, give or take 10, hardly ever gains none, though no number of days could show that by counting.

use time::Date;

use crate::past::Past;

/// Steps that must be known before a series says anything.
const MIN_STEPS: usize = 5;
/// Newest steps: a series that began to stand still lately is judged by them.
const NEWEST_STEPS: usize = 14;
/// Steps of the present standstill that are no part of the past: it is what is judged.
const PRESENT_STEPS: usize = 5;
/// No past makes it less probable than this.
const LEAST: f64 = 0.000_5;
/// A step that spans more than so many usual ones is treated as one that spans so many.
const MOST_SPANS: f64 = 2.0;
/// A figure that stands still with at least this probability is no copy by doing so: it always does.
const ALWAYS: f64 = 0.9;
/// The chance that a figure of a copied collection moves: one of fifty may come from elsewhere.
const MOVES_IN_A_COPY: f64 = 0.02;

/// A figure beside the one before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stillness {
    /// Whether it is the same.
    pub(crate) stands: bool,
    /// Chance of that, for a figure that is measured.
    pub(crate) chance: f64,
}

impl Stillness {
    /// Of a value after daily others, oldest first; `None` where too little is known. `num_days` is the distance from the
    /// value or copy seen last, `grain` the step by which the source counts, 0 where it counts by one.
    pub(crate) fn of(before: &[Past], value: f64, num_days: f64, grain: f64) -> Option<Self> {
        let last = before.last().filter(|_| before.len() > MIN_STEPS)?;
        let stands = last.value == value;
        let usual_days = usual_days(before);
        let spans = (num_days / usual_days).min(MOST_SPANS);
        let present = before.iter().rev().skip(1).take_while(|past| past.value == last.value).count();
        let before = if stands { &before[..before.len() - present.min(PRESENT_STEPS)] } else { before };
        if before.len() <= MIN_STEPS {
            return None;
        }
        let counts = Counts::of(before, usual_days);
        if counts.moved == 0.0 {
            return None; // it always stands still
        }
        let mut chance = counts.chance();
        if stands {
            let newest = Counts::of(&before[before.len().saturating_sub(NEWEST_STEPS + 1)..], usual_days);
            if newest.still > 0.0 {
                chance = chance.max(newest.chance());
            }
            if !before.windows(2).any(|pair| pair[0].value == pair[1].value) {
                chance = chance.min(density_at_zero(before, grain.max(1.0)));
            }
            if grain > 0.0 {
                chance = chance.max(chance_of_rounding(before, grain));
            }
        }
        Some(Self { stands, chance: chance.powf(spans).max(LEAST) })
    }

    /// Whether it stands still although it normally moves.
    pub(crate) fn is_odd(self) -> bool {
        self.stands && self.chance < ALWAYS
    }

    /// By how much this speaks for a copy: the logarithm of the ratio of its chances in a copy and in a measurement.
    pub(crate) fn evidence(self) -> f64 {
        if self.stands {
            ((1.0 - MOVES_IN_A_COPY) / self.chance).ln()
        } else {
            (MOVES_IN_A_COPY / (1.0 - self.chance).max(MOVES_IN_A_COPY)).ln()
        }
    }
}

/// Steps that stood still and others; one over several usual distances stood still so many times.
struct Counts {
    still: f64,
    moved: f64,
}

impl Counts {
    fn of(values: &[Past], usual_days: f64) -> Self {
        let mut counts = Self { still: 0.0, moved: 0.0 };
        for pair in values.windows(2) {
            if pair[0].value == pair[1].value {
                counts.still += days(pair[0].at.date(), pair[1].at.date()) / usual_days;
            } else {
                counts.moved += 1.0;
            }
        }
        counts
    }

    fn chance(&self) -> f64 {
        (self.still + 0.5) / (self.still + self.moved + 1.0)
    }
}

/// Density of the steps within half a usual one of zero, for one grain.
fn density_at_zero(values: &[Past], grain: f64) -> f64 {
    let (middle, sizes) = middle_size(values);
    let near = middle / 2.0;
    let num_near = sizes.iter().filter(|size| **size <= near).count() as f64;
    let num_grains = 2.0 * (near / grain).floor() + 1.0;
    (num_near + 0.5) / ((sizes.len() as f64 + 1.0) * num_grains)
}

/// The chance that a source which has begun to round shows no change, which it does only where the change crosses a
/// border between two of its numbers; 0 where the past is rounded as well, and so tells by itself.
fn chance_of_rounding(before: &[Past], grain: f64) -> f64 {
    let (middle, sizes) = middle_size(before);
    let is_finer = sizes.iter().any(|size| *size > 0.0 && *size < grain);
    if is_finer { 1.0 - middle / grain } else { 0.0 }
}

/// The middle size of the steps, and all sizes.
fn middle_size(values: &[Past]) -> (f64, Vec<f64>) {
    let mut sizes: Vec<f64> = values.windows(2).map(|pair| (pair[1].value - pair[0].value).abs()).collect();
    let middle = sizes.len() / 2;
    (*sizes.select_nth_unstable_by(middle, f64::total_cmp).1, sizes)
}

/// Days between two observations; several of one day are one day apart, as their own rhythm is the measure then.
pub(crate) fn days(from: Date, to: Date) -> f64 {
    // Within a year without the calendar, as this is most of the work.
    let days = if from.year() == to.year() {
        i64::from(to.ordinal()) - i64::from(from.ordinal())
    } else {
        (to - from).whole_days()
    };
    days.max(1) as f64
}

/// The middle distance. Nearly always 1: only where the first distance is longer, the middle one is looked for.
pub(crate) fn usual_days(values: &[Past]) -> f64 {
    let mut distances: [f64; crate::past::WINDOW] = [0.0; crate::past::WINDOW];
    let mut num = 0;
    let mut num_single = 0;
    for (pair, place) in values.windows(2).zip(&mut distances) {
        *place = days(pair[0].at.date(), pair[1].at.date());
        num += 1;
        num_single += usize::from(*place == 1.0);
    }
    if 2 * num_single > num {
        return 1.0;
    }
    *distances[..num].select_nth_unstable_by(num / 2, f64::total_cmp).1
}
