//! What a model learns its parameters from: the newest values, and the unit in which it computes.

use crate::model::ModelError;

/// Values beyond this leave a forecast no room to grow.
const LARGEST: f64 = 1e300;

/// Values that parameters are learnt from: two years of days. It bounds the time that a long series takes.
const MOST_VALUES: usize = 730;

/// The newest values, as many as parameters are learnt from.
pub(crate) fn newest(values: &[f64]) -> &[f64] {
    &values[values.len().saturating_sub(MOST_VALUES)..]
}

/// Mean size of the values; 1 where all are zero.
///
/// # Errors
/// When a value is too large to compute with, or not finite.
pub(crate) fn scale_of(values: &[f64]) -> Result<f64, ModelError> {
    if !values.iter().all(|value| value.abs() <= LARGEST) {
        return Err(ModelError::TooLarge);
    }
    let scale = values.iter().map(|value| value.abs() / values.len() as f64).sum::<f64>();
    Ok(if scale > f64::MIN_POSITIVE { scale } else { 1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_values_are_those_at_the_end() {
        let values: Vec<f64> = (0..1000).map(f64::from).collect();
        assert_eq!(newest(&values)[0], 270.0);
        assert_eq!(newest(&values[..9]), &values[..9]);
    }

    #[test]
    fn sizes_are_averaged_and_the_too_large_refused() {
        assert_eq!(scale_of(&[-3.0, 1.0]).unwrap(), 2.0);
        assert_eq!(scale_of(&[0.0; 3]).unwrap(), 1.0);
        for value in [1e301, f64::NAN, f64::NEG_INFINITY] {
            assert!(matches!(scale_of(&[1.0, value]), Err(ModelError::TooLarge)));
        }
    }
}
