//! Windows of series with what came after them: what the network learns from.

use super::features::{FEWEST_VALUES, Features, NUM_INPUTS, NUM_SHAPES, PERIOD, Window};

/// Steps ahead that are learnt: all of the first two weeks, fewer further on.
pub(super) const LEARNT_STEPS: [usize; 29] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 17, 19, 21, 24, 28, 30, 35, 42, 49, 56, 63, 70, 77, 84, 90,
];

/// One after the other in flat rows.
#[derive(Debug, Default, Clone)]
pub(super) struct Samples {
    pub(super) inputs: Vec<f32>,
    pub(super) shapes: Vec<f32>,
    pub(super) weekly: Vec<f32>,
    /// Moves from the newest value at the learnt steps, in units of the scale, compressed by asinh.
    pub(super) targets: Vec<f32>,
    /// 1 where a target is known, 0 where the series ends before it.
    pub(super) known: Vec<f32>,
}

impl Samples {
    pub(super) fn len(&self) -> usize {
        self.inputs.len() / NUM_INPUTS
    }

    /// Takes `most` windows of the series at most, at equal distances, beginning `offset` (0 to 1) of a distance
    /// after the first possible one.
    pub(super) fn add_series(&mut self, values: &[f64], most: usize, offset: f64) {
        let origins = FEWEST_VALUES..values.len();
        if origins.is_empty() || most == 0 {
            return;
        }
        let num_origins = origins.len().min(most);
        let distance = origins.len() as f64 / num_origins as f64;
        let mut window = Window::new(&values[..FEWEST_VALUES]);
        for nth in 0..num_origins {
            let origin = origins.start + ((nth as f64 + offset) * distance) as usize;
            let origin = origin.min(values.len() - 1);
            values[window.num_values().min(origin)..origin].iter().for_each(|value| window.push(*value));
            if let Some(features) = window.features() {
                self.add(&features, &values[origin..]);
            }
        }
    }

    /// Rows of the given samples, in that order.
    pub(super) fn batch(&self, numbers: impl Iterator<Item = usize> + Clone) -> Self {
        let rows = |all: &[f32], width: usize| {
            numbers.clone().flat_map(|number| &all[number * width..(number + 1) * width]).copied().collect()
        };
        Self {
            inputs: rows(&self.inputs, NUM_INPUTS),
            shapes: rows(&self.shapes, NUM_SHAPES),
            weekly: rows(&self.weekly, PERIOD),
            targets: rows(&self.targets, LEARNT_STEPS.len()),
            known: rows(&self.known, LEARNT_STEPS.len()),
        }
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.inputs.extend(others.inputs);
        self.shapes.extend(others.shapes);
        self.weekly.extend(others.weekly);
        self.targets.extend(others.targets);
        self.known.extend(others.known);
    }

    fn add(&mut self, features: &Features, after: &[f64]) {
        self.inputs.extend(features.inputs);
        self.shapes.extend(features.shapes);
        self.weekly.extend(features.weekly);
        for ahead in LEARNT_STEPS {
            let target =
                after.get(ahead - 1).map(|value| features.target(*value)).filter(|target| target.is_finite());
            self.targets.push(target.unwrap_or_default());
            self.known.push(if target.is_some() { 1.0 } else { 0.0 });
        }
    }
}

impl Features {
    /// A later value as the network is to forecast it.
    pub(super) fn target(&self, value: f64) -> f32 {
        ((value - self.newest) / self.scale).asinh() as f32
    }
}
