//! The tests' agents.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use casa24_bus::{Agent, DirtyView, Follow, Outcome, Received, Runner, View, stage, view, view_following};
use casa24_schemas::ArtistId;

use crate::events::{Factor, Note, Order, Product, Sum, Told};
use crate::support::Gate;

/// What an agent shares across its restarts: how often each note came, and in which order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Diary(Arc<Mutex<Vec<(String, u64)>>>);

impl Diary {
    /// Writes a note down; returns how often it has come by now.
    pub(crate) fn enter(&self, note: &Note) -> u32 {
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

impl Agent for Teller {
    const NAME: &'static str = "teller";
    const CONSUMES: &'static str = "snapshot.raw.>";
    const PUBLISHES: &'static [&'static str] = &["snapshot.valid.test.*"];
    type Consumes = Note;

    fn handle(&mut self, received: &Received<Note>, outcome: &mut Outcome) {
        let note = &received.event;
        if note.order != Order::Handle {
            let num_times = self.diary.enter(note);
            match note.order {
                Order::Refuse => return outcome.refuses(received, "told to"),
                Order::Postpone(times) if num_times <= times => {
                    return outcome.postpones(received, "told to");
                }
                Order::Panic(times) if num_times <= times => panic!("told to panic at {}", note.number),
                _ => {}
            }
        }
        let sum = self.sums.entry(note.artist.clone()).or_default();
        *sum += note.number;
        if note.order == Order::TellThrice {
            for number in 1..=2 {
                let number = 1_000_000 * number + note.number;
                let told = Told { artist: note.artist.clone(), number, sum: *sum, padding: String::new() };
                outcome.follows(received, &told);
            }
        }
        let padding = if note.order == Order::Exaggerate { "x".repeat(2 << 20) } else { String::new() };
        let told = Told { artist: note.artist.clone(), number: note.number, sum: *sum, padding };
        outcome.follows(received, &told);
    }
}

/// Keeps the sum of each artist as the view; at the view of an artist named `fragile` it panics, at that of one named
/// `slow` it waits for the gate.
pub(crate) struct Summer {
    sums: BTreeMap<String, u64>,
    gate: Gate,
}

pub(crate) fn summer(gate: &Gate) -> Runner {
    let gate = gate.clone();
    view(move || Summer { sums: BTreeMap::new(), gate: gate.clone() })
}

impl Agent for Summer {
    const NAME: &'static str = "summer";
    const CONSUMES: &'static str = "snapshot.raw.>";
    const PUBLISHES: &'static [&'static str] = &["growth.*"];
    type Consumes = Note;

    fn handle(&mut self, received: &Received<Note>, outcome: &mut Outcome) {
        let note = &received.event;
        *self.sums.entry(note.artist.clone()).or_default() += note.number;
        outcome.marks_dirty(received, &ArtistId::from_token(&note.artist).unwrap());
    }
}

impl View for Summer {
    fn view(&mut self, dirty: &DirtyView, outcome: &mut Outcome) {
        let artist = dirty.artist.to_string();
        assert_ne!(artist, "fragile", "told to panic");
        if artist == "slow" {
            self.gate.pass();
        }
        let sum = self.sums.get(&artist).copied().unwrap_or_default();
        outcome.follows_from(&dirty.cause, &Sum { artist, sum });
    }
}

/// Keeps the sum of each artist, multiplied, as the view, and makes none anew that stands as it was.
pub(crate) struct Multiplier {
    factor: u64,
    sums: BTreeMap<String, u64>,
    made: BTreeMap<String, u64>,
    gate: Gate,
}

pub(crate) fn multiplier(gate: &Gate) -> Runner {
    let gate = gate.clone();
    view_following(move || Multiplier {
        factor: 0,
        sums: BTreeMap::new(),
        made: BTreeMap::new(),
        gate: gate.clone(),
    })
}

impl Agent for Multiplier {
    const NAME: &'static str = "multiplier";
    const CONSUMES: &'static str = "snapshot.raw.>";
    const PUBLISHES: &'static [&'static str] = &["growth.*"];
    type Consumes = Note;

    fn handle(&mut self, received: &Received<Note>, outcome: &mut Outcome) {
        let note = &received.event;
        *self.sums.entry(note.artist.clone()).or_default() += note.number;
        outcome.marks_dirty(received, &ArtistId::from_token(&note.artist).unwrap());
    }
}

impl View for Multiplier {
    fn view(&mut self, dirty: &DirtyView, outcome: &mut Outcome) {
        let artist = dirty.artist.to_string();
        if artist == "slow" {
            self.gate.pass();
        }
        let sum = self.sums.get(&artist).copied().unwrap_or_default();
        if self.made.insert(artist.clone(), sum) != Some(sum) {
            let product = sum * self.factor;
            outcome.follows_from(&dirty.cause, &Product { artist, sum, product });
        }
    }
}

impl Follow for Multiplier {
    const FOLLOWS: &'static str = "model.test";
    type Follows = Factor;

    fn follow(&mut self, newest: &Received<Factor>) -> Result<(), String> {
        match newest.event.factor {
            0 => return Err("told to".to_owned()),
            13 => panic!("told to panic"),
            factor => self.factor = factor,
        }
        self.made.clear();
        Ok(())
    }
}
