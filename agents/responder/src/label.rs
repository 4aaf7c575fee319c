//! What is answered from: the label as it stands, and the tags of the answers that were given.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use casa24_answers::Answerer;
use casa24_bus::AnswerTag;
use casa24_schemas::{Command, encode};

use crate::reply::Reply;

/// Most tags that are kept.
const MAX_TAGS: usize = 2_000;

/// The label, which does not change. Any number of threads may ask it at once.
#[derive(Debug)]
pub struct Label {
    answerer: Answerer,
    /// By the question, without its id.
    tags: Mutex<HashMap<Vec<u8>, AnswerTag>>,
}

impl Label {
    /// One of whom nothing was asked yet.
    pub(crate) fn new(answerer: Answerer) -> Self {
        Self { answerer, tags: Mutex::default() }
    }

    pub(crate) const fn answerer(&self) -> &Answerer {
        &self.answerer
    }

    /// The tag of the reply to a question that was asked before.
    pub(crate) fn known_tag(&self, command: &Command) -> Option<AnswerTag> {
        self.tags().get(&key(command)).cloned()
    }

    /// The tag of a reply, which is remembered.
    pub(crate) fn tag(&self, command: &Command, reply: &Reply) -> AnswerTag {
        // The id is the question's, and no part of the answer.
        let tag = AnswerTag::of(&encode(&Reply { command_id: String::new(), ..reply.clone() }));
        let mut tags = self.tags();
        if tags.len() >= MAX_TAGS {
            tags.clear();
        }
        tags.insert(key(command), tag.clone());
        tag
    }

    fn tags(&self) -> MutexGuard<'_, HashMap<Vec<u8>, AnswerTag>> {
        // What a panic left behind is a map of whole tags all the same.
        self.tags.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What equal questions have in common: all but the id.
fn key(command: &Command) -> Vec<u8> {
    encode(&Command { id: String::new(), ..command.clone() })
}

#[cfg(test)]
mod tests {
    use crate::fixture::{command, label};
    use crate::reply::reply;

    use super::*;

    fn asked(label: &Label, command: &Command) -> AnswerTag {
        label.tag(command, &reply(command, label.answerer()))
    }

    #[test]
    fn a_tag_names_what_is_answered_and_not_who_asks() {
        let known = Label::new(label(false));
        let stats = command("stats");
        assert_eq!(known.known_tag(&stats), None);
        let tag = asked(&known, &stats);
        let other = Command { id: "8".to_owned(), ..stats.clone() };
        assert_eq!((known.known_tag(&other), asked(&known, &other)), (Some(tag.clone()), tag.clone()));
        for different in [
            command("leaderboard"),
            command("growth artist:Nobody"),
            Command { image: true, ..command("predict artist:Luz") },
        ] {
            assert_eq!(known.known_tag(&different), None);
            assert_ne!(asked(&known, &different), tag);
        }
        // Figures that are made up are another answer.
        assert_ne!(asked(&Label::new(label(true)), &stats), tag);
        // The same figures, read anew, are the same answer.
        assert_eq!(asked(&Label::new(label(false)), &stats), tag);
    }

    #[test]
    fn a_picture_is_a_part_of_the_answer() {
        let known = Label::new(label(false));
        let forecast = command("predict artist:Luz");
        let pictured = Command { image: true, ..forecast.clone() };
        let spanish = Command { locale: Some("es".to_owned()), ..pictured.clone() };
        let tags = [&forecast, &pictured, &spanish].map(|command| asked(&known, command));
        assert!(tags[0] != tags[1] && tags[1] != tags[2]);
    }
}
