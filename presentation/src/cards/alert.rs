//! Findings as a message that nobody has asked for.

use casa24_answers::Noted;
use casa24_schemas::Date;

use crate::card::{Block, Card};
use crate::words::Words;

use super::one_page::num_fitting;
use super::trends;

const COLOUR: u32 = 0x34_98_DB;

/// Most findings that a card lists.
const MAX_LINES: usize = 15;

/// The card of new findings on a day.
pub fn alert_card(findings: &[Noted], as_of: Date, words: &Words) -> Card {
    let lines = trends::lines(words, findings, None, as_of);
    let num_listed = num_fitting(&lines, words).min(MAX_LINES);
    let num_more = lines.len() - num_listed;
    let mut lead: Vec<Block> = lines.into_iter().take(num_listed).map(Block::from).collect();
    if num_more > 0 {
        lead.push(words.line("more-lines", &[("count", (num_more as u64).into())]).quiet().into());
    }
    let footer = vec![words.say("alert-method").into()];
    Card { lead, footer, ..Card::new(COLOUR, words.say("alert-title").into()) }
}
