//! Flags in words: what a reader has to know about figures before trusting them.

use std::collections::BTreeMap;

use casa24_schemas::{Date, DatedFlag, Flag};

use crate::discord;
use crate::text;

/// Mark of a figure that has a note.
pub(crate) const MARK: &str = " ⚠";

/// Most days that one note lists.
const MAX_DAYS: usize = 3;

/// The mark where something bends a figure.
pub(crate) fn mark(bending: &[DatedFlag]) -> &'static str {
    if bending.is_empty() { "" } else { MARK }
}

/// The flags that bend any change that spans them.
pub(crate) fn bending(flags: &[DatedFlag]) -> Vec<DatedFlag> {
    flags.iter().filter(|flag| bends(flag.flag)).copied().collect()
}

/// Flags in words, those that bend a figure first; `None` where there is nothing to tell.
pub(crate) fn in_words(flags: &[DatedFlag]) -> Option<String> {
    let mut days: BTreeMap<(bool, Flag), Vec<Date>> = BTreeMap::new();
    for flag in flags {
        days.entry((!bends(flag.flag), flag.flag)).or_default().push(flag.date);
    }
    let words: Vec<String> = days.iter().filter_map(|((_, flag), days)| flag_in_words(*flag, days)).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

/// The line of one series: `Chef Lino, Spotify followers: level change on 2025-09-22`; `None` where nothing
/// bends it.
pub(crate) fn of_series(artist: &str, series: &str, bending: &[DatedFlag]) -> Option<String> {
    let words = in_words(bending)?;
    Some(format!("⚠ **{}**, {series}: {words}", discord::name(artist)))
}

/// Whether a flag means that a change is not what it seems.
pub(crate) const fn bends(flag: Flag) -> bool {
    matches!(flag, Flag::LevelChange | Flag::CounterFell)
}

fn flag_in_words(flag: Flag, days: &[Date]) -> Option<String> {
    let on = |one: &str| Some(format!("{one} on {}", days_in_words(days)));
    match flag {
        Flag::LevelChange => on("level change"),
        Flag::CounterFell => on("platform took some back"),
        Flag::Rounded => Some("rounded by the source".to_owned()),
        Flag::CopiedForward => on("stood still, perhaps copied,"),
        Flag::Gap => Some(format!("days missing before {}", days_in_words(days))),
        Flag::UnconfirmedZero => {
            let until = days.iter().max().map(|date| text::day(*date)).unwrap_or_default();
            Some(format!("zero up to {until}, not confirmed"))
        }
        Flag::OutOfOrder => None,
    }
}

/// `2025-09-22`, or the newest days and how many more there are.
fn days_in_words(days: &[Date]) -> String {
    let newest: Vec<String> = days.iter().rev().take(MAX_DAYS).map(|date| text::day(*date)).collect();
    let more = days.len() - newest.len();
    if more > 0 {
        return format!("{} and {}", newest.join(", "), text::count(more, "more day", "more days"));
    }
    newest.join(", ")
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn flags_are_told_in_words_the_grave_ones_first() {
        let flags = [
            DatedFlag { date: date!(2025 - 09 - 20), flag: Flag::Gap },
            DatedFlag { date: date!(2025 - 09 - 22), flag: Flag::LevelChange },
            DatedFlag { date: date!(2025 - 09 - 23), flag: Flag::OutOfOrder },
        ];
        assert_eq!(
            in_words(&flags).as_deref(),
            Some("level change on 2025-09-22; days missing before 2025-09-20")
        );
        assert_eq!((in_words(&[]), mark(&[]), bending(&flags)), (None, "", vec![flags[1]]));
    }

    #[test]
    fn many_days_are_counted() {
        let copied = |day| DatedFlag {
            date: Date::from_calendar_date(2025, time::Month::July, day).unwrap(),
            flag: Flag::CopiedForward,
        };
        let words = in_words(&(1..=9).map(copied).collect::<Vec<_>>()).unwrap();
        assert!(words.ends_with("2025-07-09, 2025-07-08, 2025-07-07 and 6 more days"), "{words}");
    }
}
