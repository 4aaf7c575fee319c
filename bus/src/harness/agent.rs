//! What an agent is.

use casa24_schemas::{ArtistId, Event};

use crate::outgoing::Cause;

use super::outcome::Outcome;
use super::received::Received;

/// Answers events with the events that follow from them. The harness gives it an actor to live in, with a thread
/// of its own, and does the rest.
///
/// Handling is idempotent and takes time from events only: the same events give the same state and the same
/// answers. Events that follow from one event on one subject are told
/// apart by their identities.
pub trait Agent: Unpin + 'static {
    /// Name of the agent, and of its durable consumer.
    const NAME: &'static str;
    /// Filter of the subjects that it consumes, such as `snapshot.valid.>`.
    const CONSUMES: &'static str;
    /// Subjects that it publishes, such as `growth.*`.
    const PUBLISHES: &'static [&'static str];
    /// Type of the events that it consumes.
    type Consumes: Event;

    /// Takes in an event, in the order in which events were stored, and says what follows.
    fn handle(&mut self, received: &Received<Self::Consumes>, outcome: &mut Outcome);
}

/// An agent that keeps one view of each artist: its `handle` says whose view an event makes out of date.
pub trait View: Agent {
    /// Answers with the artist's current view; once for many events where the agent is catching up.
    fn view(&mut self, dirty: &DirtyView, outcome: &mut Outcome);
}

/// A view that also depends on the newest event of another subject, such as a trained model.
///
/// It receives that event before any other, and every newer one as it is stored; then the views of all artists are
/// made again.
pub trait Follow: View {
    /// The subject, such as `model.neural`.
    const FOLLOWS: &'static str;
    /// Type of the event.
    type Follows: Event;

    /// Uses this event from now on: every view that was made before is out of date.
    ///
    /// # Errors
    /// The reason why the agent can never use it. The event goes to the dead letters and the one before stays in
    /// use: the agent must be as it was.
    fn follow(&mut self, newest: &Received<Self::Follows>) -> Result<(), String>;
}

/// An artist whose view is out of date, and the newest event that made it so.
#[derive(Debug, Clone)]
pub struct DirtyView {
    /// The artist.
    pub artist: ArtistId,
    /// The newest event that concerns the artist.
    pub cause: Cause,
}
