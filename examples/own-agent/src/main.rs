//! Milestones: valid snapshots in, the round numbers that an artist's figures have reached out.

mod milestone;

use std::collections::BTreeMap;

use actix::{Actor, Context, Handler};
use casa24_bus::{Agent, Batch, Bus, Outcome, Settings, Shutdown, stage};
use casa24_schemas::{ArtistId, Flag, Metric, Platform, ValidSnapshot};
use milestone::{Milestone, round};

/// Keeps the highest round number of every series.
#[derive(Default)]
struct Milestones {
    highest: BTreeMap<(ArtistId, Platform, Metric), u64>,
}

impl Actor for Milestones {
    type Context = Context<Self>;
}

impl Agent for Milestones {
    const NAME: &'static str = "milestones";
    const CONSUMES: &'static str = "snapshot.valid.>";
    const PUBLISHES: &'static [&'static str] = &["trend.milestone.*"];
    type Consumes = ValidSnapshot;
}

impl Handler<Batch<ValidSnapshot>> for Milestones {
    type Result = Outcome;

    fn handle(&mut self, batch: Batch<ValidSnapshot>, _: &mut Self::Context) -> Outcome {
        let mut outcome = batch.outcome();
        for received in &batch {
            let snapshot = &received.event;
            let mut reached = BTreeMap::new();
            for (metric, reading) in &snapshot.metrics {
                // A jump that the validator marked is no milestone before the next figure confirms it.
                if reading.flags.contains(&Flag::LevelChange) {
                    continue;
                }
                let number = round(reading.value);
                let series = (snapshot.artist.id.clone(), snapshot.platform.clone(), metric.clone());
                // The first figure reached nothing: how long it has been there is not known.
                let highest = self.highest.entry(series).or_insert(number);
                if number > *highest {
                    *highest = number;
                    reached.insert(metric.clone(), number);
                }
            }
            if !reached.is_empty() {
                outcome.follows(received, &Milestone::of(snapshot, reached));
            }
        }
        outcome
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("NATS_URL").map_err(|_| "set NATS_URL to the address of the bus")?;
    let bus = Bus::connect(&Settings::new(url, Milestones::NAME)).await?;
    Ok(stage(Milestones::default).run(bus, Shutdown::default(), None).await?)
}
