//! A bare publisher: one event after the other, each tried again at once until it is acknowledged. Its pause is the
//! servers' own; nothing that publishes to them can have a shorter one.

use std::time::{Duration, Instant};

use async_nats::jetstream;
use async_nats::jetstream::stream::{Config, StorageType};

use crate::cluster::Cluster;
use crate::{Options, Wrong, row, within};

const STREAM: &str = "BARE";
/// How long an acknowledgement may take.
const ANSWER: Duration = Duration::from_millis(500);
/// Longest pause that is waited for.
const LIMIT: Duration = Duration::from_secs(60);
/// Events that are acknowledged before and after each fault.
const ROUND: u64 = 200;

pub(crate) fn bare(options: &Options) -> Wrong {
    let mut cluster = Cluster::start(3);
    let options_of_client = async_nats::ConnectOptions::new()
        .ping_interval(Duration::from_secs(1))
        .request_timeout(Some(ANSWER))
        .reconnect_delay_callback(|_| Duration::from_millis(50));
    let servers: Vec<String> = cluster.url().split(',').map(str::to_owned).collect();
    let jetstream = cluster.runtime().block_on(async {
        let jetstream = jetstream::new(options_of_client.connect(servers).await.expect("a client"));
        let config = Config {
            name: STREAM.to_owned(),
            subjects: vec!["bare".to_owned()],
            storage: StorageType::File,
            num_replicas: 3,
            ..Config::default()
        };
        jetstream.create_stream(config).await.expect("a stream");
        jetstream
    });
    let mut publisher = Publisher { cluster: &mut cluster, jetstream, num_sent: 0 };
    let mut killed = Vec::new();
    for _ in 0..options.rounds {
        killed.push(publisher.pause(Cluster::kill, Cluster::start_again));
    }
    let mut stopped = Vec::new();
    for _ in 0..options.rounds {
        stopped.push(publisher.pause(Cluster::stop, Cluster::wake));
    }
    row("bare publisher: leader killed", &killed, "");
    row("bare publisher: leader stopped", &stopped, "");
    let num_sent = publisher.num_sent;
    let num_stored = cluster.num_stored(STREAM);
    if num_sent == num_stored {
        Wrong::new()
    } else {
        vec![format!("bare: {num_stored} of {num_sent} stored")]
    }
}

struct Publisher<'c> {
    cluster: &'c mut Cluster,
    jetstream: jetstream::Context,
    num_sent: u64,
}

impl Publisher<'_> {
    /// Publishes on while something befalls the leader; the longest pause between two acknowledgements.
    fn pause(
        &mut self,
        strike: impl Fn(&mut Cluster, usize),
        pass: impl Fn(&mut Cluster, usize),
    ) -> Option<Duration> {
        let is_whole = |cluster: &Cluster| cluster.stream(STREAM).is_some_and(|state| state.num_current == 3);
        within(LIMIT, || is_whole(self.cluster)).expect("whole servers");
        let leader = self.cluster.leader(STREAM);
        for _ in 0..ROUND {
            self.publish();
        }
        strike(self.cluster, leader);
        let longest = (0..ROUND).map(|_| self.publish()).max();
        pass(self.cluster, leader);
        longest.filter(|longest| *longest < LIMIT)
    }

    /// One event; how long it took until it was acknowledged.
    fn publish(&mut self) -> Duration {
        self.num_sent += 1;
        let id = self.num_sent.to_string();
        let begun = Instant::now();
        self.cluster.runtime().block_on(async {
            while begun.elapsed() < LIMIT {
                let publish = jetstream::message::PublishMessage::build()
                    .payload(vec![b'x'; 300].into())
                    .message_id(&id);
                let stored = async { self.jetstream.send_publish("bare", publish).await.ok()?.await.ok() };
                if let Ok(Some(_)) = tokio::time::timeout(ANSWER, stored).await {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        begun.elapsed()
    }
}
