//! `trends` as a card.

use casa24_answers::Noted;
use casa24_answers::trends::{Answer, Doubtful};
use casa24_schemas::{Date, Facts, Moved};

use crate::card::{Block, Card, Line};
use crate::words::{Symbol, Words};

use super::frame::{self, days, joined, labelled, name, section};
use super::{corrections, finding, flags};

const COLOUR: u32 = 0x34_98_DB;

/// Most findings that a card lists.
const MAX_LINES: usize = 15;
/// Most figures with the same mark that are named.
const MAX_MARKED: usize = 3;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let period = days(words, answer.period_days);
    let subject = frame::subject(words, answer.artist.as_deref());
    let title = words.line("trends-title", &[("subject", subject.into()), ("days", period.into())]);
    let chance = finding::chance(words, answer.by_chance);
    let method = words.line("trends-method", &[("chance", chance.into())]);
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    let lines = lines(words, &answer.findings, answer.artist.as_deref(), answer.head.as_of.0);
    let num_unlisted = answer.num_findings as usize - answer.findings.len();
    let num_more = lines.len().saturating_sub(MAX_LINES) + num_unlisted;
    card.lead.extend(lines.into_iter().take(MAX_LINES).map(Block::from));
    if answer.findings.is_empty() {
        let none = if answer.kind.is_some() { "trends-none-of-kind" } else { "trends-none" };
        card.lead.push(Line::from(words.say(none)).into());
    }
    if num_more > 0 {
        card.lead.push(words.line("more-lines", &[("count", (num_more as u64).into())]).quiet().into());
    }
    let marked = marked(words, &answer.doubtful, answer.artist.is_none()).into_iter().map(Block::from);
    card.sections.push(section(words.say("trends-doubtful"), marked.collect()));
    let artist = answer.artist.as_deref();
    card.sections.push(corrections::of(words, &answer.corrections, artist, answer.head.as_of.0));
    card
}

/// A line for each finding, and one for all jumps that several artists made together; `artist` where all are of one.
pub(super) fn lines(words: &Words, findings: &[Noted], artist: Option<&str>, as_of: Date) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut told: Vec<&Noted> = Vec::new();
    for noted in findings {
        if told.iter().any(|known| std::ptr::eq(*known, noted)) {
            continue;
        }
        let together: Vec<&Noted> = findings.iter().filter(|other| is_one_jump(noted, other)).collect();
        lines.push(match (&together[..], artist) {
            ([_, _, ..], None) => finding::source_jump(words, &together, as_of),
            _ => finding::line_of(words, noted, artist, as_of),
        });
        told.extend(together);
    }
    lines
}

/// Whether two findings are jumps that a platform made for several artists at once.
fn is_one_jump(one: &Noted, other: &Noted) -> bool {
    let is_of_source =
        |noted: &Noted| matches!(noted.finding.facts, Facts::Level { moved: Moved::Source, .. });
    let key = |noted: &Noted| (noted.finding.date, noted.platform.clone(), noted.metric.clone());
    is_of_source(one) && is_of_source(other) && key(one) == key(other)
}

/// What the validator says of figures, those of which it says the same together; jumps are findings already.
pub(super) fn marked(words: &Words, doubtful: &[Doubtful], with_artist: bool) -> Vec<Line> {
    let mut said: Vec<(Line, Vec<Line>)> = Vec::new();
    for doubtful in doubtful {
        let others: Vec<_> =
            doubtful.flags.iter().filter(|flag| !flag.flag.changes_level()).copied().collect();
        let Some(flags) = flags::line(words, &others) else { continue };
        let series = Line::from(words.series(&doubtful.platform, &doubtful.metric));
        let series = if with_artist {
            name(&doubtful.artist).strong().then(Symbol::Space).then(series)
        } else {
            series
        };
        match said.iter_mut().find(|(known, _)| *known == flags) {
            Some((_, figures)) => figures.push(series),
            None => said.push((flags, vec![series])),
        }
    }
    let line = |(flags, figures): (Line, Vec<Line>)| {
        let num_more = figures.len().saturating_sub(MAX_MARKED);
        let mut named = joined(figures.into_iter().take(MAX_MARKED), Symbol::Comma);
        if num_more > 0 {
            let more = [("names", named.into()), ("count", (num_more as u64).into())];
            named = words.line("names-and-more", &more);
        }
        labelled(words, named, flags)
    };
    said.into_iter().map(line).collect()
}
