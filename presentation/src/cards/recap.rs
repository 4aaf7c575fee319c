//! `recap` as a card.

use casa24_answers::recap::{Answer, Gained};
use casa24_schemas::Date;

use crate::card::{Block, Card, Line};
use crate::words::{Said, Symbol, Words};

use super::finding;
use super::frame::{self, artists, good_to_know, joined, name, numbers, section};

const COLOUR: u32 = 0x3F_51_B5;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let as_of = answer.head.as_of.0;
    let subject = frame::subject(words, answer.artist.as_deref());
    let year = Line::from(words.year(answer.year));
    let title = words.line("recap-title", &[("subject", subject.into()), ("year", year.into())]);
    let method = words.say("recap-method").into();
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    let observed = [
        ("observed", words.count(answer.num_days_observed.into()).into()),
        ("days", u64::from(answer.num_days).into()),
        ("day", words.day(as_of).into()),
    ];
    card.lead.push(words.line("recap-observed", &observed).quiet().into());
    let rows: Vec<_> = answer.figures.iter().map(|gained| row(words, answer, gained)).collect();
    if rows.is_empty() {
        card.lead.push(Line::from(words.say("recap-nothing")).into());
    } else {
        card.lead.push(numbers(rows).into());
    }
    let months = answer.figures.iter().filter_map(|gained| best_month(words, answer, gained));
    card.sections.push(section(words.say("recap-best-months"), months.map(Block::from).collect()));
    let gained_most = answer.gained_most.iter().map(|gainer| {
        let said = [
            ("artist", name(&gainer.artist).strong().into()),
            ("change", words.signed(gainer.change).into()),
        ];
        Block::from(words.line("recap-gained-most", &said))
    });
    card.sections.push(section(words.say("weekly-reach"), gained_most.collect()));
    let line = |noted| finding::line_of(words, noted, answer.artist.as_deref(), as_of);
    let milestones = answer.milestones.iter().map(line).map(Block::from).collect();
    card.sections.push(section(words.say("recap-milestones"), milestones));
    let findings = answer.findings.iter().map(line).map(Block::from).collect();
    card.sections.push(section(words.say("recap-findings"), findings));
    card.sections.push(section(words.say("recap-in-numbers"), in_numbers(words, answer)));
    let has_jumps = answer.figures.iter().any(|gained| gained.has_jumps);
    let note = has_jumps.then(|| Line::from(words.say("recap-jumps")));
    card.sections.push(good_to_know(words, note.into_iter().collect()));
    card
}

fn row(words: &Words, answer: &Answer, gained: &Gained) -> (Said, Line) {
    let series = Line::from(words.series(&gained.platform, &gained.metric)).strong();
    let values = Line::from(words.number(gained.start)).then(Symbol::Arrow).then(words.number(gained.end));
    let line = series.then(Symbol::Dot).then(values);
    let begun = Date::from_ordinal_date(answer.year, 31).is_ok_and(|january| gained.start_date.0 > january);
    let line = if begun {
        let since = [("day", words.day_short(gained.start_date.0).into())];
        line.then(Symbol::Dot).then(words.line("recap-since", &since).quiet())
    } else {
        line
    };
    let line = match answer.artist {
        Some(_) => line,
        None => line.then(Symbol::Dot).then(artists(words, gained.num_artists)),
    };
    let line = if gained.has_jumps { line.then(Symbol::Space).then(Symbol::Warning) } else { line };
    (words.signed(gained.change), line)
}

/// `Spotify followers: March, +412`.
fn best_month(words: &Words, answer: &Answer, gained: &Gained) -> Option<Line> {
    let month = time::Month::try_from(gained.best_month?).ok()?;
    let month = words.month(Date::from_calendar_date(answer.year, month, 1).ok()?);
    let said = [
        ("series", Line::from(words.series(&gained.platform, &gained.metric).capitalised()).into()),
        ("month", Line::from(month).into()),
        ("change", words.signed(gained.best_month_change?).into()),
    ];
    let line = words.line("recap-best-month", &said);
    Some(if gained.has_jumps { line.then(Symbol::Space).then(Symbol::Warning) } else { line })
}

fn in_numbers(words: &Words, answer: &Answer) -> Vec<Block> {
    let found = answer.num_found.iter().map(|found| {
        let kind = words.say(&format!("choice-{}", found.kind));
        let number = Line::from(words.count(found.num.into()));
        joined([Line::from(kind), number], Symbol::Space)
    });
    let all: Vec<Line> = found.collect();
    if all.is_empty() { Vec::new() } else { vec![joined(all, Symbol::Dot).into()] }
}
