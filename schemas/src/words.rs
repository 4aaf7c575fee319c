//! Closed lists of words, each with its meaning.

/// An enum of words: what stands in events, and what it means in one sentence. A text that is not on the list
/// is refused, and so is a number: MessagePack readers would else take it for a position in the list.
///
/// ```
/// casa24_schemas::words! {
///     /// How sure somebody is.
///     Certainty {
///         Sure = "sure": "it was seen";
///         Likely = "likely": "it was heard";
///     }
/// }
/// assert_eq!(Certainty::Sure.as_str(), "sure");
/// ```
///
/// The crate that uses it depends on `serde` and `schemars`.
#[macro_export]
macro_rules! words {
    ($(#[doc = $doc:literal])* $name:ident { $($variant:ident = $text:literal: $meaning:literal;)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $meaning] $variant,)*
        }

        impl $name {
            /// The whole list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word, as it stands in events.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// What it means, in one sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let meanings = [$(concat!($text, ": ", $meaning)),*].join("; ");
                schemars::json_schema!({
                    "description": format!("{} {meanings}.", concat!($($doc),*).trim()),
                    "type": "string",
                    "enum": [$($text),*],
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Word;
                impl serde::de::Visitor<'_> for Word {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("one of", $(" ", $text),*))
                    }
                    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<$name, E> {
                        match word {
                            $($text => Ok($name::$variant),)*
                            _ => {
                                let start: String = word.chars().take(60).collect();
                                Err(E::custom(format!(concat!("{:?} is not one of", $(" ", $text),*), start)))
                            }
                        }
                    }
                }
                deserializer.deserialize_str(Word)
            }
        }
    };
}

pub(crate) use words;
