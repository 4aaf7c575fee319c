//! `ask --explain`: how the figures of an answer come about, and in which events their observed values are stored.

use std::collections::BTreeMap;

use anyhow::Context;
use casa24_answers::{Answer, Explanation, ObservedValue, Query, UsedBreakdown};
use casa24_bus::{Bus, StreamName};
use casa24_presentation::cards::StoredIn;
use casa24_schemas::{ArtistId, Command, Event, Flag, Observed, Platform, ValidBreakdown, ValidSnapshot};
use futures::TryStreamExt;
use serde_json::{Value as Json, json};

use crate::agents::Rules;
use crate::known_by::{self, FromStored};

/// An explanation, and the event of each of its observed values.
pub(crate) struct ExplainedBy {
    pub(crate) explanation: Explanation,
    pub(crate) events: Vec<Option<ValueEvent>>,
    /// The event of each of its breakdowns.
    pub(crate) breakdowns: Vec<Option<BreakdownEvent>>,
}

/// The event with a breakdown: the newest one of its period.
#[derive(Debug, Clone)]
pub(crate) struct BreakdownEvent {
    subject: String,
    stored: StoredIn,
}

/// The event with an observed value: the newest revision of its moment that has the value.
#[derive(Debug, Clone)]
pub(crate) struct ValueEvent {
    subject: String,
    stored: StoredIn,
    revision: u32,
    has_flags: bool,
}

impl ExplainedBy {
    /// How the figures of an answer come about, from what is stored, for `--known-by` without later corrections.
    pub(crate) async fn of(
        bus: &Bus,
        rules: &Rules,
        command: &Command,
        answer: &Answer,
        known_by: Option<Observed>,
    ) -> anyhow::Result<Self> {
        let FromStored { answerer, .. } = known_by::answerer(bus, rules, known_by).await?;
        let again = "the question cannot be answered from what is stored";
        let query = Query::of(command).ok().context(again)?;
        let time_zone = query.time_zone(command).ok().context(again)?;
        let as_of = answerer.read_model().as_of(command.as_of).ok().context(again)?;
        let as_of = as_of.in_time_zone(time_zone.as_ref());
        let explanation = query.explain(&as_of, answer);
        let events = events(bus, &explanation.observed, known_by).await?;
        let breakdowns = breakdown_events(bus, &explanation.breakdowns, known_by).await?;
        Ok(Self { explanation, events, breakdowns })
    }

    /// Where the events of the breakdowns are stored, in their order.
    pub(crate) fn stored_breakdowns(&self) -> Vec<Option<StoredIn>> {
        self.breakdowns.iter().map(|event| event.as_ref().map(|event| event.stored.clone())).collect()
    }

    /// Where the events are stored, in the order of the observed values.
    pub(crate) fn stored(&self) -> Vec<Option<StoredIn>> {
        self.events.iter().map(|event| event.as_ref().map(|event| event.stored.clone())).collect()
    }

    /// The explanation as JSON, each observed value with its event.
    pub(crate) fn json(&self) -> anyhow::Result<Json> {
        let mut explanation = serde_json::to_value(&self.explanation)?;
        for (at, event) in self.events.iter().enumerate() {
            explanation["observed"][at]["event"] = event.as_ref().map_or(Json::Null, |event| {
                let ValueEvent { subject, stored, revision, .. } = event;
                json!({
                    "stream": stored.stream, "sequence": stored.sequence, "subject": subject,
                    "source": stored.source, "revision": revision,
                })
            });
        }
        for (at, event) in self.breakdowns.iter().enumerate() {
            explanation["breakdowns"][at]["event"] = event.as_ref().map_or(Json::Null, |event| {
                let BreakdownEvent { subject, stored: StoredIn { stream, sequence, source } } = event;
                json!({ "stream": stream, "sequence": sequence, "subject": subject, "source": source })
            });
        }
        Ok(explanation)
    }
}

/// The event of each breakdown; `None` where none is found.
async fn breakdown_events(
    bus: &Bus,
    used: &[UsedBreakdown],
    known_by: Option<Observed>,
) -> anyhow::Result<Vec<Option<BreakdownEvent>>> {
    let mut events: Vec<Option<BreakdownEvent>> = vec![None; used.len()];
    let Some(UsedBreakdown { artist, .. }) = used.first() else { return Ok(events) };
    let filter = format!("breakdown.valid.*.{}", artist.id);
    let mut stored = std::pin::pin!(bus.replay::<ValidBreakdown>(&filter).await?);
    while let Some(stored) = stored.try_next().await? {
        let accepted = &stored.event.accepted;
        if known_by::is_later_correction(accepted.correction.as_ref(), known_by) {
            continue;
        }
        let is_it = |used: &UsedBreakdown| {
            (&used.platform, used.period) == (&accepted.platform, accepted.period)
                && used.by == accepted.breakdown.key()
        };
        let stream = StreamName::JudgedBreakdowns.as_str().to_owned();
        let found = StoredIn { stream, sequence: stored.stored.sequence, source: accepted.source.clone() };
        let event = BreakdownEvent { subject: stored.event.subject(), stored: found };
        for (at, _) in used.iter().enumerate().filter(|(_, used)| is_it(used)) {
            events[at] = Some(event.clone());
        }
    }
    Ok(events)
}

/// The event of each value; `None` where none is found.
async fn events(
    bus: &Bus,
    observed: &[ObservedValue],
    known_by: Option<Observed>,
) -> anyhow::Result<Vec<Option<ValueEvent>>> {
    let mut of_subject: BTreeMap<(&Platform, &ArtistId), Vec<usize>> = BTreeMap::new();
    for (at, value) in observed.iter().enumerate() {
        of_subject.entry((&value.platform, &value.artist.id)).or_default().push(at);
    }
    let mut events: Vec<Option<ValueEvent>> = vec![None; observed.len()];
    for ((platform, artist), values) in of_subject {
        let filter = format!("snapshot.valid.{platform}.{artist}");
        let mut snapshots = std::pin::pin!(bus.replay::<ValidSnapshot>(&filter).await?);
        while let Some(snapshot) = snapshots.try_next().await? {
            if known_by::is_later_correction(snapshot.event.correction.as_ref(), known_by) {
                continue;
            }
            for at in &values {
                let known = &mut events[*at];
                let found = value_event(&observed[*at], &snapshot.event, snapshot.stored.sequence);
                let is_better = |found: &ValueEvent, known: &ValueEvent| {
                    (found.has_flags, found.revision) >= (known.has_flags, known.revision)
                };
                if found
                    .as_ref()
                    .is_some_and(|found| known.as_ref().is_none_or(|known| is_better(found, known)))
                {
                    *known = found;
                }
            }
        }
    }
    Ok(events)
}

/// A stored snapshot as the event of a value; `None` where it has another moment or another value.
fn value_event(value: &ObservedValue, snapshot: &ValidSnapshot, sequence: u64) -> Option<ValueEvent> {
    let reading =
        snapshot.metrics.get(&value.metric).filter(|_| snapshot.observed_at == value.observed_at)?;
    if reading.value != value.value {
        return None;
    }
    let mut flags: Vec<Flag> = reading.flags.clone();
    flags.sort_unstable();
    Some(ValueEvent {
        subject: snapshot.subject(),
        stored: StoredIn {
            stream: StreamName::Valid.as_str().to_owned(),
            sequence,
            source: snapshot.source.clone(),
        },
        revision: snapshot.revision,
        has_flags: flags == value.flags,
    })
}
