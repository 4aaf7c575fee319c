//! What became of interactions, as metrics.

use std::time::Duration;

use casa24_answers::COMMANDS;
use metrics::{counter, gauge, histogram};
use twilight_gateway::ShardState;

use crate::rest::Fault;
use crate::servers::SETTINGS;
use crate::shown::Shown;

/// What became of an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An answer is shown.
    Answered,
    /// The asker is told why there is none.
    Refused,
    /// The asker asks too often.
    TooFast,
    /// Names are offered.
    Completed,
    /// It was for nothing that there is.
    NotOffered,
    /// Nothing is shown.
    Dropped(Fault),
}

impl Outcome {
    /// What became of a message.
    pub(crate) fn of(shown: &Shown, sent: Result<(), Fault>) -> Self {
        match sent {
            Ok(()) | Err(Fault::Acknowledged { .. }) if shown.is_private => Self::Refused,
            Ok(()) | Err(Fault::Acknowledged { .. }) => Self::Answered,
            Err(fault) => Self::Dropped(fault),
        }
    }
}

impl Outcome {
    /// Its label.
    const fn label(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::TooFast => "too_fast",
            Self::Completed => "completed",
            Self::NotOffered => "not_offered",
            Self::Dropped(_) => "dropped",
        }
    }
}

/// The label of a reason for which nothing is shown.
const fn reason(fault: Fault) -> &'static str {
    match fault {
        Fault::Acknowledged { .. } => "acknowledged",
        Fault::Unknown => "unknown",
        Fault::Refused { .. } => "refused",
        Fault::OutOfTime => "out_of_time",
        Fault::Uncertain => "uncertain",
    }
}

/// The label of a command. Names that are none come from outside, and there is no end of them.
fn command_label(command: &str) -> &'static str {
    let mut known = COMMANDS.iter().map(|known| known.name).chain(SETTINGS);
    known.find(|known| *known == command).unwrap_or("other")
}

/// Counts what became of an interaction, and how long that took.
pub(crate) fn count(command: &str, outcome: Outcome, took: Duration) {
    let command = command_label(command);
    counter!("discord_commands_total", "command" => command, "outcome" => outcome.label()).increment(1);
    histogram!("discord_response_duration_seconds", "command" => command).record(took.as_secs_f64());
    if let Outcome::Dropped(fault) = outcome {
        counter!("discord_dropped_total", "reason" => reason(fault)).increment(1);
    }
}

/// Notes how long the first answer to an interaction took.
pub(crate) fn first_response(took: Duration) {
    histogram!("discord_first_response_seconds").record(took.as_secs_f64());
}

/// Counts a request that is no interaction of Discord's.
pub(crate) fn turned_away(reason: &'static str) {
    counter!("discord_requests_turned_away_total", "reason" => reason).increment(1);
}

/// Counts a request that Discord told to wait.
pub(crate) fn limited(is_global: bool) {
    let scope = if is_global { "global" } else { "route" };
    counter!("discord_rate_limited_total", "scope" => scope).increment(1);
}

/// Counts a connection that the gateway closed.
pub(crate) fn gateway_closed(code: Option<u16>) {
    let code = code.map_or_else(|| "none".to_owned(), |code| code.to_string());
    counter!("discord_gateway_closed_total", "code" => code).increment(1);
}

/// Notes how many sessions may still be started.
pub(crate) fn session_starts_left(left: u32) {
    gauge!("discord_session_starts_left").set(left);
}

/// Counts a response by which Discord refuses a request, or tells to wait.
pub(crate) fn refused_request(status: u16) {
    if matches!(status, 401 | 403 | 429) {
        counter!("discord_requests_refused_total", "status" => status.to_string()).increment(1);
    }
}

/// One shard of this process among those of its state.
#[derive(Debug)]
pub(crate) struct ShardCount(Option<&'static str>);

impl ShardCount {
    /// A shard that is not counted yet.
    pub(crate) const fn new() -> Self {
        Self(None)
    }

    /// Counts it in its state.
    pub(crate) fn is(&mut self, state: ShardState) {
        self.count(Some(match state {
            ShardState::Active => "active",
            ShardState::Identifying => "identifying",
            ShardState::Resuming => "resuming",
            ShardState::Disconnected { .. } | ShardState::FatallyClosed => "disconnected",
        }));
    }

    fn count(&mut self, state: Option<&'static str>) {
        if self.0 == state {
            return;
        }
        if let Some(before) = std::mem::replace(&mut self.0, state) {
            gauge!("discord_shards", "state" => before).decrement(1);
        }
        if let Some(now) = state {
            gauge!("discord_shards", "state" => now).increment(1);
        }
    }
}

impl Drop for ShardCount {
    fn drop(&mut self) {
        self.count(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_no_commands_share_a_label() {
        assert_eq!(["growth", "x", "", "other"].map(command_label), ["growth", "other", "other", "other"]);
        assert_eq!(SETTINGS.map(command_label), SETTINGS);
    }
}
