//! A label for tests: one artist with figures of 30 days.

use std::collections::BTreeMap;

use casa24_answers::{Answerer, ReadModelBuilder, parse};
use casa24_schemas::{Account, Artist, Command, Metric, Observed, Platform, Reading, ValidSnapshot, Value};

/// The last day of the figures.
pub(crate) const TODAY: &str = "2025-09-30";

pub(crate) fn label(sample: bool) -> Answerer {
    let mut builder = ReadModelBuilder::default();
    for day in 1..=30 {
        let value = Value::new(f64::from(100 + 2 * day)).unwrap();
        builder.apply_snapshot(&ValidSnapshot {
            platform: Platform::SPOTIFY,
            artist: Artist::new("Luz").unwrap(),
            observed_at: Observed::parse(&format!("2025-09-{day:02}")).unwrap(),
            source: "test".to_owned(),
            account: Account::Unknown,
            metrics: BTreeMap::from([(Metric::FOLLOWERS, Reading { value, flags: Vec::new() })]),
            withheld: BTreeMap::new(),
            absent: [].into(),
            content: None,
            revision: 0,
            amended_at: None,
            correction: None,
            sample,
        });
    }
    Answerer::new(builder.read_model())
}

/// A question as it is typed.
pub(crate) fn command(line: &str) -> Command {
    parse("7", line).unwrap()
}
