//! What goes wrong with a network: its bytes, or its training.

/// Why there is no network.
#[derive(Debug, thiserror::Error)]
pub enum NeuralError {
    /// The bytes are of something else.
    #[error("these bytes are not a network of casa24")]
    NotANetwork,
    /// Written by another version of the crate.
    #[error("the network has format {found}, this version reads format {known}: train it again")]
    OtherVersion {
        /// Version in the bytes.
        found: u32,
        /// Version that is read.
        known: u32,
    },
    /// Cut off or changed.
    #[error("the bytes of the network are damaged: their checksum is another one")]
    Damaged,
    /// The framework failed, or the weights diverged.
    #[error("the network could not be trained")]
    Training(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Whoever heard of the training's progress stopped it.
    #[error("the training was stopped")]
    Stopped,
}
