//! Milestones: valid snapshots in, a trend out where a figure has passed a round number.

use std::{collections::BTreeMap, process::ExitCode};

use casa24_bus::{Agent, Outcome, Received, run, stage};
use casa24_schemas::{ArtistId, Flag, Metric, Platform, Trend, ValidSnapshot};

#[derive(Default)]
struct Milestones(BTreeMap<(ArtistId, Platform, Metric), u64>); // the highest round number of every series

impl Agent for Milestones {
    const NAME: &'static str = "milestones";
    const CONSUMES: &'static str = "snapshot.valid.>";
    const PUBLISHES: &'static [&'static str] = &["trend.milestone.*"];
    type Consumes = ValidSnapshot;

    fn handle(&mut self, received: &Received<ValidSnapshot>, outcome: &mut Outcome) {
        let snapshot @ ValidSnapshot { artist, platform, metrics, .. } = &received.event;
        // A jump that the validator marked does not count before the next figure confirms it.
        for (metric, reading) in metrics.iter().filter(|(_, r)| !r.flags.contains(&Flag::LevelChange)) {
            let figure = reading.value.get() as u64;
            let number = figure - figure % 10_u64.pow(figure.max(1).ilog10()); // 3,471 has passed 3,000
            let series = (artist.id.clone(), platform.clone(), metric.clone());
            let highest = self.0.entry(series).or_insert(number); // a first figure has passed nothing
            if number > *highest {
                *highest = number;
                let what = format!("{} passed {number} {metric} on {platform}", artist.name);
                outcome.follows(received, &Trend::of(snapshot, metric, reading.value, "milestone", what));
                break; // at most one event on a subject: the next snapshot brings the next milestone
            }
        }
    }
}

fn main() -> ExitCode {
    run(stage(Milestones::default))
}
