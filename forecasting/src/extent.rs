//! How far a series has ever moved: values in, the greatest rise and fall over so many steps out.

/// The greatest rise and fall by distance, jumps left out.
#[derive(Debug, Clone)]
pub(crate) struct Extent {
    /// By distance from 1 on, as far as half of the series reaches.
    rises: Vec<f64>,
    falls: Vec<f64>,
}

impl Extent {
    /// Of values whose levels are joined, up to a distance.
    pub(crate) fn of(values: &[f64], horizon: usize) -> Self {
        let farthest = horizon.min(values.len() / 2).max(1);
        let (mut rises, mut falls) = (Vec::with_capacity(farthest), Vec::with_capacity(farthest));
        for distance in 1..=farthest {
            let moves = values.iter().zip(values.iter().skip(distance)).map(|(from, to)| to - from);
            let (fall, rise) =
                moves.fold((0.0_f64, 0.0_f64), |(fall, rise), moved| (fall.max(-moved), rise.max(moved)));
            rises.push(rise);
            falls.push(fall);
        }
        Self { rises, falls }
    }

    /// Whether a move over so many steps goes farther than any before; beyond half of the series those before grow in
    /// proportion to the distance.
    pub(crate) fn is_passed(&self, moved: f64, distance: usize) -> bool {
        let known = if moved > 0.0 { &self.rises } else { &self.falls };
        let nearest = distance.min(known.len());
        let Some(farthest) = nearest.checked_sub(1).and_then(|at| known.get(at)) else { return false };
        // A line that goes on is no farther than before, whatever its sums are rounded to.
        moved.abs() > farthest * (distance as f64 / nearest as f64) * (1.0 + 1e-9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_moved_is_passed() {
        let extent = Extent::of(&[0.0, 5.0, 6.0, 7.0, 3.0, 4.0], 90);
        // Over one step 5 up and 4 down at most, over three 7 up.
        assert_eq!(
            [5.0, 5.1, -4.0, -4.1].map(|moved| extent.is_passed(moved, 1)),
            [false, true, false, true]
        );
        assert!(!extent.is_passed(7.0, 3) && extent.is_passed(7.1, 3));
        assert!(!extent.is_passed(70.0, 30) && extent.is_passed(71.0, 30));
        assert!(!extent.is_passed(0.0, 1));
    }

    #[test]
    fn a_line_may_go_on() {
        let line: Vec<f64> = (0..40).map(|step| 0.1 * f64::from(step)).collect();
        let extent = Extent::of(&line, 90);
        assert!((1..=90).all(|distance| !extent.is_passed(0.1 * distance as f64, distance)));
        assert!(extent.is_passed(0.2 * 90.0, 90));
    }
}
