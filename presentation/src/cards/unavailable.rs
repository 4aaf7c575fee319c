//! What is shown where no answer could be had.

use crate::card::Card;
use crate::words::Words;

const COLOUR: u32 = 0xC0_39_2B;

/// The card that says so, for the asker alone.
pub fn unavailable_card(words: &Words) -> Card {
    Card {
        lead: vec![words.line("unavailable", &[]).into()],
        private: true,
        ..Card::new(COLOUR, words.say("refusal-title").into())
    }
}
