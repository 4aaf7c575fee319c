//! What of a panel can be drawn: its finite values, the days and the values that they span.

use time::Date;

use crate::specification::{ForecastPoint, Observed, Panel};

/// The finite values of a panel.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series<'a> {
    pub(crate) observed: Vec<Observed>,
    pub(crate) forecast: Vec<ForecastPoint>,
    /// Other models' labels and paths.
    pub(crate) others: Vec<(&'a str, Vec<(Date, f64)>)>,
}

impl<'a> Series<'a> {
    pub(crate) fn of(panel: &'a Panel) -> Self {
        let points =
            |points: &[(Date, f64)]| points.iter().copied().filter(|(_, value)| value.is_finite()).collect();
        Self {
            observed: panel.observed.iter().copied().filter(|seen| seen.value.is_finite()).collect(),
            forecast: panel.forecast.iter().copied().filter(is_finite).collect(),
            others: panel.others.iter().map(|other| (&other.label[..], points(&other.points))).collect(),
        }
    }

    /// The last observed day and value, where forecasts begin.
    pub(crate) fn current(&self) -> Option<(Date, f64)> {
        self.observed.last().map(|seen| (seen.day, seen.value))
    }

    /// All days that have a value.
    pub(crate) fn days(&self) -> impl Iterator<Item = Date> + Clone {
        self.places().map(|(day, _)| day)
    }

    /// All days with their observed or expected values.
    pub(crate) fn places(&self) -> impl Iterator<Item = (Date, f64)> + Clone {
        let others = self.others.iter().flat_map(|(_, points)| points.iter().copied());
        let forecast = self.forecast.iter().map(|point| (point.day, point.expected));
        self.observed.iter().map(|seen| (seen.day, seen.value)).chain(forecast).chain(others)
    }

    /// All values that the axis has to hold.
    pub(crate) fn values(&self) -> Vec<f64> {
        let others = self.others.iter().flat_map(|(_, points)| points.iter().map(|(_, value)| *value));
        let forecast = self.forecast.iter().flat_map(values);
        self.observed.iter().map(|seen| seen.value).chain(forecast).chain(others).collect()
    }
}

fn values(point: &ForecastPoint) -> [f64; 5] {
    [point.expected, point.lower_80, point.upper_80, point.lower_95, point.upper_95]
}

fn is_finite(point: &ForecastPoint) -> bool {
    values(point).into_iter().all(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::specification::OtherPath;

    #[test]
    fn values_that_are_not_finite_are_left_out() {
        let day = date!(2025 - 09 - 30);
        let observed = |value| Observed { day, value, marked: false };
        let point = |upper_95| ForecastPoint {
            day,
            expected: 1.0,
            lower_80: 0.0,
            upper_80: 2.0,
            lower_95: -1.0,
            upper_95,
        };
        let other = OtherPath { label: "linear".to_owned(), points: vec![(day, f64::INFINITY), (day, 9.0)] };
        let panel = Panel {
            observed: vec![observed(5.0), observed(f64::NAN)],
            forecast: vec![point(3.0), point(f64::INFINITY)],
            others: vec![other],
            ..Panel::default()
        };
        let series = Series::of(&panel);
        assert_eq!(series.current(), Some((day, 5.0)));
        assert_eq!(series.values(), [5.0, 1.0, 0.0, 2.0, -1.0, 3.0, 9.0]);
    }
}
