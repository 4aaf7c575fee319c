//! Answers are types of other crates: the parts that schemas gives them have schemas that refuse what serde refuses,
//! wherever they stand in an answer.

use std::collections::BTreeMap;

use casa24_schemas::{
    Account, Artist, ArtistId, Content, ContentType, DatedFlag, Day, Flag, ForecastMissing, ForecastPoint,
    GrowthFigure, Metric, MissingReason, Observed, Platform, Reason, Reply, TrainedOn, Value, decode, encode,
    schema_of,
};
use jsonschema::Validator;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::generate::derived::{figure, forecast_missing, point, trained_on};
use crate::generate::parts::{
    account, artist, content, date, dated_flag, flag, metric, observed, platform, reason, value,
};
use crate::mutants::mutants;

/// An answer in the form that answers have: tagged by its command, with parts that many share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "command", rename_all = "snake_case")]
pub(crate) enum Answer {
    /// The newest figures of an artist.
    Stats(Box<Stats>),
    /// A forecast.
    Predict {
        /// What was asked.
        #[serde(flatten)]
        about: About,
        /// What the model learnt from.
        trained_on: Option<TrainedOn>,
        /// Why there is no path.
        missing: Option<ForecastMissing>,
        /// A point a day.
        path: Vec<ForecastPoint>,
    },
    /// Nothing to say.
    Ping,
}

/// What an answer is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct About {
    /// Whose figures they are.
    artist: Artist,
    /// Day of the answer.
    day: Option<Day>,
    /// Newest observation.
    observed_at: Option<Observed>,
    /// Where it was seen.
    platform: Platform,
    /// Largest counts, by their type.
    #[serde(flatten)]
    counts: Counts,
}

/// Counts of every width.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Counts {
    num_u8: u8,
    num_u32: Option<u32>,
    num_u64: u64,
    num_usize: Option<usize>,
    num_i64: i64,
    num_i32: Option<i32>,
}

/// The newest figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Stats {
    #[serde(flatten)]
    about: About,
    id: ArtistId,
    values: BTreeMap<Metric, Option<Value>>,
    figures: Vec<GrowthFigure>,
    flags: Vec<DatedFlag>,
    newest_flag: Option<Flag>,
    withheld: Option<Reason>,
    missing: Option<MissingReason>,
    account: Account,
    content: Option<Content>,
}

/// Why there is no answer, in the form that refusals have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "reason", rename_all = "snake_case")]
enum Refusal {
    /// Nobody has this name.
    UnknownArtist {
        /// What was asked for.
        found: String,
        /// Names that are near.
        nearest: Vec<String>,
    },
    /// Nothing was observed by then.
    NothingBy {
        /// The day that was asked for.
        day: Day,
        /// The first observation.
        first: Option<Observed>,
    },
}

fn about() -> impl Strategy<Value = About> {
    let counts = (
        any::<u8>(),
        any::<Option<u32>>(),
        any::<u64>(),
        any::<Option<usize>>(),
        any::<i64>(),
        any::<Option<i32>>(),
    );
    (artist(), option::of(date()), option::of(observed()), platform(), counts).prop_map(
        |(artist, day, observed_at, platform, counts)| About {
            artist,
            day: day.map(Day),
            observed_at,
            platform,
            counts: Counts {
                num_u8: counts.0,
                num_u32: counts.1,
                num_u64: counts.2,
                num_usize: counts.3,
                num_i64: counts.4,
                num_i32: counts.5,
            },
        },
    )
}

fn stats() -> impl Strategy<Value = Stats> {
    let figures =
        (btree_map(metric(), option::of(value()), 0..3), vec(figure(), 0..3), vec(dated_flag(), 0..3));
    let words = (option::of(flag()), option::of(reason()), option::of(select(MissingReason::ALL)));
    (about(), artist(), figures, words, account(), option::of(content())).prop_map(
        |(about, artist, figures, words, account, content)| Stats {
            about,
            id: artist.id,
            values: figures.0,
            figures: figures.1,
            flags: figures.2,
            newest_flag: words.0,
            withheld: words.1,
            missing: words.2,
            account,
            content,
        },
    )
}

pub(crate) fn answer() -> impl Strategy<Value = Answer> {
    let predict = (about(), option::of(trained_on()), option::of(forecast_missing()), vec(point(), 0..3))
        .prop_map(|(about, trained_on, missing, path)| Answer::Predict { about, trained_on, missing, path });
    prop_oneof![4 => stats().prop_map(|stats| Answer::Stats(Box::new(stats))), 4 => predict, 1 => Just(Answer::Ping)]
}

/// What serde reads from a document in both encodings, which must not differ.
fn read<T: DeserializeOwned + PartialEq + std::fmt::Debug>(body: &serde_json::Value) -> Option<T> {
    let json = serde_json::from_str(&body.to_string()).ok();
    let packed = rmp_serde::from_slice(&rmp_serde::to_vec_named(body).unwrap()).ok();
    assert_eq!(json, packed, "differs by encoding: {body:.2000}");
    json
}

fn for_answers(cases: u32, test: impl Fn(Answer)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&answer(), |answer| {
            test(answer);
            Ok(())
        })
        .unwrap();
}

fn validator() -> Validator {
    let schema = schema_of::<Answer>();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap()
}

#[test]
fn a_derived_schema_takes_every_answer_as_it_is_written() {
    let validator = validator();
    for_answers(256, |answer| {
        let json = serde_json::to_value(&answer).unwrap();
        if let Err(fault) = validator.validate(&json) {
            panic!("{fault} in {json:.2000}");
        }
        assert_eq!(read(&json).as_ref(), Some(&answer));
        assert_eq!(
            rmp_serde::from_slice::<Answer>(&rmp_serde::to_vec_named(&answer).unwrap()).unwrap(),
            answer
        );
    });
}

#[test]
fn a_derived_schema_and_serde_refuse_the_same_mutants() {
    let validator = validator();
    for_answers(12, |answer| {
        for (pointer, mutant) in mutants(&serde_json::to_value(&answer).unwrap()) {
            let (by_schema, by_rust) = (!validator.is_valid(&mutant), read::<Answer>(&mutant).is_none());
            let refuses = if by_schema { "the schema" } else { "serde" };
            assert!(by_schema == by_rust, "only {refuses} refuses {pointer} in {mutant:.2000}");
        }
    });
}

#[test]
fn integers_have_the_range_of_their_type() {
    assert_eq!(schema_of::<u32>()["maximum"], u32::MAX);
    assert_eq!(schema_of::<u64>()["maximum"], u64::MAX);
    assert_eq!(schema_of::<i64>()["minimum"], i64::MIN);
    assert_eq!(schema_of::<Option<u32>>()["maximum"], u32::MAX);
    assert!(schema_of::<u32>().get("format").is_none());
}

fn reply(answer: Option<Answer>, refusal: Option<Refusal>) -> Reply<Answer, Refusal> {
    Reply {
        command_id: "7".to_owned(),
        name: "stats".to_owned(),
        as_of: None,
        generated_at: Some(Observed::parse("2025-09-30").unwrap()),
        sample: true,
        sources: vec![Platform::SPOTIFY],
        answer,
        refusal,
        files: Vec::new(),
    }
}

fn assert_comes_back(reply: &Reply<Answer, Refusal>) {
    let read = |content_type, bytes: &[u8]| decode::<Reply<Answer, Refusal>>(content_type, bytes).unwrap();
    assert_eq!(&read(ContentType::MessagePack, &encode(reply)), reply);
    assert_eq!(&read(ContentType::Json, &serde_json::to_vec(reply).unwrap()), reply);
}

#[test]
fn a_typed_reply_comes_back_equal_in_both_encodings() {
    for_answers(128, |answer| assert_comes_back(&reply(Some(answer), None)));
    let day = Day(Observed::parse("2024-01-01").unwrap().date());
    let unknown = Refusal::UnknownArtist { found: "Lux_".to_owned(), nearest: vec!["Luz".to_owned()] };
    for refusal in [unknown, Refusal::NothingBy { day, first: None }] {
        assert_comes_back(&reply(None, Some(refusal)));
    }
}

#[test]
fn a_reply_has_either_an_answer_or_a_refusal() {
    let day = Day(Observed::parse("2024-01-01").unwrap().date());
    let both = reply(Some(Answer::Ping), Some(Refusal::NothingBy { day, first: None }));
    for wrong in [both, reply(None, None)] {
        let error = decode::<Reply<Answer, Refusal>>(ContentType::MessagePack, &encode(&wrong)).unwrap_err();
        assert!(error.to_string().contains("either an answer or a refusal"), "{error}");
    }
}
