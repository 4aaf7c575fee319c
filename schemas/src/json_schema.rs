//! JSON Schemas derived from Rust types, for answers.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::json;

/// JSON Schema (draft 2020-12) of what serde reads as a `T`.
///
/// Integers have the range of their Rust type, so that the schema refuses a number that serde refuses. Two things
/// are beyond JSON Schema: a whole number with a fraction (`7.0`) is an integer to it and not to serde, and serde
/// also reads an object from a list of its values.
pub fn schema_of<T: JsonSchema>() -> serde_json::Value {
    SchemaSettings::draft2020_12()
        .with_transform(RecursiveTransform(bound_integers))
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// Replaces the name of an integer type by the range of that type.
fn bound_integers(schema: &mut Schema) {
    let (minimum, maximum) = match schema.get("format").and_then(serde_json::Value::as_str) {
        Some("uint8") => (json!(u8::MIN), json!(u8::MAX)),
        Some("uint16") => (json!(u16::MIN), json!(u16::MAX)),
        Some("uint32") => (json!(u32::MIN), json!(u32::MAX)),
        Some("uint64") => (json!(u64::MIN), json!(u64::MAX)),
        Some("uint") => (json!(usize::MIN), json!(usize::MAX)),
        Some("int8") => (json!(i8::MIN), json!(i8::MAX)),
        Some("int16") => (json!(i16::MIN), json!(i16::MAX)),
        Some("int32") => (json!(i32::MIN), json!(i32::MAX)),
        Some("int64") => (json!(i64::MIN), json!(i64::MAX)),
        Some("int") => (json!(isize::MIN), json!(isize::MAX)),
        _ => return,
    };
    schema.remove("format");
    // A narrower range that a field's attributes give stays.
    for (bound, of_type) in [("minimum", minimum), ("maximum", maximum)] {
        if schema.get(bound).is_none() {
            schema.insert(bound.to_owned(), of_type);
        }
    }
}
