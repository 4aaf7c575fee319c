//! A reply as what Discord shows.

use casa24_answers::{Answer, Refusal};
use casa24_presentation::card::Card;
use casa24_presentation::words::Words;
use casa24_presentation::{cards, discord};
use casa24_schemas::ReplyFile;
use serde_json::{Value as Json, json};

use crate::body::Body;
use crate::question::Question;

/// A reply as it travels.
pub(crate) type Reply = casa24_schemas::Reply<Answer, Refusal>;

/// Bit of a message that only the asker sees. Discord fixes it with the first answer: an edit may not name it.
const EPHEMERAL: u64 = 1 << 6;

/// Discord's number of a response that is a message.
const MESSAGE: u8 = 4;
/// Discord's number of a response that promises a message.
const DEFERRED: u8 = 5;

/// A message, ready to be sent any way.
#[derive(Debug)]
pub(crate) struct Shown {
    message: Json,
    files: Vec<ReplyFile>,
    /// Whether it is for the asker alone.
    pub(crate) is_private: bool,
}

impl Shown {
    /// What a reply shows.
    pub(crate) fn of(reply: Reply, question: &Question) -> Self {
        let (everybody, asker) = question.words();
        match (reply.answer, reply.refusal) {
            (Some(answer), _) => {
                let mut card = cards::card(&answer, everybody);
                card.picture = reply.files.first().map(|file| file.name.clone());
                Self::laid_out(&card, everybody, reply.files)
            }
            (None, Some(refusal)) => {
                Self::laid_out(&cards::refusal_card(&refusal, reply.sample, asker), asker, Vec::new())
            }
            (None, None) => Self::unavailable(question),
        }
    }

    /// What is shown where no answer could be had.
    pub(crate) fn unavailable(question: &Question) -> Self {
        let (_, asker) = question.words();
        Self::laid_out(&cards::unavailable_card(asker), asker, Vec::new())
    }

    fn laid_out(card: &Card, words: &Words, files: Vec<ReplyFile>) -> Self {
        let mut message = discord::message(card, words);
        if !files.is_empty() {
            // Named, they take the place of those that an earlier try of the same edit has attached.
            let attached = files.iter().enumerate();
            message["attachments"] =
                attached.map(|(id, file)| json!({ "id": id, "filename": file.name })).collect();
        }
        Self { message, files, is_private: card.private }
    }

    /// The body of a first answer.
    pub(crate) fn first(&self) -> Body {
        Body::with_files(&json!({ "type": MESSAGE, "data": self.message }), &self.files)
    }

    /// The body of a message of its own.
    pub(crate) fn follow_up(&self) -> Body {
        Body::with_files(&self.message, &self.files)
    }

    /// The body of an edit.
    pub(crate) fn edit(&self) -> Body {
        let mut message = self.message.clone();
        if let Some(flags) = message["flags"].as_u64() {
            message["flags"] = json!(flags & !EPHEMERAL);
        }
        Body::with_files(&message, &self.files)
    }
}

/// The body of a first answer that promises a message which everybody sees.
pub(crate) fn deferral() -> Body {
    Body::json(&json!({ "type": DEFERRED }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> Question {
        let command = casa24_schemas::Command::new("1", "stats", Default::default());
        let (everybody, asker) = Default::default();
        Question { command, everybody, asker }
    }

    fn reply() -> Reply {
        Reply {
            command_id: "1".to_owned(),
            name: "stats".to_owned(),
            as_of: None,
            generated_at: None,
            sample: false,
            sources: Vec::new(),
            answer: None,
            refusal: Some(Refusal::NothingCollected),
            files: Vec::new(),
        }
    }

    fn json_of(body: &Body) -> Json {
        serde_json::from_slice(&body.bytes).unwrap()
    }

    #[test]
    fn a_refusal_is_for_the_asker_alone_and_an_edit_does_not_say_so() {
        let shown = Shown::of(reply(), &question());
        assert!(shown.is_private);
        let first = json_of(&shown.first());
        assert_eq!(first["type"], 4);
        assert_eq!(first["data"]["flags"].as_u64().unwrap() & EPHEMERAL, EPHEMERAL);
        assert_eq!(json_of(&shown.edit())["flags"].as_u64().unwrap_or_default() & EPHEMERAL, 0);
        assert_eq!(json_of(&shown.follow_up())["flags"].as_u64().unwrap() & EPHEMERAL, EPHEMERAL);
        for body in [&first["data"], &json_of(&shown.edit()), &json_of(&shown.follow_up())] {
            assert_eq!(body["allowed_mentions"], json!({ "parse": [] }));
        }
    }

    #[test]
    fn a_reply_without_answer_and_refusal_says_that_there_is_none() {
        let shown = Shown::of(Reply { refusal: None, ..reply() }, &question());
        assert!(shown.is_private);
        assert_eq!(shown.message, Shown::unavailable(&question()).message);
    }

    #[test]
    fn files_are_named_so_that_a_repeated_edit_attaches_them_once() {
        let file = ReplyFile {
            name: "chart.png".to_owned(),
            content_type: "image/png".to_owned(),
            alt: None,
            bytes: vec![1],
        };
        let shown =
            Shown::laid_out(&cards::unavailable_card(question().words().0), question().words().0, vec![file]);
        let edit = shown.edit();
        assert!(edit.content_type.starts_with("multipart/form-data"));
        let text = String::from_utf8_lossy(&edit.bytes).into_owned();
        assert!(text.contains(r#""attachments":[{"filename":"chart.png","id":0}]"#), "{text}");
    }
}
