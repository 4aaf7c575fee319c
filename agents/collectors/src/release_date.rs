//! Dates of releases, which sources know as days, months or years.

use time::Date;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
/// What a month or a year lacks of a day.
const REST: &str = "0000-01-01";

/// Whether a text is a day of the calendar, or a month or a year, whenever that was: recordings are older than platforms.
/// A year 0000 stands for none.
pub(crate) fn is_release_date(text: &str) -> bool {
    if !matches!(text.len(), 4 | 7 | 10) {
        return false;
    }
    let day = format!("{text}{}", &REST[text.len()..]);
    Date::parse(&day, DAY).is_ok_and(|day| day.year() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_months_and_years_of_the_calendar_are_dates() {
        for date in ["2026-08-14", "2026-08", "1981", "1887-01-01", "2024-02-29"] {
            assert!(is_release_date(date), "{date}");
        }
        for none in [
            "2026-99-99",
            "2026-13",
            "2026-02-30",
            "2026-00",
            "0000",
            "0000-00-00",
            "",
            "soon",
            "+026",
            "2026-8-1é",
        ] {
            assert!(!is_release_date(none), "{none}");
        }
    }
}
