//! A question about an earlier day is answered as if nothing had come after it: a history that ends there and the whole
//! history give the same answer, byte for byte.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use casa24_analytics::History;
use casa24_analytics::forecast::{ForecastInput, forecasts_of};
use casa24_analytics::training::knowledge_of;
use casa24_answers::{Answerer, COMMANDS, MODELS, OptionKind, Query, ReadModelBuilder};
use casa24_collectors::sample::SampleLabel;
use casa24_forecasting::{KNOWLEDGE_FORMAT, Knowledge, Memory, Method, Pool};
use casa24_presentation::words::{Locale, Words};
use casa24_presentation::{cards, discord};
use casa24_schemas::{
    Command, Date, ModelWeights, Observed, OptionValue, Platform, RosterEntry, TrainingData, ValidSnapshot,
};
use casa24_validator::{Judge, Judgement};
use time::Duration;

/// The seed gives an artist who comes, one who goes, and days without a file.
const SAMPLE: SampleLabel =
    SampleLabel { num_artists: 8, num_days: 150, seed: 24, end: casa24_collectors::sample::DEFAULT_END };

/// All that the bus would hold of a label, and the day of each event.
struct Events {
    /// With the day on which each was stored.
    snapshots: Vec<(Date, ValidSnapshot)>,
    roster: Vec<(Date, RosterEntry)>,
    weights: ModelWeights,
}

impl Events {
    fn new() -> Self {
        let end = SAMPLE.end;
        let entries = SAMPLE.roster().entries().to_vec();
        let (removed, came_late) = (entries[1].artist.id.clone(), entries[2].artist.id.clone());
        let mut judge = Judge::new();
        let mut snapshots = Vec::new();
        // One artist's figures of a platform stand for days: only the later ones tell that they were copies.
        let copied = [end - Duration::days(73), end - Duration::days(62)];
        let mut last = BTreeMap::new();
        for mut raw in SAMPLE.days().flat_map(|(_, snapshots)| snapshots) {
            let date = raw.observed_at.date();
            if raw.artist.id == entries[4].artist.id && raw.platform == Platform::SPOTIFY {
                if date < copied[0] {
                    last.clone_from(&raw.metrics);
                } else if date <= copied[1] {
                    raw.metrics.clone_from(&last);
                }
            }
            let is_collected = (raw.artist.id != removed || date <= end - Duration::days(45))
                && (raw.artist.id != came_late || date >= end - Duration::days(30));
            if !is_collected {
                continue;
            }
            let judged = judge.judge(&raw, date);
            let published = judged.amended.into_iter().chain(match judged.judgement {
                Judgement::Valid(valid) => Some(valid),
                Judgement::Rejected(_) | Judgement::Repeated => None,
            });
            snapshots.extend(published.map(|snapshot| (date, Arc::unwrap_or_clone(snapshot))));
        }
        let mut roster: Vec<(Date, RosterEntry)> = Vec::new();
        // Of the others only their figures tell, and on which platforms.
        let is_on_it = |entry: &RosterEntry| [&removed, &came_late].contains(&&entry.artist.id);
        for mut entry in entries.into_iter().filter(is_on_it) {
            entry.accounts.remove(&Platform::INSTAGRAM);
            let begins = if entry.artist.id == came_late { 31 } else { 148 };
            roster.push((end - Duration::days(begins), entry.clone()));
            if entry.artist.id == removed {
                roster.push((end - Duration::days(40), RosterEntry { active: false, ..entry }));
            }
        }
        roster.sort_by_key(|(stored_on, _)| *stored_on);
        Self { snapshots, roster, weights: weights(end - Duration::days(10)) }
    }

    /// Days from the first to the last that have no file.
    fn gaps(&self) -> Vec<Date> {
        let observed: BTreeSet<Date> = self.snapshots.iter().map(|(_, s)| s.observed_at.date()).collect();
        let days = (1..i64::from(SAMPLE.num_days)).map(|back| SAMPLE.end - Duration::days(back));
        days.filter(|day| !observed.contains(day)).collect()
    }

    /// Days of values of which only later days told that they were copies.
    fn amended_later(&self) -> BTreeSet<Date> {
        let amended = self.snapshots.iter().filter(|(stored_on, it)| it.observed_at.date() < *stored_on);
        amended.map(|(_, it)| it.observed_at.date()).collect()
    }

    /// What a responder knows at the end of a day, with the forecasts that agents had published by then.
    fn answerer(&self, until: Date) -> Answerer {
        let mut builder = ReadModelBuilder::default();
        let mut history = History::default();
        for (_, snapshot) in self.snapshots.iter().filter(|(stored_on, _)| *stored_on <= until) {
            builder.apply_snapshot(snapshot);
            history.insert(snapshot);
        }
        for (stored_on, entry) in self.roster.iter().filter(|(stored_on, _)| *stored_on <= until) {
            builder.apply_roster_entry(*stored_on, entry);
        }
        let mut knowledge = Knowledge::built_in().clone();
        if self.weights.trained_at.date() <= until {
            builder.apply_weights(&self.weights).expect("weights");
            knowledge = knowledge_of(&self.weights).expect("weights");
        }
        let methods = MODELS.map(|model| Method::named(model).expect("a model"));
        for artist in history.artists() {
            for (platform, metric, series) in artist.all_series() {
                let (artist, sample) = (&artist.artist, artist.sample);
                let as_of = series.points().last().expect("a value").date();
                let input = ForecastInput { artist, platform, metric, series, as_of, sample };
                for method in methods {
                    let made = forecasts_of(&input, &[method], &knowledge, &mut Memory::new());
                    made.iter().for_each(|forecast| builder.apply_forecast(forecast));
                }
            }
        }
        Answerer::new(builder.read_model())
    }
}

fn weights(trained_at: Date) -> ModelWeights {
    let bytes = Knowledge::built_in().clone().with_pool(Pool::default(), 0).to_bytes();
    ModelWeights {
        model: "neural".to_owned(),
        trained_at: Observed::day(trained_at),
        seed: 24,
        trained_on: TrainingData { num_series: 1, num_values: 100, from: trained_at, to: trained_at },
        format: KNOWLEDGE_FORMAT,
        sha256: ModelWeights::sha256(&bytes),
        bytes,
        report: serde_json::Value::Null,
        sample: true,
    }
}

/// Every command without options, with each choice of each option, and about each artist.
fn questions(artists: &[String]) -> Vec<Command> {
    let mut questions = Vec::new();
    for definition in COMMANDS {
        let text = |text: &str| OptionValue::Text(text.to_owned());
        let is_artist = |kind| matches!(kind, OptionKind::Artist);
        let mut about: Vec<BTreeMap<String, OptionValue>> = Vec::new();
        let of_artist = definition.options.iter().filter(|option| is_artist(option.kind));
        for (index, artist) in artists.iter().enumerate() {
            let other = &artists[(index + 1) % artists.len()];
            let names = [artist, other];
            let options =
                of_artist.clone().zip(names).map(|(option, name)| (option.name.to_owned(), text(name)));
            let several = |kind| matches!(kind, OptionKind::Artists { .. });
            let of_several = definition.options.iter().filter(|option| several(option.kind));
            let both = format!("{artist}, {other}");
            let of_several = of_several.map(|option| (option.name.to_owned(), text(&both)));
            about.push(options.chain(of_several).collect());
        }
        if definition.options.iter().all(|option| !option.required) {
            about.push(BTreeMap::new());
        }
        about.dedup();
        for (index, about) in about.iter().enumerate() {
            questions.push(Command::new("1", definition.name, about.clone()));
            // The choices of one artist and of all are enough.
            if index > 0 && !about.is_empty() {
                continue;
            }
            for option in definition.options {
                let values: Vec<OptionValue> = match option.kind {
                    OptionKind::Artist | OptionKind::Artists { .. } => Vec::new(),
                    OptionKind::Choice { choices, .. } => choices().into_iter().map(text).collect(),
                    OptionKind::Period { min, max, .. } | OptionKind::Days { min, max, .. } => {
                        [min, 7, max].map(OptionValue::Integer).to_vec()
                    }
                    OptionKind::Number { .. } => Vec::new(),
                };
                for value in values {
                    let mut options = about.clone();
                    options.insert(option.name.to_owned(), value);
                    questions.push(Command::new("1", definition.name, options));
                }
            }
        }
    }
    questions
}

/// Everything that is said in answer to a question: the typed answer or the refusal, the figures of the picture, and the
/// message of each language.
fn said(answerer: &Answerer, command: &Command, day: Date) -> String {
    let Ok(query) = Query::of(command) else { return "not a question".to_owned() };
    let answer = match answerer.answer(&query, Some(day)) {
        Ok(answer) => answer,
        Err(refusal) => return serde_json::to_string(&refusal).expect("JSON"),
    };
    let mut said = serde_json::to_string_pretty(&*answer).expect("JSON");
    let figures = answerer.read_model().as_of(Some(day)).ok().and_then(|as_of| query.chart(&as_of));
    said += &format!("\n{figures:#?}\n");
    for locale in [Locale::English, Locale::Spanish] {
        let words = Words::of(locale);
        let message = discord::message(&cards::card(&answer, words), words);
        said += &serde_json::to_string_pretty(&message).expect("JSON");
    }
    said
}

#[test]
fn a_cut_history_and_the_whole_one_answer_the_same_of_the_same_day() {
    let events = Events::new();
    let whole = events.answerer(SAMPLE.end);
    let gaps = events.gaps();
    assert!(!gaps.is_empty(), "the sample has days without a file");
    let amended_later = events.amended_later();
    assert!(!amended_later.is_empty(), "the sample has copies that are found late");
    let day = |back| SAMPLE.end - Duration::days(back);
    // Before Instagram and the server; before and after the removal; after the arrival; before and after the training; and
    // days without a file.
    let days = [110, 44, 36, 29, 11, 9].map(day);
    let artists: Vec<String> = {
        let names = events
            .snapshots
            .iter()
            .map(|(_, s)| s)
            .filter(|s| !s.artist.is_label())
            .map(|s| s.artist.name.clone());
        names.collect::<BTreeSet<String>>().into_iter().collect()
    };
    let questions = questions(&artists);
    let mut num_compared = 0;
    let mut differing = Vec::new();
    for day in days.into_iter().chain(gaps.into_iter().take(2)).chain(amended_later.into_iter().take(2)) {
        let cut = events.answerer(day);
        for question in &questions {
            let [of_cut, of_whole] = [&cut, &whole].map(|answerer| said(answerer, question, day));
            num_compared += 1;
            if of_cut != of_whole {
                let line = of_cut.lines().zip(of_whole.lines()).find(|(cut, whole)| cut != whole);
                differing.push(format!("{day} {} {:?}: {line:?}", question.name, question.options));
            }
        }
    }
    assert!(num_compared > 500, "{num_compared}");
    assert!(differing.is_empty(), "{} of {num_compared}:\n{}", differing.len(), differing.join("\n"));
}
