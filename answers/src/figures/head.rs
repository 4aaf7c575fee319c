//! What every answer begins with, and whose a figure is.

use casa24_schemas::{Day, Observed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::read_model::{ArtistView, AsOf};

/// What every answer begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Head {
    /// The day that the answer is about.
    pub as_of: Day,
    /// The newest observation that was used.
    pub generated_at: Option<Observed>,
    /// Whether any figure is made up for a demonstration.
    pub sample: bool,
}

impl Head {
    /// The head of an answer about these artists.
    pub(crate) fn new<'a>(as_of: &AsOf<'a>, views: &[ArtistView<'a>]) -> Self {
        let sample = views.iter().any(ArtistView::sample);
        Self { as_of: Day(as_of.day), generated_at: as_of.generated_at(views), sample }
    }
}

/// Whose a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// An artist's.
    Artist,
    /// The label's own, such as the members of its Discord server.
    Label,
}
