//! Views made anew from all stored events, after a change of the code that makes them, while the agent itself may be at
//! work in another process.
//!
//! No lease is needed: a view is stored only behind the newest one that was seen, so what the agent stores meanwhile
//! stands, and what is stored here makes the agent look again. A view that is the same byte for byte is left alone. It is a
//! command of an operator, who may make the consumer by which the history is read.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bytes::Bytes;
use casa24_schemas::ArtistId;

use crate::harness::actor_spawner::ActorPanicked;
use crate::harness::agent::{Agent, DirtyView};
use crate::harness::counters::Counters;
use crate::outgoing::{Cause, Outgoing};
use crate::patience::Patience;
use crate::publish::NewestKnown;
use crate::shutdown::Shutdown;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

use super::agent_actor::{AgentActor, MakeViews};
use super::agent_state::AgentState;
use super::duties::Duties;
use super::followed::Followed;

/// What became of an agent's views.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Renewed {
    /// Events that were read.
    pub num_events: u64,
    /// Views that were made.
    pub num_views: u64,
    /// Those of them that differ from what was stored, and are stored now.
    pub num_changed: u64,
    /// Artists of whom the agent stored something newer meanwhile, which stands.
    pub num_overtaken: u64,
}

/// Makes the views of an agent anew, of these artists or of all, and stores those that differ.
pub(crate) async fn renew<A: Agent>(
    bus: Bus,
    shutdown: Shutdown,
    make: Arc<dyn Fn() -> AgentActor<A> + Send + Sync>,
    duties: Duties<A>,
    artists: &[ArtistId],
) -> Result<Renewed> {
    let Some(ask_views) = duties.ask_views else { return Ok(Renewed::default()) };
    let counters = Counters::default();
    let mut state = AgentState::new(bus.reading_by_consumer(), shutdown, counters, make, duties).await?;
    let followed = match &mut state.followed {
        Some(followed) => followed.look_up().await?,
        None => Vec::new(),
    };
    // Before the events are read: what the agent stores of later ones is behind what is seen here.
    let mut stored = Stored::look_up(&bus, A::PUBLISHES).await?;
    let until = bus.num_ever_stored(state.stream).await?;
    state.start(followed, until).await?;
    let follows = state.followed.as_ref().and_then(Followed::sequence);
    let mut renewed = Renewed { num_events: until, ..Renewed::default() };
    let wanted = |artist: &ArtistId| artists.is_empty() || artists.contains(artist);
    let views: BTreeMap<ArtistId, Cause> = state
        .artists
        .iter()
        .filter(|(artist, _)| wanted(artist))
        .map(|(a, c)| (a.clone(), c.clone()))
        .collect();
    for (artist, cause) in views {
        let view = DirtyView { artist, cause: Cause { followed: follows, ..cause } };
        let name = view.artist.clone();
        match state.make_views(ask_views, MakeViews(Arc::new([view]))).await? {
            Ok(outcome) => {
                let made: Vec<Outgoing> = outcome.following.into_iter().filter(is_view).collect();
                renewed.num_views += made.len() as u64;
                let changed = stored.differing(made);
                match bus.publish_behind(&changed, Patience::COMMAND, &mut stored.newest).await {
                    Ok(num) => renewed.num_changed += num,
                    Err(BusError::Overtaken { .. }) => renewed.num_overtaken += 1,
                    Err(error) => return Err(error),
                }
            }
            Err(ActorPanicked) => {
                tracing::error!(agent = A::NAME, artist = %name, "the agent panics over the artist's view");
                state.recover().await?;
            }
        }
    }
    Ok(renewed)
}

/// Whether an event is a view, of which the newest counts; what was said on a day is a record and is not said again.
fn is_view(event: &Outgoing) -> bool {
    matches!(StreamName::storing(&event.subject), Ok(StreamName::Views | StreamName::Trends))
}

/// The newest stored view of each subject.
struct Stored {
    bodies: HashMap<String, Bytes>,
    newest: NewestKnown,
}

impl Stored {
    async fn look_up(bus: &Bus, publishes: &[&str]) -> Result<Self> {
        let mut stored = Self { bodies: HashMap::new(), newest: NewestKnown::default() };
        for filter in publishes.iter().copied() {
            for delivery in bus.newest_messages(StreamName::storing(filter)?, filter).await? {
                let subject = bus.subjects().event(&delivery.subject).to_owned();
                stored.newest.insert(&subject, delivery.sequence);
                stored.bodies.insert(subject, delivery.payload.clone());
            }
        }
        Ok(stored)
    }

    /// Of each subject the last of these views, where it differs from what is stored.
    fn differing(&self, views: Vec<Outgoing>) -> Vec<Outgoing> {
        let mut last: Vec<Outgoing> = Vec::new();
        for view in views {
            match last.iter_mut().find(|known| known.subject == view.subject) {
                Some(known) => *known = view,
                None => last.push(view),
            }
        }
        last.retain(|view| self.bodies.get(&view.subject) != Some(&view.body));
        // They follow from the same events as what they replace, and are other ones all the same.
        last.iter_mut().for_each(Outgoing::identify_by_body);
        last
    }
}
