//! The reply to a command: its typed answer with what that is made from, or why there is none.

use std::sync::Arc;

use casa24_answers::{Answer, Answerer, Query, Refusal};
use casa24_schemas::Command;

use crate::picture::picture;

/// A reply as it travels.
pub type Reply = casa24_schemas::Reply<Arc<Answer>, Refusal>;

/// The reply to a command. What is wrong with the question is part of it: this never fails.
pub(crate) fn reply(command: &Command, answerer: &Answerer) -> Reply {
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
    let answered = Query::of(command).and_then(|query| Ok((answerer.answer(&query, command.as_of)?, query)));
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
