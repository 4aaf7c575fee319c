//! The network: three dense layers of single floats, their bytes, and the way forward through them.
//!
//! The way forward is plain loops in one order, so that it gives the same bits with any number of threads, alone or
//! among others; the tensors of the framework are for learning only.

use sha2::{Digest, Sha256};

use super::NeuralError;
use super::features::NUM_INPUTS;
use super::paths::NUM_OUTPUTS;

/// Width of each layer, from what the network sees to what it gives out.
pub(super) const WIDTHS: [usize; 4] = [NUM_INPUTS, 96, 64, NUM_OUTPUTS];

const MAGIC: [u8; 8] = *b"c24neura";
/// Raised by any change of the layers or of the meaning of their inputs and outputs.
const FORMAT_VERSION: u32 = 1;
const HEADER_LEN: usize = MAGIC.len() + size_of::<u32>();
const CHECKSUM_LEN: usize = 32;

/// Weights that were learnt: what makes one network differ from another.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    pub(super) layers: [Layer; WIDTHS.len() - 1],
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layer {
    /// For each input the weights of all outputs.
    pub(super) weights: Vec<f32>,
    pub(super) biases: Vec<f32>,
}

impl Network {
    /// The network that the crate carries, trained on generated series.
    ///
    /// # Errors
    /// Never, unless the crate was built from damaged files.
    pub fn built_in() -> Result<Self, NeuralError> {
        Self::from_bytes(include_bytes!("built_in.bin"))
    }

    /// A name and a version, the weights layer by layer as little-endian floats, and the SHA-256 of all before it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(FORMAT_VERSION.to_le_bytes());
        for number in self.layers.iter().flat_map(|layer| layer.weights.iter().chain(&layer.biases)) {
            bytes.extend(number.to_le_bytes());
        }
        let checksum = Sha256::digest(&bytes);
        bytes.extend(checksum);
        bytes
    }

    /// What [`Network::to_bytes`] wrote.
    ///
    /// # Errors
    /// When the bytes are of something else, of another version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NeuralError> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(NeuralError::NotANetwork)?;
        let version = rest.first_chunk().map(|version| u32::from_le_bytes(*version));
        match version {
            Some(FORMAT_VERSION) => {}
            Some(found) => return Err(NeuralError::OtherVersion { found, known: FORMAT_VERSION }),
            None => return Err(NeuralError::Damaged),
        }
        let (content, checksum) = bytes.split_last_chunk::<CHECKSUM_LEN>().ok_or(NeuralError::Damaged)?;
        if Sha256::digest(content)[..] != checksum[..] {
            return Err(NeuralError::Damaged);
        }
        let (numbers, rest) = content[HEADER_LEN..].as_chunks::<{ size_of::<f32>() }>();
        let mut numbers = numbers.iter().map(|number| f32::from_le_bytes(*number));
        let layers = std::array::from_fn(|nth| {
            let (num_inputs, num_outputs) = (WIDTHS[nth], WIDTHS[nth + 1]);
            Layer {
                weights: numbers.by_ref().take(num_inputs * num_outputs).collect(),
                biases: numbers.by_ref().take(num_outputs).collect(),
            }
        });
        let network = Self { layers };
        let complete = rest.is_empty() && numbers.next().is_none() && network.is_whole();
        complete.then_some(network).ok_or(NeuralError::Damaged)
    }

    /// The first characters of the checksum: tells one network from another in reports.
    pub fn fingerprint(&self) -> String {
        let bytes = self.to_bytes();
        bytes[bytes.len() - CHECKSUM_LEN..].iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }

    /// How many weights there are.
    pub fn num_weights(&self) -> usize {
        self.layers.iter().map(|layer| layer.weights.len() + layer.biases.len()).sum()
    }

    pub(super) fn outputs(&self, inputs: &[f32; NUM_INPUTS]) -> [f32; NUM_OUTPUTS] {
        let [first, second, last] = &self.layers;
        let mut hidden = [0.0; WIDTHS[1]];
        first.forward(inputs, &mut hidden);
        rectify(&mut hidden);
        let mut deeper = [0.0; WIDTHS[2]];
        second.forward(&hidden, &mut deeper);
        rectify(&mut deeper);
        let mut outputs = [0.0; NUM_OUTPUTS];
        last.forward(&deeper, &mut outputs);
        outputs
    }

    /// Every layer has its weights, and all of them are numbers.
    fn is_whole(&self) -> bool {
        self.layers.iter().zip(WIDTHS.windows(2)).all(|(layer, widths)| {
            layer.weights.len() == widths[0] * widths[1]
                && layer.biases.len() == widths[1]
                && layer.weights.iter().chain(&layer.biases).all(|number| number.is_finite())
        })
    }
}

impl Layer {
    fn forward(&self, inputs: &[f32], outputs: &mut [f32]) {
        outputs.copy_from_slice(&self.biases);
        for (input, weights) in inputs.iter().zip(self.weights.chunks_exact(outputs.len())) {
            for (output, weight) in outputs.iter_mut().zip(weights) {
                *output += input * weight;
            }
        }
    }
}

fn rectify(numbers: &mut [f32]) {
    numbers.iter_mut().for_each(|number| *number = number.max(0.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes() -> Vec<u8> {
        Network::built_in().unwrap().to_bytes()
    }

    #[test]
    fn a_network_survives_its_bytes() {
        let bytes = bytes();
        assert_eq!(bytes, include_bytes!("built_in.bin"));
        assert_eq!(Network::from_bytes(&bytes).unwrap().to_bytes(), bytes);
        assert!(bytes.len() < 150_000);
    }

    #[test]
    fn foreign_and_newer_bytes_are_named_as_such() {
        assert!(matches!(Network::from_bytes(b""), Err(NeuralError::NotANetwork)));
        assert!(matches!(Network::from_bytes(b"unique_id,ds,y"), Err(NeuralError::NotANetwork)));
        let mut newer = bytes();
        newer[MAGIC.len()] += 1;
        let known = FORMAT_VERSION;
        let refused = Network::from_bytes(&newer);
        assert!(matches!(refused, Err(NeuralError::OtherVersion { found, .. }) if found == known + 1));
    }

    #[test]
    fn any_cut_and_any_flipped_bit_is_found() {
        let bytes = bytes();
        for len in [MAGIC.len(), HEADER_LEN, HEADER_LEN + 7, bytes.len() - 1] {
            assert!(matches!(Network::from_bytes(&bytes[..len]), Err(NeuralError::Damaged)), "{len}");
        }
        for place in (HEADER_LEN..bytes.len()).step_by(997) {
            let mut damaged = bytes.clone();
            damaged[place] ^= 4;
            assert!(matches!(Network::from_bytes(&damaged), Err(NeuralError::Damaged)), "{place}");
        }
    }

    #[test]
    fn weights_that_are_no_numbers_are_refused() {
        let mut network = Network::built_in().unwrap();
        network.layers[1].weights[5] = f32::NAN;
        assert!(matches!(Network::from_bytes(&network.to_bytes()), Err(NeuralError::Damaged)));
    }
}
