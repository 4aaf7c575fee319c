//! Milestones: valid snapshots in, a trend out where a figure has passed a round number.

use std::collections::BTreeMap;

use actix::{Actor, Context, Handler};
use casa24_bus::{Agent, Batch, Bus, Outcome, Settings, Shutdown, stage};
use casa24_schemas::{ArtistId, Flag, Metric, Platform, Trend, ValidSnapshot};

#[derive(Default)]
struct Milestones(BTreeMap<(ArtistId, Platform, Metric), f64>); // the highest round number of every series

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
            let snapshot @ ValidSnapshot { artist, platform, metrics, .. } = &received.event;
            // A jump that the validator marked is no milestone before the next figure confirms it.
            for (metric, reading) in metrics.iter().filter(|(_, r)| !r.flags.contains(&Flag::LevelChange)) {
                let number = round(reading.value.get());
                let series = (artist.id.clone(), platform.clone(), metric.clone());
                let highest = self.0.entry(series).or_insert(number); // a first figure has passed nothing
                if number > *highest {
                    *highest = number;
                    let what = format!("{} passed {number} {metric} on {platform}", artist.name);
                    outcome.follows(received, &Trend::of(snapshot, metric, reading.value, "milestone", what));
                    break; // a snapshot leads to one event on a subject: the next one brings the next milestone
                }
            }
        }
        outcome
    }
}

/// All digits but the first become zero: 3,471 has passed 3,000.
fn round(figure: f64) -> f64 {
    let powers = std::iter::successors(Some(1.0), |power| Some(power * 10.0));
    powers.take_while(|power| *power <= figure).last().map_or(0.0, |power| (figure / power).floor() * power)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("NATS_URL").map_err(|_| "set NATS_URL to the address of the bus")?;
    let bus = Bus::connect(&Settings::new(url, Milestones::NAME)).await?;
    Ok(stage(Milestones::default).run(bus, Shutdown::default(), None).await?)
}
