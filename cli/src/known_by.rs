//! `ask --known-by`: answers from what is stored without the corrections that were made after a moment.

use std::sync::Arc;

use casa24_answers::{Answerer, ReadModelBuilder};
use casa24_bus::Bus;
use casa24_responder::{Reply, reply};
use casa24_schemas::{Command, ModelWeights, Observed, RosterEntry, ValidSnapshot};
use futures::TryStreamExt;

use crate::agents::Rules;
use crate::catch_up::judge;

/// Answers, and how many snapshots were left out for them.
pub(crate) struct Answered {
    pub(crate) replies: Vec<Reply>,
    pub(crate) num_left_out: u64,
}

/// The answers as they were before what was corrected after a moment. Forecasts are computed for them, as the stored
/// ones know the corrections.
pub(crate) async fn answers(
    bus: &Bus,
    rules: &Rules,
    commands: &[Command],
    known_by: Observed,
) -> anyhow::Result<Answered> {
    judge(bus).await?;
    let mut builder = ReadModelBuilder::new(rules.trends).in_time_zone(rules.time_zone.clone());
    let mut entries = std::pin::pin!(bus.replay::<RosterEntry>("roster.*").await?);
    while let Some(entry) = entries.try_next().await? {
        let stored_on = Observed::instant(entry.stored.stored_at).date();
        builder.apply_roster_entry(stored_on, &entry.event);
    }
    let mut weights = std::pin::pin!(bus.replay::<ModelWeights>("model.neural").await?);
    while let Some(weights) = weights.try_next().await? {
        builder.apply_weights(&weights.event).ok(); // those that cannot be read are told by the agents that use them
    }
    let mut num_left_out = 0;
    let mut snapshots = std::pin::pin!(bus.replay::<ValidSnapshot>("snapshot.valid.>").await?);
    while let Some(snapshot) = snapshots.try_next().await? {
        let correction = snapshot.event.correction.as_ref();
        if correction.is_some_and(|correction| correction.corrected_at > known_by) {
            num_left_out += 1;
        } else {
            builder.apply_snapshot(&snapshot.event);
        }
    }
    let answerer = Answerer::new(Arc::clone(&builder.read_model()));
    let replies = commands.iter().map(|command| reply(command, &answerer)).collect();
    Ok(Answered { replies, num_left_out })
}
