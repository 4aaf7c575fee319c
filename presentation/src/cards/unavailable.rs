//! What is shown where no answer could be had.

use crate::card::Card;
use crate::words::Words;

const COLOUR: u32 = 0xC0_39_2B;

/// The card that says so, for the asker alone.
pub fn unavailable_card(words: &Words) -> Card {
    saying("unavailable", words)
}

/// What somebody is told who asks too often, alone.
pub fn too_fast_card(words: &Words) -> Card {
    saying("too-fast", words)
}

fn saying(key: &str, words: &Words) -> Card {
    Card {
        lead: vec![words.line(key, &[]).into()],
        private: true,
        ..Card::new(COLOUR, words.say("refusal-title").into())
    }
}
