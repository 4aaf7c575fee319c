//! The messages of posts.

use casa24_answers::Noted;
use casa24_presentation::cards::{alert_card, unobserved_week_card};
use casa24_presentation::words::{Locale, Words};
use casa24_schemas::{Date, ServerSettings};

use crate::body::Body;
use crate::shown::Shown;

use super::weeks::{Week, WeekQuestion};

/// Words of what everybody sees in a server.
pub(super) fn words(settings: &ServerSettings) -> &'static Words {
    words_of(settings.spoken())
}

fn words_of(tag: Option<&str>) -> &'static Words {
    Words::of(tag.map(Locale::best_for).unwrap_or_default())
}

/// The body that posts findings.
pub(super) fn alert(findings: &[Noted], today: Date, words: &Words, key: &str) -> String {
    let card = alert_card(findings, today, words);
    Shown::without_controls(&card, words).once(key).to_string()
}

/// A message that is to be posted.
#[derive(Debug)]
pub(super) struct Message {
    /// Its body in JSON without the picture, which can be sent as it is.
    pub(super) text: String,
    /// Its body with the picture, where it has one.
    pub(super) with_picture: Option<Body>,
}

impl Message {
    /// A message that is sent as it was stored.
    pub(super) fn of_text(text: &str) -> Self {
        Self { text: text.to_owned(), with_picture: None }
    }

    /// The week that a question asked for, with its picture where it has one; `None` where the reply is no answer.
    pub(super) fn week(week: &Week, question: &WeekQuestion, key: &str) -> Option<Self> {
        let words = words_of(question.locale.as_deref());
        let reply = match week {
            Week::Answered(reply) => reply,
            Week::Unobserved { first, newest } => {
                let card = unobserved_week_card(*first, *newest, words);
                return Some(Self::of_text(&Shown::without_controls(&card, words).once(key).to_string()));
            }
        };
        let answer = reply.answer.as_ref()?;
        let text = Shown::unasked(answer, Vec::new(), words).once(key).to_string();
        let with_picture = (!reply.files.is_empty())
            .then(|| Shown::unasked(answer, reply.files.clone(), words).once_with_files(key));
        Some(Self { text, with_picture })
    }
}
