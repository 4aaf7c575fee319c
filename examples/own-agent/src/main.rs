//! Round numbers: valid snapshots in, a trend out where a figure has passed one.

use std::{collections::BTreeMap, process::ExitCode};

use casa24_bus::{Agent, Outcome, Received, run, stage};
use casa24_schemas::{ArtistId, Day, Facts, Flag, Metric, Platform, Trend, TrendKind, ValidSnapshot, Value};

#[derive(Default)]
struct RoundNumbers(BTreeMap<(ArtistId, Platform, Metric), (Day, Value)>); // the highest figure of every series

impl Agent for RoundNumbers {
    const NAME: &'static str = "round_numbers";
    const CONSUMES: &'static str = "snapshot.valid.>";
    const PUBLISHES: &'static [&'static str] = &["trend.round_number.*.*.*"];
    type Consumes = ValidSnapshot;

    fn handle(&mut self, received: &Received<ValidSnapshot>, outcome: &mut Outcome) {
        let snapshot @ ValidSnapshot { artist, platform, metrics, observed_at, .. } = &received.event;
        // A jump that the validator marked does not count before the next figure confirms it.
        for (metric, reading) in metrics.iter().filter(|(_, r)| !r.flags.contains(&Flag::LevelChange)) {
            let series = (artist.id.clone(), platform.clone(), metric.clone());
            let now = (Day(observed_at.date()), reading.value);
            let (from, before) = *self.0.entry(series.clone()).or_insert(now); // a first figure has passed nothing
            if reading.value <= before {
                continue;
            }
            self.0.insert(series, now);
            let figure = reading.value.get() as u64;
            let number = (figure - figure % 10_u64.pow(figure.max(1).ilog10())) as f64; // 3,471 has passed 3,000
            if let Some(threshold) = Value::new(number).filter(|number| *number > before) {
                let passed = Facts::Milestone {
                    threshold,
                    value: reading.value,
                    from,
                    before,
                    is_goal: false,
                    is_jump: false,
                };
                let kind = TrendKind::new("round_number").expect("a token");
                outcome.follows(received, &Trend::of(snapshot, metric, kind, passed));
            }
        }
    }
}

fn main() -> ExitCode {
    run(stage(RoundNumbers::default))
}
