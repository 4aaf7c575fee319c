//! What names the content of an answer, so that an asker who has it is not sent it again.

use sha2::{Digest, Sha256};

/// Names the content of an answer, as the entity tag of HTTP does (RFC 9110, 8.8.3): two answers with one tag say the
/// same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AnswerTag(String);

impl AnswerTag {
    /// The tag of a content: the first 128 bits of its SHA-256, in hexadecimal.
    pub fn of(content: &[u8]) -> Self {
        Self(Sha256::digest(content)[..16].iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The tag that a header has.
    pub(crate) fn from_header(value: &str) -> Self {
        Self(value.to_owned())
    }

    /// The tag as a header has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_that_differ_have_tags_that_differ() {
        let tag = AnswerTag::of(b"a");
        assert_eq!(tag.as_str(), "ca978112ca1bbdcafac231b39a23dc4d");
        assert_ne!(tag, AnswerTag::of(b"b"));
        assert_eq!(AnswerTag::from_header(tag.as_str()), tag);
    }
}
