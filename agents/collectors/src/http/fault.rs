//! What went wrong with a platform, once every try was made.

use time::OffsetDateTime;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No try brought an answer that could be read. Other requests may fare better.
    #[error("{what}, {num_tries} times in a row")]
    Failed {
        /// What the last try brought, in words that name no address.
        what: String,
        /// Number of tries.
        num_tries: u32,
    },
    /// The platform does not answer this question, and will not on another try.
    #[error("{what}")]
    Refused {
        /// What it said.
        what: String,
    },
    /// The platform answers nothing for now: its run ends here.
    #[error("{what}{}", until.map_or_else(String::new, |until| format!("; it may be asked again from {} on", shown(until))))]
    Stopped {
        /// What it said.
        what: String,
        /// When it may be asked again, where it said so.
        until: Option<OffsetDateTime>,
    },
}

/// An instant in whole seconds, as RFC 3339 has it.
fn shown(at: OffsetDateTime) -> String {
    let whole = at.replace_nanosecond(0).unwrap_or(at);
    whole.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
}
