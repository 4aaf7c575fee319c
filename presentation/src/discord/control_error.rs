//! What somebody is told who pressed a button that no longer means anything.

use crate::card::Card;
use crate::words::Words;

use super::question::ControlError;

const COLOUR: u32 = 0xC0_39_2B;

/// The card of a press that cannot be answered, for the one who pressed alone.
pub fn control_error_card(error: ControlError, words: &Words) -> Card {
    let text = match error {
        ControlError::OtherVersion => words.say("control-other-version"),
        ControlError::ArtistGone => words.say("control-artist-gone"),
    };
    let card = Card::new(COLOUR, words.say("refusal-title").into());
    Card { lead: vec![crate::card::Line::from(text).into()], private: true, ..card }
}
