//! What is stored after a run, and the faults that show beside an undisturbed one.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::Seen;

/// An event: its subject and a digest of its body.
type StoredEvent = (String, Vec<u8>);

/// Everything that a run leaves behind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Remains {
    /// Of the streams that are a history, all events in order.
    pub history: BTreeMap<&'static str, Vec<StoredEvent>>,
    /// Of every subject of which the newest event counts, that one.
    pub newest: BTreeMap<String, Vec<u8>>,
    pub num_dead: usize,
}

impl Remains {
    /// Streams of which every event counts.
    pub const HISTORY: [&'static str; 3] = ["RAW", "VALID", "REJECTED"];
    /// Streams of which the newest event of a subject counts.
    pub const NEWEST: [&'static str; 4] = ["VALID", "REJECTED", "VIEWS", "ROSTER"];
    /// All that is read.
    pub const STREAMS: [&'static str; 6] = ["RAW", "VALID", "REJECTED", "VIEWS", "ROSTER", "DEAD"];
}

/// How often each event is there.
fn counted(events: &[StoredEvent]) -> BTreeMap<&StoredEvent, usize> {
    let mut counts = BTreeMap::new();
    for event in events {
        *counts.entry(event).or_insert(0) += 1;
    }
    counts
}

/// What is wrong, a line for each kind of fault in a stream: events lost, doubled, that nobody should have written, or
/// stored in another order on their subject; newest events that differ. Nothing where the two are the same.
pub fn faults(found: &Remains, expected: &Remains) -> Vec<String> {
    let mut faults = Vec::new();
    let mut note = |what: &str, subjects: Vec<&str>| {
        if let Some(first) = subjects.first() {
            faults.push(format!("{what}: {}, the first on {first}", subjects.len()));
        }
    };
    for stream in Remains::HISTORY {
        let (found_all, expected_all) = (&found.history[stream], &expected.history[stream]);
        let (found, expected) = (counted(found_all), counted(expected_all));
        let num_found = |event: &StoredEvent| found.get(event).copied().unwrap_or(0);
        let (mut lost, mut doubled) = (Vec::new(), Vec::new());
        for (event, num) in &expected {
            match num_found(event).cmp(num) {
                Ordering::Less => lost.push(event.0.as_str()),
                Ordering::Equal => {}
                Ordering::Greater => doubled.push(event.0.as_str()),
            }
        }
        note(&format!("lost from {stream}"), lost);
        note(&format!("doubled in {stream}"), doubled);
        let strange = found.keys().filter(|event| !expected.contains_key(**event));
        note(&format!("strange in {stream}"), strange.map(|event| event.0.as_str()).collect());
        if found == expected {
            let (found, expected) = (by_subject(found_all), by_subject(expected_all));
            let moved = expected.iter().filter(|(subject, events)| found[*subject] != **events);
            note(&format!("in another order in {stream}"), moved.map(|(subject, _)| *subject).collect());
        }
    }
    let differs = expected.newest.iter().filter(|(subject, body)| found.newest.get(*subject) != Some(*body));
    note("newest events that differ or are missing", differs.map(|(subject, _)| subject.as_str()).collect());
    let strange = found.newest.keys().filter(|subject| !expected.newest.contains_key(*subject));
    note("newest events that should not be", strange.map(String::as_str).collect());
    if found.num_dead != expected.num_dead {
        faults.push(format!("dead letters: {} instead of {}", found.num_dead, expected.num_dead));
    }
    faults
}

/// What somebody stored who did not hold the agent: the same event of the same cause a second time, or one behind
/// newer ones of its subject.
pub fn stale(events: &[Seen]) -> Vec<String> {
    let mut newest: BTreeMap<&str, u64> = BTreeMap::new();
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for Seen { subject, body, cause } in events {
        let Some(cause) = *cause else { continue };
        let newest = newest.entry(subject).or_insert(cause);
        if cause < *newest {
            found.push(format!("on {subject} one of {cause} is stored behind one of {newest}"));
        } else if !known.insert((subject, cause, body)) {
            found.push(format!("on {subject} one of {cause} is stored twice"));
        }
        *newest = cause.max(*newest);
    }
    found
}

fn by_subject(events: &[StoredEvent]) -> BTreeMap<&str, Vec<&[u8]>> {
    let mut subjects: BTreeMap<&str, Vec<&[u8]>> = BTreeMap::new();
    for (subject, body) in events {
        subjects.entry(subject).or_default().push(body);
    }
    subjects
}
