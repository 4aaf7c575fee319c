//! Bands of distances: figures are kept for up to 7, 30 and 90 steps ahead, and one of them for any distance comes out.

/// Ends of the bands, in steps.
pub(crate) const BAND_ENDS: [usize; 3] = [7, 30, 90];

/// One figure for each band.
pub(crate) type Bands<T> = [T; BAND_ENDS.len()];

/// A figure known at the ends of the bands, at a distance: between two ends in proportion to the logarithm of the
/// distance, so that a path has no step where one band ends.
pub(crate) fn at_band(bands: &Bands<f64>, distance: usize) -> f64 {
    let above = BAND_ENDS.partition_point(|end| *end < distance);
    match (above.checked_sub(1), BAND_ENDS.get(above)) {
        (None, _) => bands[0],
        (Some(below), None) => bands[below],
        (Some(below), Some(end)) => {
            let from = BAND_ENDS[below] as f64;
            let share = (distance as f64 / from).ln() / (*end as f64 / from).ln();
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
        assert!((1.0..2.0).contains(&at_band(&bands, 10)));
    }
}
