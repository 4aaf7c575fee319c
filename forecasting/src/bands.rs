//! Bands of distances: figures are kept for up to 7, 30 and 90 steps ahead, and one of them for any distance comes out.

use std::sync::LazyLock;

/// Ends of the bands, in steps.
pub(crate) const BAND_ENDS: [usize; 3] = [7, 30, 90];

/// One figure for each band.
pub(crate) type Bands<T> = [T; BAND_ENDS.len()];

/// How far each distance from the end of the first band to that of the last is from one end towards the next.
static SHARES: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let of_band = |ends: &[usize]| {
        let (from, to) = (ends[0], ends[1]);
        let share =
            move |distance: usize| (distance as f64 / from as f64).ln() / (to as f64 / from as f64).ln();
        (from + 1..=to).map(share).collect::<Vec<f64>>()
    };
    std::iter::once(0.0).chain(BAND_ENDS.windows(2).flat_map(of_band)).collect()
});

/// A figure known at the ends of the bands, at a distance: between two ends in proportion to the logarithm of the
/// distance, so that a path has no step where one band ends.
pub(crate) fn at_band(bands: &Bands<f64>, distance: usize) -> f64 {
    let above = BAND_ENDS.partition_point(|end| *end < distance);
    match (above.checked_sub(1), BAND_ENDS.get(above)) {
        (None, _) => bands[0],
        (Some(below), None) => bands[below],
        (Some(below), Some(_)) => {
            let share = SHARES[distance - BAND_ENDS[0]];
            bands[below] * (1.0 - share) + bands[above] * share
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_bands_weights_change_little_by_little() {
        let bands = [1.0, 3.0, 5.0];
        assert_eq!((at_band(&bands, 1), at_band(&bands, 7), at_band(&bands, 30)), (1.0, 1.0, 3.0));
        assert_eq!((at_band(&bands, 90), at_band(&bands, 400)), (5.0, 5.0));
        // ln(10 / 7) / ln(30 / 7) and ln(52 / 30) / ln(90 / 30) of the way.
        assert!((at_band(&bands, 10) - 1.490_178).abs() < 1e-6, "{}", at_band(&bands, 10));
        assert!((at_band(&bands, 52) - 4.001_348).abs() < 1e-6, "{}", at_band(&bands, 52));
    }
}
