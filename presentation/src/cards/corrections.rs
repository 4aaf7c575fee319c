//! What was withheld, corrected and taken back, as a section.

use casa24_answers::{Corrections, Revised, Revision, TakenBack, Undoing};
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
    let taken_back = corrections.taken_back.iter().take(MAX_TAKEN_BACK);
    let taken_back: Vec<Line> =
        taken_back.map(|undone| taken_back_line(words, undone, artist, as_of)).collect();
    let revised = corrections.revised.iter().map(|revised| line(words, revised, artist));
    let lines: Vec<Line> = revised.take(MAX_LINES - taken_back.len()).chain(taken_back).collect();
    let num_all = corrections.num_revised as usize + corrections.num_taken_back as usize;
    let num_more = num_all - lines.len();
    let lines = lines.into_iter().map(Block::from).collect();
    Section { num_more, ..section(words.say("corrections"), lines) }
}

/// `Taken back on Sep 29, 2025 because figures came late: Luz · Spotify followers rose 7 times in a row …`.
fn taken_back_line(
    words: &Words,
    TakenBack { noted, taken_back_on, because }: &TakenBack,
    artist: Option<&str>,
    as_of: Date,
) -> Line {
    let why = words.say(match because {
        Undoing::Late => "taken-back-late",
        Undoing::Marked => "taken-back-marked",
        Undoing::Corrected => "taken-back-corrected",
    });
    let finding = finding::line_of(words, noted, artist, as_of);
    let said = [("day", words.day(taken_back_on.0).into()), ("why", why.into()), ("finding", finding.into())];
    words.line("corrections-taken-back", &said)
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

#[cfg(test)]
mod tests {
    use casa24_answers::{Noted, Owner};
    use casa24_schemas::{Facts, Finding, Metric, Platform, TrendKind, Value};
    use time::macros::date;

    use super::*;
    use crate::words::Locale;

    #[test]
    fn a_finding_that_was_taken_back_stands_with_the_day_and_the_reason() {
        let taken_back = |because| {
            let facts = Facts::Streak {
                since: Day(date!(2025 - 09 - 20)),
                before: Value::new(100.0).unwrap(),
                value: Value::new(124.0).unwrap(),
                num_rises: 7,
            };
            let noted = Noted {
                artist: "Luz".to_owned(),
                owner: Owner::Artist,
                kind: TrendKind::STREAK,
                platform: Platform::SPOTIFY,
                metric: Metric::FOLLOWERS,
                finding: Finding { date: Day(date!(2025 - 09 - 28)), facts, by_chance: None },
            };
            TakenBack { noted, taken_back_on: Day(date!(2025 - 09 - 29)), because }
        };
        let taken_back = [Undoing::Late, Undoing::Marked, Undoing::Corrected].map(taken_back).to_vec();
        let corrections = Corrections { num_taken_back: 5, taken_back, ..Corrections::default() };
        let said = |locale| {
            let words = Words::of(locale);
            let Section { blocks, num_more, .. } = of(words, &corrections, None, date!(2025 - 09 - 30));
            let lines = blocks.into_iter().map(|block| match block {
                Block::Line(line) => crate::plain(&line, words),
                block => panic!("{block:?}"),
            });
            (lines.collect::<Vec<_>>(), num_more)
        };
        let (english, num_more) = said(Locale::English);
        assert_eq!(num_more, 2);
        for (line, why) in english.iter().zip(["came late", "validator marked", "were corrected"]) {
            assert!(
                line.starts_with("taken back on Sep 29, 2025, as ")
                    && line.contains(why)
                    && line.contains("Luz"),
                "{line}"
            );
        }
        let (spanish, _) = said(Locale::Spanish);
        for (line, why) in spanish.iter().zip(["con retraso", "marcó cifras más tarde", "se corrigieron"]) {
            assert!(line.starts_with("retirado el ") && line.contains(why) && line.contains("Luz"), "{line}");
        }
    }
}
