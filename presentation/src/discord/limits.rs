//! Discord's limits of a message, and how texts are measured and cut by them.
//!
//! Discord says "characters" without saying of what kind. The greater count of the two that are usual, UTF-16
//! code units, is counted here: a message that fits by it fits by code points too.
//!
//! Source: <https://discord.com/developers/docs/components/reference>

use unicode_segmentation::UnicodeSegmentation;

pub use super::check::{LimitError, check};

/// Most components of a message, those within others among them.
pub const COMPONENTS: usize = 40;
/// Most characters of all texts of a message together. Discord counts text displays; labels, options and alternative
/// texts are counted here as well, so that no reading of the rule is broken.
pub const TOTAL: usize = 4_000;
/// Most components in a row: buttons, or one select.
pub const ROW: usize = 5;
/// Longest `custom_id`.
pub const CUSTOM_ID: usize = 100;
/// Longest label of a button.
pub const BUTTON_LABEL: usize = 80;
/// Most options of a select.
pub const OPTIONS: usize = 25;
/// Longest label, value and description of an option.
pub const OPTION_TEXT: usize = 100;
/// Longest text of a select in which nothing is chosen.
pub const PLACEHOLDER: usize = 150;
/// Most pictures of a gallery.
pub const GALLERY: usize = 10;
/// Longest alternative text of a picture.
pub const ALTERNATIVE: usize = 1_024;
/// Longest address of a picture.
pub const ADDRESS: usize = 2_048;
/// Most text displays beside an accessory.
pub const SECTION_TEXTS: usize = 3;

/// Number of characters as Discord counts them at most.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The beginning of a text that has at most `limit` characters, with an ellipsis where it was cut.
pub fn cut(text: &str, limit: usize) -> String {
    if length(text) <= limit {
        return text.to_owned();
    }
    let mut left = limit.saturating_sub(1);
    let fitting = text.graphemes(true).take_while(|character| {
        let fits = length(character) <= left;
        left = left.saturating_sub(length(character));
        fits
    });
    let mut kept: String = fitting.collect();
    // Half an escape would escape the ellipsis.
    let num_backslashes = kept.len() - kept.trim_end_matches('\\').len();
    if num_backslashes % 2 == 1 {
        kept.pop();
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_count_as_two_and_are_not_cut_in_half() {
        assert_eq!(length("🔥"), 2);
        assert_eq!(cut("🔥🔥🔥", 4), "🔥…");
        assert_eq!(cut("a👨‍👩‍👧b", 8), "a…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut(r"ab\*c", 4), "ab…");
        assert_eq!(cut(r"a\\bcd", 4), r"a\\…");
    }
}
