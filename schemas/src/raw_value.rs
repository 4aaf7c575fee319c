//! A metric's value as the source gave it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a source gave for a metric, unjudged: a number of any kind, a text ("1,200", "N/A"), or nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum RawValue {
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, or one that MessagePack allows and nobody wants (NaN).
    Float(f64),
    /// A text.
    Text(String),
    /// The source had the field, with nothing in it.
    Null,
}

impl fmt::Display for RawValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Null => f.write_str("null"),
        }
    }
}

impl Serialize for RawValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Null => serializer.serialize_unit(),
        }
    }
}

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl serde::de::Visitor<'_> for Any {
            type Value = RawValue;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, a text or null")
            }
            fn visit_i64<E>(self, number: i64) -> Result<RawValue, E> {
                Ok(RawValue::Integer(number))
            }
            #[expect(clippy::cast_precision_loss, reason = "beyond i64 it is refused by range anyway")]
            fn visit_u64<E>(self, number: u64) -> Result<RawValue, E> {
                Ok(i64::try_from(number).map_or(RawValue::Float(number as f64), RawValue::Integer))
            }
            fn visit_f64<E>(self, number: f64) -> Result<RawValue, E> {
                Ok(RawValue::Float(number))
            }
            fn visit_str<E>(self, text: &str) -> Result<RawValue, E> {
                Ok(RawValue::Text(text.to_owned()))
            }
            fn visit_unit<E>(self) -> Result<RawValue, E> {
                Ok(RawValue::Null)
            }
        }
        deserializer.deserialize_any(Any)
    }
}
