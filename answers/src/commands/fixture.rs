//! A label for tests: figures and accounts by name, questions as lines, answers as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use casa24_analytics::forecast::{ForecastInput, forecasts_of};
use casa24_forecasting::{Knowledge, Memory, Method};
use casa24_schemas::{
    Absence, Account, Artist, ArtistId, Breakdown, Content, Day, Flag, Forecast, Goals, LabelGoal, Metric,
    Observed, Period, Platform, RawBreakdown, RawSnapshot, RawValue, Reading, Reason, RejectedSnapshot,
    Rejection, RosterEntry, SnapshotCorrection, ValidBreakdown, ValidSnapshot, Value, Withheld,
    WithheldFigure,
};
use serde_json::Value as Json;

use super::{Answer, Query};
use crate::read_model::{ReadModel, ReadModelBuilder};
use crate::{Answerer, Refusal, TimeZone, parse};

/// The last day of the figures that tests make up.
pub(crate) const TODAY: &str = "2025-09-30";

pub(crate) const LISTENERS: (Platform, Metric) = (Platform::SPOTIFY, Metric::MONTHLY_LISTENERS);
pub(crate) const FOLLOWERS: (Platform, Metric) = (Platform::SPOTIFY, Metric::FOLLOWERS);
pub(crate) const SUBSCRIBERS: (Platform, Metric) = (Platform::YOUTUBE, Metric::SUBSCRIBERS);

#[derive(Default)]
pub(crate) struct Fixture {
    pub(crate) builder: ReadModelBuilder,
    roster: BTreeMap<ArtistId, RosterEntry>,
    goals: Goals,
    sample: bool,
    answerer: Option<Answerer>,
}

impl Fixture {
    /// An empty label, whose figures are made up or not.
    pub(crate) fn of_sample(sample: bool) -> Self {
        Self { sample, ..Self::default() }
    }

    /// An empty label whose days are those of a time zone.
    pub(crate) fn in_time_zone(name: &str) -> Self {
        let builder = ReadModelBuilder::default().in_time_zone(TimeZone::named(name).unwrap());
        Self { builder, ..Self::default() }
    }

    /// Adds a value of an artist.
    pub(crate) fn put(
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
    pub(crate) fn put_all(&mut self, artist: &str, series: (Platform, Metric), values: &[(&str, f64)]) {
        for (day, value) in values {
            self.put(artist, series.clone(), day, *value, &[]);
        }
    }

    /// Adds a day of the label's own server.
    pub(crate) fn put_members(&mut self, day: &str, members: f64) {
        let reading = Reading { value: Value::new(members).unwrap(), flags: Vec::new() };
        let metrics = BTreeMap::from([(Metric::MEMBER_COUNT, reading)]);
        self.insert(Artist::label("The Server"), Platform::DISCORD, day, metrics, None);
    }

    /// A platform that was asked gave nothing, for this reason.
    pub(crate) fn not_given(
        &mut self,
        artist: &str,
        (platform, metric): (Platform, Metric),
        day: &str,
        why: Absence,
    ) {
        let raw = RawSnapshot { absent: [(metric, why)].into(), ..raw_snapshot(artist, platform, day) };
        self.builder.apply_rejected(&RejectedSnapshot { raw, reasons: Vec::new() });
    }

    /// A snapshot of which nothing was accepted, for this reason.
    pub(crate) fn reject(
        &mut self,
        artist: &str,
        (platform, metric): (Platform, Metric),
        day: &str,
        found: RawValue,
        reason: Reason,
    ) {
        let metrics = [(metric.clone(), found)].into();
        let raw = RawSnapshot { metrics, ..raw_snapshot(artist, platform, day) };
        let rejection = Rejection { metric: Some(metric), reason };
        self.builder.apply_rejected(&RejectedSnapshot { raw, reasons: vec![rejection] });
    }

    pub(crate) fn insert(
        &mut self,
        artist: Artist,
        platform: Platform,
        day: &str,
        metrics: BTreeMap<Metric, Reading>,
        content: Option<Content>,
    ) {
        let snapshot = ValidSnapshot { metrics, content, ..self.snapshot(artist, platform, day) };
        self.builder.apply_snapshot(&snapshot);
    }

    /// A snapshot without figures.
    fn snapshot(&self, artist: Artist, platform: Platform, day: &str) -> ValidSnapshot {
        ValidSnapshot {
            platform,
            artist,
            observed_at: Observed::parse(day).unwrap(),
            source: "test".into(),
            account: Account::Unknown,
            metrics: BTreeMap::new(),
            withheld: BTreeMap::new(),
            absent: BTreeMap::new(),
            content: None,
            revision: 0,
            amended_at: None,
            correction: None,
            sample: self.sample,
        }
    }

    /// Sets a goal that stands from a day on.
    pub(crate) fn goal(
        &mut self,
        artist: &str,
        (platform, metric): (Platform, Metric),
        value: f64,
        since: &str,
        by: Option<&str>,
        withdrawn_on: Option<&str>,
    ) {
        let day = |text: &str| Day(Observed::parse(text).unwrap().date());
        self.goals.goals.push(LabelGoal {
            artist: Artist::new(artist).unwrap(),
            platform,
            metric,
            value: Value::new(value).unwrap(),
            by: by.map(day),
            since: day(since),
            withdrawn_on: withdrawn_on.map(day),
        });
        self.builder.apply_goals(&self.goals);
    }

    /// Adds figures of a period, as a validator lets them through.
    pub(crate) fn put_breakdown(
        &mut self,
        artist: &str,
        (first, last): (&str, &str),
        source: &str,
        breakdown: Breakdown,
        withheld: Vec<WithheldFigure>,
    ) {
        let day = |day: &str| Day(Observed::parse(day).unwrap().date());
        let accepted = RawBreakdown {
            platform: Platform::SPOTIFY,
            artist: Artist::new(artist).unwrap(),
            period: Period { first: day(first), last: day(last) },
            source: source.to_owned(),
            breakdown,
            correction: None,
        };
        self.builder.apply_breakdown(&ValidBreakdown { accepted, withheld });
    }

    /// A later observation tells that a value of a day is not what it seemed.
    pub(crate) fn mark(
        &mut self,
        artist: &str,
        (platform, metric): (Platform, Metric),
        day: &str,
        (value, flag): (f64, Flag),
        amended_at: &str,
    ) {
        let reading = Reading { value: Value::new(value).unwrap(), flags: vec![flag] };
        let mut snapshot = self.snapshot(Artist::new(artist).unwrap(), platform, day);
        snapshot.metrics = [(metric, reading)].into();
        snapshot.revision = 1;
        snapshot.amended_at = Some(Observed::parse(amended_at).unwrap());
        self.builder.apply_snapshot(&snapshot);
    }

    /// Corrects a value of a day, or takes it back.
    pub(crate) fn correct(
        &mut self,
        artist: &str,
        (platform, metric): (Platform, Metric),
        day: &str,
        now: Option<f64>,
        corrected_at: &str,
    ) {
        let reading = |value| Reading { value: Value::new(value).unwrap(), flags: Vec::new() };
        let mut snapshot = self.snapshot(Artist::new(artist).unwrap(), platform, day);
        snapshot.metrics = now.map(|value| (metric, reading(value))).into_iter().collect();
        snapshot.revision = 1;
        snapshot.correction = Some(SnapshotCorrection {
            reason: Some("wrong file".to_owned()),
            corrected_at: Observed::parse(corrected_at).unwrap(),
            follows: None,
        });
        self.builder.apply_snapshot(&snapshot);
    }

    /// A day of which the validator withheld one figure and accepted the other.
    pub(crate) fn withhold(
        &mut self,
        artist: &str,
        platform: Platform,
        day: &str,
        withheld: (Metric, RawValue, Reason),
        accepted: (Metric, f64),
    ) {
        let mut snapshot = self.snapshot(Artist::new(artist).unwrap(), platform, day);
        let value = Value::new(accepted.1).unwrap();
        snapshot.metrics = [(accepted.0, Reading { value, flags: Vec::new() })].into();
        let (metric, raw, reason) = withheld;
        snapshot.withheld = [(metric, Withheld { reason, raw })].into();
        self.builder.apply_snapshot(&snapshot);
    }

    /// Puts an account, or the fact that there is none, into the roster.
    pub(crate) fn account(&mut self, artist: &str, platform: Platform, id: Option<&str>) {
        let artist = Artist::new(artist).unwrap();
        let entry = self.roster.entry(artist.id.clone()).or_insert_with(|| RosterEntry {
            artist,
            accounts: BTreeMap::new(),
            active: true,
        });
        entry.accounts.insert(platform, id.map(str::to_owned));
        self.builder.apply_roster_entry(Observed::parse(TODAY).unwrap().date(), entry);
    }

    /// Stores an entry of the roster without accounts on a day.
    pub(crate) fn roster_said(&mut self, day: &str, artist: &str, active: bool) {
        let artist = Artist::new(artist).unwrap();
        let entry = RosterEntry { artist, accounts: BTreeMap::new(), active };
        self.builder.apply_roster_entry(Observed::parse(day).unwrap().date(), &entry);
    }

    /// The ensemble's forecast of a series of an artist as of today, as its agent would publish it.
    pub(crate) fn forecast(&mut self, artist: &str, (platform, metric): (Platform, Metric)) -> Forecast {
        let model = self.read_model();
        let as_of = model.as_of(None).unwrap();
        let view = as_of.find(artist).unwrap();
        let series = view.series(&platform, &metric).unwrap();
        let input = ForecastInput {
            artist: view.artist,
            platform: &platform,
            metric: &metric,
            series,
            as_of: Observed::parse(TODAY).unwrap().date(),
            sample: false,
        };
        forecasts_of(&input, &[Method::Ensemble], Knowledge::built_in(), &mut Memory::new()).remove(0)
    }

    pub(crate) fn read_model(&mut self) -> Arc<ReadModel> {
        self.builder.read_model()
    }

    pub(crate) fn ask(&mut self, line: &str, as_of: Option<&str>) -> Result<Arc<Answer>, Refusal> {
        self.ask_in(line, as_of, None)
    }

    /// The same in a time zone.
    pub(crate) fn ask_in(
        &mut self,
        line: &str,
        as_of: Option<&str>,
        time_zone: Option<&str>,
    ) -> Result<Arc<Answer>, Refusal> {
        let query = Query::of(&parse("7", line)?)?;
        let model = self.read_model();
        // As the responder does: answers are kept for as long as nothing changes.
        if self.answerer.as_ref().is_none_or(|known| !Arc::ptr_eq(known.read_model(), &model)) {
            self.answerer = Some(Answerer::new(model));
        }
        let answerer = self.answerer.as_ref().unwrap();
        let time_zone = time_zone.map(|name| TimeZone::named(name).unwrap());
        answerer.answer_in(&query, as_of.map(|day| Observed::parse(day).unwrap().date()), time_zone.as_ref())
    }

    /// The answer that there must be, as JSON.
    pub(crate) fn data(&mut self, line: &str) -> Json {
        serde_json::to_value(&*self.ask(line, None).unwrap()).unwrap()
    }

    pub(crate) fn data_as_of(&mut self, line: &str, as_of: &str) -> Json {
        serde_json::to_value(&*self.ask(line, Some(as_of)).unwrap()).unwrap()
    }

    /// Why a question is not answered.
    pub(crate) fn refusal(&mut self, line: &str) -> Refusal {
        self.ask(line, None).unwrap_err()
    }
}

fn raw_snapshot(artist: &str, platform: Platform, day: &str) -> RawSnapshot {
    RawSnapshot {
        platform,
        artist: Artist::new(artist).unwrap(),
        observed_at: Observed::parse(day).unwrap(),
        source: "test".into(),
        collection: None,
        account: Account::Unknown,
        metrics: BTreeMap::new(),
        absent: BTreeMap::new(),
        content: None,
        correction: None,
        sample: false,
    }
}
