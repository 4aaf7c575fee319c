//! What was skipped in a document, in words.

/// As many as somebody will read; a document of a million faults must not become a million messages.
const MAX_MESSAGES: usize = 100;

/// Longest piece of a document that is quoted, in characters.
const MAX_QUOTE_CHARS: usize = 60;

/// Messages about parts that were skipped.
#[derive(Debug, Default)]
pub(super) struct Problems {
    messages: Vec<String>,
    num_more: usize,
}

impl Problems {
    pub(super) fn add(&mut self, place: &str, fault: impl std::fmt::Display) {
        if self.messages.len() < MAX_MESSAGES {
            self.messages.push(format!("{place}: {fault}"));
        } else {
            self.num_more += 1;
        }
    }

    pub(super) fn into_messages(mut self) -> Vec<String> {
        if self.num_more > 0 {
            self.messages.push(format!("{} more", self.num_more));
        }
        self.messages
    }
}

/// A piece of a document in quotes, cut where it is long.
pub(super) fn quote(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTE_CHARS) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_a_hundred_messages_the_rest_is_counted() {
        let mut problems = Problems::default();
        (0..103).for_each(|index| problems.add("artist", index));
        let messages = problems.into_messages();
        assert_eq!(messages.len(), 101);
        assert_eq!(messages[100], "3 more");
    }

    #[test]
    fn long_pieces_are_cut_between_characters() {
        assert_eq!(quote("é"), "\"é\"");
        assert_eq!(quote(&"é".repeat(61)), format!("\"{}\"…", "é".repeat(60)));
    }
}
