//! The tests' agents.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use actix::{Actor, Context, Handler};
use casa24_bus::{Agent, Batch, Outcome, Refresh, Runner, stage, stateless, view};
use casa24_schemas::ArtistId;

use crate::events::{Note, Order, Sum, Told};

/// What all lives of an agent share: how often each note came, and in which order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Diary(Arc<Mutex<Vec<(String, u64)>>>);

impl Diary {
    /// Writes a note down; tells how often it has come by now.
    fn enter(&self, note: &Note) -> u32 {
        let mut entries = self.0.lock().unwrap();
        let entry = (note.artist.clone(), note.number);
        entries.push(entry.clone());
        entries.iter().filter(|found| **found == entry).count() as u32
    }

    /// Numbers of an artist in the order in which they came.
    pub(crate) fn numbers(&self, artist: &str) -> Vec<u64> {
        let entries = self.0.lock().unwrap();
        entries.iter().filter(|(found, _)| found == artist).map(|(_, number)| *number).collect()
    }

    /// How often a note came.
    pub(crate) fn num_times(&self, artist: &str, number: u64) -> usize {
        self.numbers(artist).iter().filter(|found| **found == number).count()
    }
}

/// Answers each note with the artist's sum so far.
pub(crate) struct Teller {
    diary: Diary,
    sums: BTreeMap<String, u64>,
}

pub(crate) fn teller(diary: &Diary) -> Runner {
    let diary = diary.clone();
    stage(move || Teller { diary: diary.clone(), sums: BTreeMap::new() })
}

impl Actor for Teller {
    type Context = Context<Self>;
}

impl Agent for Teller {
    const NAME: &'static str = "teller";
    const CONSUMES: &'static str = "snapshot.raw.>";
    const PUBLISHES: &'static [&'static str] = &["snapshot.valid.test.*"];
    type Consumes = Note;
}

impl Handler<Batch<Note>> for Teller {
    type Result = Outcome;

    fn handle(&mut self, batch: Batch<Note>, _: &mut Self::Context) -> Outcome {
        let mut outcome = batch.outcome();
        for received in &batch {
            let note = &received.event;
            if note.order != Order::Handle {
                let num_times = self.diary.enter(note);
                match note.order {
                    Order::Refuse => {
                        outcome.refuses(received, "told to");
                        continue;
                    }
                    Order::Postpone(times) if num_times <= times => {
                        outcome.postpones(received, "told to");
                        continue;
                    }
                    Order::Panic(times) if num_times <= times => panic!("told to panic at {}", note.number),
                    _ => {}
                }
            }
            let sum = self.sums.entry(note.artist.clone()).or_default();
            *sum += note.number;
            let padding = if note.order == Order::Exaggerate { "x".repeat(2 << 20) } else { String::new() };
            let told = Told { artist: note.artist.clone(), number: note.number, sum: *sum, padding };
            outcome.follows(received, &told);
        }
        outcome
    }
}

/// Keeps the sum of each artist as the view; at the view of an artist named `fragile` it panics.
pub(crate) struct Summer {
    sums: BTreeMap<String, u64>,
}

pub(crate) fn summer() -> Runner {
    view(|| Summer { sums: BTreeMap::new() })
}

impl Actor for Summer {
    type Context = Context<Self>;
}

impl Agent for Summer {
    const NAME: &'static str = "summer";
    const CONSUMES: &'static str = "snapshot.raw.>";
    const PUBLISHES: &'static [&'static str] = &["growth.*"];
    type Consumes = Note;
}

impl Handler<Batch<Note>> for Summer {
    type Result = Outcome;

    fn handle(&mut self, batch: Batch<Note>, _: &mut Self::Context) -> Outcome {
        let mut outcome = batch.outcome();
        for received in &batch {
            let note = &received.event;
            *self.sums.entry(note.artist.clone()).or_default() += note.number;
            outcome.touches(received, &ArtistId::from_token(&note.artist).unwrap());
        }
        outcome
    }
}

impl Handler<Refresh> for Summer {
    type Result = Outcome;

    fn handle(&mut self, refresh: Refresh, _: &mut Self::Context) -> Outcome {
        let mut outcome = refresh.outcome();
        for touched in refresh.artists.iter() {
            let artist = touched.artist.to_string();
            assert_ne!(artist, "fragile", "told to panic");
            let sum = self.sums.get(&artist).copied().unwrap_or_default();
            outcome.follows_from(&touched.cause, &Sum { artist, sum });
        }
        outcome
    }
}

/// Answers each note for itself, without state.
pub(crate) struct Caller {
    diary: Diary,
}

pub(crate) fn caller(diary: &Diary) -> Runner {
    let diary = diary.clone();
    stateless(move || Caller { diary: diary.clone() })
}

impl Actor for Caller {
    type Context = Context<Self>;
}

impl Agent for Caller {
    const NAME: &'static str = "caller";
    const CONSUMES: &'static str = "snapshot.raw.>";
    const PUBLISHES: &'static [&'static str] = &["snapshot.valid.test.*"];
    type Consumes = Note;
}

impl Handler<Batch<Note>> for Caller {
    type Result = Outcome;

    fn handle(&mut self, batch: Batch<Note>, _: &mut Self::Context) -> Outcome {
        let mut outcome = batch.outcome();
        for received in &batch {
            let note = &received.event;
            let num_times = self.diary.enter(note);
            match note.order {
                Order::Refuse => outcome.refuses(received, "told to"),
                Order::Postpone(times) if num_times <= times => outcome.postpones(received, "told to"),
                Order::Panic(times) if num_times <= times => panic!("told to panic at {}", note.number),
                _ => {
                    let (artist, number) = (note.artist.clone(), note.number);
                    outcome.follows(received, &Told { artist, number, sum: number, padding: String::new() });
                }
            }
        }
        outcome
    }
}
