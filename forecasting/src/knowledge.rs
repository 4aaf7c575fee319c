//! What was learnt from many series together: the accuracy on each kind of series, and the neural network.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::neural::{Network, Neural, NeuralError};
use crate::pool::Pool;

/// Version of the layout of stored knowledge.
pub const KNOWLEDGE_FORMAT: u32 = 1;

/// What a forecast of one series knows of others.
#[derive(Debug, Clone)]
pub struct Knowledge {
    /// How well the models did on each kind of series.
    pub pool: Pool,
    /// The network.
    pub neural: Neural,
    /// The newest step that it has learnt from; `None` of what has learnt from none of the series that it is used on. Up to
    /// there it knows what came later: from earlier origins, what the program comes with takes its place.
    pub learnt_until: Option<i64>,
}

/// Why bytes cannot be read as knowledge.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// They are of another version.
    #[error("layout {found} of trained models is not known here, {KNOWLEDGE_FORMAT} is; train again")]
    OtherFormat {
        /// The version that was found.
        found: u32,
    },
    /// They cannot be read.
    #[error("the trained models cannot be read")]
    Damaged(#[from] rmp_serde::decode::Error),
    /// The network among them cannot be read.
    #[error("the trained network cannot be read")]
    Network(#[from] NeuralError),
}

#[derive(Serialize, Deserialize)]
struct Stored {
    format: u32,
    #[serde(with = "serde_bytes")]
    network: Vec<u8>,
    pool: Pool,
}

impl Knowledge {
    /// What the program comes with, learnt from generated series.
    pub fn built_in() -> &'static Self {
        static BUILT_IN: OnceLock<Knowledge> = OnceLock::new();
        BUILT_IN.get_or_init(|| {
            let network = Network::built_in().expect("a test reads the file");
            let pool = rmp_serde::from_slice(include_bytes!("pool.bin")).expect("a test reads the file");
            Self { pool, neural: Neural::new(Arc::new(network)), learnt_until: None }
        })
    }

    /// The accuracy on each kind, as the program comes with it in a file.
    pub fn pool_bytes(&self) -> Vec<u8> {
        rmp_serde::to_vec(&self.pool).expect("numbers and texts can always be written")
    }

    /// The same with another pool, which has learnt from these series up to a step.
    #[must_use]
    pub fn with_pool(&self, pool: Pool, learnt_until: i64) -> Self {
        Self { pool, neural: self.neural.clone(), learnt_until: self.learnt_until.max(Some(learnt_until)) }
    }

    /// Writes it, for the bus.
    pub fn to_bytes(&self) -> Vec<u8> {
        let network = self.neural.network().to_bytes();
        let stored = Stored { format: KNOWLEDGE_FORMAT, network, pool: self.pool.clone() };
        rmp_serde::to_vec_named(&stored).expect("numbers and texts can always be written")
    }

    /// Reads what [`Self::to_bytes`] wrote. Until when it has learnt is for whoever stored the bytes to say.
    ///
    /// # Errors
    /// When the bytes are of another layout, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KnowledgeError> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let Format { format } = rmp_serde::from_slice(bytes)?;
        if format != KNOWLEDGE_FORMAT {
            return Err(KnowledgeError::OtherFormat { found: format });
        }
        let stored: Stored = rmp_serde::from_slice(bytes)?;
        let neural = Neural::new(Arc::new(Network::from_bytes(&stored.network)?));
        Ok(Self { pool: stored.pool, neural, learnt_until: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let built_in = Knowledge::built_in();
        assert_eq!(built_in.pool.num_series(), 1_000);
        let bytes = built_in.to_bytes();
        let read = Knowledge::from_bytes(&bytes).unwrap();
        assert_eq!(read.to_bytes(), bytes);
        assert_eq!((&read.pool, read.neural.network().fingerprint()), {
            (&built_in.pool, built_in.neural.network().fingerprint())
        });
    }

    #[test]
    fn other_and_damaged_bytes_are_refused() {
        let mut bytes = Knowledge::built_in().to_bytes();
        assert!(matches!(Knowledge::from_bytes(b"weights"), Err(KnowledgeError::Damaged(_))));
        assert!(matches!(Knowledge::from_bytes(&bytes[..bytes.len() / 2]), Err(KnowledgeError::Damaged(_))));
        let middle = bytes.iter().position(|byte| *byte == 0xc6 || *byte == 0xc5).unwrap() + 40_000;
        bytes[middle] ^= 1;
        assert!(matches!(Knowledge::from_bytes(&bytes), Err(KnowledgeError::Network(_))));
        let other = rmp_serde::to_vec_named(&std::collections::BTreeMap::from([("format", 2)])).unwrap();
        assert!(matches!(Knowledge::from_bytes(&other), Err(KnowledgeError::OtherFormat { found: 2 })));
    }
}
