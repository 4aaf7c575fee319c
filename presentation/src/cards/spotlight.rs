//! `spotlight` as a card.

use casa24_answers::Noted;
use casa24_answers::spotlight::{Answer, Because};
use casa24_schemas::Day;

use crate::card::{Block, Card, Control, Line, Outside};
use crate::words::Words;

use super::frame::{self, name, numbers, section, with_age, with_brackets};
use super::{finding, flags, missing, platforms};
use crate::words::Symbol;

const COLOUR: u32 = 0xF1_C4_0F;

/// Most findings that a card lists.
const MAX_LINES: usize = 8;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let as_of = answer.head.as_of.0;
    let subject = answer.artist.as_deref().map_or_else(|| words.say("spotlight-nobody").into(), name);
    let Day(since) = answer.since;
    let title = words.line("spotlight-title", &[("subject", subject.into())]);
    let method = words.line("spotlight-method", &[("day", words.day(since).into())]);
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    card.lead.extend(because(answer, words).map(Block::from));
    card.sections = platforms::sections(words, &answer.figures, |figures| {
        let rows = figures.iter().filter_map(|figure| {
            let (current, date) = figure.current()?;
            let metric = Line::from(words.metric_of(current, &figure.platform, &figure.metric));
            let change =
                figure.change.filter(|change| change.get() != 0.0).map(|change| words.signed(change));
            let line = with_brackets(metric, words, change);
            let line = match (&figure.change, &figure.missing) {
                (None, Some(why)) => {
                    line.then(Symbol::Dot).then(missing::line(words, why, &figure.platform).quiet())
                }
                _ => line,
            };
            let line = flags::with_mark(line, &figure.distortions());
            Some((words.number(current), with_age(line, words, Some(Day(date)), as_of)))
        });
        vec![numbers(rows.collect()).into()]
    });
    let is_because = |noted: &&Noted| matches!(&answer.because, Some(Because::LeastLikely { finding } | Because::Mark { finding }) if finding == *noted);
    let others = answer.findings.iter().filter(|noted| !is_because(noted));
    let lines = others.take(MAX_LINES).map(|noted| finding::line(words, noted, as_of));
    card.sections.push(section(words.say("spotlight-findings"), lines.map(Block::from).collect()));
    if let Some(artist) = &answer.artist {
        let control = |label: &str, command, option| Control {
            label: words.say(label).into(),
            command,
            options: vec![(option, Outside::new(artist))],
        };
        card.controls = vec![
            control("control-growth", "growth", "artist"),
            control("control-predict", "predict", "artist"),
        ];
    }
    card
}

/// Why this artist.
fn because(answer: &Answer, words: &Words) -> Option<Line> {
    let as_of = answer.head.as_of.0;
    let of_finding =
        |id: &str, noted: &Noted| words.line(id, &[("finding", finding::line(words, noted, as_of).into())]);
    match (&answer.artist, &answer.because) {
        (None, _) => Some(words.say("spotlight-none").into()),
        (Some(_), None) => None,
        (Some(_), Some(Because::LeastLikely { finding })) => {
            Some(of_finding("spotlight-least-likely", finding))
        }
        (Some(_), Some(Because::Mark { finding })) => Some(of_finding("spotlight-mark", finding)),
        (Some(_), Some(Because::Growth { before, now, change_pct })) => {
            let values = Line::from(words.number(*before)).then(Symbol::Arrow).then(words.number(*now));
            let growth = [("values", values.into()), ("change", words.percent(*change_pct).into())];
            Some(words.line("spotlight-growth", &growth))
        }
    }
}
