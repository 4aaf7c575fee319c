//! What an agent is called, how it is run, and what it consumes and publishes.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::streams::StreamName;

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
    /// Most requests that it holds at once; `None` where it takes events in order.
    #[serde(skip)]
    pub(crate) max_held: Option<usize>,
}

/// What the name of the position begins with that an agent has in what it follows; the name of the agent follows.
const FOLLOWING: &str = "follow-";

/// The position of an agent in what it follows.
pub(crate) fn following_position(agent: &str) -> String {
    format!("{FOLLOWING}{agent}")
}

/// The agent whose position, in what it follows, a consumer is.
pub(crate) fn following_agent(consumer: &str) -> Option<&str> {
    consumer.strip_prefix(FOLLOWING)
}

/// A position in a stream: a durable consumer.
#[derive(Debug)]
pub(crate) struct Position {
    pub(crate) stream: StreamName,
    /// Name of the consumer.
    pub(crate) consumer: String,
    pub(crate) filter: String,
    /// Most requests that may wait for their acknowledgement, where requests are delivered.
    pub(crate) max_held: Option<usize>,
}

impl Declaration {
    /// The agent's positions; a service has none.
    ///
    /// # Errors
    /// [`BusError::NotStored`](crate::BusError::NotStored) where it consumes what no stream stores.
    pub(crate) fn positions(&self) -> Result<Vec<Position>> {
        if self.kind == AgentKind::Service {
            return Ok(Vec::new());
        }
        let mut positions = Vec::new();
        for (index, filter) in self.consumes.iter().enumerate() {
            positions.push(Position {
                stream: StreamName::storing(filter)?,
                consumer: if index == 0 { self.name.to_owned() } else { following_position(self.name) },
                filter: (*filter).to_owned(),
                max_held: self.max_held,
            });
        }
        Ok(positions)
    }
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
