//! The label's week as reports show it: asked once for all posts that show the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use casa24_answers::{Answer, TimeZone};
use casa24_bus::SourceContext;
use casa24_schemas::{Command, Date, Observed, OptionValue, ServerSettings};
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep};

use crate::asking::ask;
use crate::shown::Reply;

use super::schedule::reported_week;

/// How long a reply is waited for.
pub(super) const ASK_FOR: Duration = Duration::from_secs(20);
/// How long a reply serves further posts: new figures come once a day, and thousands of posts may be due together.
const KEPT_FOR: Duration = Duration::from_secs(60);
/// How often the week is asked for while new figures move the newest one.
const MAX_ASKED: usize = 3;
/// Most replies that are kept; each may hold a picture of 250 kB.
const MAX_KEPT: usize = 64;

/// What a report shows.
#[derive(Debug)]
pub(super) enum Week {
    /// The answer to the question for its week.
    Answered(Box<Reply>),
    /// Nothing of its week was observed.
    Unobserved {
        /// Monday of the week.
        first: Date,
        /// The newest day of which anything was.
        newest: Date,
    },
}

/// What decides the week that a report shows, and how.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct WeekQuestion {
    pub(super) locale: Option<String>,
    time_zone: Option<String>,
    due_at: Observed,
}

impl WeekQuestion {
    /// That of a server's report which is due at a moment; `None` where the server has no report.
    pub(super) fn of(settings: &ServerSettings, due_at: Observed) -> Option<Self> {
        settings.report.as_ref()?;
        let locale = settings.spoken().map(str::to_owned);
        Some(Self { locale, time_zone: settings.time_zone.clone(), due_at })
    }

    fn command(&self, back: i64, image: bool) -> Command {
        let options = [("week_offset".to_owned(), OptionValue::Integer(back))].into();
        let (locale, time_zone) = (self.locale.clone(), self.time_zone.clone());
        Command { image, locale, time_zone, ..Command::new("report", "weekly", options) }
    }

    /// The week that the report is about; `None` where nothing was ever observed, or nobody answers. Figures that are made
    /// up are nobody's week.
    async fn ask(&self, context: &SourceContext) -> Option<Week> {
        let until = Instant::now() + ASK_FOR;
        // Weeks are counted back from that of the newest observation, which another one may move between two questions.
        let mut newest = ask(context, &self.command(0, false), until).await?;
        let mut back = 0;
        for _ in 0..MAX_ASKED {
            let Some(Answer::Weekly(week)) = newest.answer.as_ref().filter(|_| !newest.sample) else {
                return None;
            };
            let first = reported_week(TimeZone::named(&week.time_zone)?.day(self.due_at));
            back += (week.first.0 - first).whole_weeks();
            if back < 0 {
                return Some(Week::Unobserved { first, newest: week.head.as_of.0 });
            }
            let reply = ask(context, &self.command(back, true), until).await?;
            match &reply.answer {
                Some(Answer::Weekly(week)) if week.first.0 == first && !reply.sample => {
                    return Some(Week::Answered(Box::new(reply)));
                }
                _ => newest = reply,
            }
        }
        None
    }
}

/// The replies of the last minute, by question; clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Weeks {
    asked: Arc<Mutex<HashMap<WeekQuestion, Asked>>>,
}

#[derive(Debug)]
struct Asked {
    at: Instant,
    reply: Arc<OnceCell<Option<Arc<Week>>>>,
}

impl Weeks {
    /// The reply to a question, waited for so long; `None` where there is no answer, or nobody gives one.
    pub(super) async fn of(
        &self,
        context: &SourceContext,
        question: &WeekQuestion,
        wait: Duration,
    ) -> Option<Arc<Week>> {
        let known = self.reply_to(question);
        // Whoever waits less leaves the asking to the next one.
        let asking = known.get_or_init(|| async { question.ask(context).await.map(Arc::new) });
        tokio::select! {
            biased;
            () = context.cancelled() => None,
            reply = asking => reply.clone(),
            () = sleep(wait) => None,
        }
    }

    fn reply_to(&self, question: &WeekQuestion) -> Arc<OnceCell<Option<Arc<Week>>>> {
        let now = Instant::now();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.retain(|_, known| now.duration_since(known.at) < KEPT_FOR);
        if asked.len() >= MAX_KEPT && !asked.contains_key(question) {
            let oldest = asked.iter().min_by_key(|(_, known)| known.at).map(|(question, _)| question.clone());
            oldest.map(|question| asked.remove(&question));
        }
        let known = asked.entry(question.clone()).or_insert_with(|| Asked { at: now, reply: Arc::default() });
        Arc::clone(&known.reply)
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::ReportSettings;

    use super::*;

    fn question(language: &str, time_zone: &str, due_at: &str) -> WeekQuestion {
        let set_at = Observed::parse("2026-03-03").unwrap();
        let report = Some(ReportSettings { channel: "24".to_owned(), weekday: 1, hour: 9, since: set_at });
        let (language, time_zone) = (Some(language.to_owned()), Some(time_zone.to_owned()));
        let settings = ServerSettings { report, language, time_zone, ..ServerSettings::none("5", set_at) };
        WeekQuestion::of(&settings, Observed::parse(due_at).unwrap()).unwrap()
    }

    const DUE: &str = "2026-03-09T09:00:00Z";

    #[test]
    fn a_report_asks_for_the_picture_in_the_language_and_the_time_zone_of_its_server() {
        let command = question("es", "Asia/Tokyo", DUE).command(1, true);
        assert_eq!((command.name.as_str(), command.image), ("weekly", true));
        assert_eq!(
            (command.locale.as_deref(), command.time_zone.as_deref()),
            (Some("es"), Some("Asia/Tokyo"))
        );
        assert_eq!(command.options["week_offset"], OptionValue::Integer(1));
    }

    #[tokio::test]
    async fn only_the_same_question_shares_a_reply_and_few_are_kept() {
        let weeks = Weeks::default();
        let of = |language: &str, time_zone: &str, due_at: &str| {
            weeks.reply_to(&question(language, time_zone, due_at))
        };
        let first = of("es", "UTC", DUE);
        assert!(Arc::ptr_eq(&first, &of("es", "UTC", DUE)));
        for other in
            [of("en", "UTC", DUE), of("es", "Asia/Tokyo", DUE), of("es", "UTC", "2026-03-12T09:00:00Z")]
        {
            assert!(!Arc::ptr_eq(&first, &other));
        }
        for number in 0..2 * MAX_KEPT {
            of(&format!("x{number}"), "UTC", DUE);
        }
        assert_eq!(weeks.asked.lock().unwrap().len(), MAX_KEPT);
    }
}
