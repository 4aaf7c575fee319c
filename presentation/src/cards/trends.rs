//! `trends` as a card.

use casa24_answers::trends::Answer;

use crate::card::{Block, Card, Line};
use crate::words::Words;

use super::frame::{self, days, name, section};
use super::{finding, flags};

const COLOUR: u32 = 0x34_98_DB;

/// Most findings that a card lists.
const MAX_FINDINGS: usize = 15;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let period = days(words, answer.period_days);
    let subject = answer.artist.as_deref().map_or_else(|| words.say("all-artists").into(), name);
    let title = words.line("trends-title", &[("subject", subject.into()), ("days", period.into())]);
    let chance = finding::chance(words, answer.by_chance);
    let method = words.line("trends-method", &[("chance", chance.into())]);
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    let as_of = answer.head.as_of.0;
    let shown = answer.findings.iter().take(MAX_FINDINGS);
    let line = |noted| match answer.artist {
        Some(_) => finding::line(words, noted, as_of),
        None => finding::line_of(words, noted, as_of),
    };
    card.lead.extend(shown.map(line).map(Block::from));
    if answer.findings.is_empty() {
        let none = if answer.kind.is_some() { "trends-none-of-kind" } else { "trends-none" };
        card.lead.push(Line::from(words.say(none)).into());
    }
    let num_more = answer.findings.len().saturating_sub(MAX_FINDINGS);
    if num_more > 0 {
        card.lead.push(words.line("more-lines", &[("count", (num_more as u64).into())]).quiet().into());
    }
    let marked = answer.doubtful.iter().filter_map(|doubtful| {
        let series = words.series(&doubtful.platform, &doubtful.metric).into();
        flags::of_series(words, &doubtful.artist, series, &doubtful.flags)
    });
    card.sections.push(section(words.say("trends-doubtful"), marked.map(Block::from).collect()));
    card
}
