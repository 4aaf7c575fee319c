//! The press of a control: the question that it asks, and how the answer is shown.

use std::sync::Arc;

use casa24_answers::has_time_zone;
use casa24_presentation::discord::{Artists, CustomId};
use casa24_presentation::words::{Locale, Words};
use casa24_schemas::ServerSettings;

use crate::interaction::Interaction;
use crate::question::Question;
use crate::shown::Shown;
use crate::view::{View, Way};

/// The question that a press asks, and how its answer is shown; `None` where the bus does not carry it. An answer with
/// days of a time zone keeps that of its message, whatever the server has set since.
///
/// # Errors
/// What is shown instead, where the control means nothing any more, or nobody tells which artists there are.
pub(crate) fn pressed_view(
    interaction: &Interaction,
    artists: Option<Arc<Artists>>,
    settings: Option<Arc<ServerSettings>>,
) -> Result<Option<(Question, View)>, Box<Shown>> {
    let locale = interaction.locale.as_deref().map(Locale::best_for).unwrap_or_default();
    let artists = artists.ok_or_else(|| Box::new(Shown::unavailable_in(Words::of(locale))))?;
    let (custom_id, chosen) = interaction.pressed();
    let custom_id = CustomId::decode(custom_id);
    let pressed = custom_id.and_then(|custom_id| custom_id.pressed(chosen, &artists, &interaction.id));
    let mut pressed = pressed.map_err(|error| Box::new(Shown::no_longer(error, Words::of(locale))))?;
    if !has_time_zone(&pressed.command.name) {
        // For what may be asked next.
        pressed.command.time_zone = settings.as_deref().and_then(|settings| settings.time_zone.clone());
    }
    let way = if interaction.is_by_asker() { Way::InPlace } else { Way::Private };
    let question = Question::asked(interaction, pressed.command, way == Way::Private);
    Ok(question.map(|question| {
        (question, View { way, artists, page: pressed.page, list: pressed.list, settings, commands: None })
    }))
}
