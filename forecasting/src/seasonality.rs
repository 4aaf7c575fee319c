//! Pattern of a season: whether a series has one, and what it is by classical decomposition.
//!
//! Decomposition: Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, 3.4; the test: Fiorucci
//! et al., Int. J. Forecasting 32 (2016), 3.

/// How the pattern is joined to the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pattern {
    Additive,
    Multiplicative,
}

/// Whether the autocorrelation of the steps from value to value at the season's distance is above zero at the 95 %
/// level, given those at shorter ones. The steps, because in a series that rises every value resembles its neighbours
/// and all distances would pass. Short series (below two seasons) and short seasons (below 4) have none.
pub(crate) fn is_seasonal(values: &[f64], season_length: usize) -> bool {
    if season_length < 4 || values.len() <= 2 * season_length {
        return false;
    }
    let values: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let product = |lag: usize| -> f64 {
        values.iter().zip(&values[lag..]).map(|(early, late)| (early - mean) * (late - mean)).sum()
    };
    let variance = product(0);
    let shorter: f64 = (1..season_length).map(|lag| (product(lag) / variance).powi(2)).sum();
    let limit = 1.645 * ((1.0 + 2.0 * shorter) / values.len() as f64).sqrt();
    product(season_length) / variance > limit
}

/// Trend by moving averages over one season, centred; the first and the last half season have none.
pub(crate) fn moving_average(values: &[f64], season_length: usize) -> Vec<f64> {
    let half = season_length / 2;
    let is_even = season_length.is_multiple_of(2);
    let window = 2 * half + 1;
    let weight = |offset: usize| if is_even && (offset == 0 || offset == 2 * half) { 0.5 } else { 1.0 };
    values
        .windows(window)
        .map(|around| {
            let sum: f64 = around.iter().enumerate().map(|(offset, value)| weight(offset) * value).sum();
            sum / season_length as f64
        })
        .collect()
}

/// The pattern of one season, from the season's first value on; additive ones sum to zero, multiplicative ones average
/// to one. `None` below two seasons, and for multiplicative ones where the trend is not above zero.
pub(crate) fn pattern(values: &[f64], season_length: usize, kind: Pattern) -> Option<Vec<f64>> {
    if season_length < 2 || values.len() < 2 * season_length {
        return None;
    }
    let half = season_length / 2;
    let mut sums = vec![(0.0, 0); season_length];
    for (index, trend) in moving_average(values, season_length).into_iter().enumerate() {
        let value = values[index + half];
        let departure = match kind {
            Pattern::Additive => value - trend,
            Pattern::Multiplicative if trend > 0.0 => value / trend,
            Pattern::Multiplicative => return None,
        };
        let (sum, count) = &mut sums[(index + half) % season_length];
        *sum += departure;
        *count += 1;
    }
    let mut pattern: Vec<f64> = sums.into_iter().map(|(sum, count)| sum / f64::from(count)).collect();
    let mean = pattern.iter().sum::<f64>() / season_length as f64;
    for value in &mut pattern {
        match kind {
            Pattern::Additive => *value -= mean,
            Pattern::Multiplicative => *value /= mean,
        }
    }
    pattern.iter().all(|value| value.is_finite()).then_some(pattern)
}

/// Share of what the trend leaves over that the season explains, 0 to 1: the strength of Wang, Smith & Hyndman
/// (Data Min. Knowl. Discov. 13, 2006), here of a pattern that stays the same.
pub(crate) fn strength(values: &[f64], season_length: usize) -> f64 {
    let Some(pattern) = pattern(values, season_length, Pattern::Additive) else { return 0.0 };
    let half = season_length / 2;
    let trend = moving_average(values, season_length);
    let (mut remainders, mut departures) = (Vec::new(), Vec::new());
    for (index, trend) in trend.iter().enumerate() {
        let departure = values[index + half] - trend;
        departures.push(departure);
        remainders.push(departure - pattern[(index + half) % season_length]);
    }
    let share = variance(&remainders) / variance(&departures);
    if share.is_finite() { (1.0 - share).max(0.0) } else { 0.0 }
}

pub(crate) fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK: [f64; 7] = [3.0, -1.0, -2.0, 0.0, 1.0, 2.0, -3.0];

    fn rising_weeks() -> Vec<f64> {
        (0..56).map(|day| 100.0 + f64::from(day) + WEEK[day as usize % 7]).collect()
    }

    #[test]
    fn a_pattern_on_a_line_is_found_exactly() {
        let found = pattern(&rising_weeks(), 7, Pattern::Additive).unwrap();
        assert!(found.iter().zip(WEEK).all(|(found, put)| (found - put).abs() < 1e-12), "{found:?}");
        assert!(strength(&rising_weeks(), 7) > 0.999);
    }

    #[test]
    fn even_seasons_are_centred_too() {
        let values: Vec<f64> =
            (0..16).map(|at| f64::from(at) + [1.0, -1.0, 2.0, -2.0][at as usize % 4]).collect();
        let found = pattern(&values, 4, Pattern::Additive).unwrap();
        assert!(found.iter().zip([1.0, -1.0, 2.0, -2.0]).all(|(found, put)| (found - put).abs() < 1e-12));
    }

    #[test]
    fn a_season_is_told_from_none() {
        let steady: Vec<f64> = (0..56).map(|day| WEEK[day % 7]).collect();
        assert!(is_seasonal(&steady, 7));
        let alternating: Vec<f64> = (0..56).map(|day| f64::from(day * day % 11)).collect();
        assert!(!is_seasonal(&alternating, 7));
        assert!(!is_seasonal(&[1.0; 56], 7));
    }
}
