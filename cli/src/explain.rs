//! `ask --explain`: how the figures of an answer come about, and in which events what they rest on is stored.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use casa24_answers::{
    Answer, Explanation, ObservedValue, Query, StoredEvent, StoredRange, UndoneFinding, UsedBreakdown,
    UsedSeries, WithheldFigure,
};
use casa24_bus::{Bus, StreamName};
use casa24_schemas::{
    ArtistId, Command, Content, Event, Flag, Forecast, Goals, Metric, Observed, Platform, RejectedSnapshot,
    Trend, ValidBreakdown, ValidSnapshot, Value,
};
use futures::TryStreamExt;

use crate::agents::Rules;
use crate::known_by::{self, FromStored};

/// How the figures of an answer come about, from what is stored, for `--known-by` without later corrections; everything that
/// they rest on with its event, where one is found.
pub(crate) async fn explanation(
    bus: &Bus,
    rules: &Rules,
    command: &Command,
    answer: &Answer,
    known_by: Option<Observed>,
) -> anyhow::Result<Explanation> {
    let again = "the question cannot be answered from what is stored";
    let query = Query::of(command).ok().context(again)?;
    let forecasts = match (&query, known_by) {
        // The stored ones know later corrections.
        (Query::Milestones(_) | Query::Accuracy(_) | Query::Predict(_) | Query::Chart(_), None) => {
            bus.newest::<Forecast>("forecast.>").await?
        }
        _ => Vec::new(),
    };
    let forecasts: Vec<Forecast> = forecasts.into_iter().map(|stored| stored.event).collect();
    let FromStored { answerer, .. } = known_by::answerer(bus, rules, known_by, &forecasts).await?;
    let time_zone = query.time_zone(command).ok().context(again)?;
    let as_of = answerer.read_model().as_of(command.as_of).ok().context(again)?;
    let as_of = as_of.in_time_zone(time_zone.as_ref());
    let mut explanation = query.explain(&as_of, answer);
    snapshots(bus, &mut explanation, known_by).await?;
    rejected(bus, &mut explanation.withheld, known_by).await?;
    breakdowns(bus, &mut explanation.breakdowns, known_by).await?;
    goals(bus, &mut explanation).await?;
    views(bus, &mut explanation).await?;
    undone(bus, &mut explanation).await?;
    Ok(explanation)
}

/// The newest revision of a moment that has an observed value.
#[derive(Debug, Clone)]
struct ValueEvent {
    event: StoredEvent,
    revision: u32,
    has_flags: bool,
}

/// Finds the events of observed values, of series and of withheld figures.
async fn snapshots(
    bus: &Bus,
    explanation: &mut Explanation,
    known_by: Option<Observed>,
) -> anyhow::Result<()> {
    let Explanation { observed, series, withheld, .. } = explanation;
    let mut values: BTreeMap<(Platform, ArtistId), Vec<usize>> = BTreeMap::new();
    for (at, value) in observed.iter().enumerate() {
        values.entry((value.platform.clone(), value.artist.id.clone())).or_default().push(at);
    }
    let of_series = series.iter().map(|of| (of.platform.clone(), of.artist.id.clone()));
    let of_withheld = withheld.iter().map(|of| (of.platform.clone(), of.artist.id.clone()));
    let subjects: BTreeSet<(Platform, ArtistId)> =
        values.keys().cloned().chain(of_series).chain(of_withheld).collect();
    let mut events: Vec<Option<ValueEvent>> = vec![None; observed.len()];
    for key in subjects {
        let (platform, artist) = &key;
        let of_subject = values.get(&key).map_or(&[][..], Vec::as_slice);
        let filter = format!("snapshot.valid.{platform}.{artist}");
        let mut snapshots = std::pin::pin!(bus.replay::<ValidSnapshot>(&filter).await?);
        while let Some(snapshot) = snapshots.try_next().await? {
            if known_by::is_later_correction(snapshot.event.correction.as_ref(), known_by) {
                continue;
            }
            let (snapshot, sequence) = (snapshot.event, snapshot.stored.sequence);
            for at in of_subject {
                let known = &mut events[*at];
                let found = value_event(&observed[*at], &snapshot, sequence);
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
            let of_subject =
                series.iter_mut().filter(|of| of.platform == *platform && of.artist.id == *artist);
            of_subject.for_each(|of| widen(of, &snapshot, sequence));
            let lacks_it =
                withheld.iter_mut().filter(|of| of.artist.id == *artist && is_without(&snapshot, of));
            lacks_it.for_each(|of| of.event = Some(valid_event(&snapshot, sequence)));
        }
    }
    for (value, event) in observed.iter_mut().zip(events) {
        value.event = event.map(|event| event.event);
    }
    Ok(())
}

/// A stored snapshot as the event of a value; `None` where it has another moment or another value.
fn value_event(value: &ObservedValue, snapshot: &ValidSnapshot, sequence: u64) -> Option<ValueEvent> {
    if snapshot.observed_at != value.observed_at {
        return None;
    }
    let has_flags = match &value.item {
        None => {
            let reading = snapshot.metrics.get(&value.metric).filter(|known| known.value == value.value)?;
            let mut flags: Vec<Flag> = reading.flags.clone();
            flags.sort_unstable();
            flags == value.flags
        }
        Some(item) => {
            let mut numbers = numbers_of(snapshot.content.as_ref()?, &value.metric, item);
            numbers.any(|number| Value::new(number) == Some(value.value)).then_some(true)?
        }
    };
    let event = valid_event(snapshot, sequence);
    Some(ValueEvent { event, revision: snapshot.revision, has_flags })
}

fn valid_event(snapshot: &ValidSnapshot, sequence: u64) -> StoredEvent {
    StoredEvent {
        stream: StreamName::Valid.as_str().to_owned(),
        sequence,
        subject: snapshot.subject(),
        source: Some(snapshot.source.clone()),
        revision: Some(snapshot.revision),
    }
}

/// Whether a stored snapshot is of the moment of a figure, and withholds it or takes it back.
fn is_without(snapshot: &ValidSnapshot, figure: &WithheldFigure) -> bool {
    let WithheldFigure { platform, metric, observed_at, .. } = figure;
    (&snapshot.platform, &snapshot.observed_at) == (platform, observed_at)
        && !snapshot.metrics.contains_key(metric)
        && (snapshot.withheld.contains_key(metric) || snapshot.is_correction())
}

/// Finds the events of withheld figures of which nothing else was accepted either: of each the newest.
async fn rejected(
    bus: &Bus,
    withheld: &mut [WithheldFigure],
    known_by: Option<Observed>,
) -> anyhow::Result<()> {
    let missing = || withheld.iter().filter(|figure| figure.event.is_none());
    let subject =
        |figure: &WithheldFigure| format!("snapshot.rejected.{}.{}", figure.platform, figure.artist.id);
    let subjects: BTreeSet<String> = missing().map(subject).collect();
    let mut events: BTreeMap<usize, StoredEvent> = BTreeMap::new();
    for filter in subjects {
        let mut stored = std::pin::pin!(bus.replay::<RejectedSnapshot>(&filter).await?);
        while let Some(stored) = stored.try_next().await? {
            let raw = &stored.event.raw;
            if known_by::is_later_correction(raw.correction.as_ref(), known_by) {
                continue;
            }
            let is_of = |figure: &WithheldFigure| {
                figure.event.is_none()
                    && (&figure.artist.id, &figure.platform) == (&raw.artist.id, &raw.platform)
                    && figure.observed_at == raw.observed_at
                    && raw.metrics.contains_key(&figure.metric)
            };
            for (at, _) in withheld.iter().enumerate().filter(|(_, figure)| is_of(figure)) {
                let event = StoredEvent {
                    stream: StreamName::Rejected.as_str().to_owned(),
                    sequence: stored.stored.sequence,
                    subject: stored.event.subject(),
                    source: Some(raw.source.clone()),
                    revision: None,
                };
                events.insert(at, event);
            }
        }
    }
    for (at, event) in events {
        withheld[at].event = Some(event);
    }
    Ok(())
}

/// What a content says of tracks or videos of this name.
fn numbers_of<'c>(
    content: &'c Content,
    metric: &'c Metric,
    item: &'c str,
) -> impl Iterator<Item = f64> + use<'c> {
    let tracks = content.tracks.iter().filter(move |track| track.name == item);
    let popularities = tracks.filter_map(|track| track.popularity.map(f64::from));
    let videos = content.videos.iter().filter(move |video| video.title == item);
    let views = videos.filter_map(|video| video.views.map(|views| views as f64));
    let is_of_track = *metric == Metric::POPULARITY_SCORE;
    popularities.filter(move |_| is_of_track).chain(views.filter(move |_| !is_of_track))
}

/// Counts a snapshot among the events of a series, where it has a value of these days.
fn widen(series: &mut UsedSeries, snapshot: &ValidSnapshot, sequence: u64) {
    let is_within = (series.first.0..=series.last.0).contains(&snapshot.observed_at.date());
    let has_value = match &series.item {
        None => snapshot.metrics.contains_key(&series.metric),
        Some(item) => {
            let content = snapshot.content.as_ref();
            content.is_some_and(|content| numbers_of(content, &series.metric, item).next().is_some())
        }
    };
    if !(is_within && has_value) {
        return;
    }
    let range = series.events.get_or_insert_with(|| StoredRange {
        stream: StreamName::Valid.as_str().to_owned(),
        subject: snapshot.subject(),
        first_sequence: sequence,
        last_sequence: sequence,
        num_events: 0,
    });
    range.first_sequence = range.first_sequence.min(sequence);
    range.last_sequence = range.last_sequence.max(sequence);
    range.num_events += 1;
}

/// Finds the event of each breakdown: the newest one of its period.
async fn breakdowns(bus: &Bus, used: &mut [UsedBreakdown], known_by: Option<Observed>) -> anyhow::Result<()> {
    let Some(UsedBreakdown { artist, .. }) = used.first() else { return Ok(()) };
    let filter = format!("breakdown.valid.*.{}", artist.id);
    let mut stored = std::pin::pin!(bus.replay::<ValidBreakdown>(&filter).await?);
    while let Some(stored) = stored.try_next().await? {
        let accepted = &stored.event.accepted;
        if known_by::is_later_correction(accepted.correction.as_ref(), known_by) {
            continue;
        }
        let is_it = |used: &&mut UsedBreakdown| {
            (&used.platform, used.period) == (&accepted.platform, accepted.period)
                && used.by == accepted.breakdown.key()
        };
        for used in used.iter_mut().filter(is_it) {
            used.event = Some(StoredEvent {
                stream: StreamName::JudgedBreakdowns.as_str().to_owned(),
                sequence: stored.stored.sequence,
                subject: stored.event.subject(),
                source: Some(accepted.source.clone()),
                revision: None,
            });
        }
    }
    Ok(())
}

/// Finds the event with the label's goals.
async fn goals(bus: &Bus, explanation: &mut Explanation) -> anyhow::Result<()> {
    if explanation.goals.is_empty() {
        return Ok(());
    }
    for stored in bus.newest::<Goals>("goals.label").await? {
        let event = without_source(StreamName::Roster, stored.stored.sequence, &stored.event);
        for used in &mut explanation.goals {
            let is_it = |goal: &casa24_schemas::LabelGoal| {
                goal.is_of(&used.artist.id, &used.platform, &used.metric)
                    && (goal.value, goal.since) == (used.value, used.since)
            };
            if stored.event.goals.iter().any(is_it) {
                used.event = Some(event.clone());
            }
        }
    }
    Ok(())
}

/// Finds the views with forecasts and findings.
async fn views(bus: &Bus, explanation: &mut Explanation) -> anyhow::Result<()> {
    for used in &mut explanation.forecasts {
        // Forecasts of sums are computed for each answer.
        let Some(artist) = &used.artist else { continue };
        let filter = format!("forecast.{}.{}.{}.{}", used.model, artist.id, used.platform, used.metric);
        let is_it =
            |stored: &Forecast| (stored.generated_at, stored.current) == (used.generated_at, used.current);
        let stored = bus.newest::<Forecast>(&filter).await?.into_iter().find(|stored| is_it(&stored.event));
        used.event =
            stored.map(|stored| without_source(StreamName::Views, stored.stored.sequence, &stored.event));
    }
    for used in &mut explanation.findings {
        let filter = format!("trend.{}.{}.{}.{}", used.kind, used.artist.id, used.platform, used.metric);
        let has_it = |stored: &Trend| stored.findings.iter().any(|finding| finding.date == used.date);
        let stored = bus.newest::<Trend>(&filter).await?.into_iter().find(|stored| has_it(&stored.event));
        used.event =
            stored.map(|stored| without_source(StreamName::Trends, stored.stored.sequence, &stored.event));
    }
    Ok(())
}

/// Finds the events that took findings back: of each the last one.
async fn undone(bus: &Bus, explanation: &mut Explanation) -> anyhow::Result<()> {
    for undone in &mut explanation.undone {
        let UndoneFinding { artist, kind, platform, metric, date, .. } = &*undone;
        let filter = format!("trend.{kind}.{}.{platform}.{metric}", artist.id);
        let mut stored = std::pin::pin!(bus.replay::<Trend>(&filter).await?);
        let mut event = None;
        while let Some(trend) = stored.try_next().await? {
            if trend.event.taken_back.iter().any(|finding| finding.date == *date) {
                event = Some(without_source(StreamName::Trends, trend.stored.sequence, &trend.event));
            }
        }
        undone.event = event;
    }
    Ok(())
}

/// An event that is computed or set.
fn without_source<E: Event>(stream: StreamName, sequence: u64, event: &E) -> StoredEvent {
    StoredEvent {
        stream: stream.as_str().to_owned(),
        sequence,
        subject: event.subject(),
        source: None,
        revision: None,
    }
}
