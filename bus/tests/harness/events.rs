//! What the tests' agents hear and say.

use casa24_schemas::{Event, SchemaId};
use serde::{Deserialize, Serialize};

/// A number for an artist, and what an agent is to do with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) artist: String,
    pub(crate) number: u64,
    #[serde(default)]
    pub(crate) order: Order,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Order {
    #[default]
    Handle,
    Refuse,
    /// Postpone it so often, then handle it.
    Postpone(u32),
    /// Panic so often, then handle it.
    Panic(u32),
    /// Answer with more than the server takes.
    Exaggerate,
    /// Three events follow.
    TellThrice,
    /// Hang so often, then handle it.
    Hang(u32),
}

/// What follows from a note: the sum of the artist's numbers so far, as the agent's state has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) artist: String,
    pub(crate) number: u64,
    pub(crate) sum: u64,
    #[serde(default)]
    pub(crate) padding: String,
}

/// An artist's sum, as a view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sum {
    pub(crate) artist: String,
    pub(crate) sum: u64,
}

/// An artist's sum, multiplied, as a view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Product {
    pub(crate) artist: String,
    pub(crate) sum: u64,
    pub(crate) product: u64,
}

/// What an agent multiplies with; the serial number tells one from another of the same factor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Factor {
    pub(crate) serial: u64,
    pub(crate) factor: u64,
}

pub(crate) fn note(artist: &str, number: u64) -> Note {
    Note { artist: artist.to_owned(), number, order: Order::Handle }
}

/// Notes 1 to `num` for each artist, in turn.
pub(crate) fn notes(artists: &[&str], num: u64) -> Vec<Note> {
    (1..=num).flat_map(|number| artists.iter().map(move |artist| note(artist, number))).collect()
}

impl Note {
    pub(crate) fn with(self, order: Order) -> Self {
        Self { order, ..self }
    }
}

impl Event for Note {
    const SCHEMA: SchemaId = SchemaId { name: "test.note", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = "{}";

    fn subject(&self) -> String {
        format!("snapshot.raw.test.{}", self.artist)
    }

    fn identity(&self) -> String {
        format!("{}/{}", self.artist, self.number)
    }
}

impl Event for Told {
    const SCHEMA: SchemaId = SchemaId { name: "test.told", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = "{}";

    fn subject(&self) -> String {
        format!("snapshot.valid.test.{}", self.artist)
    }

    fn identity(&self) -> String {
        format!("{}/{}", self.artist, self.number)
    }
}

impl Event for Sum {
    const SCHEMA: SchemaId = SchemaId { name: "test.sum", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = "{}";

    fn subject(&self) -> String {
        format!("growth.{}", self.artist)
    }

    fn identity(&self) -> String {
        format!("{}/{}", self.artist, self.sum)
    }
}

impl Event for Product {
    const SCHEMA: SchemaId = SchemaId { name: "test.product", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = "{}";

    fn subject(&self) -> String {
        format!("growth.{}", self.artist)
    }

    /// As with a forecast, what it was made by is not in it.
    fn identity(&self) -> String {
        format!("{}/{}", self.artist, self.sum)
    }
}

impl Event for Factor {
    const SCHEMA: SchemaId = SchemaId { name: "test.factor", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = "{}";

    fn subject(&self) -> String {
        "model.test".to_owned()
    }

    fn identity(&self) -> String {
        format!("{}/{}", self.serial, self.factor)
    }
}
