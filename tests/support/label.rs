//! A running label and a hand on its bus: what is published, and what became of it.

use async_nats::jetstream::consumer::pull::OrderedConfig;
use async_nats::{HeaderMap, jetstream};
use casa24_bus::{Bus, Settings, StreamName};
use casa24_presentation::words::{Locale, Words};
use casa24_presentation::{cards, discord, plain};
use casa24_responder::Reply;
use casa24_schemas::{
    Command, ContentType, DeadLetter, Event, Metric, OptionValue, RawSnapshot, RawValue, RejectedSnapshot,
    ValidSnapshot, decode, encode,
};
use futures::TryStreamExt;

use crate::support::{self, House, PATIENCE, Running};
use crate::{MESSAGE_PACK, snapshot};

/// A running label, and a hand on its bus.
pub(crate) struct Label {
    pub(crate) bus: Bus,
    pub(crate) client: async_nats::Client,
    jetstream: jetstream::Context,
    num_witnesses: std::cell::Cell<u16>,
    // Ends before the house does.
    _up: Running,
    pub(crate) house: House,
}

impl Label {
    pub(crate) async fn open() -> Self {
        let house = House::new();
        let up = house.up();
        let (url, _) = house.server().expect("a server");
        let client = support::connect(&url).await;
        let bus = Bus::connect(&Settings::new(url, "poison")).await.expect("the bus");
        let jetstream = jetstream::new(client.clone());
        Self { bus, client, jetstream, num_witnesses: std::cell::Cell::new(0), _up: up, house }
    }

    /// Stores a message by hand; gives its sequence.
    pub(crate) async fn store(
        &self,
        subject: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> u64 {
        let body: Vec<u8> = body.into();
        let stored =
            self.jetstream.publish_with_headers(subject.to_owned(), header_map(headers), body.into());
        stored.await.expect("it is sent").await.expect("it is stored").sequence
    }

    /// Stores a snapshot as a collector does.
    pub(crate) async fn collect(&self, snapshot: &RawSnapshot) -> u64 {
        self.store(&snapshot.subject(), &[("Content-Type", MESSAGE_PACK)], encode(snapshot)).await
    }

    pub(crate) async fn stored<E: Event>(&self, filter: &str) -> Vec<E> {
        let events = self.bus.replay::<E>(filter).await.expect("a replay");
        events.map_ok(|stored| stored.event).try_collect().await.expect("events")
    }

    /// The first stored event of which a condition is true, once there is one.
    pub(crate) async fn wait_for<E: Event>(&self, filter: &str, what: &str, is_it: impl Fn(&E) -> bool) -> E {
        let stream = StreamName::storing(filter).expect("a stream").as_str();
        let stream = self.jetstream.get_stream(stream).await.expect("the stream");
        let config = OrderedConfig { filter_subject: filter.to_owned(), ..OrderedConfig::default() };
        let consumer = stream.create_consumer(config).await.expect("a reader");
        let mut messages = consumer.messages().await.expect("messages");
        let search = async {
            loop {
                let message = messages.try_next().await.expect("it goes on").expect("one more");
                let event = decode::<E>(ContentType::MessagePack, &message.payload).expect("an event");
                if is_it(&event) {
                    return event;
                }
            }
        };
        tokio::time::timeout(PATIENCE, search)
            .await
            .unwrap_or_else(|_| panic!("waited in vain for {what} on {filter}"))
    }

    pub(crate) async fn valid(&self, raw: &RawSnapshot) -> ValidSnapshot {
        let is_it =
            |valid: &ValidSnapshot| valid.artist == raw.artist && valid.observed_at == raw.observed_at;
        self.wait_for("snapshot.valid.>", &raw.artist.name, is_it).await
    }

    pub(crate) async fn rejected(&self, raw: &RawSnapshot) -> RejectedSnapshot {
        // Compared as bytes: a NaN is not equal to itself.
        let is_it = |rejected: &RejectedSnapshot| encode(&rejected.raw) == encode(raw);
        self.wait_for("snapshot.rejected.>", &raw.artist.name, is_it).await
    }

    /// The dead letter of a message of the raw stream.
    pub(crate) async fn letter(&self, sequence: u64) -> DeadLetter {
        let is_it = |letter: &DeadLetter| letter.sequence == sequence && letter.stream == "RAW";
        self.wait_for("dead.validator", "a dead letter", is_it).await
    }

    /// The next good event goes through.
    pub(crate) async fn assert_goes_on(&self) {
        let num_witnesses = self.num_witnesses.get();
        self.num_witnesses.set(num_witnesses + 1);
        let witness = snapshot(&format!("Witness {num_witnesses}"), 1, RawValue::Integer(24));
        self.collect(&witness).await;
        assert_eq!(self.valid(&witness).await.metrics[&Metric::FOLLOWERS].value.get(), 24.0);
    }

    /// Asks by hand; the reply, whatever it says.
    pub(crate) async fn request(
        &self,
        subject: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Shown {
        let body: Vec<u8> = body.into();
        let request = async_nats::Request::new()
            .headers(header_map(headers))
            .payload(body.into())
            .timeout(Some(PATIENCE));
        let reply = self.client.send_request(subject.to_owned(), request).await.expect("a reply");
        match reply.headers.as_ref().and_then(|headers| headers.get("Nats-Service-Error")) {
            Some(fault) => {
                let error = Some(fault.to_string());
                Shown { data: serde_json::Value::Null, message: serde_json::Value::Null, error }
            }
            None => {
                let reply = decode(ContentType::MessagePack, &reply.payload);
                Shown::of(&reply.expect("a reply that can be read"))
            }
        }
    }

    pub(crate) async fn ask(&self, name: &str, options: &[(&str, &str)]) -> Shown {
        let options =
            options.iter().map(|(name, text)| ((*name).to_owned(), OptionValue::Text((*text).to_owned())));
        let command = Command::new("1", name, options.collect());
        Shown::of(&self.bus.ask(&command, PATIENCE).await.expect("an answer"))
    }
}

/// What a reply shows.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The figures.
    pub(crate) data: serde_json::Value,
    /// The Discord message.
    pub(crate) message: serde_json::Value,
    /// What was wrong with the question.
    pub(crate) error: Option<String>,
}

impl Shown {
    fn of(reply: &Reply) -> Self {
        let words = Words::of(Locale::English);
        let data = serde_json::to_value(&reply.answer).expect("JSON");
        let (card, error) = match (&reply.answer, &reply.refusal) {
            (Some(answer), None) => (cards::card(answer, words), None),
            (None, Some(refusal)) => {
                let error = plain(&cards::refusal_line(refusal, words), words);
                (cards::refusal_card(refusal, reply.sample, words), Some(error))
            }
            both => panic!("an answer or a refusal, not {both:?}"),
        };
        Self { data, message: discord::message(&card, words), error }
    }
}

fn header_map(headers: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    headers.iter().for_each(|(name, value)| map.insert(*name, *value));
    map
}
