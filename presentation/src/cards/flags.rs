//! Flags in words: what a reader has to know about figures before trusting them.

use std::collections::BTreeMap;

use casa24_schemas::{Date, DatedFlag, Flag};

use crate::card::Line;
use crate::words::{Argument, Symbol, Words};

use super::frame::{joined, name};

/// Most days that one note lists.
const MAX_DAYS: usize = 3;

/// The flags that distort any change that spans them.
pub(super) fn distorting(flags: &[DatedFlag]) -> Vec<DatedFlag> {
    flags.iter().filter(|flag| flag.flag.changes_level()).copied().collect()
}

/// Adds a mark to a line where something distorts the figure in it.
pub(super) fn with_mark(line: Line, distorting: &[DatedFlag]) -> Line {
    if distorting.is_empty() { line } else { line.then(Symbol::Space).then(Symbol::Warning) }
}

/// Flags in words, those that distort a figure first; `None` where there is nothing to say.
pub(super) fn line(words: &Words, flags: &[DatedFlag]) -> Option<Line> {
    let mut days: BTreeMap<(bool, Flag), Vec<Date>> = BTreeMap::new();
    let purged = |date| flags.iter().any(|it| it.flag == Flag::PlatformPurge && it.date == date);
    for flag in flags {
        if flag.flag == Flag::LevelChange && purged(flag.date) {
            continue; // the purge is what changed the level
        }
        days.entry((!flag.flag.changes_level(), flag.flag)).or_default().push(flag.date);
    }
    let said: Vec<Line> = days.iter().filter_map(|((_, flag), days)| flag_line(words, *flag, days)).collect();
    (!said.is_empty()).then(|| joined(said, Symbol::Semicolon))
}

/// The note of one series: `⚠ Chef Lino, Spotify followers: level change on Sep 22, 2025`; `None` where nothing
/// distorts it.
pub(super) fn of_series(words: &Words, artist: &str, series: Line, distorting: &[DatedFlag]) -> Option<Line> {
    let flags = line(words, distorting)?;
    let note = [("artist", name(artist).strong().into()), ("series", series.into()), ("flags", flags.into())];
    Some(Line::from(Symbol::Warning).then(Symbol::Space).then(words.line("flagged-series", &note)))
}

fn flag_line(words: &Words, flag: Flag, days: &[Date]) -> Option<Line> {
    let days: Argument = match flag {
        Flag::OutOfOrder => return None,
        Flag::Rounded => return Some(words.say("flag-rounded").into()),
        Flag::UnconfirmedZero => words.day(*days.iter().max()?).into(),
        Flag::LevelChange | Flag::CounterFell | Flag::PlatformPurge | Flag::CopiedForward | Flag::Gap => {
            days_line(words, days).into()
        }
    };
    Some(words.line(&format!("flag-{flag}"), &[("days", days)]))
}

/// `Sep 22, 2025`, or the newest days and how many more there are.
fn days_line(words: &Words, days: &[Date]) -> Line {
    let newest: Vec<Line> =
        days.iter().rev().take(MAX_DAYS).map(|date| Line::from(words.day(*date))).collect();
    let more = days.len() - newest.len();
    if more == 0 {
        return words.list(newest);
    }
    let newest = joined(newest, Symbol::Comma);
    words.line("days-and-more", &[("days", newest.into()), ("count", (more as u64).into())])
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::words::Locale;

    fn english(flags: &[DatedFlag]) -> Option<String> {
        line(Words::of(Locale::English), flags).map(|line| crate::plain(&line, Words::of(Locale::English)))
    }

    #[test]
    fn flags_are_put_into_words_the_grave_ones_first() {
        let flags = [
            DatedFlag { date: date!(2025 - 09 - 20), flag: Flag::Gap },
            DatedFlag { date: date!(2025 - 09 - 22), flag: Flag::LevelChange },
            DatedFlag { date: date!(2025 - 09 - 23), flag: Flag::OutOfOrder },
        ];
        assert_eq!(
            english(&flags).as_deref(),
            Some("level change on Sep 22, 2025; days missing before Sep 20, 2025")
        );
        assert_eq!((english(&[]), distorting(&flags)), (None, vec![flags[1]]));
    }

    #[test]
    fn many_days_are_counted() {
        let copied = |day| DatedFlag {
            date: Date::from_calendar_date(2025, time::Month::July, day).unwrap(),
            flag: Flag::CopiedForward,
        };
        let said = english(&(1..=9).map(copied).collect::<Vec<_>>()).unwrap();
        assert!(said.ends_with("Jul 9, 2025, Jul 8, 2025, Jul 7, 2025 and 6 more days"), "{said}");
    }
}
