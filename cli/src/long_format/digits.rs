//! Dates and times written in digits only: a whole number in, a moment out, and the number again.

use super::moment::{DAY, Moment};

/// How many digits say what, as in `20250706`: the year first, then two digits each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Digits {
    /// Pairs of digits after the year: month, day, hour, minute, second.
    pairs: u8,
}

/// Years in which a whole number is taken for a date.
const YEARS: std::ops::RangeInclusive<i64> = 1_800..=2_199;

impl Digits {
    /// `202507`
    pub(super) const MONTH: Self = Self { pairs: 1 };
    /// `20250706`
    pub(crate) const DAY: Self = Self { pairs: 2 };
    /// `2025070613`
    pub(super) const HOUR: Self = Self { pairs: 3 };
    /// `202507061305`
    pub(super) const MINUTE: Self = Self { pairs: 4 };
    /// `20250706130559`
    const SECOND: Self = Self { pairs: 5 };

    /// All of them.
    pub(super) const ALL: [Self; 5] = [Self::MONTH, Self::DAY, Self::HOUR, Self::MINUTE, Self::SECOND];

    /// How people name it.
    pub(super) const fn name(self) -> &'static str {
        match self.pairs {
            1 => "yyyymm",
            2 => "yyyymmdd",
            3 => "yyyymmddhh",
            4 => "yyyymmddhhmm",
            _ => "yyyymmddhhmmss",
        }
    }

    /// Whether it has an hour.
    pub(super) const fn has_time(self) -> bool {
        self.pairs > Self::DAY.pairs
    }

    /// The moment that a number says; none where it has other digits than a date of the years 1800 to 2199.
    pub(super) fn moment(self, number: i64) -> Option<Moment> {
        // Month, day, hour, minute, second: what is not said is the first.
        let mut parts = [1, 1, 0, 0, 0];
        let mut rest = number;
        for part in parts.iter_mut().take(usize::from(self.pairs)).rev() {
            *part = rest.rem_euclid(100);
            rest = rest.div_euclid(100);
        }
        let [month, day, hour, minute, second] = parts;
        if !YEARS.contains(&rest) || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let midnight = Moment::of_calendar(rest, month, day)?;
        Some(Moment(midnight.0 + hour * 3600 + minute * 60 + second))
    }

    /// The number of a moment; none beyond the calendar.
    pub(super) fn number(self, moment: Moment) -> Option<i64> {
        let (year, month, day) = moment.date()?.to_calendar_date();
        let second = moment.0.rem_euclid(DAY);
        let parts =
            [i64::from(u8::from(month)), i64::from(day), second / 3600, second / 60 % 60, second % 60];
        let with = |number: i64, part: &i64| number * 100 + part;
        Some(parts.iter().take(usize::from(self.pairs)).fold(i64::from(year), with))
    }
}

#[cfg(test)]
mod tests {
    use super::super::style::Style;
    use super::*;

    #[test]
    fn numbers_are_read_and_written_the_same() {
        let cases = [
            (199_912, "1999-12-01 00:00:00"),
            (20_240_229, "2024-02-29 00:00:00"),
            (2_024_022_923, "2024-02-29 23:00:00"),
            (202_402_292_359, "2024-02-29 23:59:00"),
            (20_240_229_235_958, "2024-02-29 23:59:58"),
        ];
        for ((number, expected), digits) in cases.into_iter().zip(Digits::ALL) {
            let moment = digits.moment(number).unwrap();
            assert_eq!(moment.text(Style::Time).as_deref(), Some(expected));
            assert_eq!(digits.number(moment), Some(number));
        }
    }

    #[test]
    fn what_is_no_date_has_no_moment() {
        for number in [0, -20_240_229, 20_230_229, 20_241_301, 2_024_022_924, 99_991_231, 202_402, i64::MAX] {
            let found = [Digits::DAY, Digits::HOUR, Digits::SECOND].map(|digits| digits.moment(number));
            assert_eq!(found, [None; 3], "{number}");
        }
    }
}
