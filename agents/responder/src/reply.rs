//! The reply to a command: its typed answer with what that is made from, or why there is none.

use std::sync::Arc;

use casa24_answers::{Answer, Answerer, Query, Refusal};
use casa24_schemas::Command;

use crate::picture::picture;

/// A reply as it travels.
pub type Reply = casa24_schemas::Reply<Arc<Answer>, Refusal>;

/// The reply to a command. What is wrong with the question is part of it: this never fails.
pub fn reply(command: &Command, answerer: &Answerer) -> Reply {
    let model = answerer.read_model();
    let unanswered = Reply {
        command_id: command.id.clone(),
        name: command.name.clone(),
        as_of: None,
        generated_at: None,
        sample: model.is_sample(),
        sources: Vec::new(),
        answer: None,
        refusal: None,
        files: Vec::new(),
    };
    let answered = Query::of(command).and_then(|query| {
        let time_zone = query.time_zone(command)?;
        Ok((answerer.answer_in(&query, command.as_of, time_zone.as_ref())?, query))
    });
    match answered {
        Err(refusal) => Reply { refusal: Some(refusal), ..unanswered },
        Ok((answer, query)) => {
            let head = answer.head();
            Reply {
                as_of: Some(head.as_of.0),
                generated_at: head.generated_at,
                sample: head.sample,
                sources: answer.sources(),
                files: picture(command, &query, &answer, model).into_iter().collect(),
                answer: Some(answer),
                ..unanswered
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Event, Observed, Platform};

    use crate::fixture::{TODAY, command, label};

    use super::*;

    fn day(text: &str) -> casa24_schemas::Date {
        Observed::parse(text).unwrap().date()
    }

    #[test]
    fn a_reply_says_what_its_answer_is_made_from() {
        for sample in [false, true] {
            let reply = reply(&command("growth artist:Luz"), &label(sample));
            assert_eq!((reply.command_id.as_str(), reply.name.as_str()), ("7", "growth"));
            assert_eq!(reply.as_of, Some(day(TODAY)));
            assert_eq!(reply.generated_at, Some(Observed::parse(TODAY).unwrap()));
            assert_eq!((reply.sample, reply.sources.as_slice()), (sample, &[Platform::SPOTIFY][..]));
            assert!(reply.refusal.is_none() && reply.check().is_ok());
            assert!(matches!(reply.answer.as_deref(), Some(Answer::Growth(_))));
        }
    }

    #[test]
    fn an_earlier_day_is_answered_from_what_was_observed_by_then() {
        let asked = Command { as_of: Some(day("2025-09-20")), ..command("stats") };
        let reply = reply(&asked, &label(false));
        assert_eq!(reply.as_of, asked.as_of);
        assert_eq!(reply.generated_at, Some(Observed::parse("2025-09-20").unwrap()));
    }

    #[test]
    fn what_is_wrong_with_a_question_is_the_reply() {
        for (line, answerer) in [
            ("artist name:Nobody", label(true)),
            ("growth period:0", label(true)),
            ("stats", Answerer::new(casa24_answers::ReadModelBuilder::default().read_model())),
        ] {
            let reply = reply(&command(line), &answerer);
            assert!(reply.answer.is_none() && reply.refusal.is_some(), "{line}");
            assert_eq!((reply.as_of, reply.generated_at, reply.files.len()), (None, None, 0));
            assert_eq!(
                reply.sample,
                answerer.read_model().is_sample(),
                "made-up figures are marked on a refusal too"
            );
            assert_eq!(reply.check(), Ok(()));
        }
        let unknown = Command::new("7", "fame", Default::default());
        assert!(matches!(reply(&unknown, &label(false)).refusal, Some(Refusal::UnknownCommand { .. })));
    }
}
