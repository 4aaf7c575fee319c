//! The label's week as reports show it: asked once for all posts with the same question.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use casa24_bus::SourceContext;
use casa24_schemas::{Command, OptionValue, ServerSettings};
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep};

use crate::asking::ask;
use crate::shown::Reply;

use super::schedule::weeks_back;

/// How long a reply is waited for.
pub(super) const ASK_FOR: Duration = Duration::from_secs(20);
/// How long a reply serves further posts: new figures come once a day, and thousands of posts may be due together.
const KEPT_FOR: Duration = Duration::from_secs(60);
/// Most replies that are kept; each may hold a picture of 250 kB.
const MAX_KEPT: usize = 64;

/// The question that the report of a server answers; `None` where it has no report.
pub(super) fn question(settings: &ServerSettings) -> Option<Command> {
    let back = weeks_back(settings.report.as_ref()?.weekday);
    let options = [("week_offset".to_owned(), OptionValue::Integer(back))].into();
    let locale = settings.spoken().map(str::to_owned);
    Some(Command { image: true, locale, ..Command::new("report", "weekly", options) })
}

/// The replies of the last minute, by question; clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Weeks {
    asked: Arc<Mutex<HashMap<String, Asked>>>,
}

#[derive(Debug)]
struct Asked {
    at: Instant,
    reply: Arc<OnceCell<Option<Arc<Reply>>>>,
}

impl Weeks {
    /// The reply to a question, waited for so long; `None` where there is no answer, or nobody gives one. Figures that are
    /// made up are nobody's week.
    pub(super) async fn of(
        &self,
        context: &SourceContext,
        question: &Command,
        wait: Duration,
    ) -> Option<Arc<Reply>> {
        let known = self.reply_to(question);
        let asking = known.get_or_init(|| async {
            // Whoever waits less leaves the asking to the next one.
            let reply = ask(context, question, Instant::now() + ASK_FOR).await?;
            (reply.answer.is_some() && !reply.sample).then(|| Arc::new(reply))
        });
        tokio::select! {
            biased;
            () = context.cancelled() => None,
            reply = asking => reply.clone(),
            () = sleep(wait) => None,
        }
    }

    fn reply_to(&self, question: &Command) -> Arc<OnceCell<Option<Arc<Reply>>>> {
        let now = Instant::now();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.retain(|_, known| now.duration_since(known.at) < KEPT_FOR);
        // Whatever is part of the question decides the answer.
        let key = serde_json::to_string(question).unwrap_or_default();
        if asked.len() >= MAX_KEPT && !asked.contains_key(&key) {
            let oldest = asked.iter().min_by_key(|(_, known)| known.at).map(|(key, _)| key.clone());
            oldest.map(|key| asked.remove(&key));
        }
        let known = asked.entry(key).or_insert_with(|| Asked { at: now, reply: Arc::default() });
        Arc::clone(&known.reply)
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Observed, ReportSettings};

    use super::*;

    fn settings(weekday: u8, language: &str) -> ServerSettings {
        let set_at = Observed::parse("2026-03-03").unwrap();
        let report = Some(ReportSettings { channel: "24".to_owned(), weekday, hour: 9, since: set_at });
        ServerSettings { report, language: Some(language.to_owned()), ..ServerSettings::none("5", set_at) }
    }

    #[test]
    fn a_report_asks_for_the_picture_in_the_language_of_its_server() {
        let question = question(&settings(1, "es")).unwrap();
        assert_eq!((question.name.as_str(), question.image), ("weekly", true));
        assert_eq!(question.locale.as_deref(), Some("es"));
        assert_eq!(question.options["week_offset"], OptionValue::Integer(1));
    }

    #[tokio::test]
    async fn only_the_same_question_shares_a_reply_and_few_are_kept() {
        let weeks = Weeks::default();
        let of =
            |weekday: u8, language: &str| weeks.reply_to(&question(&settings(weekday, language)).unwrap());
        let first = of(1, "es");
        assert!(Arc::ptr_eq(&first, &of(1, "es")) && Arc::ptr_eq(&first, &of(2, "es")));
        assert!(!Arc::ptr_eq(&first, &of(1, "en")) && !Arc::ptr_eq(&first, &of(5, "es")));
        for number in 0..2 * MAX_KEPT {
            of(1, &format!("x{number}"));
        }
        assert_eq!(weeks.asked.lock().unwrap().len(), MAX_KEPT);
    }
}
