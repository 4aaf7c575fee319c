//! Days in the form of a language: `Sep 30, 2025`, `30 sept 2025`.

use casa24_schemas::Date;
use icu_calendar::{Date as IcuDate, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::{M, MD, YMD};

use super::Locale;

/// Writes days in the form of one language.
pub(super) struct Days {
    full: FixedCalendarDateTimeFormatter<Gregorian, YMD>,
    short: FixedCalendarDateTimeFormatter<Gregorian, MD>,
    month: FixedCalendarDateTimeFormatter<Gregorian, M>,
}

impl Days {
    pub(super) fn of(locale: Locale) -> Self {
        let preferences = locale.for_icu().into();
        let full = FixedCalendarDateTimeFormatter::try_new(preferences, YMD::medium());
        let short = FixedCalendarDateTimeFormatter::try_new(preferences, MD::medium());
        let month = FixedCalendarDateTimeFormatter::try_new(preferences, M::long());
        Self {
            full: full.expect("the compiled data holds every locale, or its fallback"),
            short: short.expect("the compiled data holds every locale, or its fallback"),
            month: month.expect("the compiled data holds every locale, or its fallback"),
        }
    }

    /// A day with its year.
    pub(super) fn full(&self, date: Date) -> String {
        gregorian(date).map_or_else(|| date.to_string(), |day| self.full.format(&day).to_string())
    }

    /// A day without its year.
    pub(super) fn short(&self, date: Date) -> String {
        gregorian(date).map_or_else(|| date.to_string(), |day| self.short.format(&day).to_string())
    }

    /// The month of a day.
    pub(super) fn month(&self, date: Date) -> String {
        gregorian(date).map_or_else(|| date.to_string(), |day| self.month.format(&day).to_string())
    }
}

/// The day as ICU knows it; `None` where it is further away than ICU computes.
fn gregorian(date: Date) -> Option<IcuDate<Gregorian>> {
    IcuDate::try_new_gregorian(date.year(), date.month().into(), date.day()).ok()
}
