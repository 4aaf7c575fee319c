//! A reply, and what a platform's own file makes of it.

use std::time::Duration;

use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

/// Longest part of a reply that a fault quotes, in characters.
const MAX_QUOTED_CHARS: usize = 120;

/// A reply that is no server error and no plain 429.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
}

/// Why a reply is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Another try may bring one: a body that is cut off or no JSON, a fault of the platform's own.
    Again(String),
    /// Too many requests: the next after a while, where the platform says which.
    Busy(Option<Duration>),
    /// This question has no answer.
    Refused(String),
    /// No question has one, for now, or until then.
    Stopped(String, Option<OffsetDateTime>),
}

impl Reply {
    /// The body as JSON. Pages of a proxy and bodies that are cut off are no answer, and another try may bring one.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Verdict> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            Verdict::Again(match error.classify() {
                serde_json::error::Category::Data => {
                    format!("its answer is not as documented at {place}")
                }
                _ => format!("its answer is no JSON from {place} on"),
            })
        })
    }

    /// What it says, for a fault: the status and the start of the body in one line.
    pub(crate) fn quoted(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let line: Vec<&str> = text.split_whitespace().collect();
        let start: String = line.join(" ").chars().take(MAX_QUOTED_CHARS).collect();
        if start.is_empty() {
            format!("it answers {}", self.status)
        } else {
            format!("it answers {} {start:?}", self.status)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(body: &str) -> Reply {
        Reply { status: StatusCode::OK, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn what_is_cut_off_or_a_page_may_be_asked_for_again() {
        for body in ["", "{\"a\": [1, 2", "<!doctype html><p>Service unavailable", "{\"a\": \"x\"}"] {
            let read = reply(body).json::<std::collections::BTreeMap<String, Vec<u32>>>();
            assert!(matches!(read, Err(Verdict::Again(_))), "{body}: {read:?}");
        }
    }

    #[test]
    fn a_quotation_is_one_short_line() {
        let long = format!("<p>\n{}\u{1b}[31m", "x".repeat(5_000));
        let quoted = reply(&long).quoted();
        assert!(quoted.starts_with("it answers 200 OK \"<p> xxx") && quoted.len() < 160, "{quoted}");
        assert!(!reply("a\u{1b}[31m").quoted().contains('\u{1b}'));
        assert_eq!(reply(" \n").quoted(), "it answers 200 OK");
    }
}
