//! A field of a secret that has several.

use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::SecretError;

/// The text of a field.
///
/// # Errors
/// Where there is none, or it is empty, or no text.
pub(crate) fn text_of(fields: &Map<String, Value>, field: &str) -> Result<SecretString, SecretError> {
    let text = fields.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.map(SecretString::from).ok_or_else(|| SecretError::NoField { field: field.to_owned() })
}
