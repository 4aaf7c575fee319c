//! A text that an output may show as it is.

/// A text of the catalogue, or a number, day or name in the locale's form. Only this module's [`Words`](super::Words)
/// makes one, so it never holds a text from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said(String);

impl Said {
    pub(super) const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the outputs.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
