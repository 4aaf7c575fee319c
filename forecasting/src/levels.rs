//! Levels joined: values with flagged jumps in, the same as if the series had stood on its newest level all along out.
//!
//! The steps of an old level, its rhythm and pace, are what is known of a level that has just begun; the jump itself is
//! replaced by the usual step. Where the new level is lower, the steps are as much smaller.

use crate::sorted::median;

/// The usual step is the median of as many steps before a jump.
const USUAL_STEPS: usize = 14;

/// Values so far, moved onto the newest level.
#[derive(Debug, Clone, Default)]
pub(crate) struct Joined(Vec<f64>);

impl Joined {
    /// Takes in the next value, and whether a level begins with it.
    pub(crate) fn push(&mut self, value: f64, is_new_level: bool) {
        if let Some(last) = self.0.last().filter(|_| is_new_level) {
            let (last, step) = (*last, self.usual_step());
            // What fell to a part of itself moves by as small a part.
            let scale = if 0.0 < value && value < last { value / last } else { 1.0 };
            let jump = value - (last + step) * scale;
            self.0.iter_mut().for_each(|value| *value = *value * scale + jump);
        }
        self.0.push(value);
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.0
    }

    fn usual_step(&self) -> f64 {
        let start = self.0.len().saturating_sub(USUAL_STEPS + 1);
        let mut steps: Vec<f64> = self.0[start..].windows(2).map(|pair| pair[1] - pair[0]).collect();
        steps.sort_unstable_by(f64::total_cmp);
        median(&steps).unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_level_keeps_its_steps_on_the_new_one() {
        let mut joined = Joined::default();
        for (value, is_new_level) in
            [(10.0, false), (12.0, false), (14.0, false), (114.0, true), (117.0, false), (234.0, true)]
        {
            joined.push(value, is_new_level);
        }
        // The usual step is 2 before either jump.
        assert_eq!(joined.values(), [223.0, 225.0, 227.0, 229.0, 232.0, 234.0]);
    }

    #[test]
    fn a_lower_level_has_smaller_steps() {
        let mut joined = Joined::default();
        (0..20).for_each(|day| joined.push(4_000.0 + 10.0 * f64::from(day), false));
        joined.push(419.0, true);
        let values = joined.values();
        assert_eq!(values[20], 419.0);
        assert!(values.windows(2).all(|pair| (pair[1] - pair[0] - 1.0).abs() < 1e-9), "{values:?}");
    }

    #[test]
    fn a_jump_right_after_the_first_value_is_no_step() {
        let mut joined = Joined::default();
        joined.push(5.0, false);
        joined.push(500.0, true);
        assert_eq!(joined.values(), [500.0, 500.0]);
    }
}
