//! What was withheld, corrected and taken back, as a section.

use casa24_answers::{Corrections, Revised, Revision};
use casa24_schemas::{Date, Day};

use crate::card::{Block, Line, Section};
use crate::words::{Argument, Symbol, Words};

use super::finding;
use super::frame::{joined, name, section};

/// Most lines of the section.
const MAX_LINES: usize = 6;
/// Most of them that are about findings.
const MAX_TAKEN_BACK: usize = 3;

/// One short list; `artist` where all of it is about one.
pub(super) fn of(words: &Words, corrections: &Corrections, artist: Option<&str>, as_of: Date) -> Section {
    let taken_back = corrections.taken_back.iter().map(|noted| {
        let finding = finding::line_of(words, noted, artist, as_of);
        words.line("corrections-taken-back", &[("finding", finding.into())])
    });
    let taken_back: Vec<Line> = taken_back.take(MAX_TAKEN_BACK).collect();
    let revised = corrections.revised.iter().map(|revised| line(words, revised, artist));
    let lines: Vec<Line> = revised.take(MAX_LINES - taken_back.len()).chain(taken_back).collect();
    let num_all = corrections.num_revised as usize + corrections.num_taken_back as usize;
    let num_more = num_all - lines.len();
    let lines = lines.into_iter().map(Block::from).collect();
    Section { num_more, ..section(words.say("corrections"), lines) }
}

/// `Luz Spotify followers of Sep 20, 2025: 900 corrected to 560 on Oct 1, 2025 (wrong file)`.
fn line(words: &Words, revised: &Revised, artist: Option<&str>) -> Line {
    let series = Line::from(words.series(&revised.platform, &revised.metric));
    let series = match artist {
        Some(_) => series,
        None => joined([name(&revised.artist).strong(), series], Symbol::Space),
    };
    let day = |Day(day): Day| -> Argument { words.day(day).into() };
    let mut said = vec![("series", series.into()), ("day", day(revised.date))];
    match &revised.revision {
        Revision::Withheld { why, found } => {
            said.push(("found", name(found).into()));
            said.push(("reason", words.say(&format!("withheld-{why}")).into()));
            words.line("corrections-withheld", &said)
        }
        Revision::Corrected { before, now, corrected_on, why } => {
            said.push(("on", day(*corrected_on)));
            let id = match (before, now) {
                (Some(before), Some(now)) => {
                    said.push(("before", words.number(*before).into()));
                    said.push(("now", words.number(*now).into()));
                    "corrections-replaced"
                }
                (Some(before), None) => {
                    said.push(("before", words.number(*before).into()));
                    "corrections-removed"
                }
                (None, now) => {
                    let now = now.map_or_else(|| Line::from(Symbol::Dash), |now| words.number(now).into());
                    said.push(("now", now.into()));
                    "corrections-added"
                }
            };
            let line = words.line(id, &said);
            match why {
                Some(why) => line.then(Symbol::Dot).then(name(why)),
                None => line,
            }
        }
    }
}
