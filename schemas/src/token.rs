//! Tokens of platforms and metrics, as they stand in subjects and events.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

macro_rules! token {
    ($(#[doc = $doc:literal])* $name:ident) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Cow<'static, str>);

        impl $name {
            /// One that a table names.
            pub(crate) const fn known(token: &'static str) -> Self {
                Self(Cow::Borrowed(token))
            }

            /// One that no table names.
            pub(crate) fn owned(token: &str) -> Self {
                Self(Cow::Owned(token.to_owned()))
            }

            /// The token, as it stands in subjects and events.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "description": concat!($($doc),*).trim(),
                    "type": "string",
                    "pattern": "^[a-z0-9_]{1,40}$",
                })
            }
        }
    };
}

token! {
    /// Token of a platform: one of the known ones, or one that an added collector uses.
    Platform
}

token! {
    /// Token of a metric; together with a platform it names a series of an artist.
    Metric
}

token! {
    /// Token of a kind of finding: one of the known ones, or one that an added agent uses.
    TrendKind
}
