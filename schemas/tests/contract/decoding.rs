//! Whatever bytes arrive, reading them ends in an event or in an error.

use std::collections::BTreeMap;
use std::error::Error;

use casa24_schemas::{
    Artist, ContentType, DecodeError, Event, Forecast, Growth, MAX_WEIGHTS_BYTES, Metric, ModelWeights,
    Observed, Platform, RawSnapshot, RawValue, decode, encode,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::generate::talk::AnyReply;
use crate::generate::{Generate, for_every_event, for_generated};

const ENCODINGS: [ContentType; 2] = [ContentType::MessagePack, ContentType::Json];

fn bytes_of<E: Event>(content_type: ContentType, event: &E) -> Vec<u8> {
    match content_type {
        ContentType::MessagePack => encode(event),
        ContentType::Json => serde_json::to_vec(event).unwrap(),
    }
}

fn raw_snapshot(value: RawValue) -> RawSnapshot {
    RawSnapshot {
        platform: Platform::SPOTIFY,
        artist: Artist::new("Velvet Harbor").unwrap(),
        observed_at: Observed::parse("2025-07-06").unwrap(),
        source: String::new(),
        collection: None,
        account: Default::default(),
        metrics: BTreeMap::from([(Metric::FOLLOWERS, value)]),
        absent: [].into(),
        content: None,
        correction: None,
        sample: false,
    }
}

/// The error with its causes in one line.
fn in_words(error: &DecodeError) -> String {
    let (mut words, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        words.push_str(&format!(": {error}"));
        cause = error.source();
    }
    words
}

fn arbitrary_bytes_never_panic<E: Generate>() {
    let config = Config { failure_persistence: None, ..Config::default() };
    // The first byte makes a map of it, so that some of it is looked at.
    let bytes = (proptest::sample::select(vec![0x81u8, 0x85, 0x8b, b'{', 0xdf]), vec(any::<u8>(), 0..200));
    TestRunner::new(config)
        .run(&bytes, |(first, mut bytes)| {
            bytes.insert(0, first);
            for content_type in ENCODINGS {
                if let Ok(event) = decode::<E>(content_type, &bytes) {
                    let packed = encode(&event);
                    let again = decode::<E>(ContentType::MessagePack, &packed).unwrap();
                    prop_assert_eq!(encode(&again), packed);
                }
            }
            Ok(())
        })
        .unwrap();
}
for_every_event!(arbitrary_bytes_never_panic);

fn events_with_some_bytes_changed_never_panic<E: Generate>() {
    for_generated(16, |event: E| {
        for content_type in ENCODINGS {
            let whole = bytes_of(content_type, &event);
            for at in (0..whole.len()).step_by(1 + whole.len() / 64) {
                for other in [0x00, 0x7f, 0xc0, 0xc1, 0xdb, 0xdd, 0xff] {
                    let mut changed = whole.clone();
                    changed[at] = other;
                    if let Err(error) = decode::<E>(content_type, &changed) {
                        assert!(!in_words(&error).is_empty());
                    }
                }
            }
        }
    });
}
for_every_event!(events_with_some_bytes_changed_never_panic);

fn a_truncated_event_is_an_error<E: Generate>() {
    for_generated(16, |event: E| {
        for content_type in ENCODINGS {
            let whole = bytes_of(content_type, &event);
            for len in (0..whole.len()).step_by(1 + whole.len() / 200) {
                assert!(decode::<E>(content_type, &whole[..len]).is_err(), "{len} of {}", whole.len());
            }
        }
    });
}
for_every_event!(a_truncated_event_is_an_error);

fn bytes_after_the_event_are_an_error<E: Generate>() {
    for_generated(16, |event: E| {
        let mut packed = encode(&event);
        packed.extend([0xc0, 0xc0, 0xc0]);
        let error = decode::<E>(ContentType::MessagePack, &packed).unwrap_err();
        assert!(matches!(error, DecodeError::Trailing { extra: 3, .. }));
        let json = format!("{} {{}}", serde_json::to_string(&event).unwrap());
        assert!(matches!(decode::<E>(ContentType::Json, json.as_bytes()), Err(DecodeError::Json { .. })));
    });
}
for_every_event!(bytes_after_the_event_are_an_error);

fn a_list_of_values_without_names_is_an_error<E: Generate>() {
    for_generated(16, |event: E| {
        let unnamed = rmp_serde::to_vec(&event).unwrap();
        let error = decode::<E>(ContentType::MessagePack, &unnamed).unwrap_err();
        assert!(matches!(error, DecodeError::Unnamed { .. }));
    });
}
for_every_event!(a_list_of_values_without_names_is_an_error);

fn deep_nesting_is_an_error_wherever_it_stands<E: Generate>() {
    let example: Value = serde_json::from_str(E::EXAMPLE).unwrap();
    let mut names: Vec<&String> = example.as_object().unwrap().keys().collect();
    let unknown = "unknown_to_this_version".to_owned();
    names.push(&unknown);
    for name in names {
        let json = format!("{{\"{name}\":{}", "[".repeat(1_000_000));
        assert!(decode::<E>(ContentType::Json, json.as_bytes()).is_err(), "{name}");
        let mut packed = vec![0x81, 0xd9, name.len() as u8];
        packed.extend(name.as_bytes());
        packed.resize(1_000_000, 0x91);
        assert!(decode::<E>(ContentType::MessagePack, &packed).is_err(), "{name}");
    }
}
for_every_event!(deep_nesting_is_an_error_wherever_it_stands);

/// Every text of an event, by the path of its field.
fn texts(json: &Value, at: &str, into: &mut Vec<String>) {
    match json {
        Value::String(_) => into.push(at.to_owned()),
        Value::Object(fields) => {
            fields.iter().for_each(|(name, part)| texts(part, &format!("{at}/{name}"), into));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, part)| texts(part, &format!("{at}/{index}"), into));
        }
        _ => {}
    }
}

/// What is passed on as it came has no limit but the bus's.
fn is_unlimited(pointer: &str) -> bool {
    ["/answer/", "/refusal/", "/headers/", "/subject", "/report/"]
        .iter()
        .any(|part| pointer.starts_with(part))
}

fn a_huge_text_is_refused_in_few_words<E: Generate>() {
    let example: Value = serde_json::from_str(E::EXAMPLE).unwrap();
    let huge = Value::from("x".repeat(10 << 20));
    let mut pointers = Vec::new();
    texts(&example, "", &mut pointers);
    pointers.retain(|pointer| !is_unlimited(pointer));
    assert!(!pointers.is_empty());
    for pointer in pointers {
        let mut poisoned = example.clone();
        *poisoned.pointer_mut(&pointer).unwrap() = huge.clone();
        let packed = rmp_serde::to_vec(&poisoned).unwrap();
        let error = decode::<E>(ContentType::MessagePack, &packed).unwrap_err();
        let words = in_words(&error);
        assert!(words.len() < 500, "{pointer}: {} bytes of words", words.len());
        if matches!(error, DecodeError::Limits { .. }) {
            let field = pointer.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap();
            assert!(words.contains(field), "{words} does not name {field}");
            assert!(words.contains("at most") || words.contains("1 to 40"), "{words} names no limit");
        }
    }
}
for_every_event!(a_huge_text_is_refused_in_few_words);

#[test]
fn numbers_that_are_none_are_raw_values_but_no_figures() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let packed = encode(&raw_snapshot(RawValue::Float(number)));
        let raw: RawSnapshot = decode(ContentType::MessagePack, &packed).unwrap();
        assert!(matches!(raw.metrics[&Metric::FOLLOWERS], RawValue::Float(found) if !found.is_finite()));
        assert_eq!(encode(&raw), packed);
    }
}

fn assert_only_finite<E: Generate>(figure: f64) {
    let packed = rmp_serde::to_vec(&serde_json::from_str::<Value>(E::EXAMPLE).unwrap()).unwrap();
    let at = packed.windows(8).position(|window| window == figure.to_be_bytes()).unwrap();
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut poisoned = packed.clone();
        poisoned[at..at + 8].copy_from_slice(&number.to_be_bytes());
        let error = decode::<E>(ContentType::MessagePack, &poisoned).unwrap_err();
        assert!(in_words(&error).contains("finite"), "{}", in_words(&error));
    }
}

#[test]
fn figures_that_are_not_finite_are_errors() {
    assert_only_finite::<Growth>(1.875);
    assert_only_finite::<Forecast>(2313.4);
}

fn what_is_not_read_may_be_as_deep_as_it_likes_in_json<E: Generate>() {
    let example: Value = serde_json::from_str(E::EXAMPLE).unwrap();
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    let body = format!("{{\"unknown_to_this_version\": {open}{close}, {}", &example.to_string()[1..]);
    let event = decode::<E>(ContentType::Json, body.as_bytes()).unwrap();
    assert_eq!(serde_json::to_value(&event).unwrap(), example);
}
for_every_event!(what_is_not_read_may_be_as_deep_as_it_likes_in_json);

#[test]
fn both_encodings_are_read_to_the_same_depth() {
    let nested = |levels: usize| {
        let deep = (0..levels).fold(Value::Null, |inner, _| Value::from(vec![inner]));
        AnyReply {
            command_id: "[[[".into(),
            name: "stats".into(),
            as_of: None,
            generated_at: None,
            sample: false,
            sources: Vec::new(),
            answer: Some(serde_json::Map::from_iter([("\\\"{".repeat(100), deep)])),
            refusal: None,
            files: Vec::new(),
        }
    };
    let is_read = |reply: &AnyReply, content_type| match decode::<AnyReply>(
        content_type,
        &bytes_of(content_type, reply),
    ) {
        Ok(read) => {
            assert_eq!(&read, reply);
            true
        }
        Err(_) => false,
    };
    assert!(is_read(&nested(50), ContentType::Json) && !is_read(&nested(70), ContentType::Json));
    for levels in 50..70 {
        let reply = nested(levels);
        assert_eq!(
            is_read(&reply, ContentType::Json),
            is_read(&reply, ContentType::MessagePack),
            "{levels} levels"
        );
    }
}

#[test]
fn weights_are_taken_whole_up_to_their_limit_or_not_at_all() {
    let example: ModelWeights = serde_json::from_str(ModelWeights::EXAMPLE).unwrap();
    let of = |bytes: Vec<u8>| ModelWeights { sha256: ModelWeights::sha256(&bytes), bytes, ..example.clone() };
    let largest = of(vec![7; MAX_WEIGHTS_BYTES]);
    let packed = encode(&largest);
    // The bus takes no more than a megabyte.
    assert!(packed.len() < MAX_WEIGHTS_BYTES + 1_000);
    assert_eq!(decode::<ModelWeights>(ContentType::MessagePack, &packed).unwrap(), largest);
    let damaged = ModelWeights { bytes: [&example.bytes[1..], &[0]].concat(), ..example.clone() };
    for (refused, fault) in
        [(of(vec![7; MAX_WEIGHTS_BYTES + 1]), "at most 524288"), (damaged, "sha256 is not")]
    {
        let error = decode::<ModelWeights>(ContentType::MessagePack, &encode(&refused)).unwrap_err();
        assert!(in_words(&error).contains(fault), "{}", in_words(&error));
    }
}
