//! Learning: series and a seed in, a network and the report of its training out.
//!
//! Every draw comes from the seed and every sum is in one order: the same series, options and earlier weights give
//! the same bytes on the same machine, with any number of threads.

use std::ops::ControlFlow;

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

use super::evaluate::{HeldOut, Scores, scores};
use super::features::FEWEST_VALUES;
use super::learner::Learner;
use super::network::Network;
use super::samples::Samples;
use super::{NeuralError, generate};

/// Samples of one step.
const BATCH_LEN: usize = 256;
/// Of each batch, while learning from given series: generated ones, so that a few series are not memorised.
const NUM_GENERATED_OF_BATCH: usize = 96;
const WINDOWS_OF_GENERATED_SERIES: usize = 12;
/// Steps between two reports of progress.
const PROGRESS_STEPS: u32 = 20;
/// Of each series at most so many of the newest values are held out, and no more than a fifth.
const MOST_HELD_OUT: usize = 180;
const FEWEST_HELD_OUT: usize = 8;
/// The generated series that an untaught network is checked on.
const NUM_GENERATED_HELD_OUT: usize = 400;

/// How to train.
#[derive(Debug, Clone)]
pub struct Training {
    /// Of every draw.
    pub seed: u64,
    /// Steps of the optimizer, each with 256 samples.
    pub num_steps: u32,
    /// Of the first steps; it falls to zero along a cosine (Loshchilov & Hutter, SGDR, ICLR 2017).
    pub learning_rate: f64,
    /// Windows of the given series at most, spread evenly over them: bounds time and memory.
    pub most_windows: usize,
    /// Generated series to learn from.
    pub num_generated: usize,
    /// Where to start; None starts from weights that have learnt nothing.
    pub from: Option<Network>,
}

impl Training {
    /// Values of a series of which some are held out.
    pub const MIN_VALUES: usize = 5 * FEWEST_HELD_OUT;

    /// From nothing, on generated series alone: how the built-in network was made.
    pub fn from_scratch(seed: u64) -> Self {
        Self {
            seed,
            num_steps: 16_000,
            learning_rate: 2e-3,
            most_windows: 0,
            num_generated: 30_000,
            from: None,
        }
    }

    /// Goes on from an earlier network with the series of a label.
    pub fn on_from(network: Network, seed: u64) -> Self {
        Self {
            seed,
            num_steps: 600,
            learning_rate: 2e-4,
            most_windows: 60_000,
            num_generated: 2_000,
            from: Some(network),
        }
    }

    /// Learns from values at equal distances in time, oldest first. The newest fifth of each series is held out (at
    /// most 180 values; none of a series too short for it) and decides: where the network that goes in was no worse
    /// on it, it comes out unchanged, and the report says so. Without series the held-out values are those of
    /// generated ones. `progress` is called with the number of steps done and of all steps, and may stop it.
    ///
    /// # Errors
    /// When the framework fails, the weights diverge, or it is stopped.
    pub fn train<S: AsRef<[f64]>>(
        &self,
        series: &[S],
        mut progress: impl FnMut(u32, u32) -> ControlFlow<()>,
    ) -> Result<(Network, TrainingReport), NeuralError> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let earlier = self.from.clone().unwrap_or_else(|| Network::random(&mut rng));
        let fresh: Vec<Vec<f64>> = if series.is_empty() {
            (0..NUM_GENERATED_HELD_OUT).map(|_| generate::series(&mut rng)).collect()
        } else {
            Vec::new()
        };
        let held_out: Vec<HeldOut<'_>> = series.iter().map(|one| split(one.as_ref())).collect();
        let fresh: Vec<HeldOut<'_>> = fresh.iter().map(|values| split(values)).collect();
        let judges = if series.is_empty() { &fresh } else { &held_out };

        let generated = self.generated_samples(&mut rng);
        let given = self.given_samples(&held_out);
        let before = scores(&earlier, judges);
        let learnt = self.learn(&earlier, &given, &generated, &mut rng, &mut progress)?;
        let after = scores(&learnt, judges);
        let improved = match (before.pinball, after.pinball) {
            (Some(before), Some(after)) => after < before,
            // Nothing was held out, so nothing says that it is better.
            _ => false,
        };
        let network = if improved { learnt } else { earlier };
        let report = TrainingReport {
            seed: self.seed,
            num_steps: self.num_steps,
            learning_rate: self.learning_rate,
            num_series: series.len() as u64,
            num_values: series.iter().map(|one| one.as_ref().len() as u64).sum(),
            num_windows: given.len() as u64,
            num_generated_series: self.num_generated as u64,
            num_generated_windows: generated.len() as u64,
            num_held_out_series: judges.iter().filter(|one| one.num_before < one.values.len()).count() as u64,
            num_held_out_values: judges.iter().map(|one| (one.values.len() - one.num_before) as u64).sum(),
            num_weights: network.num_weights() as u64,
            started_from: self.from.as_ref().map(Network::fingerprint),
            before,
            after,
            kept_earlier: !improved,
            network: network.fingerprint(),
        };
        Ok((network, report))
    }

    fn learn(
        &self,
        earlier: &Network,
        given: &Samples,
        generated: &Samples,
        rng: &mut ChaCha8Rng,
        progress: &mut impl FnMut(u32, u32) -> ControlFlow<()>,
    ) -> Result<Network, NeuralError> {
        let mut learner = Learner::new(earlier).map_err(training_failed)?;
        let num_generated = match (given.len(), generated.len()) {
            (0, _) => BATCH_LEN,
            (_, 0) => 0,
            _ => NUM_GENERATED_OF_BATCH,
        };
        let (mut given_order, mut generated_order) = (Deck::new(given.len()), Deck::new(generated.len()));
        for step in 0..self.num_steps {
            let mut batch = generated.batch(generated_order.draw(num_generated, rng).into_iter());
            batch.extend(given.batch(given_order.draw(BATCH_LEN - num_generated, rng).into_iter()));
            let done = f64::from(step) / f64::from(self.num_steps);
            let learning_rate = self.learning_rate * 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
            if batch.len() > 0 {
                learner.step(&batch, learning_rate).map_err(training_failed)?;
            }
            let is_told = (step + 1) % PROGRESS_STEPS == 0 || step + 1 == self.num_steps;
            if is_told && progress(step + 1, self.num_steps).is_break() {
                return Err(NeuralError::Stopped);
            }
        }
        let network = learner.network().map_err(training_failed)?;
        // Refuses weights that are no numbers.
        Network::from_bytes(&network.to_bytes())
    }

    fn generated_samples(&self, rng: &mut ChaCha8Rng) -> Samples {
        let mut samples = Samples::default();
        for _ in 0..self.num_generated {
            let values = generate::series(rng);
            samples.add_series(&values, WINDOWS_OF_GENERATED_SERIES, 0.5);
        }
        samples
    }

    fn given_samples(&self, series: &[HeldOut<'_>]) -> Samples {
        let mut samples = Samples::default();
        let most = if series.is_empty() { 0 } else { self.most_windows.div_ceil(series.len()) };
        for (nth, one) in series.iter().enumerate() {
            // Another offset for each series, so that windows of series that end on one day end on different days.
            let offset = (nth as f64 * 0.618).fract();
            samples.add_series(&one.values[..one.num_before], most, offset);
        }
        samples
    }
}

/// What was trained on what, and how well. Two of the same training are equal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingReport {
    /// Of every draw.
    pub seed: u64,
    /// Steps of the optimizer.
    pub num_steps: u32,
    /// Of the first steps.
    pub learning_rate: f64,
    /// Series that were given.
    pub num_series: u64,
    /// Values in them.
    pub num_values: u64,
    /// Windows of them that were learnt from.
    pub num_windows: u64,
    /// Series that were generated to learn from.
    pub num_generated_series: u64,
    /// Windows of them.
    pub num_generated_windows: u64,
    /// Series of which values were held out.
    pub num_held_out_series: u64,
    /// Values that were held out.
    pub num_held_out_values: u64,
    /// Numbers in the network.
    pub num_weights: u64,
    /// Fingerprint of the network that it went on from; None where it started from nothing.
    pub started_from: Option<String>,
    /// The network that went in, on the held-out values.
    pub before: Scores,
    /// The network that was learnt, on the same values. As they also chose between the two, the score of the chosen
    /// one is slightly too good.
    pub after: Scores,
    /// What was learnt was no better, so the network that went in came out.
    pub kept_earlier: bool,
    /// Fingerprint of the network that came out.
    pub network: String,
}

/// Numbers in random order, shuffled again whenever all have been used.
struct Deck {
    order: Vec<usize>,
    next: usize,
}

impl Deck {
    fn new(len: usize) -> Self {
        Self { order: (0..len).collect(), next: len }
    }

    fn draw(&mut self, count: usize, rng: &mut ChaCha8Rng) -> Vec<usize> {
        if self.order.is_empty() {
            return Vec::new();
        }
        let one = |_| {
            if self.next == self.order.len() {
                self.order.shuffle(rng);
                self.next = 0;
            }
            self.next += 1;
            self.order[self.next - 1]
        };
        (0..count).map(one).collect()
    }
}

fn split(values: &[f64]) -> HeldOut<'_> {
    let num_held_out = (values.len() / 5).min(MOST_HELD_OUT);
    let enough = num_held_out >= FEWEST_HELD_OUT && values.len() - num_held_out > FEWEST_VALUES;
    HeldOut { values, num_before: values.len() - if enough { num_held_out } else { 0 } }
}

fn training_failed(source: candle_core::Error) -> NeuralError {
    NeuralError::Training(Box::new(source))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(num_series: usize) -> Vec<Vec<f64>> {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        (0..num_series).map(|_| generate::series(&mut rng)).collect()
    }

    const fn on(_: u32, _: u32) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn short(from: Option<Network>) -> Training {
        let training = Training::from_scratch(3);
        Training {
            num_steps: 60,
            learning_rate: 3e-3,
            most_windows: 2000,
            num_generated: 60,
            from,
            ..training
        }
    }

    #[test]
    fn the_same_series_and_seed_give_the_same_bytes_and_another_seed_others() {
        let series = series(10);
        let quick = Training { num_steps: 8, ..short(None) };
        let (first, report) = quick.train(&series, on).unwrap();
        let (second, repeated) = quick.train(&series, on).unwrap();
        assert_eq!(first.to_bytes(), second.to_bytes());
        assert_eq!(report, repeated);
        let (other, _) = Training { seed: 4, ..quick }.train(&series, on).unwrap();
        assert_ne!(first, other);
    }

    /// Runs itself in processes of its own: the number of threads is read once in each.
    #[test]
    fn any_number_of_threads_gives_the_same_bytes() {
        const CHILD: &str = "CASA24_TEST_CHILD";
        const NAME: &str = "neural::train::tests::any_number_of_threads_gives_the_same_bytes";
        let child = |num_threads: &str| {
            let mut command = std::process::Command::new(std::env::current_exe().unwrap());
            command
                .args(["--exact", NAME, "--nocapture"])
                .env(CHILD, "1")
                .env("RAYON_NUM_THREADS", num_threads);
            let said = String::from_utf8(command.output().unwrap().stdout).unwrap();
            said.lines().find_map(|line| line.split("network ").nth(1).map(str::to_owned)).unwrap()
        };
        if std::env::var_os(CHILD).is_some() {
            let (network, _) = Training { num_steps: 6, ..short(None) }.train(&series(4), on).unwrap();
            println!("network {}", network.fingerprint());
        } else {
            assert_eq!(child("1"), child("3"));
        }
    }

    #[test]
    fn learning_from_nothing_comes_to_beat_naive_on_values_it_has_not_seen() {
        let (network, report) = short(None).train(&series(60), on).unwrap();
        assert!(!report.kept_earlier);
        assert_eq!(report.network, network.fingerprint());
        assert!(report.after.pinball < report.before.pinball);
        let month = &report.after.horizons[1];
        assert!(month.num_origins > 50 && month.mase < month.mase_naive, "{month:?}");
    }

    #[test]
    fn a_network_that_does_not_improve_is_returned_as_it_came() {
        let earlier = Network::built_in().unwrap();
        // A rate at which any network forgets what it knew.
        let reckless = Training { num_steps: 20, learning_rate: 0.5, ..short(Some(earlier.clone())) };
        let (network, report) = reckless.train(&series(10), on).unwrap();
        assert!(report.kept_earlier && report.after.pinball > report.before.pinball);
        assert_eq!(network, earlier);
        assert_eq!(report.started_from, Some(earlier.fingerprint()));
    }

    #[test]
    fn series_too_short_to_hold_out_from_change_nothing() {
        let earlier = Network::built_in().unwrap();
        let quick = Training { num_steps: 2, ..short(Some(earlier.clone())) };
        let (network, report) = quick.train(&[vec![1.0; 20], vec![2.0; 3], vec![]], on).unwrap();
        assert!(report.kept_earlier && report.after.pinball.is_none());
        assert_eq!((report.num_held_out_series, report.num_values), (0, 23));
        assert_eq!(network, earlier);
    }

    #[test]
    fn nothing_after_the_split_is_learnt_from() {
        let mut series = series(10);
        let quick = Training { num_steps: 8, ..short(None) };
        let held_out: Vec<usize> = series.iter().map(|values| split(values).num_before).collect();
        let learnt = |series: &[Vec<f64>]| {
            let split: Vec<HeldOut<'_>> = series.iter().map(|values| split(values)).collect();
            let mut rng = ChaCha8Rng::seed_from_u64(8);
            let earlier = Network::random(&mut rng);
            let given = quick.given_samples(&split);
            quick.learn(&earlier, &given, &Samples::default(), &mut rng, &mut on).unwrap()
        };
        let before = learnt(&series);
        for (values, num_before) in series.iter_mut().zip(held_out) {
            values[num_before..].fill(1e9);
        }
        assert_eq!(learnt(&series), before);
    }

    #[test]
    fn progress_is_told_to_the_end() {
        let mut reported = Vec::new();
        let quick = Training { num_steps: 45, num_generated: 4, ..short(None) };
        let report = |done, of| {
            reported.push((done, of));
            ControlFlow::Continue(())
        };
        quick.train(&series(3), report).unwrap();
        assert_eq!(reported, [(20, 45), (40, 45), (45, 45)]);
    }

    #[test]
    fn it_stops_where_whoever_hears_of_its_progress_says_so() {
        let mut reported = Vec::new();
        let quick = Training { num_steps: 45, num_generated: 4, ..short(None) };
        let stopped = quick.train(&series(3), |done, _| {
            reported.push(done);
            if done == 40 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(matches!(stopped, Err(NeuralError::Stopped)));
        assert_eq!(reported, [20, 40]);
    }
}
