//! One process's share of the shards: it takes free ones, gives back what is more than its share, and all at its end.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use casa24_bus::{Acquired, BusError, Lease, SourceContext, SourceError};
use reqwest::Url;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};
use twilight_gateway::ShardId;

use crate::answering::Answering;
use crate::settings::Gateway;

use super::doors::{Doors, door_lease, shard_lease, shard_place};
use super::identify::IdentifyQueue;
use super::place::Keeper;
use super::shard::{self, Ended, Needs};
use super::start::Start;
use super::unfinished::Unfinished;

/// How often the shares are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long interactions that are under way are waited for at the end.
const FINISH_WITHIN: Duration = Duration::from_secs(4);
/// Most shards that a bot may have here: at 2,500 servers each, more than there are.
const MAX_SHARDS: u32 = 16_384;

type Outcome = (u32, Result<Ended, SourceError>);

/// A process that takes interactions from the gateway.
struct Door<'a> {
    /// Names of earlier doors are less than those of later ones.
    name: String,
    num_shards: u32,
    gateway: &'a Gateway,
    api: &'a Url,
    context: &'a SourceContext,
    needs: Needs,
    lease: Lease,
    /// What releases each shard that is connected here.
    shards: BTreeMap<u32, oneshot::Sender<()>>,
    /// The connections, also those that are being given back.
    connections: JoinSet<Outcome>,
}

/// Listens until shutdown begins.
pub(crate) async fn listen(
    gateway: &Gateway,
    api: &Url,
    answering: &Arc<Answering>,
    context: &SourceContext,
) -> Result<(), SourceError> {
    let start = Start::ask(api, &gateway.token).await?;
    let wanted = gateway.shards.unwrap_or(start.shards).clamp(1, MAX_SHARDS);
    let leases = context.bus().leases_under("discord.").await?;
    let num_shards = match Doors::of(&leases, wanted).number_to_follow(None) {
        Some(number) => {
            tracing::warn!(
                number,
                wanted,
                "other processes run another number of shards: stop all to change it"
            );
            number
        }
        None => wanted,
    };
    let name = name();
    let unfinished = Unfinished::default();
    let mut door = Door {
        lease: Lease::new(context.bus().clone(), &door_lease(num_shards, &name)),
        needs: Needs {
            token: gateway.token.clone(),
            url: start.url,
            answering: Arc::clone(answering),
            unfinished: unfinished.clone(),
        },
        name,
        num_shards,
        gateway,
        api,
        context,
        shards: BTreeMap::new(),
        connections: JoinSet::new(),
    };
    let outcome = door.share().await;
    door.leave().await;
    if timeout(FINISH_WITHIN, unfinished.finished()).await.is_err() {
        tracing::warn!("interactions under way are left to the next process");
    }
    outcome
}

/// A name that no other door has.
fn name() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    format!("{since:013x}-{:016x}", RandomState::new().build_hasher().finish())
}

impl Door<'_> {
    /// Keeps its share of the shards connected until shutdown begins.
    async fn share(&mut self) -> Result<(), SourceError> {
        let mut ticks = interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = self.context.cancelled() => return Ok(()),
                Some(ended) = self.connections.join_next() => match ended {
                    Ok((shard, Ok(_))) => {
                        self.shards.remove(&shard);
                    }
                    Ok((_, Err(error))) => return Err(error),
                    Err(_) => return Err(SourceError::passing("a shard panicked")),
                },
                _ = ticks.tick() => if let Err(error) = self.balance().await? {
                    // The shards that it has stay connected.
                    tracing::debug!(%error, "cannot look which shards are free");
                },
            }
        }
    }

    /// Takes free shards up to its share, or gives back what is more than that.
    async fn balance(&mut self) -> Result<Result<(), BusError>, SourceError> {
        let seen = async {
            self.lease.acquire_lease().await?;
            self.context.bus().leases_under("discord.").await
        };
        let leases = match seen.await {
            Ok(leases) => leases,
            Err(error) => return Ok(Err(error)),
        };
        let doors = Doors::of(&leases, self.num_shards);
        if doors.number_to_follow(Some(&self.name)).is_some() {
            return Err(SourceError::passing("an earlier process runs another number of shards"));
        }
        let share = doors.share(&self.name, self.num_shards);
        while self.shards.len() > share
            && let Some((shard, release)) = self.shards.pop_last()
        {
            tracing::info!(shard, "giving the shard to another process");
            release.send(()).ok();
        }
        for shard in doors.free(&self.name, self.num_shards) {
            if self.shards.len() >= share {
                break;
            }
            if let Err(error) = self.take(shard).await? {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }

    /// Takes a shard, unless another process is faster.
    async fn take(&mut self, number: u32) -> Result<Result<(), BusError>, SourceError> {
        let bus = self.context.bus();
        let mut lease = Lease::new(bus.clone(), &shard_lease(self.num_shards, number));
        match lease.acquire_lease().await {
            Ok(Acquired::HeldElsewhere) => return Ok(Ok(())),
            Ok(_) => {}
            Err(error) => return Ok(Err(error)),
        }
        let place = shard_place(self.num_shards, number);
        let Some((keeper, known)) = Keeper::open(bus.clone(), lease, &place, &self.name).await? else {
            return Ok(Ok(()));
        };
        let queue = IdentifyQueue {
            bus: bus.clone(),
            api: self.api.clone(),
            token: self.gateway.token.clone(),
            hold: keeper.hold(),
        };
        tracing::info!(shard = number, of = self.num_shards, resumes = known.is_some(), "the shard is here");
        let id = ShardId::new(number, self.num_shards);
        let (release, released) = oneshot::channel();
        self.shards.insert(number, release);
        let needs = self.needs.clone();
        self.connections
            .spawn(async move { (number, shard::listen(id, needs, queue, keeper, known, released).await) });
        Ok(Ok(()))
    }

    /// Gives all shards back, so that others need not wait.
    async fn leave(mut self) {
        // Others count it no more: what it gives back is theirs.
        self.lease.give_back().await;
        for release in std::mem::take(&mut self.shards).into_values() {
            release.send(()).ok();
        }
        while self.connections.join_next().await.is_some() {}
    }
}
