//! What was skipped in a document, in words.

/// As many as somebody will read; a document of a million faults must not become a million messages.
const MAX_MESSAGES: usize = 100;

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
}
