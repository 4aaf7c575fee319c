//! Short keys that stand for longer texts where there is little room. A key depends on its text alone, so that it means
//! the same after a restart, and after others have been added.

use sha2::{Digest, Sha256};

/// The letters of keys, which hold six bits each.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The key of a text: so many letters, digits, `-` and `_`, at most 32, from its SHA-256.
pub(super) fn key(text: &str, num_letters: usize) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(num_letters).map(|byte| char::from(LETTERS[usize::from(byte & 63)])).collect()
}

/// Whether a text could be a key of this length.
pub(super) fn is_key(text: &str, num_letters: usize) -> bool {
    text.len() == num_letters && text.bytes().all(|byte| LETTERS.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_depend_on_the_text_alone() {
        // What buttons hold that are in channels already.
        assert_eq!(key("growth", 4), "ZGBV");
        assert_eq!(key("Casa-24", 6), "Qdpjqd");
        assert!(is_key(&key("x", 6), 6) && !is_key("a.b", 3) && !is_key("ñ", 2) && !is_key("ab", 3));
    }
}
