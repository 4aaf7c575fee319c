//! The network as tensors: samples in, adjusted weights out. The framework finds the gradients and takes the steps.

use candle_core::{D, DType, Device, Result, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};
use rand::Rng;

use super::features::{NUM_INPUTS, NUM_SHAPES, PERIOD};
use super::generate::normal;
use super::network::{Layer, Network, WIDTHS};
use super::paths::{
    LOG_GROWTH_LIMITS, NUM_FREE, NUM_GROWTHS, NUM_MEDIAN_ROWS, NUM_OUTPUTS, QUANTILES, growth_basis,
    median_basis,
};
use super::samples::{LEARNT_STEPS, Samples};

/// Before anything is learnt: slopes and returns count little, the distances are narrow.
const FIRST_OUTPUT_BIAS: f32 = -2.0;
const WEIGHT_DECAY: f64 = 1e-4;

pub(super) struct Learner {
    /// Weights and biases of each layer.
    layers: Vec<(Var, Var)>,
    optimizer: AdamW,
    median_basis: Tensor,
    growth_basis: Tensor,
}

impl Network {
    /// Untrained weights (He et al., Delving deep into rectifiers, ICCV 2015).
    pub(super) fn random(rng: &mut impl Rng) -> Self {
        let layers = std::array::from_fn(|nth| {
            let (num_inputs, num_outputs) = (WIDTHS[nth], WIDTHS[nth + 1]);
            let last = nth == WIDTHS.len() - 2;
            let spread = (2.0 / num_inputs as f64).sqrt() * if last { 0.1 } else { 1.0 };
            let mut biases = vec![0.0; num_outputs];
            if last {
                biases.fill(FIRST_OUTPUT_BIAS);
                biases[NUM_SHAPES + 1..][..NUM_FREE].fill(0.0);
            }
            let weights = (0..num_inputs * num_outputs).map(|_| (normal(rng) * spread) as f32).collect();
            Layer { weights, biases }
        });
        Self { layers }
    }
}

impl Learner {
    pub(super) fn new(network: &Network) -> Result<Self> {
        let device = Device::Cpu;
        let layers = network
            .layers
            .iter()
            .map(|layer| {
                let num_outputs = layer.biases.len();
                let weights = Var::from_slice(
                    &layer.weights,
                    (layer.weights.len() / num_outputs, num_outputs),
                    &device,
                )?;
                Ok((weights, Var::from_slice(&layer.biases, num_outputs, &device)?))
            })
            .collect::<Result<Vec<_>>>()?;
        let variables =
            layers.iter().flat_map(|(weights, biases)| [weights.clone(), biases.clone()]).collect();
        let parameters = ParamsAdamW { weight_decay: WEIGHT_DECAY, ..ParamsAdamW::default() };
        let optimizer = AdamW::new(variables, parameters)?;
        let basis = |rows: Vec<f32>, num_rows: usize| {
            Tensor::from_vec(rows, (LEARNT_STEPS.len(), num_rows), &device)?.t()?.contiguous()
        };
        let median_basis = basis(LEARNT_STEPS.into_iter().flat_map(median_basis).collect(), NUM_MEDIAN_ROWS)?;
        let growth_basis = basis(LEARNT_STEPS.into_iter().flat_map(growth_basis).collect(), NUM_GROWTHS)?;
        Ok(Self { layers, optimizer, median_basis, growth_basis })
    }

    /// One step down the gradient of the mean pinball loss of these samples; returns that loss.
    pub(super) fn step(&mut self, samples: &Samples, learning_rate: f64) -> Result<f32> {
        let loss = self.loss(samples)?;
        self.optimizer.set_learning_rate(learning_rate);
        self.optimizer.backward_step(&loss)?;
        loss.to_scalar()
    }

    pub(super) fn network(&self) -> Result<Network> {
        let mut layers = Vec::with_capacity(self.layers.len());
        for (weights, biases) in &self.layers {
            layers.push(Layer { weights: weights.flatten_all()?.to_vec1()?, biases: biases.to_vec1()? });
        }
        let layers = layers.try_into().map_err(|_| candle_core::Error::msg("another number of layers"))?;
        Ok(Network { layers })
    }

    fn loss(&self, samples: &Samples) -> Result<Tensor> {
        let tensor =
            |rows: &[f32], width: usize| Tensor::from_slice(rows, (rows.len() / width, width), &Device::Cpu);
        let targets = tensor(&samples.targets, LEARNT_STEPS.len())?;
        let known = tensor(&samples.known, LEARNT_STEPS.len())?;
        let shapes = tensor(&samples.shapes, NUM_SHAPES)?;
        let weekly = tensor(&samples.weekly, PERIOD)?;
        let mut total = Tensor::zeros_like(&targets)?;
        let paths = self.paths(&tensor(&samples.inputs, NUM_INPUTS)?, &shapes, &weekly)?;
        for (path, probability) in paths.iter().zip(QUANTILES) {
            let error = targets.sub(&asinh(path)?)?;
            total = ((total + (error.abs()? * 0.5)?)? + (error * (probability - 0.5))?)?;
        }
        let num_known = known.sum_all()?;
        total.mul(&known)?.sum_all()?.div(&num_known)? / QUANTILES.len() as f64
    }

    /// As [`Bases::paths`](super::paths::Bases::paths), for many samples at once.
    fn paths(&self, inputs: &Tensor, shapes: &Tensor, weekly: &Tensor) -> Result<[Tensor; QUANTILES.len()]> {
        let mut outputs = inputs.clone();
        for (nth, (weights, biases)) in self.layers.iter().enumerate() {
            outputs = outputs.matmul(weights)?.broadcast_add(biases)?;
            if nth < self.layers.len() - 1 {
                outputs = outputs.relu()?;
            }
        }
        let shape_weights = sigmoid(&outputs.narrow(D::Minus1, 0, NUM_SHAPES)?)?;
        let week_weight = sigmoid(&outputs.narrow(D::Minus1, NUM_SHAPES, 1)?)?;
        let free = outputs.narrow(D::Minus1, NUM_SHAPES + 1, NUM_FREE)?;
        let rows = Tensor::cat(
            &[shapes.mul(&shape_weights)?, weekly.broadcast_mul(&week_weight)?, free],
            D::Minus1,
        )?;
        let median = rows.matmul(&self.median_basis)?;
        let (lowest, highest) = LOG_GROWTH_LIMITS;
        let first_growth = NUM_SHAPES + 1 + NUM_FREE;
        let sizes = outputs
            .narrow(D::Minus1, first_growth, NUM_OUTPUTS - first_growth)?
            .clamp(lowest, highest)?
            .exp()?;
        let distance = |nth: usize| {
            sizes.narrow(D::Minus1, nth * NUM_GROWTHS, NUM_GROWTHS)?.contiguous()?.matmul(&self.growth_basis)
        };
        let (lower, upper) = (median.sub(&distance(1)?)?, median.add(&distance(2)?)?);
        let (lowest, highest) = (lower.sub(&distance(0)?)?, upper.add(&distance(3)?)?);
        Ok([lowest, lower, median, upper, highest])
    }
}

/// The framework has none.
fn asinh(numbers: &Tensor) -> Result<Tensor> {
    // The sign is a constant: by it nothing is learnt, and large negative numbers lose no digits.
    let sign = ((numbers.detach().ge(0.0)?.to_dtype(DType::F32)? * 2.0)? - 1.0)?;
    let size = numbers.mul(&sign)?;
    let root = (size.sqr()? + 1.0)?.sqrt()?;
    (size + root)?.log()?.mul(&sign)
}

fn sigmoid(numbers: &Tensor) -> Result<Tensor> {
    candle_nn::ops::sigmoid(numbers)
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;
    use crate::neural::features::Window;
    use crate::neural::generate;
    use crate::neural::paths::Bases;

    #[test]
    fn the_tensors_and_the_plain_loops_go_forward_to_the_same_quantiles() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let (network, bases) = (Network::built_in().unwrap(), Bases::new());
        let learner = Learner::new(&network).unwrap();
        for _ in 0..50 {
            let features = Window::new(&generate::series(&mut rng)).features().unwrap();
            let outputs = network.outputs(&features.inputs);
            let plain = bases.paths(&outputs, &features.shapes, &features.weekly, 90);
            let row =
                |numbers: &[f32]| Tensor::from_slice(numbers, (1, numbers.len()), &Device::Cpu).unwrap();
            let tensors = learner
                .paths(&row(&features.inputs), &row(&features.shapes), &row(&features.weekly))
                .unwrap();
            for (nth, tensor) in tensors.iter().enumerate() {
                let row = tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
                for (found, ahead) in row.into_iter().zip(LEARNT_STEPS) {
                    let expected = plain[ahead - 1][nth];
                    let size = plain[ahead - 1].iter().fold(1.0, |most: f32, path| most.max(path.abs()));
                    assert!((found - expected).abs() <= 1e-4 * size, "{found} for {expected}");
                }
            }
        }
    }
}
