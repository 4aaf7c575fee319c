//! A read model from what is stored, for `ask --known-by` without the corrections that were made after a moment.

use std::sync::Arc;

use casa24_answers::{Answerer, ReadModelBuilder};
use casa24_bus::Bus;
use casa24_responder::{Reply, reply};
use casa24_schemas::{
    Command, Forecast, Goals, ModelWeights, Observed, RejectedSnapshot, RosterEntry, SnapshotCorrection,
    ValidBreakdown, ValidSnapshot,
};
use futures::TryStreamExt;

use crate::agents::Rules;
use crate::catch_up::judge;

/// Answers, and how many events were left out for them.
pub(crate) struct Answered {
    pub(crate) replies: Vec<Reply>,
    pub(crate) num_left_out: u64,
}

/// A read model of what is stored, and how many events were left out of it.
pub(crate) struct FromStored {
    pub(crate) answerer: Answerer,
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
    let FromStored { answerer, num_left_out } = answerer(bus, rules, Some(known_by), &[]).await?;
    let replies = commands.iter().map(|command| reply(command, &answerer)).collect();
    Ok(Answered { replies, num_left_out })
}

/// Whether an event is of a correction that was made after a moment.
pub(crate) fn is_later_correction(
    correction: Option<&SnapshotCorrection>,
    known_by: Option<Observed>,
) -> bool {
    let corrected_at = correction.map(|correction| correction.corrected_at);
    corrected_at.zip(known_by).is_some_and(|(corrected_at, known_by)| corrected_at > known_by)
}

/// The read model of all that is stored, or of what was before what was corrected after a moment. Forecasts that are not given
/// are computed where they are asked for.
pub(crate) async fn answerer(
    bus: &Bus,
    rules: &Rules,
    known_by: Option<Observed>,
    forecasts: &[Forecast],
) -> anyhow::Result<FromStored> {
    judge(bus).await?;
    let mut builder = ReadModelBuilder::new(rules.trends).in_time_zone(rules.time_zone.clone());
    let mut entries = std::pin::pin!(bus.replay::<RosterEntry>("roster.*").await?);
    while let Some(entry) = entries.try_next().await? {
        let stored_on = Observed::instant(entry.stored.stored_at).date();
        builder.apply_roster_entry(stored_on, &entry.event);
    }
    for goals in bus.newest::<Goals>("goals.label").await? {
        builder.apply_goals(&goals.event);
    }
    let mut weights = std::pin::pin!(bus.replay::<ModelWeights>("model.neural").await?);
    while let Some(weights) = weights.try_next().await? {
        builder.apply_weights(&weights.event).ok(); // those that cannot be read are told by the agents that use them
    }
    let mut num_left_out = 0;
    let mut snapshots = std::pin::pin!(bus.replay::<ValidSnapshot>("snapshot.valid.>").await?);
    while let Some(snapshot) = snapshots.try_next().await? {
        if is_later_correction(snapshot.event.correction.as_ref(), known_by) {
            num_left_out += 1;
        } else {
            builder.apply_snapshot(&snapshot.event);
        }
    }
    let mut rejected = std::pin::pin!(bus.replay::<RejectedSnapshot>("snapshot.rejected.>").await?);
    while let Some(rejected) = rejected.try_next().await? {
        if is_later_correction(rejected.event.raw.correction.as_ref(), known_by) {
            num_left_out += 1;
        } else {
            builder.apply_rejected(&rejected.event);
        }
    }
    let mut breakdowns = std::pin::pin!(bus.replay::<ValidBreakdown>("breakdown.valid.>").await?);
    while let Some(breakdown) = breakdowns.try_next().await? {
        if is_later_correction(breakdown.event.accepted.correction.as_ref(), known_by) {
            num_left_out += 1;
        } else {
            builder.apply_breakdown(&breakdown.event);
        }
    }
    forecasts.iter().for_each(|forecast| builder.apply_forecast(forecast));
    let answerer = Answerer::new(Arc::clone(&builder.read_model()));
    Ok(FromStored { answerer, num_left_out })
}
