//! A reply as what Discord shows.

use std::sync::OnceLock;

use casa24_answers::{Answer, Refusal};
use casa24_presentation::card::{Card, Outside};
use casa24_presentation::cards;
use casa24_presentation::discord::{ControlError, Showing, control_error_card, message_showing};
use casa24_presentation::words::Words;
use casa24_schemas::ReplyFile;
use serde_json::{Value as Json, json};

use crate::body::Body;
use crate::question::Question;
use crate::view::{View, Way};

/// A reply as it travels.
pub(crate) type Reply = casa24_schemas::Reply<Answer, Refusal>;

/// Bit of a message that only the asker sees. Discord fixes it with the first answer: an edit may not name it.
const EPHEMERAL: u64 = 1 << 6;

/// Discord's number of a response that is a message.
const MESSAGE: u8 = 4;
/// Discord's number of a response that promises a message.
const DEFERRED: u8 = 5;
/// Discord's numbers of responses that change the message whose control was pressed, at once or later.
const CHANGED: u8 = 7;
const DEFERRED_CHANGE: u8 = 6;

/// A message, ready to be sent any way.
#[derive(Debug)]
pub(crate) struct Shown {
    message: Json,
    files: Vec<ReplyFile>,
    /// Whether it is for the asker alone.
    pub(crate) is_private: bool,
    /// Whether it takes the place of the message whose control was pressed.
    is_change: bool,
    /// The body of a first answer, once it was made.
    first: OnceLock<Body>,
}

impl Shown {
    /// What a reply shows.
    pub(crate) fn of(reply: Reply, question: &Question, view: &View) -> Self {
        let (everybody, asker) = question.words();
        match (reply.answer, reply.refusal) {
            (Some(answer), _) => {
                let mut card = answer_card(&answer, &reply.files, everybody);
                card.private = view.way == Way::Private;
                let showing = Showing {
                    question: Some(&question.command),
                    artists: Some(&view.artists),
                    first: view.first(),
                    page: view.page,
                    list: view.list,
                    commands: view.commands.as_deref(),
                };
                let shown = Self::laid_out(&card, everybody, &showing, reply.files);
                if view.way == Way::InPlace { shown.into_change() } else { shown }
            }
            // What can be asked does not depend on figures.
            (None, Some(Refusal::NothingCollected)) if question.command.name == "help" => {
                let showing = Showing { commands: view.commands.as_deref(), ..Showing::default() };
                Self::laid_out(&cards::commands_card(everybody), everybody, &showing, Vec::new())
            }
            (None, Some(refusal)) => {
                Self::without_controls(&cards::refusal_card(&refusal, reply.sample, asker), asker)
            }
            (None, None) => Self::unavailable(question),
        }
    }

    /// What is shown where no answer could be had.
    pub(crate) fn unavailable(question: &Question) -> Self {
        Self::unavailable_in(question.words().1)
    }

    /// The same, in the asker's words.
    pub(crate) fn unavailable_in(words: &Words) -> Self {
        Self::without_controls(&cards::unavailable_card(words), words)
    }

    /// What somebody is told who asks too often, in their words.
    pub(crate) fn too_fast(words: &Words) -> Self {
        Self::without_controls(&cards::too_fast_card(words), words)
    }

    /// What somebody is told whose press means nothing any more.
    pub(crate) fn no_longer(error: ControlError, words: &Words) -> Self {
        Self::without_controls(&control_error_card(error, words), words)
    }

    /// An answer that nobody has asked for: with its picture, for everybody, and without controls.
    pub(crate) fn unasked(answer: &Answer, files: Vec<ReplyFile>, words: &Words) -> Self {
        Self::laid_out(&answer_card(answer, &files, words), words, &Showing::default(), files)
    }

    /// A card without controls.
    pub(crate) fn without_controls(card: &Card, words: &Words) -> Self {
        Self::laid_out(card, words, &Showing::default(), Vec::new())
    }

    /// The same in place of the message whose control was pressed.
    fn into_change(mut self) -> Self {
        if self.files.is_empty() {
            // The picture of another page goes.
            self.message["attachments"] = json!([]);
        }
        self.is_change = true;
        self
    }

    fn laid_out(card: &Card, words: &Words, showing: &Showing<'_>, files: Vec<ReplyFile>) -> Self {
        let mut message = message_showing(card, words, showing);
        if !files.is_empty() {
            // Named, they take the place of those that an earlier try of the same edit has attached.
            let attached = files.iter().enumerate();
            message["attachments"] =
                attached.map(|(id, file)| json!({ "id": id, "filename": file.name })).collect();
        }
        Self { message, files, is_private: card.private, is_change: false, first: OnceLock::new() }
    }

    /// The body of a first answer.
    pub(crate) fn first(&self) -> Body {
        let first = self.first.get_or_init(|| {
            let kind = if self.is_change { CHANGED } else { MESSAGE };
            Body::with_files(&json!({ "type": kind, "data": self.message }), &self.files)
        });
        first.clone()
    }

    /// The bytes that it takes, about.
    pub(crate) fn num_bytes(&self) -> usize {
        // The message and its files are there once more, before they are put together.
        2 * self.first().bytes.len()
    }

    /// The body of a message of its own.
    pub(crate) fn follow_up(&self) -> Body {
        Body::with_files(&self.message, &self.files)
    }

    /// A message of its own of which Discord makes one, however often it is sent with the same nonce; in JSON.
    pub(crate) fn once(&self, nonce: &str) -> Json {
        let mut message = self.message.clone();
        message["nonce"] = json!(nonce);
        message["enforce_nonce"] = json!(true);
        message
    }

    /// The same as a body, with its files.
    pub(crate) fn once_with_files(&self, nonce: &str) -> Body {
        Body::with_files(&self.once(nonce), &self.files)
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

/// The card of an answer, with its picture where one came with it.
fn answer_card(answer: &Answer, files: &[ReplyFile], words: &Words) -> Card {
    let picture = files.first();
    Card {
        picture: picture.map(|file| file.name.clone()),
        picture_text: picture.and_then(|file| file.alt.as_deref()).map(Outside::new),
        ..cards::card(answer, words)
    }
}

/// The body of a first answer that promises a message, or a change of one.
pub(crate) fn deferral(way: Way) -> Body {
    Body::json(&match way {
        Way::New => json!({ "type": DEFERRED }),
        Way::InPlace => json!({ "type": DEFERRED_CHANGE }),
        Way::Private => json!({ "type": DEFERRED, "data": { "flags": EPHEMERAL } }),
    })
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
        let shown = Shown::of(reply(), &question(), &View::default());
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
    fn what_can_be_asked_is_told_where_nothing_is_collected_and_can_be_clicked() {
        let mut question = question();
        question.command.name = "help".to_owned();
        let commands = [("stats".to_owned(), "123".to_owned())].into();
        let view = View { commands: Some(std::sync::Arc::new(commands)), ..View::default() };
        let shown = Shown::of(reply(), &question, &view);
        let text = shown.message.to_string();
        assert!(!shown.is_private && text.contains("</stats:123>") && text.contains("/growth"), "{text}");
    }

    #[test]
    fn a_reply_without_answer_and_refusal_says_that_there_is_none() {
        let shown = Shown::of(Reply { refusal: None, ..reply() }, &question(), &View::default());
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
        let (words, _) = question().words();
        let shown = Shown::laid_out(&cards::unavailable_card(words), words, &Showing::default(), vec![file]);
        let edit = shown.edit();
        assert!(edit.content_type.starts_with("multipart/form-data"));
        let text = String::from_utf8_lossy(&edit.bytes).into_owned();
        assert!(text.contains(r#""attachments":[{"filename":"chart.png","id":0}]"#), "{text}");
    }
}
