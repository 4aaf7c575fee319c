//! A text that an output may show as it is.

/// A text of the catalogue, or a number, day or name in the locale's form. Only this module's [`Words`](super::Words)
/// makes one, so it never holds a text from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said(String);

impl Said {
    pub(super) const fn new(text: String) -> Self {
        Self(text)
    }

    pub(super) fn symbol(sign: &str) -> Self {
        Self(sign.to_owned())
    }

    /// The text with its first letter as a capital, for the beginning of a heading.
    #[must_use]
    pub fn capitalised(self) -> Self {
        let mut letters = self.0.chars();
        match letters.next() {
            Some(first) => Self(first.to_uppercase().chain(letters).collect()),
            None => self,
        }
    }

    /// The text, for the outputs.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
