//! What every answer shares: the head of its data, its footer, and the mark of made-up figures.

use casa24_schemas::{Date, Observed, Platform};
use serde::Serialize;
use serde_json::Value as Json;

use super::library::View;
use crate::chart::Picture;
use crate::discord::Embed;
use crate::text;

/// What every answer's message says of itself when its figures are made up.
pub(crate) const SAMPLE: &str = "sample data";

/// An answer before it becomes a reply.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) data: Json,
    pub(crate) embed: Embed,
    /// What a picture of it would show, where one is wanted.
    pub(crate) picture: Option<Picture>,
}

impl Answer {
    /// The answer of these figures and this embed. Figures that are made up are marked at both ends of it.
    pub(crate) fn new<D: Serialize>(data: &D, mut embed: Embed, sample: bool) -> Self {
        if sample {
            embed.description.insert(0, format!("*{SAMPLE}: fictional artists, made-up figures*"));
            embed.footer.push(SAMPLE.to_owned());
        }
        // Data are plain structs of texts and finite numbers: serializing them does not fail.
        Self { data: serde_json::to_value(data).unwrap_or_default(), embed, picture: None }
    }
}

/// What every answer's data begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// Name of the command.
    pub command: &'static str,
    /// The day that the answer is about.
    pub as_of: super::Day,
    /// The newest observation that was used.
    pub generated_at: Option<Observed>,
    /// Whether any figure is made up for a demonstration.
    pub sample: bool,
}

impl Head {
    /// The head of an answer from these artists.
    pub(crate) fn new<'a>(
        command: &'static str,
        view: &View<'a>,
        artists: &[super::library::Known<'a>],
    ) -> Self {
        let (as_of, generated_at) = (super::Day(view.as_of), view.generated_at(artists));
        Self { command, as_of, generated_at, sample: artists.iter().any(|known| known.sample()) }
    }
}

/// Parts of a footer: the day, the platforms that the figures come from, the method in a few words.
pub(crate) fn footer<'p>(
    as_of: Date,
    platforms: impl IntoIterator<Item = &'p Platform>,
    method: &str,
) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for platform in platforms {
        let name = text::platform_label(platform);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut parts = vec![format!("as of {}", text::day(as_of))];
    parts.extend((!names.is_empty()).then(|| names.join(", ")));
    parts.push(method.to_owned());
    parts
}
