//! `viral` as a card.

use casa24_answers::Noted;
use casa24_answers::viral::Answer;
use casa24_schemas::Day;

use crate::card::{Block, Card, Line, Section};
use crate::words::Words;

use super::finding;
use super::frame::{self, joined, name, section};
use crate::words::Symbol;

const COLOUR: u32 = 0xE9_1E_63;

/// Most findings that each section lists.
const MAX_LINES: usize = 8;
/// Most artists that are named of whom nothing can be said.
const MAX_NAMES: usize = 10;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let timeframe = words.say(match answer.timeframe.as_str() {
        "24h" => "viral-within-24h",
        "7d" => "viral-within-7d",
        "30d" => "viral-within-30d",
        _ => "viral-within-all",
    });
    let subject = frame::subject(words, answer.artist.as_deref());
    let title = words.line("viral-title", &[("subject", subject.into()), ("within", timeframe.into())]);
    let method = words.say("viral-method").into();
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    if answer.viral.is_empty() {
        card.lead.push(Line::from(words.say("viral-none")).into());
    }
    let lines = |found: &[Noted]| lines(words, answer, found);
    card.lead.extend(lines(&answer.viral).into_iter().take(MAX_LINES).map(Block::from));
    let num_more = (answer.num_viral as usize).saturating_sub(MAX_LINES);
    if num_more > 0 {
        card.lead.push(words.line("more-lines", &[("count", (num_more as u64).into())]).quiet().into());
    }
    let of = |heading: &str, found: &[Noted], num: u32| Section {
        num_more: (num as usize).saturating_sub(MAX_LINES),
        ..section(words.say(heading), lines(found).into_iter().take(MAX_LINES).map(Block::from).collect())
    };
    card.sections.push(of("viral-alone", &answer.alone, answer.num_alone));
    card.sections.push(of("viral-cooled", &answer.cooled, answer.num_cooled));
    let unknown = answer.not_observed.iter().map(|artist| {
        let named = name(&artist.artist);
        match artist.newest {
            Some(Day(day)) => {
                let until = [("artist", named.into()), ("day", words.day(day).into())];
                words.line("artist-until", &until)
            }
            None => named,
        }
    });
    let shown: Vec<Line> = unknown.take(MAX_NAMES).collect();
    let num_more = answer.not_observed.len() - shown.len();
    if !shown.is_empty() {
        let mut names = joined(shown, Symbol::Comma);
        if num_more > 0 {
            let more = [("names", names.into()), ("count", (num_more as u64).into())];
            names = words.line("names-and-more", &more);
        }
        card.sections.push(section(words.say("viral-not-observed"), vec![names.into()]));
    }
    card
}

fn lines(words: &Words, answer: &Answer, found: &[Noted]) -> Vec<Line> {
    let as_of = answer.head.as_of.0;
    let line = |noted| finding::line_of(words, noted, answer.artist.as_deref(), as_of);
    found.iter().map(line).collect()
}
