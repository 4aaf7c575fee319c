//! How often a series is differenced until it is stationary.
//!
//! Hyndman & Khandakar, J. Stat. Softw. 27 (2008), 3.1, with the strength of the season for seasonal differences, as the
//! R package forecast has it since version 8.

use crate::seasonality::strength;

const MOST_DIFFERENCES: usize = 2;
/// Strength of the season from which it is differenced (package forecast, `nsdiffs`).
const STRONG: f64 = 0.64;
/// 95th percentile of the KPSS statistic of a series around a level (Kwiatkowski et al., J. Econometrics 54, 1992).
const KPSS_LIMIT: f64 = 0.463;

pub(super) fn difference(values: &[f64], lag: usize) -> Vec<f64> {
    values.iter().zip(values.iter().skip(lag)).map(|(early, late)| late - early).collect()
}

/// Whether all values are one and the same.
pub(super) fn is_constant(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}

/// Differences over a season: 0 or 1.
pub(super) fn num_seasonal(values: &[f64], season_length: usize) -> usize {
    usize::from(values.len() > 2 * season_length + 4 && strength(values, season_length) > STRONG)
}

/// Differences of neighbours: 0 to 2.
pub(super) fn num_plain(values: &[f64]) -> usize {
    let mut values = values.to_vec();
    for done in 0..MOST_DIFFERENCES {
        if is_constant(&values) || kpss(&values) <= KPSS_LIMIT {
            return done;
        }
        values = difference(&values, 1);
    }
    MOST_DIFFERENCES
}

/// KPSS statistic of a level, with `3 sqrt(n) / 13` lags. Not a number for a constant series.
fn kpss(values: &[f64]) -> f64 {
    let num_values = values.len() as f64;
    let mean = values.iter().sum::<f64>() / num_values;
    let departures: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let mut sum = 0.0;
    let squares: f64 = departures.iter().map(|departure| (sum += departure, sum * sum).1).sum();
    let num_lags = (3.0 * num_values.sqrt() / 13.0) as usize;
    let product = |lag: usize| -> f64 {
        departures.iter().zip(&departures[lag..]).map(|(early, late)| early * late).sum()
    };
    let weighted = |lag: usize| 2.0 * (1.0 - lag as f64 / (num_lags as f64 + 1.0)) * product(lag);
    let long_run = product(0) + (1..=num_lags).map(weighted).sum::<f64>();
    squares / (num_values * long_run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statistic_is_that_of_statsmodels() {
        // statsmodels.tsa.stattools.kpss(x, "c", nlags=1)[0].
        let values: Vec<f64> = (0..30).map(|at| f64::from(at * at % 17 + at)).collect();
        assert!((kpss(&values) - 1.256_270_852_840_3).abs() < 1e-12, "{}", kpss(&values));
    }

    #[test]
    fn lines_are_differenced_once_and_parabolas_twice() {
        let noise = |at: i32| f64::from(at * at % 13);
        let line: Vec<f64> = (0..80).map(|at| 3.0 * f64::from(at) + noise(at)).collect();
        assert_eq!(num_plain(&line), 1);
        let parabola: Vec<f64> = (0..80).map(|at| f64::from(at * at) + noise(at)).collect();
        assert_eq!(num_plain(&parabola), 2);
        assert_eq!(num_plain(&[4.0; 50]), 0);
    }
}
