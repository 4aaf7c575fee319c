//! Random numbers that are the same on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of random numbers. Each artist has its own, so that one more artist changes nothing for the others.
#[derive(Debug, Clone)]
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(bytes);
        generator.set_stream(stream);
        Self(generator)
    }

    /// Evenly from 0 to below 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what a float holds")]
    pub(super) fn share(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// Evenly from 0 to below `bound`; 0 where that is 0.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let scaled = ((self.0.next_u64() >> 32) * u64::from(bound)) >> 32;
        u32::try_from(scaled).unwrap_or(0)
    }

    /// Nearly normal, mean 0 and deviation 1: the sum of twelve even shares (Irwin-Hall), within ±6.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}

/// Nearly e to the x, (1 + x/1024)^1024 by ten squarings; good to 4 % for |x| below 9.
pub(super) fn exp(x: f64) -> f64 {
    (0..10).fold(1.0 + x / 1024.0, |power, _| power * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_stream_give_the_same_chance() {
        let shares = |seed, stream| {
            let mut chance = Chance::new(seed, stream);
            [chance.share(), chance.share()]
        };
        assert_eq!(shares(1, 2), shares(1, 2));
        assert_ne!(shares(1, 2), shares(1, 3));
        assert_ne!(shares(1, 2), shares(2, 2));
    }

    #[test]
    fn shares_and_normals_are_spread_as_they_should_be() {
        let mut chance = Chance::new(24, 0);
        let normals: Vec<f64> = (0..20_000).map(|_| chance.normal()).collect();
        let mean = normals.iter().sum::<f64>() / 20_000.0;
        let variance = normals.iter().map(|normal| normal * normal).sum::<f64>() / 20_000.0;
        // Four standard errors: 4/sqrt(20000) for the mean, 4*sqrt(2/20000) for the variance.
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.04, "{mean} {variance}");
        let below: Vec<u32> = (0..1_000).map(|_| chance.below(7)).collect();
        assert_eq!((below.iter().min(), below.iter().max()), (Some(&0), Some(&6)));
        assert_eq!(chance.below(0), 0);
    }

    #[test]
    fn exp_is_near_enough() {
        for x in [-9.0_f64, -1.0, 0.0, 0.01, 1.0, 9.0] {
            assert!((exp(x) / x.exp() - 1.0).abs() < 0.04, "{x}");
        }
    }
}
