//! A question that somebody asked, in Discord or at the command line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::Date;

use crate::content::check_text;
use crate::day::date_text;
use crate::words::words;
use crate::{Event, Metric, SchemaId};

/// A command with its options, as Discord would send it.
///
/// Subject: `command.{name}`. Identity: the asker's id for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// The asker's id for this question: an interaction's id, or one made up by the command line.
    pub id: String,
    /// Name of the command.
    pub name: String,
    /// Options that were given.
    #[serde(default)]
    pub options: BTreeMap<String, OptionValue>,
    /// Answer as if it were this day; without it, as of the newest observation.
    #[serde(with = "date_text::option", default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Date>,
    /// Whether the asker can show a picture; without it, none is drawn.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub image: bool,
    /// How the picture is encoded.
    #[serde(default, skip_serializing_if = "ImageType::is_default")]
    pub image_type: ImageType,
    /// Language and region of the asker as a BCP 47 tag, such as `es-419`; without it, who shows the answer decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Time zone of the asker, a name of the IANA database, for answers whose days are those of one; without it, the label's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

words! {
    /// How a picture is encoded.
    ImageType {
        Png = "png": "pixels, which every asker can show";
        Svg = "svg": "shapes, for pages";
    }
}

#[expect(clippy::derivable_impls, reason = "`words!` writes the enum")]
impl Default for ImageType {
    fn default() -> Self {
        Self::Png
    }
}

impl ImageType {
    /// Whether it is what a command means that does not say.
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Value of an option, of Discord's types 3 and 4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OptionValue {
    /// Type 4.
    Integer(i64),
    /// Type 3.
    Text(String),
}

impl Command {
    /// A command with these options, as of the newest observation and without a picture.
    pub fn new(id: &str, name: &str, options: BTreeMap<String, OptionValue>) -> Self {
        let (as_of, image, image_type, locale, time_zone) = Default::default();
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            options,
            as_of,
            image,
            image_type,
            locale,
            time_zone,
        }
    }
}

impl Event for Command {
    const SCHEMA: SchemaId = SchemaId { name: "command", major: 1, minor: 3 };
    const JSON_SCHEMA: &'static str = include_str!("../events/command.json");

    fn subject(&self) -> String {
        format!("command.{}", self.name)
    }

    fn identity(&self) -> String {
        self.id.clone()
    }

    fn check(&self) -> Result<(), String> {
        check_text("id", &self.id, 100)?;
        Metric::new(&self.name).map_err(|error| format!("name: {error}"))?;
        if self.locale.as_ref().is_some_and(|locale| !is_language_tag(locale)) {
            return Err(
                "locale is not a BCP 47 tag: at least 2 and at most 35 ASCII letters, digits and hyphens"
                    .to_owned(),
            );
        }
        check_text("time_zone", self.time_zone.as_deref().unwrap_or_default(), 100)?;
        if self.options.len() > 25 {
            return Err(format!("options has {} entries, at most 25 are accepted", self.options.len()));
        }
        for (name, value) in &self.options {
            check_text("an option's name", name, 32)?;
            if let OptionValue::Text(text) = value {
                check_text(&format!("options.{name}"), text, 6_000)?;
            }
        }
        Ok(())
    }
}

/// Whether a text has the form of a BCP 47 tag. Which tags mean something is known to those who show answers.
fn is_language_tag(text: &str) -> bool {
    (2..=35).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}
