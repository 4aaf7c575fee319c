//! Why there is no picture.

/// Why there is no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChartError {
    /// The chart has no panels.
    #[error("the chart has no panels")]
    NoPanels,
    /// There is no memory for the pixels.
    #[error("the picture is too large to draw")]
    TooLarge,
    /// The PNG encoder failed.
    #[error("the picture cannot be encoded as PNG")]
    Encoding,
}
