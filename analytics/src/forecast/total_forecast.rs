//! The forecast of a total: one metric of several artists in; their sum day by day, and its forecast by each method, out.
//!
//! It takes milliseconds where a lookup takes microseconds, and depends on nothing but its arguments: who answers many
//! questions computes it once for each total and day, and again when one of the series or the knowledge changes.

use casa24_forecasting::{Knowledge, Memory, Method};
use casa24_schemas::{Artist, Forecast, Metric, Platform};
use time::Date;

use super::forecast_series::{ForecastInput, forecasts_of};
use crate::series::Series;
use crate::total_series::{TotalSeries, total_series};

/// A total to be forecast, and the day as of which that is done.
#[derive(Debug, Clone, Copy)]
pub struct TotalInput<'a> {
    /// Whose forecast it is called.
    pub artist: &'a Artist,
    /// Platform of the series.
    pub platform: &'a Platform,
    /// Metric of the series.
    pub metric: &'a Metric,
    /// The series to be added, one for each artist.
    pub series: &'a [&'a Series],
    /// What was observed later is not seen.
    pub as_of: Date,
    /// Whether any of the figures are made up for a demonstration.
    pub sample: bool,
}

/// A total and where it is going.
#[derive(Debug, Clone, PartialEq)]
pub struct TotalForecast {
    /// The sum of each day that has one, and who is in it.
    pub total: TotalSeries,
    /// One forecast for each method; none where no day has a sum.
    pub forecasts: Vec<Forecast>,
}

/// A total and its forecast by each of these methods. The memory belongs to this total: with it, the next forecast learns
/// only what is new.
pub fn total_forecast(
    input: &TotalInput<'_>,
    methods: &[Method],
    knowledge: &Knowledge,
    memory: &mut Memory,
) -> TotalForecast {
    let total = total_series(input.series, input.as_of);
    let TotalInput { artist, platform, metric, as_of, sample, .. } = *input;
    let summed = ForecastInput { artist, platform, metric, series: &total.series, as_of, sample };
    let forecasts = forecasts_of(&summed, methods, knowledge, memory);
    TotalForecast { total, forecasts }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Observed;
    use time::Duration;
    use time::macros::date;

    use super::*;
    use crate::point::{FlagSet, Point};

    const TODAY: Date = date!(2025 - 09 - 30);

    fn series(values: impl IntoIterator<Item = f64>) -> Series {
        let mut series = Series::new();
        for (days_ago, value) in (0..).zip(values) {
            let observed_at = Observed::day(TODAY - Duration::days(days_ago));
            series.insert(Point { observed_at, value, flags: FlagSet::default() });
        }
        series
    }

    fn forecast(series: &[&Series], memory: &mut Memory) -> TotalForecast {
        let artist = &Artist::label("The label");
        let (platform, metric) = (&Platform::SPOTIFY, &Metric::FOLLOWERS);
        let input = TotalInput { artist, platform, metric, series, as_of: TODAY, sample: false };
        total_forecast(&input, &[Method::Ensemble], Knowledge::built_in(), memory)
    }

    #[test]
    fn a_total_is_forecast_like_the_series_of_its_sums() {
        let one = series((0..60).map(|days_ago| f64::from(500 - 2 * days_ago)));
        let other = series((0..60).map(|days_ago| f64::from(300 + days_ago % 7)));
        let sum = series((0..60).map(|days_ago| f64::from(800 - 2 * days_ago + days_ago % 7)));
        let total = forecast(&[&one, &other], &mut Memory::new());
        assert_eq!(total.total.counted, [0, 1]);
        assert_eq!(total.forecasts, forecast(&[&sum], &mut Memory::new()).forecasts);
    }

    #[test]
    fn a_memory_saves_time_and_changes_nothing() {
        let values = series((0..60).map(|days_ago| f64::from(500 - 2 * days_ago + days_ago % 5)));
        let mut memory = Memory::new();
        let first = forecast(&[&values], &mut memory);
        assert_eq!(first, forecast(&[&values], &mut memory));
    }

    #[test]
    fn without_a_sum_there_is_no_forecast() {
        assert!(forecast(&[], &mut Memory::new()).forecasts.is_empty());
        let young = series([5.0; 13]);
        let total = forecast(&[&young], &mut Memory::new());
        assert_eq!((total.total.young.as_slice(), total.forecasts.len()), (&[0][..], 0));
    }
}
