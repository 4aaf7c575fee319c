//! A training that was due: when it was made, and what came of it.

use serde::{Deserialize, Serialize};

use crate::content::check_text;
use crate::words::words;
use crate::{Event, Observed, Platform, SchemaId};

/// Longest reason, in characters.
const MAX_REASON_CHARS: usize = 1_000;

/// A training of a model that has begun, or ended. Its weights are an event of their own.
///
/// Subject: `training.{model}`; the newest event of the subject counts. Identity: model, and when it was due, began and
/// ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingRun {
    /// Token of the model.
    pub model: String,
    /// When it was due, by which the training is named: there is one for each time.
    pub due_at: Observed,
    /// When it was begun, or begun again after an interruption.
    pub started_at: Observed,
    /// How often it was begun, without the times that it was interrupted.
    pub attempt: u32,
    /// When it ended; missing while it is on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Observed>,
    /// What came of it; missing while it is on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<TrainingOutcome>,
    /// What was wrong or lacking, where there are no new weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// SHA-256 of the weights that were stored, in lower-case hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

words! {
    /// What came of a training.
    TrainingOutcome {
        Stored = "stored": "new weights were stored";
        Unchanged = "unchanged": "nothing is known that the newest weights have not learnt from";
        TooLittle = "too_little": "there is too little history to learn from";
        Interrupted = "interrupted": "its process was told to end before it did; it is made when one runs again";
        Failed = "failed": "it did not come to an end; the next one is made when it is due";
    }
}

impl Event for TrainingRun {
    const SCHEMA: SchemaId = SchemaId { name: "training", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/training.json");

    fn subject(&self) -> String {
        format!("training.{}", self.model)
    }

    fn identity(&self) -> String {
        let ended = self.ended_at.map_or_else(String::new, |ended| ended.to_string());
        format!("{}/{}/{}/{ended}", self.model, self.due_at, self.started_at)
    }

    fn check(&self) -> Result<(), String> {
        if Platform::new(&self.model).is_err() {
            return Err("model is not 1 to 40 lower-case letters, digits and underscores".to_owned());
        }
        check_text("reason", self.reason.as_deref().unwrap_or_default(), MAX_REASON_CHARS)?;
        check_text("sha256", self.sha256.as_deref().unwrap_or_default(), 64)?;
        let is_digest =
            |text: &String| text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if self.sha256.as_ref().is_some_and(|sha256| !is_digest(sha256)) {
            return Err("sha256 is not 64 lower-case hexadecimal digits".to_owned());
        }
        Ok(())
    }
}
