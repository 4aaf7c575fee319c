//! The schema files are the contract: each says of every body what the Rust type beside it says.

use casa24_schemas::{
    Absence, BreakdownFigure, ContentType, DeadLetterReason, Flag, LateEndReason, MissingReason,
    RawBreakdown, Reason, decode, encode,
};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::generate::{Generate, for_every_event, for_generated};
use crate::mutants::mutants;

fn schema<E: Generate>() -> Value {
    serde_json::from_str(E::JSON_SCHEMA).unwrap()
}

fn validator<E: Generate>() -> Validator {
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema::<E>()).unwrap()
}

fn example<E: Generate>() -> Value {
    serde_json::from_str(E::EXAMPLE).unwrap()
}

/// What Rust reads from a body in both encodings, which must not differ.
fn read<E: Generate>(body: &Value) -> Option<E> {
    let json = decode::<E>(ContentType::Json, body.to_string().as_bytes()).ok();
    let packed = decode::<E>(ContentType::MessagePack, &rmp_serde::to_vec(body).unwrap()).ok();
    assert_eq!(json, packed, "{} differs by encoding: {body:.2000}", E::SCHEMA);
    json
}

fn a_schema_is_valid_and_names_its_event<E: Generate>() {
    let schema = schema::<E>();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    assert_eq!(schema["$id"], format!("urn:casa24:schema:{}:{}", E::SCHEMA.name, E::SCHEMA.major));
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    for (name, property) in schema["properties"].as_object().unwrap() {
        let described = match property["$ref"].as_str() {
            Some(reference) => &schema["$defs"][reference.rsplit('/').next().unwrap()],
            None => property,
        };
        assert!(described["description"].is_string(), "{}: {name} has no description", E::SCHEMA);
    }
}
for_every_event!(a_schema_is_valid_and_names_its_event);

fn an_example_is_an_event_and_is_written_as_it_was_read<E: Generate>() {
    let example = example::<E>();
    validator::<E>().validate(&example).unwrap();
    let event: E = read(&example).unwrap();
    assert_eq!(serde_json::to_value(&event).unwrap(), example);
}
for_every_event!(an_example_is_an_event_and_is_written_as_it_was_read);

fn generated_events_validate_and_come_back_equal<E: Generate>() {
    let validator = validator::<E>();
    for_generated(128, |event: E| {
        let json = serde_json::to_value(&event).unwrap();
        if let Err(fault) = validator.validate(&json) {
            panic!("{}: {fault}", E::SCHEMA);
        }
        let text = serde_json::to_vec(&event).unwrap();
        assert_eq!(decode::<E>(ContentType::Json, &text).unwrap(), event);
        assert_eq!(decode::<E>(ContentType::MessagePack, &encode(&event)).unwrap(), event);
    });
}
for_every_event!(generated_events_validate_and_come_back_equal);

/// That an id belongs to its name is beyond JSON Schema; Rust alone refuses the others.
fn is_name_or_id_of_artist(pointer: &str) -> bool {
    pointer.ends_with("/artist/id") || pointer.ends_with("/artist/name")
}

/// Nor can it say that a digest is that of some bytes.
fn is_digest_or_what_it_is_of(schema: &str, pointer: &str) -> bool {
    schema == "model.weights" && (pointer.starts_with("/bytes") || pointer == "/sha256")
}

fn assert_agreement<E: Generate>(validator: &Validator, body: &Value) {
    let mut num_refused = 0;
    for (pointer, mutant) in mutants(body) {
        let (by_schema, by_rust) = (!validator.is_valid(&mutant), read::<E>(&mutant).is_none());
        let beyond_schema =
            is_name_or_id_of_artist(&pointer) || is_digest_or_what_it_is_of(E::SCHEMA.name, &pointer);
        let agree = by_schema == by_rust || (by_rust && beyond_schema);
        let refuses = if by_schema { "the schema" } else { "Rust" };
        assert!(agree, "{}: only {refuses} refuses {pointer} in {mutant:.2000}", E::SCHEMA);
        num_refused += usize::from(by_schema);
    }
    assert!(num_refused > 0);
}

fn schema_and_type_refuse_the_same_mutants<E: Generate>() {
    let validator = validator::<E>();
    assert_agreement::<E>(&validator, &example::<E>());
    for_generated(4, |event: E| assert_agreement::<E>(&validator, &serde_json::to_value(&event).unwrap()));
}
for_every_event!(schema_and_type_refuse_the_same_mutants);

fn a_required_field_is_missed_by_both<E: Generate>() {
    let (schema, validator) = (schema::<E>(), validator::<E>());
    for name in schema["required"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        let mut without = example::<E>();
        assert!(without.as_object_mut().unwrap().remove(name).is_some(), "{}: no {name}", E::SCHEMA);
        assert!(!validator.is_valid(&without) && read::<E>(&without).is_none(), "{}: {name}", E::SCHEMA);
    }
}
for_every_event!(a_required_field_is_missed_by_both);

fn a_field_of_a_newer_minor_version_is_ignored<E: Generate>() {
    let example = example::<E>();
    let mut newer = example.clone();
    newer["unknown_to_this_version"] = json!({ "deep": [{ "er": null }, 1.5, "text"] });
    assert!(validator::<E>().is_valid(&newer));
    assert_eq!(read::<E>(&newer), read::<E>(&example));
}
for_every_event!(a_field_of_a_newer_minor_version_is_ignored);

#[test]
fn more_songs_than_any_source_has_are_refused_by_both() {
    for (num_left_out, is_accepted) in [(1_000_000_000_u64, true), (1_000_000_001, false)] {
        let mut body = example::<RawBreakdown>();
        body["breakdown"]["num_left_out"] = json!(num_left_out);
        assert_eq!(validator::<RawBreakdown>().is_valid(&body), is_accepted);
        assert_eq!(read::<RawBreakdown>(&body).is_some(), is_accepted);
    }
}

#[test]
fn the_schemas_list_every_word_and_no_other() {
    let listed = |schema: &str, definition: &str| {
        let schema: Value = serde_json::from_str(schema).unwrap();
        schema.pointer(&format!("{definition}/enum")).cloned().unwrap()
    };
    let words = |words: Vec<&str>| json!(words);
    let flags = words(Flag::ALL.iter().map(|flag| flag.as_str()).collect());
    let reasons = words(Reason::ALL.iter().map(|reason| reason.as_str()).collect());
    let absences = words(Absence::ALL.iter().map(|reason| reason.as_str()).collect());
    let ends = words(LateEndReason::ALL.iter().map(|reason| reason.as_str()).collect());
    let late = include_str!("../../events/source.late.json");
    assert_eq!(listed(late, "/$defs/absence"), absences);
    assert_eq!(listed(late, "/$defs/end_reason"), ends);
    let missing = words(MissingReason::ALL.iter().map(|reason| reason.as_str()).collect());
    let faults = words(DeadLetterReason::ALL.iter().map(|reason| reason.as_str()).collect());
    let (valid, rejected) = (
        include_str!("../../events/snapshot.valid.json"),
        include_str!("../../events/snapshot.rejected.json"),
    );
    let (growth, forecast) =
        (include_str!("../../events/growth.json"), include_str!("../../events/forecast.json"));
    let dead_letter = include_str!("../../events/dead_letter.json");
    assert_eq!(listed(valid, "/$defs/flag"), flags);
    assert_eq!(listed(growth, "/$defs/flag"), flags);
    assert_eq!(listed(forecast, "/$defs/flag"), flags);
    assert_eq!(listed(valid, "/$defs/absence"), absences);
    assert_eq!(listed(rejected, "/$defs/absence"), absences);
    assert_eq!(listed(valid, "/$defs/reason"), reasons);
    assert_eq!(listed(rejected, "/$defs/reason"), reasons);
    assert_eq!(listed(include_str!("../../events/breakdown.valid.json"), "/$defs/reason"), reasons);
    assert_eq!(listed(include_str!("../../events/breakdown.rejected.json"), "/$defs/reason"), reasons);
    let figures = words(BreakdownFigure::ALL.iter().map(|figure| figure.as_str()).collect());
    let withheld = "/$defs/withheld/properties/figure";
    assert_eq!(listed(include_str!("../../events/breakdown.valid.json"), withheld), figures);
    assert_eq!(listed(growth, "/$defs/missing_reason"), missing);
    assert_eq!(listed(dead_letter, "/properties/reason"), faults);
}
