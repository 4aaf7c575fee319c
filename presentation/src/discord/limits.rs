//! Discord's limits of a message, and a check of any message against them.
//!
//! Discord says "characters" without saying of what kind. The greater count of the two that are usual, UTF-16
//! code units, is counted here: a message that fits by it fits by code points too.

use serde_json::Value as Json;
use unicode_segmentation::UnicodeSegmentation;

/// Longest title of an embed.
pub const TITLE: usize = 256;
/// Longest description of an embed.
pub const DESCRIPTION: usize = 4_096;
/// Most fields of an embed.
pub const FIELDS: usize = 25;
/// Longest name of a field.
pub const FIELD_NAME: usize = 256;
/// Longest value of a field.
pub const FIELD_VALUE: usize = 1_024;
/// Longest text of a footer.
pub const FOOTER: usize = 2_048;
/// Most embeds of a message.
pub const EMBEDS: usize = 10;
/// Most characters in all titles, descriptions, fields and footers of a message together.
pub const TOTAL: usize = 6_000;

/// What is wrong with a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// A part is longer than its limit.
    #[error("{part} has {found}, at most {limit} are accepted")]
    TooMuch {
        /// The part, by its place in the message; `total` is all texts together.
        part: &'static str,
        /// Characters or items found.
        found: usize,
        /// Characters or items that are accepted.
        limit: usize,
    },
    /// A part that Discord wants filled is blank.
    #[error("{part} is blank")]
    Blank {
        /// The part.
        part: &'static str,
    },
    /// A name in the text could ping people.
    #[error("allowed_mentions does not forbid every mention")]
    Mentions,
}

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

/// Checks the body of a message.
///
/// # Errors
/// The first limit that it breaks.
pub fn check(message: &Json) -> Result<(), LimitError> {
    if message["allowed_mentions"]["parse"].as_array().is_none_or(|parse| !parse.is_empty()) {
        return Err(LimitError::Mentions);
    }
    let embeds = message["embeds"].as_array().map_or(&[][..], Vec::as_slice);
    at_most("embeds", embeds.len(), EMBEDS)?;
    let mut total = 0;
    for embed in embeds {
        if ["title", "description", "fields"].iter().all(|part| embed[part].is_null()) {
            return Err(LimitError::Blank { part: "embed" });
        }
        if !embed["title"].is_null() {
            total += text("title", &embed["title"], TITLE)?;
        }
        if !embed["description"].is_null() {
            total += text("description", &embed["description"], DESCRIPTION)?;
        }
        if !embed["footer"].is_null() {
            total += text("footer", &embed["footer"]["text"], FOOTER)?;
        }
        let fields = embed["fields"].as_array().map_or(&[][..], Vec::as_slice);
        at_most("fields", fields.len(), FIELDS)?;
        for field in fields {
            total += text("fields.name", &field["name"], FIELD_NAME)?;
            total += text("fields.value", &field["value"], FIELD_VALUE)?;
        }
    }
    at_most("total", total, TOTAL)
}

fn text(part: &'static str, value: &Json, limit: usize) -> Result<usize, LimitError> {
    let text = value.as_str().unwrap_or_default();
    if text.trim().is_empty() {
        return Err(LimitError::Blank { part });
    }
    let found = length(text);
    at_most(part, found, limit)?;
    Ok(found)
}

const fn at_most(part: &'static str, found: usize, limit: usize) -> Result<(), LimitError> {
    if found > limit { Err(LimitError::TooMuch { part, found, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(embed: Json) -> Json {
        json!({ "embeds": [embed], "allowed_mentions": { "parse": [] } })
    }

    #[test]
    fn a_message_within_every_limit_passes() {
        let field = json!({ "name": "n", "value": "v".repeat(FIELD_VALUE) });
        let embed = json!({ "title": "t", "fields": [field], "footer": { "text": "f" } });
        assert_eq!(check(&with(embed)), Ok(()));
    }

    #[test]
    fn each_limit_is_checked() {
        let footer = json!({ "text": "f" });
        let title = json!({ "title": "t".repeat(257), "footer": footer });
        assert_eq!(check(&with(title)), Err(LimitError::TooMuch { part: "title", found: 257, limit: 256 }));
        assert_eq!(check(&with(json!({ "footer": footer }))), Err(LimitError::Blank { part: "embed" }));
        let blank = json!({ "title": "t", "footer": footer, "fields": [{ "name": " ", "value": "v" }] });
        assert_eq!(check(&with(blank)), Err(LimitError::Blank { part: "fields.name" }));
        let field = json!({ "name": "n", "value": "v" });
        let many = json!({ "title": "t", "footer": footer, "fields": vec![field; 26] });
        assert!(matches!(check(&with(many)), Err(LimitError::TooMuch { part: "fields", .. })));
        let long = json!({ "name": "n", "value": "v".repeat(1_024) });
        let total = json!({ "title": "t", "footer": footer, "fields": vec![long; 6] });
        assert!(matches!(check(&with(total)), Err(LimitError::TooMuch { part: "total", .. })));
        assert_eq!(check(&json!({ "embeds": [] })), Err(LimitError::Mentions));
    }

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
