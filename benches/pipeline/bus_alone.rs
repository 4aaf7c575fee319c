//! The reference: what the bus alone does with as many events of the same size.

use std::path::Path;
use std::time::{Duration, Instant};

use casa24_bus::{Bus, Embedded, NatsServer, Outgoing, Patience, Settings};
use casa24_schemas::RawSnapshot;
use futures::TryStreamExt;

use crate::Outcome;

/// Events a second.
pub(crate) struct BusAlone {
    pub(crate) written: f64,
    pub(crate) read: f64,
}

/// The same raw snapshots into a fresh bus, in synced batches, and out of it again, with nobody else at work.
pub(crate) async fn bus_alone(data: &Path, reference: &Path) -> Outcome<BusAlone> {
    let Embedded::Started(full) = NatsServer::start_or_find(data).await? else { return Err("in use".into()) };
    let bus = Bus::connect(&Settings::new(full.url(), "bench")).await?;
    let events: Vec<RawSnapshot> = {
        let stored = bus.replay::<RawSnapshot>("snapshot.raw.>").await?;
        stored.map_ok(|stored| stored.event).try_collect().await?
    };
    bus.close().await;
    full.stop().await?;
    let Embedded::Started(empty) = NatsServer::start_or_find(reference).await? else {
        return Err("in use".into());
    };
    let bus = Bus::connect(&Settings::new(empty.url(), "bench")).await?;
    let mut writing = Duration::ZERO;
    for batch in events.chunks(1_000) {
        let batch: Vec<Outgoing> = batch.iter().map(Outgoing::root).collect();
        let started = Instant::now();
        bus.publish(&batch, Patience::COMMAND).await?;
        writing += started.elapsed();
    }
    let started = Instant::now();
    let num_read = {
        let stored = bus.replay::<RawSnapshot>("snapshot.raw.>").await?;
        stored.try_fold(0_u64, |count, _| std::future::ready(Ok(count + 1))).await?
    };
    let reading = started.elapsed();
    bus.close().await;
    empty.stop().await?;
    Ok(BusAlone {
        written: events.len() as f64 / writing.as_secs_f64(),
        read: num_read as f64 / reading.as_secs_f64(),
    })
}
