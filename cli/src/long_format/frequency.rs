//! How far the values of a file lie apart: moments in, the most common distance and its season out.

use std::collections::HashMap;
use std::fmt;

use super::moment::{DAY, Moment, is_month_end};

/// The distance from one value to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Frequency {
    /// Plain integers, so far apart.
    Integers(i64),
    /// So many seconds.
    Seconds(i64),
    /// One day, from Monday to Friday.
    BusinessDays,
    /// So many calendar months, on the same day of the month or on its last.
    Months(i64),
}

impl Frequency {
    /// One hour.
    pub(crate) const HOURLY: Self = Self::Seconds(3_600);
    /// One day.
    pub(crate) const DAILY: Self = Self::Seconds(DAY);
    /// Seven days.
    pub(crate) const WEEKLY: Self = Self::Seconds(7 * DAY);
    /// One month.
    pub(crate) const MONTHLY: Self = Self::Months(1);
    /// Three months.
    pub(crate) const QUARTERLY: Self = Self::Months(3);
    /// Twelve months.
    pub(crate) const YEARLY: Self = Self::Months(12);

    /// The distance from one moment to a later one, or from one integer to the next.
    fn between(earlier: Moment, later: Moment, counts: bool) -> Self {
        let seconds = later.0.saturating_sub(earlier.0);
        if counts {
            return Self::Integers(seconds);
        }
        // The shortest month.
        if seconds >= 28 * DAY
            && earlier.second_of_day() == later.second_of_day()
            && let (Some(from), Some(to)) = (earlier.date(), later.date())
            && (from.day() == to.day() || is_month_end(from) && is_month_end(to))
        {
            return Self::Months(month_number(to) - month_number(from));
        }
        Self::Seconds(seconds)
    }

    /// Steps after which a pattern may repeat: a day of hours (or of shorter steps, down to five minutes), a week of
    /// days, a year of weeks, months or quarters; 1 where none does.
    pub(crate) const fn season_length(self) -> u32 {
        match self {
            Self::Seconds(DAY) => 7,
            Self::BusinessDays => 5,
            Self::Seconds(WEEK) => 52,
            Self::Seconds(seconds) if seconds >= 300 && DAY % seconds == 0 => (DAY / seconds) as u32,
            Self::Months(months) if months < 12 && 12 % months == 0 => (12 / months) as u32,
            Self::Integers(_) | Self::Seconds(_) | Self::Months(_) => 1,
        }
    }

    /// Whether people have a word for it, so that a series of few values may have it by more than chance.
    pub(super) const fn is_usual(self) -> bool {
        matches!(
            self,
            Self::HOURLY | Self::DAILY | Self::WEEKLY | Self::MONTHLY | Self::QUARTERLY | Self::YEARLY
        )
    }

    /// Whether a value comes a day at most, so that the time of the day says nothing of it.
    pub(super) const fn is_by_day(self) -> bool {
        match self {
            Self::Integers(_) => false,
            Self::Seconds(seconds) => seconds >= DAY,
            Self::BusinessDays | Self::Months(_) => true,
        }
    }

    /// Horizons and distance of origins of a backtest, where none are asked for, in steps.
    pub(crate) const fn usual_horizons(self) -> ([usize; 3], usize) {
        match self {
            Self::Seconds(DAY) => ([7, 30, 90], 7),
            Self::BusinessDays => ([5, 20, 60], 5),
            Self::Seconds(WEEK) => ([4, 13, 26], 4),
            Self::Seconds(seconds) if seconds < DAY => ([24, 72, 168], 24),
            Self::Months(1) => ([3, 6, 12], 3),
            Self::Months(3) => ([1, 4, 8], 1),
            Self::Integers(_) | Self::Seconds(_) | Self::Months(_) => ([1, 3, 6], 1),
        }
    }
}

/// Seconds of a week.
const WEEK: i64 = 7 * DAY;

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Integers(1) => f.write_str("integer steps"),
            Self::Integers(step) => write!(f, "integer steps of {step}"),
            Self::BusinessDays => f.write_str("daily from Monday to Friday"),
            Self::HOURLY => f.write_str("hourly"),
            Self::DAILY => f.write_str("daily"),
            Self::WEEKLY => f.write_str("weekly"),
            Self::MONTHLY => f.write_str("monthly"),
            Self::QUARTERLY => f.write_str("quarterly"),
            Self::YEARLY => f.write_str("yearly"),
            Self::Months(months) => write!(f, "every {months} months"),
            Self::Seconds(seconds) if seconds % DAY == 0 => write!(f, "every {} days", seconds / DAY),
            Self::Seconds(seconds) if seconds % 3_600 == 0 => write!(f, "every {} hours", seconds / 3_600),
            Self::Seconds(seconds) if seconds % 60 == 0 => write!(f, "every {} minutes", seconds / 60),
            Self::Seconds(seconds) => write!(f, "every {seconds} seconds"),
        }
    }
}

/// Months since the year 0.
pub(crate) fn month_number(date: time::Date) -> i64 {
    i64::from(date.year()) * 12 + i64::from(u8::from(date.month())) - 1
}

/// Counts distances.
#[derive(Debug)]
pub(super) struct Distances {
    /// Whether moments are plain integers.
    counts: bool,
    counted: HashMap<Frequency, u64>,
}

/// How far the values of a series are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Distance {
    /// The most common distance.
    pub(super) frequency: Frequency,
    /// How often it is that, of so many.
    pub(super) num: u64,
    pub(super) num_all: u64,
}

impl Distances {
    /// None yet, of moments or of plain integers.
    pub(super) fn new(counts: bool) -> Self {
        Self { counts, counted: HashMap::new() }
    }

    /// Takes in the moments of a series, in order.
    pub(super) fn add(&mut self, moments: impl Iterator<Item = Moment> + Clone) {
        for (earlier, later) in
            moments.clone().zip(moments.skip(1)).filter(|(earlier, later)| earlier < later)
        {
            *self.counted.entry(Frequency::between(earlier, later, self.counts)).or_default() += 1;
        }
    }

    /// The most common one, of equally common ones the shortest; none where no series has two moments.
    pub(super) fn most_common(&self) -> Option<Distance> {
        // Seconds sort before months, which are longer.
        let best = self.counted.iter().max_by_key(|(frequency, num)| (**num, std::cmp::Reverse(**frequency)));
        let num_all = self.counted.values().sum();
        best.map(|(frequency, num)| Distance { frequency: *frequency, num: *num, num_all })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inferred(series: &[&[&str]]) -> Option<Frequency> {
        let mut distances = Distances::new(false);
        for texts in series {
            distances.add(texts.iter().map(|text| Moment::parse(text).unwrap().0));
        }
        distances.most_common().map(|distance| distance.frequency)
    }

    #[test]
    fn distances_are_named() {
        let cases: [(&[&str], Frequency); 9] = [
            (&["2025-07-06 23:00:00", "2025-07-07 00:00:00"], Frequency::HOURLY),
            (&["2024-02-28", "2024-02-29", "2024-03-01"], Frequency::DAILY),
            (&["2025-03-23", "2025-03-30", "2025-04-06"], Frequency::WEEKLY),
            (&["2025-01-01", "2025-02-01", "2025-03-01"], Frequency::MONTHLY),
            (&["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"], Frequency::MONTHLY),
            (&["2024-12-31", "2025-03-31", "2025-06-30"], Frequency::QUARTERLY),
            (&["2023-01-01", "2024-01-01", "2025-01-01"], Frequency::YEARLY),
            (&["2025-02-01", "2025-03-01", "2025-03-29", "2025-04-26"], Frequency::Seconds(28 * DAY)),
            (&["2025-07-06T00:00:00Z", "2025-07-06T00:15:00Z"], Frequency::Seconds(900)),
        ];
        for (texts, expected) in cases {
            assert_eq!(inferred(&[texts]), Some(expected), "{texts:?}");
        }
    }

    #[test]
    fn the_most_common_distance_of_all_series_counts() {
        let gaps: &[&str] = &["2025-07-01", "2025-07-03", "2025-07-05"];
        let whole: &[&str] = &["2025-07-01", "2025-07-02", "2025-07-03", "2025-07-04"];
        assert_eq!(inferred(&[gaps, whole]), Some(Frequency::DAILY));
        assert_eq!(inferred(&[gaps, &["2025-07-01", "2025-07-02", "2025-07-03"]]), Some(Frequency::DAILY));
        assert_eq!(inferred(&[&["2025-07-01"]]), None);
    }

    #[test]
    fn seasons_follow_the_calendar() {
        let of = |frequencies: [Frequency; 10]| frequencies.map(Frequency::season_length);
        use Frequency as F;
        let named = [F::HOURLY, F::DAILY, F::WEEKLY, F::MONTHLY, F::QUARTERLY, F::YEARLY, F::Integers(1)];
        let [hour, day, week, month, quarter, year, integer] = named;
        let all = [
            hour,
            day,
            week,
            month,
            quarter,
            year,
            integer,
            F::Seconds(900),
            F::Seconds(60),
            F::BusinessDays,
        ];
        assert_eq!(of(all), [24, 7, 52, 12, 4, 1, 1, 96, 1, 5]);
    }
}
