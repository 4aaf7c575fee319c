//! Series for the network to learn from before it has seen a real one: a seed in, daily series of every character
//! that a platform's figures have out.
//!
//! That a network taught by generated series alone forecasts real ones is shown for Prior-data Fitted Networks by
//! Dooley et al., ForecastPFN (NeurIPS 2023), and Taga et al., TimePFN (AAAI 2025). Their priors are smooth; these
//! are counts: they stand still, step, burst, are rounded and corrected.

use rand::{Rng, RngExt};

/// A way in which figures move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Character {
    /// Stands still, with a step in hundreds of days.
    Still,
    /// What comes minus what goes.
    Followers,
    /// The same, shown in steps: few digits, or not every day.
    Stairs,
    /// Only rises, apart from corrections; a rhythm of the week.
    Counter,
    /// Sum of the activity of the last 28 days.
    Listeners,
    /// A small whole number that wanders.
    Score,
    /// Any number, with steps that may be large.
    Walk,
    /// Level, slope and week, with noise that fades.
    Season,
}

/// In hundredths, how often each occurs.
const CHARACTERS: [(Character, u32); 8] = [
    (Character::Still, 8),
    (Character::Followers, 22),
    (Character::Stairs, 12),
    (Character::Counter, 22),
    (Character::Listeners, 18),
    (Character::Score, 6),
    (Character::Walk, 6),
    (Character::Season, 6),
];

/// Days that a generated series has, at least and at most.
const NUM_DAYS: (f64, f64) = (60.0, 800.0);

/// One series, oldest value first, every value finite.
pub(crate) fn series(rng: &mut impl Rng) -> Vec<f64> {
    let num_days = log_uniform(rng, NUM_DAYS.0, NUM_DAYS.1) as usize;
    let character = character(rng);
    let mut values = match character {
        Character::Still => still(rng, num_days),
        Character::Followers => followers(rng, num_days),
        Character::Stairs => stairs(rng, num_days),
        Character::Counter => counter(rng, num_days),
        Character::Listeners => listeners(rng, num_days),
        Character::Score => score(rng, num_days),
        Character::Walk => walk(rng, num_days),
        Character::Season => season(rng, num_days),
    };
    if rng.random_bool(0.25) {
        shift_level(rng, &mut values);
    }
    if rng.random_bool(0.4) {
        carry_forward(rng, &mut values);
    }
    values
}

fn character(rng: &mut impl Rng) -> Character {
    let mut drawn = rng.random_range(0..CHARACTERS.iter().map(|(_, share)| share).sum::<u32>());
    for (character, share) in CHARACTERS {
        if drawn < share {
            return character;
        }
        drawn -= share;
    }
    Character::Still
}

fn still(rng: &mut impl Rng, num_days: usize) -> Vec<f64> {
    let mut level = log_uniform(rng, 1.0, 1e6).round();
    let chance = if rng.random_bool(0.5) { 0.0 } else { log_uniform(rng, 0.002, 0.02) };
    let upwards = rng.random_range(0.3..1.0);
    (0..num_days)
        .map(|_| {
            if rng.random_bool(chance) {
                let size = log_uniform(rng, 1.0, 4.0).floor();
                level += if rng.random_bool(upwards) { size } else { -size };
            }
            level
        })
        .collect()
}

fn followers(rng: &mut impl Rng, num_days: usize) -> Vec<f64> {
    let usual = log_uniform(rng, 0.01, 300.0);
    let leaving = if rng.random_bool(0.3) { 0.0 } else { rng.random_range(0.0..1.1) };
    let activity = activity(rng, num_days);
    let mut level = (usual * log_uniform(rng, 20.0, 2000.0)).round();
    activity
        .into_iter()
        .map(|activity| {
            let come = poisson(rng, usual * activity);
            level = (level + come - poisson(rng, usual * leaving)).max(0.0);
            level
        })
        .collect()
}

fn stairs(rng: &mut impl Rng, num_days: usize) -> Vec<f64> {
    let values = if rng.random_bool(0.6) { followers(rng, num_days) } else { counter(rng, num_days) };
    if rng.random_bool(0.5) {
        let num_digits = rng.random_range(2..4);
        values.into_iter().map(|value| rounded_down(value, num_digits)).collect()
    } else {
        let chance = 1.0 / log_uniform(rng, 2.0, 30.0);
        let mut shown = values.first().copied().unwrap_or_default();
        values
            .into_iter()
            .map(|value| {
                if rng.random_bool(chance) {
                    shown = value;
                }
                shown
            })
            .collect()
    }
}

fn counter(rng: &mut impl Rng, num_days: usize) -> Vec<f64> {
    let usual = log_uniform(rng, 0.03, 1e5);
    let mut level = (usual * log_uniform(rng, 5.0, 3000.0)).round();
    let corrections = if rng.random_bool(0.15) { log_uniform(rng, 0.01, 0.08) } else { 0.0 };
    let activity = activity(rng, num_days);
    activity
        .into_iter()
        .map(|activity| {
            level += poisson(rng, usual * activity);
            if rng.random_bool(corrections) {
                let size = usual * log_uniform(rng, 0.3, 8.0);
                level = (level - poisson(rng, size)).max(0.0);
            }
            level
        })
        .collect()
}

fn listeners(rng: &mut impl Rng, num_days: usize) -> Vec<f64> {
    let usual = log_uniform(rng, 0.05, 1e5);
    let rounding = if rng.random_bool(0.7) { 12 } else { rng.random_range(2..4) };
    let activity = activity(rng, num_days + 27);
    let daily: Vec<f64> = activity.into_iter().map(|activity| poisson(rng, usual * activity)).collect();
    let noise = if rng.random_bool(0.5) { 0.0 } else { log_uniform(rng, 0.001, 0.02) };
    let sums = daily.windows(28).map(|days| days.iter().sum::<f64>());
    sums.map(|sum| rounded_down((sum * (1.0 + noise * normal(rng))).round().max(0.0), rounding)).collect()
}

fn score(rng: &mut impl Rng, num_days: usize) -> Vec<f64> {
    let middle: f64 = rng.random_range(0.0..80.0);
    let chance = log_uniform(rng, 0.005, 0.25);
    let mut level = middle.round();
    (0..num_days)
        .map(|_| {
            if rng.random_bool(chance) {
                let upwards = 1.0 / (1.0 + ((level - middle) / 3.0).exp());
                level = (level + if rng.random_bool(upwards) { 1.0 } else { -1.0 }).clamp(0.0, 100.0);
            }
            level
        })
        .collect()
}

fn walk(rng: &mut impl Rng, num_days: usize) -> Vec<f64> {
    let step = log_uniform(rng, 1e-3, 1e4);
    let drift = if rng.random_bool(0.5) { 0.0 } else { normal(rng) * 0.3 };
    let whole = rng.random_bool(0.3);
    let heavy = rng.random_bool(0.4);
    let mut level = step * normal(rng) * log_uniform(rng, 1.0, 1000.0);
    (0..num_days)
        .map(|_| {
            let tail = if heavy { 1.0 / rng.random_range(0.05..1.0_f64).sqrt() } else { 1.0 };
            level += step * (drift + normal(rng) * tail);
            if whole { level.round() } else { level }
        })
        .collect()
}

fn season(rng: &mut impl Rng, num_days: usize) -> Vec<f64> {
    let noise = log_uniform(rng, 1e-2, 1e3);
    let level = noise * normal(rng) * 100.0;
    let slope = if rng.random_bool(0.4) { 0.0 } else { noise * normal(rng) * 0.15 };
    let strength = log_uniform(rng, 0.1, 4.0);
    let week = week(rng, strength);
    let (memory, whole) = (rng.random_range(0.0..0.97), rng.random_bool(0.3));
    let mut remaining = 0.0;
    (0..num_days)
        .map(|day| {
            remaining = memory * remaining + normal(rng);
            let value = level + slope * day as f64 + noise * (remaining + week[day % 7]);
            if whole { value.round() } else { value }
        })
        .collect()
}

/// How much of the usual happens on each day: a slow wave, the week, a slope, bursts that fade, and noise.
fn activity(rng: &mut impl Rng, num_days: usize) -> Vec<f64> {
    let strength = if rng.random_bool(0.4) { 0.0 } else { rng.random_range(0.05..0.6) };
    let week = week(rng, strength);
    let (memory, swing) = (rng.random_range(0.95..0.998_f64), log_uniform(rng, 0.05, 0.8));
    let slope = if rng.random_bool(0.6) { 0.0 } else { normal(rng) * 0.003 };
    let noise = log_uniform(rng, 0.03, 0.7);
    let burst_chance = if rng.random_bool(0.5) { 0.0 } else { log_uniform(rng, 0.002, 0.03) };
    let fading = rng.random_range(0.4..0.95);
    let (mut wave, mut burst) = (normal(rng) * swing, 0.0);
    (0..num_days)
        .map(|day| {
            wave = memory * wave + swing * (1.0 - memory * memory).sqrt() * normal(rng);
            burst *= fading;
            if rng.random_bool(burst_chance) {
                burst += log_uniform(rng, 0.5, 30.0);
            }
            let centred = day as f64 - num_days as f64 / 2.0;
            let logarithm = wave + week[day % 7] + slope * centred + noise * normal(rng);
            logarithm.clamp(-6.0, 3.0).exp() + burst
        })
        .collect()
}

/// Seven deviations around zero.
fn week(rng: &mut impl Rng, strength: f64) -> [f64; 7] {
    let drawn: [f64; 7] = std::array::from_fn(|_| strength * normal(rng));
    let middle = drawn.iter().sum::<f64>() / 7.0;
    drawn.map(|deviation| deviation - middle)
}

/// Within one to three days all lies higher or lower, once or twice; weeks later some of it may be taken back.
fn shift_level(rng: &mut impl Rng, values: &mut [f64]) {
    for _ in 0..rng.random_range(1..3) {
        let from = rng.random_range(0..values.len());
        let upwards = if rng.random_bool(0.65) { 1.0 } else { -1.0 };
        let total = values[from] * upwards * log_uniform(rng, 0.01, 0.6);
        let num_days = rng.random_range(1..4);
        for day in from..from + num_days {
            shift(values, day, total / num_days as f64);
        }
        if rng.random_bool(0.4) {
            let back = log_uniform(rng, 4.0, 60.0) as usize;
            shift(values, from + back, -total * rng.random_range(0.1..1.0));
        }
    }
}

/// All from this day on; whole numbers stay whole.
fn shift(values: &mut [f64], from: usize, by: f64) {
    let whole = values.iter().all(|value| value.fract() == 0.0);
    let by = if whole { by.round() } else { by };
    values.iter_mut().skip(from).for_each(|value| *value += by);
}

/// Days without an observation carry the value before them.
fn carry_forward(rng: &mut impl Rng, values: &mut [f64]) {
    let chance = log_uniform(rng, 0.01, 0.15);
    let longest = rng.random_range(2..6);
    let mut missing = 0;
    for day in 1..values.len() {
        if missing == 0 && rng.random_bool(chance) {
            missing = rng.random_range(1..longest);
        }
        if missing > 0 {
            values[day] = values[day - 1];
            missing -= 1;
        }
    }
}

/// As platforms show large counts: the first digits, then zeros.
fn rounded_down(value: f64, num_digits: i32) -> f64 {
    if value < 1.0 {
        return value.floor();
    }
    let unit = 10_f64.powi((value.log10().floor() as i32 + 1 - num_digits).max(0));
    (value / unit).floor() * unit
}

fn log_uniform(rng: &mut impl Rng, low: f64, high: f64) -> f64 {
    rng.random_range(low.ln()..high.ln()).exp()
}

/// Box & Muller, A note on the generation of random normal deviates, Annals of Mathematical Statistics 29 (1958).
pub(super) fn normal(rng: &mut impl Rng) -> f64 {
    let (first, second): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - first).ln()).sqrt() * (std::f64::consts::TAU * second).cos()
}

/// Counts with this mean: by multiplication where it is small (Knuth, The Art of Computer Programming 2, 3.4.1), by
/// the normal distribution where it is large.
fn poisson(rng: &mut impl Rng, mean: f64) -> f64 {
    if mean > 30.0 {
        return (mean + mean.sqrt() * normal(rng)).round().max(0.0);
    }
    let (limit, mut product, mut count) = ((-mean).exp(), rng.random::<f64>(), 0.0);
    while product > limit {
        product *= rng.random::<f64>();
        count += 1.0;
    }
    count
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_series_and_another_seed_others() {
        let three = |seed| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            [series(&mut rng), series(&mut rng), series(&mut rng)]
        };
        assert_eq!(three(1), three(1));
        assert_ne!(three(1), three(2));
    }

    #[test]
    fn every_value_is_finite_and_counts_are_whole() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for _ in 0..300 {
            let values = series(&mut rng);
            assert!(values.len() >= 60 && values.iter().all(|value| value.is_finite()));
        }
        assert!(
            counter(&mut rng, 200)
                .into_iter()
                .chain(listeners(&mut rng, 200))
                .all(|value| value.fract() == 0.0)
        );
    }

    #[test]
    fn counts_have_the_mean_that_was_asked_for() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        for mean in [0.2, 4.0, 300.0] {
            let drawn: f64 = (0..4000).map(|_| poisson(&mut rng, mean)).sum::<f64>() / 4000.0;
            // Four standard errors.
            assert!((drawn - mean).abs() < 4.0 * (mean / 4000.0).sqrt(), "{drawn} for {mean}");
        }
    }

    #[test]
    fn large_counts_keep_their_first_digits() {
        assert_eq!(rounded_down(12_345.0, 3), 12_300.0);
        assert_eq!(rounded_down(987.0, 3), 987.0);
        assert_eq!(rounded_down(0.0, 3), 0.0);
    }
}
