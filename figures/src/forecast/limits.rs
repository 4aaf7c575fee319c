//! What a metric can be: a model's path in, a path within the metric's nature out.

use casa24_schemas::Nature;

use super::model::DailyValue;

/// Range, direction and grain of a series.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    lowest: f64,
    highest: f64,
    only_rises: bool,
    /// Whether every value is a whole number.
    pub(super) whole: bool,
}

impl Limits {
    /// Limits of a series whose metric is of this nature. A metric that nobody described is bounded by nothing,
    /// except that one never seen below zero stays there.
    pub(super) fn of(nature: Option<Nature>, values: &[DailyValue]) -> Self {
        let never_negative = values.iter().all(|value| value.value >= 0.0);
        let (lowest, highest) = match nature {
            Some(Nature::Score) => (0.0, 100.0),
            Some(Nature::Count | Nature::Counter) => (0.0, f64::INFINITY),
            None if never_negative => (0.0, f64::INFINITY),
            None => (f64::NEG_INFINITY, f64::INFINITY),
        };
        let whole = values.iter().all(|value| value.value.fract() == 0.0);
        Self { lowest, highest, only_rises: nature == Some(Nature::Counter), whole }
    }

    /// The limits of what follows a value.
    #[must_use]
    pub(super) fn after(self, current: f64) -> Self {
        let lowest = if self.only_rises { current } else { self.lowest.min(current) };
        Self { lowest, highest: self.highest.max(current), ..self }
    }

    /// A value moved into the limits.
    pub(super) fn nearest(&self, value: f64) -> f64 {
        value.max(self.lowest).min(self.highest)
    }

    /// A path moved into the limits: rounded to whole numbers where the series has no others, never falling
    /// where the metric only rises.
    pub(super) fn path(&self, mut path: Vec<f64>) -> Vec<f64> {
        let mut before = self.lowest;
        for value in &mut path {
            let rounded = if self.whole { value.round() } else { *value };
            // Overflow stays visible; `max` would turn NaN into the limit.
            if !rounded.is_nan() {
                *value = self.nearest(self.not_below(before, rounded));
                before = *value;
            }
        }
        path
    }

    /// The value, or the one of the day before where the metric only rises and the value is below it.
    pub(super) fn not_below(&self, before: f64, value: f64) -> f64 {
        if self.only_rises { value.max(before) } else { value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(nature: Option<Nature>, values: &[f64]) -> Limits {
        let daily: Vec<DailyValue> = (0..)
            .zip(values)
            .map(|(day, value)| DailyValue { day, value: *value, new_level: false })
            .collect();
        Limits::of(nature, &daily).after(values[values.len() - 1])
    }

    #[test]
    fn a_count_stays_above_zero_and_a_score_within_its_range() {
        let path = vec![3.4, -2.0, 250.0];
        assert_eq!(limits(Some(Nature::Count), &[5.0]).path(path.clone()), [3.0, 0.0, 250.0]);
        assert_eq!(limits(Some(Nature::Score), &[5.0]).path(path), [3.0, 0.0, 100.0]);
    }

    #[test]
    fn a_counter_never_falls() {
        assert_eq!(limits(Some(Nature::Counter), &[5.0]).path(vec![4.0, 8.2, 7.0]), [5.0, 8.0, 8.0]);
    }

    #[test]
    fn a_metric_that_nobody_described_keeps_its_fractions_and_its_sign() {
        assert_eq!(limits(None, &[0.5, 2.0]).path(vec![1.25, -1.0]), [1.25, 0.0]);
        assert_eq!(limits(None, &[-0.5, 2.0]).path(vec![1.25, -1.0]), [1.25, -1.0]);
    }

    #[test]
    fn what_overflowed_stays_visible() {
        assert!(limits(Some(Nature::Counter), &[5.0]).path(vec![f64::NAN])[0].is_nan());
    }
}
