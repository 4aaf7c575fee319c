//! The path of a series without jumps and without single days far from the usual: what paces are measured on.

use casa24_schemas::Date;

use super::steps::Step;
use super::usual::Usual;

/// A step further from the usual than so many spreads counts as so many.
const WINSORIZED_AT: f64 = 3.0;

/// What was gained.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Gained {
    /// As it was observed.
    pub(super) whole: f64,
    /// With days far from the usual counted as three spreads: what is judged.
    pub(super) winsorized: f64,
}

/// Sums of what was gained since the first day, one for each day, and how many days were observed.
///
/// Days over which nothing was observed share what was gained over them. A day far from the usual counts with three spreads
/// (winsorizing, Tukey 1962), so that a spike is no pace. A jump to another level counts as nothing: what was gained on its
/// day is not known.
#[derive(Debug, Clone, Default)]
pub(super) struct Path {
    first: Option<Date>,
    gained: Vec<Gained>,
    num_observed: Vec<u32>,
    /// Days on which another size began.
    starts: Vec<usize>,
    /// Jumps upwards: the day of the value before, and that of the value.
    rises: Vec<(usize, usize)>,
}

impl Path {
    /// Goes on by a step; what counts of it a day.
    pub(super) fn push(&mut self, step: &Step, usual: Option<&Usual>) -> Gained {
        if self.first.is_none() {
            // The day of the first value: nothing was gained before it.
            self.first = Some(step.from);
            self.gained.push(Gained::default());
            self.num_observed.push(1);
        }
        let whole = if step.is_jump() { 0.0 } else { step.per_day };
        let winsorized = usual.filter(|_| !step.is_jump()).map_or(whole, |usual| {
            let most = WINSORIZED_AT * usual.spread;
            whole.clamp(usual.per_day + usual.leaving - most, usual.per_day + most)
        });
        let a_day = Gained { whole, winsorized };
        let Some(day) = self.place(step.date) else { return a_day };
        let (mut gained, num_observed) = (
            self.gained.last().copied().unwrap_or_default(),
            self.num_observed.last().copied().unwrap_or_default(),
        );
        if step.is_jump() && step.value > step.before {
            self.rises.push((self.gained.len() - 1, day));
        }
        while self.gained.len() <= day {
            gained.whole += whole;
            gained.winsorized += winsorized;
            let is_observed = self.gained.len() == day;
            self.gained.push(gained);
            self.num_observed.push(num_observed + u32::from(is_observed));
        }
        if step.is_jump() && (step.value > 2.0 * step.before || step.value < 0.5 * step.before) {
            self.starts.push(day);
        }
        a_day
    }

    /// Days from the first on.
    pub(super) const fn num_days(&self) -> usize {
        self.gained.len()
    }

    /// Forgets all but the first days.
    pub(super) fn truncate(&mut self, num_days: usize) {
        self.gained.truncate(num_days);
        self.num_observed.truncate(num_days);
        self.starts.retain(|start| *start < num_days);
        self.rises.retain(|(_, day)| *day < num_days);
    }

    /// Place of a day.
    pub(super) fn place(&self, date: Date) -> Option<usize> {
        usize::try_from((date - self.first?).whole_days()).ok()
    }

    /// The day since which the series has had the size that it has at a place.
    pub(super) fn size_since(&self, place: usize) -> usize {
        self.starts.iter().copied().rfind(|start| *start <= place).unwrap_or_default()
    }

    /// Whether there is a value of the day at a place, and not only one of a later day that covers it.
    pub(super) fn is_observed(&self, place: usize) -> bool {
        let before = place.checked_sub(1).and_then(|before| self.num_observed.get(before));
        self.num_observed.get(place).is_some_and(|until| before.is_none_or(|before| until > before))
    }

    /// Whether it jumped upwards within the days up to a place.
    pub(super) fn has_risen(&self, until: usize, num_days: usize) -> bool {
        self.rises.iter().any(|(from, day)| *from < until && *day + num_days > until)
    }

    /// Gain a day over the days up to a place, where those days are known and most were observed.
    pub(super) fn pace(&self, until: usize, num_days: usize) -> Option<Gained> {
        let from = until.checked_sub(num_days)?;
        if self.size_since(until) > from {
            return None;
        }
        let num_observed = self.num_observed.get(until)? - self.num_observed[from];
        let is_enough = num_observed as usize * 3 >= num_days * 2;
        let (until, from) = (self.gained.get(until)?, self.gained[from]);
        is_enough.then(|| Gained {
            whole: (until.whole - from.whole) / num_days as f64,
            winsorized: (until.winsorized - from.winsorized) / num_days as f64,
        })
    }
}
