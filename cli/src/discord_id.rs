//! Discord's ids.

/// Whether a text is one of Discord's ids: digits.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
