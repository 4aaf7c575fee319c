//! What one panel of a picture shows: a series as it was observed, and where it is going.

use casa24_analytics::Series;
use casa24_schemas::{Date, Flag, Forecast, ForecastPoint};
use time::Duration;

use crate::text;

/// One series. Texts are metrics, numbers and dates: names of artists, in whatever script, stand in the message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Panel {
    /// The series, such as `Spotify followers`.
    pub(crate) title: String,
    /// The forecast in a line.
    pub(crate) outlook: String,
    /// Accepted values of the last days, oldest first, one for each day that has any; the last one is the current.
    pub(crate) seen: Vec<Seen>,
    /// The forecast, one point for each day ahead; empty where there is none.
    pub(crate) path: Vec<ForecastPoint>,
    /// What other models expect.
    pub(crate) others: Vec<OtherPath>,
    /// A value that somebody hopes for.
    pub(crate) goal: Option<f64>,
}

/// A value that was observed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Seen {
    /// Its day.
    pub(crate) date: Date,
    /// The value.
    pub(crate) value: f64,
    /// Whether the series jumped to this value from another level.
    pub(crate) new_level: bool,
}

/// The expected values of another model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OtherPath {
    /// Token of the model.
    pub(crate) model: String,
    /// Days ahead, and the value that is expected then.
    pub(crate) points: Vec<(u32, f64)>,
}

impl Panel {
    /// The panel of a series and its forecast for `days` days, as of a day, with `history_days` before it.
    pub(crate) fn of(
        title: String,
        series: &Series,
        forecast: Option<&Forecast>,
        (history_days, days): (u32, u32),
        as_of: Date,
    ) -> Self {
        let path = forecast.map(|forecast| forecast.path.as_slice()).unwrap_or_default();
        let path: Vec<ForecastPoint> =
            path.iter().filter(|point| point.days_ahead <= days).copied().collect();
        Self {
            title,
            outlook: outlook(path.last()),
            seen: seen(series, as_of, history_days),
            path,
            others: Vec::new(),
            goal: None,
        }
    }
}

/// The last point of a path in words.
fn outlook(last: Option<&ForecastPoint>) -> String {
    let Some(last) = last else { return "no forecast".to_owned() };
    let [predicted, lower, upper] = [last.predicted, last.lower_80, last.upper_80].map(text::whole);
    format!("{predicted} expected (80 %: {lower}–{upper})")
}

/// The last value of each of the last days; a change of level earlier in a day belongs to the day.
fn seen(series: &Series, as_of: Date, num_days: u32) -> Vec<Seen> {
    let known = series.until(as_of);
    let Some(newest) = known.last() else { return Vec::new() };
    let start = newest.date().checked_sub(Duration::days(i64::from(num_days))).unwrap_or(Date::MIN);
    let mut seen: Vec<Seen> = Vec::new();
    for point in &known[known.partition_point(|point| point.date() <= start)..] {
        let new_level = point.flags.has(Flag::LevelChange) || point.flags.has(Flag::CounterFell);
        let day = Seen { date: point.date(), value: point.value, new_level };
        match seen.last_mut() {
            Some(last) if last.date == day.date => {
                *last = Seen { new_level: last.new_level || new_level, ..day };
            }
            _ => seen.push(day),
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use casa24_analytics::{FlagSet, Point};
    use casa24_schemas::Observed;
    use time::macros::date;

    use super::*;

    #[test]
    fn a_day_is_shown_by_its_last_value_and_keeps_its_change_of_level() {
        let mut series = Series::new();
        for (at, value, flags) in [
            ("2025-01-01", 1.0, &[][..]),
            ("2025-09-29T08:00:00Z", 5.0, &[Flag::CounterFell]),
            ("2025-09-29T20:00:00Z", 6.0, &[]),
            ("2025-09-30", 7.0, &[Flag::Rounded]),
            ("2025-10-01", 9.0, &[]),
        ] {
            let observed_at = Observed::parse(at).unwrap();
            series.insert(Point { observed_at, value, flags: FlagSet::of(flags) });
        }
        let panel = Panel::of(String::new(), &series, None, (120, 30), date!(2025 - 09 - 30));
        let seen: Vec<_> = panel.seen.iter().map(|seen| (seen.value, seen.new_level)).collect();
        assert_eq!(seen, [(6.0, true), (7.0, false)]);
    }
}
