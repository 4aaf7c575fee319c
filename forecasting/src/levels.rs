//! Levels joined: values with flagged jumps in, the same as if the series had stood on its newest level all along out.
//!
//! The steps of an old level, its rhythm and pace, are what is known of a level that has just begun; the jump itself is
//! replaced by the usual step.

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
            let jump = value - last - self.usual_step();
            self.0.iter_mut().for_each(|value| *value += jump);
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
            [(10.0, false), (12.0, false), (14.0, false), (114.0, true), (117.0, false), (17.0, true)]
        {
            joined.push(value, is_new_level);
        }
        // The usual step is 2 before either jump.
        assert_eq!(joined.values(), [6.0, 8.0, 10.0, 12.0, 15.0, 17.0]);
    }

    #[test]
    fn a_jump_right_after_the_first_value_is_no_step() {
        let mut joined = Joined::default();
        joined.push(5.0, false);
        joined.push(500.0, true);
        assert_eq!(joined.values(), [500.0, 500.0]);
    }
}
