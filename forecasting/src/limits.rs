//! What a series can be: a model's path in, a path within the range, direction and grain of the series out.

/// What values are possible.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// No value is below.
    pub lowest: f64,
    /// No value is above.
    pub highest: f64,
    /// Whether values never fall (a counter).
    pub only_rises: bool,
}

impl Bounds {
    /// Nothing is known.
    pub const NONE: Self = Self { lowest: f64::NEG_INFINITY, highest: f64::INFINITY, only_rises: false };

    /// Bounds of values of which nothing else is known: what was never seen below zero stays there.
    pub fn of_values(values: impl IntoIterator<Item = f64>) -> Self {
        let never_negative = values.into_iter().all(|value| value >= 0.0);
        Self { lowest: if never_negative { 0.0 } else { f64::NEG_INFINITY }, ..Self::NONE }
    }
}

/// Bounds and grain of what follows a value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    bounds: Bounds,
    /// Whether every value is a whole number.
    pub(crate) whole: bool,
}

impl Limits {
    /// Limits of a series with these bounds and observed values.
    pub(crate) fn of(bounds: Bounds, mut observed: impl Iterator<Item = f64>) -> Self {
        Self { bounds, whole: observed.all(|value| value.fract() == 0.0) }
    }

    /// The limits of what follows a value.
    #[must_use]
    pub(crate) const fn after(mut self, current: f64) -> Self {
        let Bounds { lowest, highest, only_rises } = self.bounds;
        self.bounds.lowest = if only_rises { current } else { lowest.min(current) };
        self.bounds.highest = highest.max(current);
        self
    }

    /// Whether no value can be below.
    pub(crate) const fn is_lowest(&self, value: f64) -> bool {
        value <= self.bounds.lowest
    }

    /// Whether no value can be above.
    pub(crate) const fn is_highest(&self, value: f64) -> bool {
        value >= self.bounds.highest
    }

    /// A value moved into the limits.
    pub(crate) const fn nearest(&self, value: f64) -> f64 {
        value.max(self.bounds.lowest).min(self.bounds.highest)
    }

    /// Moves a path into the limits: rounded to whole numbers where the series has no others, never falling where
    /// it only rises. Says whether all of it is finite.
    pub(crate) fn apply(&self, path: &mut [f64]) -> bool {
        let mut before = self.bounds.lowest;
        let mut finite = true;
        for value in path {
            finite &= value.is_finite();
            let rounded = if self.whole { value.round() } else { *value };
            *value = self.nearest(self.not_below(before, rounded));
            before = *value;
        }
        finite
    }

    /// The value, or the one before it where values never fall and this one is below.
    pub(crate) const fn not_below(&self, before: f64, value: f64) -> f64 {
        if self.bounds.only_rises { value.max(before) } else { value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(bounds: Bounds, values: &[f64], path: &[f64]) -> Vec<f64> {
        let mut path = path.to_vec();
        let limits = Limits::of(bounds, values.iter().copied()).after(values[values.len() - 1]);
        assert!(limits.apply(&mut path));
        path
    }

    #[test]
    fn a_path_stays_within_its_range_and_grain() {
        let score = Bounds { lowest: 0.0, highest: 100.0, only_rises: false };
        assert_eq!(applied(score, &[5.0], &[3.4, -2.0, 250.0]), [3.0, 0.0, 100.0]);
        let counter = Bounds { only_rises: true, ..Bounds::NONE };
        assert_eq!(applied(counter, &[5.0], &[4.0, 8.2, 7.0]), [5.0, 8.0, 8.0]);
    }

    #[test]
    fn what_was_never_negative_stays_so_and_keeps_its_fractions() {
        let of = |values: [f64; 2]| applied(Bounds::of_values(values), &values, &[1.25, -1.0]);
        assert_eq!(of([0.5, 2.0]), [1.25, 0.0]);
        assert_eq!(of([-0.5, 2.0]), [1.25, -1.0]);
    }

    #[test]
    fn what_overflowed_is_told() {
        assert!(!Limits::of(Bounds::NONE, [5.0].into_iter()).apply(&mut [f64::NAN]));
    }
}
