//! JSON objects whose fields keep the earlier bot's order.

use std::borrow::Cow;

use casa24_schemas::{Platform, RawValue};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// What a field of the files holds.
#[derive(Debug, Clone)]
pub(crate) enum Field<'a> {
    Null,
    Flag(bool),
    Text(Cow<'a, str>),
    Raw(&'a RawValue),
    Value(casa24_schemas::Value),
    Count(u64),
    Texts(&'a [String]),
    Objects(Vec<Fields<'a>>),
    Object(Fields<'a>),
}

/// An object: its fields, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields<'a>(Vec<(Cow<'a, str>, Field<'a>)>);

impl<'a> Fields<'a> {
    pub(crate) fn push(&mut self, name: impl Into<Cow<'a, str>>, field: impl Into<Field<'a>>) {
        self.0.push((name.into(), field.into()));
    }
}

/// An object or a list of objects as the text of a file.
pub(crate) fn pretty<T: Serialize>(content: &T) -> Vec<u8> {
    let mut bytes =
        serde_json::to_vec_pretty(content).expect("maps with text keys in memory always serialize");
    bytes.push(b'\n');
    bytes
}

/// Place of a platform in an artist's entry; those that the earlier bot did not know come last.
pub(crate) fn place_of(platform: &Platform) -> usize {
    const ORDER: [Platform; 3] = [Platform::SPOTIFY, Platform::YOUTUBE, Platform::INSTAGRAM];
    ORDER.iter().position(|known| known == platform).unwrap_or(ORDER.len())
}

impl Serialize for Field<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Raw(raw) => raw.serialize(serializer),
            Self::Value(value) => value.serialize(serializer),
            Self::Count(count) => serializer.serialize_u64(*count),
            Self::Texts(texts) => serializer.collect_seq(*texts),
            Self::Objects(objects) => serializer.collect_seq(objects),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, field) in &self.0 {
            map.serialize_entry(name, field)?;
        }
        map.end()
    }
}

impl From<bool> for Field<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl<'a> From<&'a str> for Field<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<Option<&'a str>> for Field<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::from)
    }
}

impl From<Option<u64>> for Field<'_> {
    fn from(count: Option<u64>) -> Self {
        count.map_or(Self::Null, Self::Count)
    }
}
