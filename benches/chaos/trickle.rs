//! Snapshots that come one by one, as from collectors that never rest.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_nats::jetstream;
use casa24_schemas::{
    Account, Artist, Event, Metric, Observed, Platform, RawSnapshot, RawValue, content_id, encode,
};

use crate::cluster::Cluster;

const ARTISTS: u64 = 20;
const PAUSE: Duration = Duration::from_millis(25);
const ANSWER: Duration = Duration::from_millis(1_000);

/// Publishes until it is dropped.
pub(crate) struct Trickle {
    num_stored: Arc<AtomicU64>,
    is_over: Arc<AtomicBool>,
    task: Option<tokio::task::JoinHandle<()>>,
}

impl Trickle {
    pub(crate) fn start(cluster: &Cluster) -> Self {
        let (num_stored, is_over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let servers: Vec<String> = cluster.url().split(',').map(str::to_owned).collect();
        let (stored, over) = (Arc::clone(&num_stored), Arc::clone(&is_over));
        let task = cluster.runtime().spawn(async move {
            let options = async_nats::ConnectOptions::new()
                .ping_interval(Duration::from_secs(1))
                .request_timeout(Some(ANSWER))
                .reconnect_delay_callback(|_| Duration::from_millis(50));
            let jetstream = jetstream::new(options.connect(servers).await.expect("a client"));
            for number in 0.. {
                let snapshot = snapshot(number);
                let body = bytes_of(&snapshot);
                while !over.load(Ordering::SeqCst) {
                    let id = content_id(&RawSnapshot::SCHEMA, &snapshot.identity());
                    let mut headers = async_nats::HeaderMap::new();
                    headers.insert("Nats-Msg-Id", id.as_str());
                    headers.insert("Content-Type", "application/msgpack");
                    let sent =
                        jetstream.publish_with_headers(snapshot.subject(), headers, body.clone().into());
                    let sent = async { sent.await.ok()?.await.ok() };
                    if let Ok(Some(_)) = tokio::time::timeout(ANSWER, sent).await {
                        stored.fetch_add(1, Ordering::SeqCst);
                        break;
                    }
                }
                if over.load(Ordering::SeqCst) {
                    return;
                }
                tokio::time::sleep(PAUSE).await;
            }
        });
        Self { num_stored, is_over, task: Some(task) }
    }

    /// How many were acknowledged.
    pub(crate) fn num_stored(&self) -> u64 {
        self.num_stored.load(Ordering::SeqCst)
    }

    /// Publishes no more.
    pub(crate) fn end(&mut self, cluster: &Cluster) {
        self.is_over.store(true, Ordering::SeqCst);
        if let Some(task) = self.task.take() {
            cluster.runtime().block_on(task).expect("the publisher");
        }
    }
}

fn bytes_of(snapshot: &RawSnapshot) -> Vec<u8> {
    encode(snapshot)
}

/// Followers that rise by one a day, artist by artist.
fn snapshot(number: u64) -> RawSnapshot {
    let (artist, day) = (number % ARTISTS, number / ARTISTS);
    let first = Observed::parse("1995-01-01").expect("a day").date();
    let at = first.to_julian_day() + i32::try_from(day).expect("few days");
    let date = casa24_schemas::Date::from_julian_day(at).expect("a day");
    RawSnapshot {
        platform: Platform::SPOTIFY,
        artist: Artist::new(&format!("Trickle {artist}")).expect("a name"),
        observed_at: Observed::day(date),
        source: "chaos".to_owned(),
        collection: None,
        account: Account::Unknown,
        metrics: [(Metric::FOLLOWERS, RawValue::Integer(1_000 + i64::try_from(number).expect("few")))].into(),
        absent: [].into(),
        content: None,
        correction: None,
        sample: true,
    }
}
