//! How an answer is shown: as a message of its own, or in place of the one whose control was pressed; which page of it,
//! and which list of artists.

use std::sync::Arc;

use casa24_presentation::discord::{Artists, CustomId, List};
use casa24_presentation::words::{Locale, Words};

use crate::interaction::Interaction;
use crate::question::Question;
use crate::shown::Shown;

/// Where an answer goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Way {
    /// A message that everybody sees.
    #[default]
    New,
    /// In place of the message whose control was pressed.
    InPlace,
    /// A message for the one who pressed alone: the other one is the asker's.
    Private,
}

/// What is shown of an answer, and where.
#[derive(Debug, Default)]
pub(crate) struct View {
    pub(crate) way: Way,
    pub(crate) artists: Arc<Artists>,
    pub(crate) page: usize,
    pub(crate) list: List,
}

/// The question that a press asks, and how its answer is shown; `None` where the bus does not carry it.
///
/// # Errors
/// What is shown instead, where the control means nothing any more, or nobody tells which artists there are.
pub(crate) fn pressed_view(
    interaction: &Interaction,
    artists: Option<Arc<Artists>>,
) -> Result<Option<(Question, View)>, Shown> {
    let locale = interaction.locale.as_deref().map(Locale::best_for).unwrap_or_default();
    let artists = artists.ok_or_else(|| Shown::unavailable_in(Words::of(locale)))?;
    let (custom_id, chosen) = interaction.pressed();
    let custom_id = CustomId::decode(custom_id);
    let pressed = custom_id.and_then(|custom_id| custom_id.pressed(chosen, &artists, &interaction.id));
    let pressed = pressed.map_err(|error| Shown::no_longer(error, Words::of(locale)))?;
    let way = if interaction.is_by_asker() { Way::InPlace } else { Way::Private };
    let question = Question::asked(interaction, pressed.command, way == Way::Private);
    Ok(question.map(|question| (question, View { way, artists, page: pressed.page, list: pressed.list })))
}
