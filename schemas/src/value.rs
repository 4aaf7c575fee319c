//! A figure: finite, and written as an integer where it is one.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// Beyond this a float no longer holds every integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A finite number. Counts stay integers in every encoding; "345" is never shown as "345.0".
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Value(f64);

impl Value {
    /// The figure, or `None` where it is not a finite number.
    pub fn new(number: f64) -> Option<Self> {
        // Adding zero turns -0 into 0.
        number.is_finite().then_some(Self(number + 0.0))
    }

    /// The figure as a float.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// Whether the figure has no fraction.
    pub fn is_whole(self) -> bool {
        self.0.fract() == 0.0
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_whole() && self.0.abs() < EXACT {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        #[expect(clippy::cast_precision_loss, reason = "figures are floats; what is lost is beyond 2^53")]
        impl serde::de::Visitor<'_> for Number {
            type Value = Value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a finite number")
            }
            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Value, E> {
                Ok(Value(number as f64))
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Value, E> {
                Ok(Value(number as f64))
            }
            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Value, E> {
                Value::new(number).ok_or_else(|| E::custom("expected a finite number"))
            }
        }
        deserializer.deserialize_any(Number)
    }
}

impl JsonSchema for Value {
    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A finite number, in the unit of its metric; written as an integer where it is one.",
            "type": "number",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_figures_stay_integers() {
        assert_eq!(serde_json::to_string(&Value::new(345.0)).unwrap(), "345");
        assert_eq!(serde_json::to_string(&Value::new(-0.0)).unwrap(), "0");
        assert_eq!(serde_json::to_string(&Value::new(3.5)).unwrap(), "3.5");
        assert_eq!(serde_json::to_string(&Value::new(1e15)).unwrap(), "1000000000000000");
    }

    #[test]
    fn what_is_not_finite_is_no_figure() {
        assert_eq!(Value::new(f64::NAN), None);
        assert_eq!(Value::new(f64::INFINITY), None);
        let nan = rmp_serde::to_vec(&f64::NAN).unwrap();
        assert!(rmp_serde::from_slice::<Value>(&nan).is_err());
    }
}
