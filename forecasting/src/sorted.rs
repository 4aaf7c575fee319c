//! Quantiles of sorted numbers.

/// Median of numbers sorted from low to high; `None` of none.
pub(crate) fn median(sorted: &[f64]) -> Option<f64> {
    quantile(sorted, 0.5)
}

/// The number below which a share of the sorted numbers lies, between two of them linearly (type 7 of Hyndman &
/// Fan 1996); `None` of none.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = share.clamp(0.0, 1.0) * last as f64;
    let below = position.floor() as usize;
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    Some(if low == high { low } else { low + (high - low) * (position - below as f64) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_lies_between_two_numbers() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[1.0, 2.0]), Some(1.5));
        assert_eq!(quantile(&[1.0, 2.0, 9.0], 0.75), Some(5.5));
        assert_eq!(quantile(&[1.0, 2.0, 9.0], 2.0), Some(9.0));
    }
}
