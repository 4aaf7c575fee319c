//! A label for tests: figures and accounts by name, questions as lines, answers as text.

use std::collections::BTreeMap;

use casa24_analytics::History;
use casa24_analytics::forecast::Forecasts;
use casa24_schemas::{
    Account, Artist, ArtistId, Command, Content, Flag, Metric, Observed, Platform, Reading, RosterEntry,
    ValidSnapshot, Value,
};
use serde_json::Value as Json;

use super::reply::Reply;
use super::{Library, TotalForecasts, Trained, answer};
use crate::{discord, parse};

/// The last day of the figures that tests make up.
pub(super) const TODAY: &str = "2025-09-30";

#[derive(Default)]
pub(super) struct Fixture {
    pub(super) history: History,
    pub(super) forecasts: Forecasts,
    pub(super) roster: BTreeMap<ArtistId, RosterEntry>,
    pub(super) sample: bool,
}

impl Fixture {
    /// Adds a value of an artist's Spotify, YouTube or Instagram.
    pub(super) fn put(
        &mut self,
        artist: &str,
        series: (Platform, Metric),
        day: &str,
        value: f64,
        flags: &[Flag],
    ) {
        let reading = Reading { value: Value::new(value).unwrap(), flags: flags.to_vec() };
        self.insert(Artist::new(artist).unwrap(), series.0, day, BTreeMap::from([(series.1, reading)]), None);
    }

    /// Adds several values without flags.
    pub(super) fn put_all(&mut self, artist: &str, series: (Platform, Metric), values: &[(&str, f64)]) {
        for (day, value) in values {
            self.put(artist, series.clone(), day, *value, &[]);
        }
    }

    /// Adds a day of the label's own server.
    pub(super) fn put_members(&mut self, day: &str, members: f64) {
        let reading = Reading { value: Value::new(members).unwrap(), flags: Vec::new() };
        let metrics = BTreeMap::from([(Metric::MEMBER_COUNT, reading)]);
        self.insert(Artist::label("The Server"), Platform::DISCORD, day, metrics, None);
    }

    pub(super) fn insert(
        &mut self,
        artist: Artist,
        platform: Platform,
        day: &str,
        metrics: BTreeMap<Metric, Reading>,
        content: Option<Content>,
    ) {
        self.history.insert(&ValidSnapshot {
            platform,
            artist,
            observed_at: Observed::parse(day).unwrap(),
            source: "test".into(),
            account: Account::Unknown,
            metrics,
            withheld: BTreeMap::new(),
            content,
            sample: self.sample,
        });
    }

    /// Puts an account, or the fact that there is none, into the roster.
    pub(super) fn account(&mut self, artist: &str, platform: Platform, id: Option<&str>) {
        let artist = Artist::new(artist).unwrap();
        let entry = self.roster.entry(artist.id.clone()).or_insert_with(|| RosterEntry {
            artist,
            accounts: BTreeMap::new(),
            active: true,
        });
        entry.accounts.insert(platform, id.map(str::to_owned));
    }

    /// The answer to a line; its message is within Discord's limits.
    pub(super) fn ask(&self, line: &str) -> Reply {
        self.ask_as_of(line, None)
    }

    pub(super) fn ask_as_of(&self, line: &str, as_of: Option<&str>) -> Reply {
        let mut command = parse("7", line).unwrap();
        command.as_of = as_of.map(|day| Observed::parse(day).unwrap().date());
        self.answer(&command)
    }

    /// The answer to a line whose asker can show a picture.
    pub(super) fn ask_for_image(&self, line: &str) -> Reply {
        let mut command = parse("7", line).unwrap();
        command.image = true;
        self.answer(&command)
    }

    fn answer(&self, command: &Command) -> Reply {
        let Self { history, forecasts, roster, .. } = self;
        let (totals, trained) = (&TotalForecasts::default(), &Trained::default());
        let reply = answer(command, &Library { history, forecasts, roster, totals, trained });
        let line = &command.name;
        assert_eq!(discord::limits::check(&reply.message), Ok(()), "{line}");
        reply
    }

    /// The figures of an answer that there must be.
    pub(super) fn data(&self, line: &str) -> Json {
        let reply = self.ask(line);
        assert_eq!(reply.error, None, "{line}");
        reply.data
    }

    /// Every text of an answer's message, a line for each line that is shown.
    pub(super) fn text(&self, line: &str) -> String {
        text_of(&self.ask(line))
    }
}

/// Every text of a message.
pub(super) fn text_of(reply: &Reply) -> String {
    let embed = &reply.message["embeds"][0];
    let fields = embed["fields"].as_array().map_or(&[][..], Vec::as_slice);
    let fields = fields.iter().flat_map(|field| [&field["name"], &field["value"]]);
    let texts =
        [&embed["title"], &embed["description"]].into_iter().chain(fields).chain([&embed["footer"]["text"]]);
    texts.filter_map(Json::as_str).collect::<Vec<_>>().join("\n")
}

pub(super) const LISTENERS: (Platform, Metric) = (Platform::SPOTIFY, Metric::MONTHLY_LISTENERS);
pub(super) const FOLLOWERS: (Platform, Metric) = (Platform::SPOTIFY, Metric::FOLLOWERS);
pub(super) const SUBSCRIBERS: (Platform, Metric) = (Platform::YOUTUBE, Metric::SUBSCRIBERS);
