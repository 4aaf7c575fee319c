//! How far apart two texts are.

/// Longest text that is compared letter by letter.
const MAX_COMPARED: usize = 100;

/// Levenshtein distance of what two texts begin with: letters to insert, delete or replace.
pub(super) fn distance(a: &str, b: &str) -> usize {
    strsim::levenshtein(&beginning(a), &beginning(b))
}

fn beginning(text: &str) -> String {
    text.chars().take(MAX_COMPARED).collect()
}
