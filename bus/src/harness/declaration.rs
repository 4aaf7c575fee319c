//! What an agent is called, how it is run, and what it consumes and publishes.

use serde::{Deserialize, Serialize};

/// How an agent is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AgentKind {
    /// Has state, and answers every event.
    Stage,
    /// Has state, and keeps one view of each artist.
    View,
    /// Answers questions from a read model.
    Service,
    /// Reaches outside: reads there and publishes, or takes requests.
    Source,
}

impl AgentKind {
    /// The kind in lower case, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::View => "view",
            Self::Service => "service",
            Self::Source => "source",
        }
    }
}

/// What an agent consumes and publishes.
#[derive(Debug, Clone, Serialize)]
pub struct Declaration {
    /// Name of the agent, and of its durable consumer where it has one.
    pub name: &'static str,
    /// How it is run.
    pub kind: AgentKind,
    /// Filters of the subjects that it consumes.
    pub consumes: Vec<&'static str>,
    /// Subjects that it publishes.
    pub publishes: Vec<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_reads_in_json_as_in_text() {
        for kind in [AgentKind::Stage, AgentKind::View, AgentKind::Service, AgentKind::Source] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
