//! Events as bytes: MessagePack with named fields, and JSON for those who publish by hand.

use std::str::FromStr;

use crate::Event;

/// Encoding of a message's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContentType {
    /// `application/msgpack`, what this program writes.
    MessagePack,
    /// `application/json`, accepted from anybody.
    Json,
}

impl ContentType {
    /// The media type, as the header says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MessagePack => "application/msgpack",
            Self::Json => "application/json",
        }
    }
}

impl FromStr for ContentType {
    type Err = DecodeError;

    fn from_str(header: &str) -> Result<Self, DecodeError> {
        let media_type = header.split(';').next().unwrap_or_default().trim();
        let is = |known: &str| media_type.eq_ignore_ascii_case(known);
        if is("application/msgpack") || is("application/x-msgpack") || is("application/vnd.msgpack") {
            Ok(Self::MessagePack)
        } else if is("application/json") {
            Ok(Self::Json)
        } else {
            Err(DecodeError::ContentType { found: media_type.chars().take(60).collect() })
        }
    }
}

/// Why a body is not an event.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Neither MessagePack nor JSON.
    #[error("content type {found:?} is neither application/msgpack nor application/json")]
    ContentType {
        /// What the header said.
        found: String,
    },
    /// Not MessagePack of this event.
    #[error("not a {schema} event in MessagePack")]
    MessagePack {
        /// Schema that was expected.
        schema: &'static str,
        /// What the decoder says.
        source: rmp_serde::decode::Error,
    },
    /// Not JSON of this event.
    #[error("not a {schema} event in JSON")]
    Json {
        /// Schema that was expected.
        schema: &'static str,
        /// What the decoder says.
        source: serde_json::Error,
    },
    /// Not an object or map, so that no field has a name.
    #[error("not a {schema} event: the body is not a map of named fields")]
    Unnamed {
        /// Schema that was expected.
        schema: &'static str,
    },
    /// Bytes follow the event.
    #[error("{extra} byte{} the {schema} event", if *.extra == 1 { " follows" } else { "s follow" })]
    Trailing {
        /// Schema that was expected.
        schema: &'static str,
        /// Number of bytes left over.
        extra: usize,
    },
    /// A field is beyond its limits.
    #[error("not a {schema} event: {fault}")]
    Limits {
        /// Schema that was expected.
        schema: &'static str,
        /// Field and limit.
        fault: String,
    },
}

/// Nesting that is no longer read; events need five levels and what answers hold.
const MAX_DEPTH: usize = 64;

/// An event's body in MessagePack with named fields.
pub fn encode<E: Event>(event: &E) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    event
        .serialize(&mut rmp_serde::Serializer::new(&mut bytes).with_struct_map())
        .expect("writing to memory does not fail, and event types serialize");
    bytes
}

/// The event in a body.
///
/// # Errors
/// When the bytes are not this event in this encoding, or a field is beyond its limits.
pub fn decode<E: Event>(content_type: ContentType, bytes: &[u8]) -> Result<E, DecodeError> {
    let schema = E::SCHEMA.name;
    if !is_map(content_type, bytes) {
        return Err(DecodeError::Unnamed { schema });
    }
    let event: E = match content_type {
        ContentType::MessagePack => {
            let mut rest = bytes;
            let mut reader = rmp_serde::Deserializer::new(&mut rest);
            reader.set_max_depth(MAX_DEPTH);
            let event = E::deserialize(&mut reader)
                .map_err(|error| DecodeError::MessagePack { schema, source: in_brief(error) })?;
            if !rest.is_empty() {
                return Err(DecodeError::Trailing { schema, extra: rest.len() });
            }
            event
        }
        ContentType::Json => from_json(bytes)?,
    };
    event.check().map_err(|fault| DecodeError::Limits { schema, fault })?;
    Ok(event)
}

/// Reads JSON as deep as MessagePack is read, so that what was read can be passed on.
fn from_json<E: Event>(bytes: &[u8]) -> Result<E, DecodeError> {
    let schema = E::SCHEMA.name;
    let not_json = |error| DecodeError::Json { schema, source: in_brief(error) };
    let event: E = serde_json::from_slice(bytes).map_err(not_json)?;
    // Fields that are not known are passed over, however deep they are: what was kept counts.
    if json_depth(bytes) >= MAX_DEPTH
        && json_depth(&serde_json::to_vec(&event).map_err(not_json)?) >= MAX_DEPTH
    {
        return Err(DecodeError::Limits {
            schema,
            fault: format!("nested {MAX_DEPTH} levels deep or deeper"),
        });
    }
    Ok(event)
}

/// Whether a body begins as a map. Serde would also take a bare list of values, as rmp-serde writes structs
/// unless told otherwise; there a field that is added later would shift all that follow.
fn is_map(content_type: ContentType, bytes: &[u8]) -> bool {
    match content_type {
        ContentType::MessagePack => matches!(bytes.first(), Some(0x80..=0x8f | 0xde | 0xdf)),
        ContentType::Json => bytes.trim_ascii_start().first() == Some(&b'{'),
    }
}

/// Deepest nesting of objects and lists. serde_json has a limit of its own that cannot be set.
fn json_depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_text, mut escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The error with the middle of its words cut out where they are many: serde quotes what it did not expect, be
/// it 10 MiB long.
fn in_brief<E: serde::de::Error>(error: E) -> E {
    const MAX_END_CHARS: usize = 150;
    let words = error.to_string();
    if words.len() <= 2 * MAX_END_CHARS {
        return error;
    }
    let start: String = words.chars().take(MAX_END_CHARS).collect();
    let end = words.char_indices().rev().nth(MAX_END_CHARS - 1).map_or("", |(at, _)| &words[at..]);
    E::custom(format_args!("{start} … {end}"))
}
