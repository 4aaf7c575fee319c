//! What models see of a series: the values known by a day in; one observation a day, the possible values and what is
//! asked out. The predictors, the backtest and the training all take their series from here.

use casa24_forecasting::{Bounds, Observation, Request, Sequence};
use casa24_schemas::{Metric, Nature, Platform, metric_info};
use time::Date;

use crate::series::Series;

/// How far ahead a path goes, in days.
pub const HORIZON_DAYS: u32 = 90;

/// How far back a method and the check of its earlier forecasts look at least, in days, so that the cost does not grow
/// with the history.
pub const LOOKBACK_DAYS: u32 = 365;

/// Days after which a pattern may repeat.
const SEASON_DAYS: usize = 7;

/// One series as models see it as of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelInput {
    /// The last value of each day that has any, oldest first; a step is a Julian day number.
    pub observations: Vec<Observation>,
    /// What is asked of the models.
    pub request: Request,
}

impl ModelInput {
    /// The series as known at the end of a day.
    pub fn of(platform: &Platform, metric: &Metric, series: &Series, as_of: Date) -> Self {
        let observations: Vec<Observation> = series
            .daily(..=as_of)
            .into_iter()
            .map(|day| Observation {
                step: i64::from(day.date.to_julian_day()),
                value: day.value,
                new_level: day.new_level,
            })
            .collect();
        // A metric that nobody described is bounded by nothing, except that one never seen below zero stays there.
        let bounds = bounds(platform, metric)
            .unwrap_or_else(|| Bounds::of_values(observations.iter().map(|seen| seen.value)));
        let request = Request {
            bounds,
            season_length: SEASON_DAYS,
            horizon: HORIZON_DAYS as usize,
            levels: vec![0.80, 0.95],
            whole_ends: true,
            group: Some(group_of(platform, metric)),
            window_length: window_length(platform, metric),
            with_track_record: true,
        };
        Self { observations, request }
    }

    /// The newest part of the series, which models learn from; `None` where it has no value.
    pub fn sequence(&self) -> Option<Sequence> {
        Sequence::new(&self.observations, self.request.season_length)
    }

    /// The observations within a sequence that was made of this input.
    pub fn observations_in(&self, sequence: &Sequence) -> &[Observation] {
        let start = self.observations.partition_point(|seen| seen.step < sequence.step(0));
        &self.observations[start..]
    }
}

/// The series that learn from each other: those of one metric of a platform.
pub fn group_of(platform: &Platform, metric: &Metric) -> String {
    format!("{platform}/{metric}")
}

/// How many days a metric that is a sliding sum covers.
pub fn window_length(platform: &Platform, metric: &Metric) -> Option<usize> {
    match metric_info(platform, metric)?.nature {
        Nature::Window { days } => usize::try_from(days).ok(),
        Nature::Level | Nature::Counter | Nature::Flow | Nature::Score => None,
    }
}

/// What values a metric can have; `None` for a metric that nobody described.
pub fn bounds(platform: &Platform, metric: &Metric) -> Option<Bounds> {
    let info = metric_info(platform, metric)?;
    Some(Bounds {
        lowest: 0.0,
        highest: info.highest.unwrap_or(f64::INFINITY),
        only_rises: info.nature == Nature::Counter,
    })
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Flag, Observed};
    use time::macros::date;

    use super::*;
    use crate::point::{FlagSet, Point};

    fn input(metric: &Metric, values: &[(&str, f64)], as_of: Date) -> ModelInput {
        let mut series = Series::new();
        for (observed_at, value) in values {
            let observed_at = Observed::parse(observed_at).unwrap();
            series.insert(Point { observed_at, value: *value, flags: FlagSet::of(&[Flag::Gap]) });
        }
        ModelInput::of(&Platform::SPOTIFY, metric, &series, as_of)
    }

    #[test]
    fn models_see_the_last_value_of_each_day_and_nothing_later() {
        let values =
            [("2000-01-01T08:00:00Z", 1.0), ("2000-01-01", 2.0), ("2000-01-03", 3.0), ("2000-01-04", 4.0)];
        let input = input(&Metric::FOLLOWERS, &values, date!(2000 - 01 - 03));
        let seen: Vec<_> = input.observations.iter().map(|seen| (seen.step, seen.value)).collect();
        // The Julian day of 2000-01-01 is 2451545.
        assert_eq!(seen, [(2_451_545, 2.0), (2_451_547, 3.0)]);
    }

    #[test]
    fn the_nature_of_a_metric_bounds_it_and_its_values_do_where_it_has_none() {
        let unknown = Metric::new("unheard_of").unwrap();
        let bounds =
            |metric: &Metric, value| input(metric, &[("2000-01-01", value)], Date::MAX).request.bounds;
        assert_eq!(bounds(&Metric::FOLLOWERS, -1.0), Bounds { lowest: 0.0, ..Bounds::NONE });
        assert_eq!(bounds(&Metric::POPULARITY_SCORE, 5.0).highest, 100.0);
        assert_eq!(bounds(&unknown, 5.0).lowest, 0.0);
        assert_eq!(bounds(&unknown, -5.0), Bounds::NONE);
    }

    #[test]
    fn a_metric_of_a_platform_learns_from_its_like_and_a_sliding_sum_is_known_as_one() {
        let request = |metric: &Metric| input(metric, &[("2000-01-01", 1.0)], Date::MAX).request;
        let listeners = request(&Metric::MONTHLY_LISTENERS);
        assert_eq!(listeners.group.as_deref(), Some("spotify/monthly_listeners"));
        assert_eq!((listeners.window_length, request(&Metric::FOLLOWERS).window_length), (Some(28), None));
    }

    #[test]
    fn models_learn_from_the_newest_part_of_a_long_series() {
        let values: Vec<(String, f64)> = (0..1_000)
            .map(|day| (Observed::day(date!(2020 - 01 - 01) + time::Duration::days(day)).to_string(), 1.0))
            .collect();
        let values: Vec<(&str, f64)> = values.iter().map(|(day, value)| (day.as_str(), *value)).collect();
        let input = input(&Metric::FOLLOWERS, &values, Date::MAX);
        let sequence = input.sequence().unwrap();
        assert_eq!(input.observations.len(), 1_000);
        assert_eq!(input.observations_in(&sequence).len(), sequence.values().len());
        assert!((365..=393).contains(&sequence.values().len()));
    }
}
