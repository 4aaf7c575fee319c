//! The formulas by which figures are computed from others.

use casa24_analytics::trends::{
    Odds, TailFit, TrendRules, WeeklySpread, error_of_difference, ladder, pace_distance, second_smallest,
    student_quantile, student_tail, tail_probability, tail_score, weekday_effect,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Days of a week.
const DAYS_A_WEEK: f64 = 7.0;
/// Months of a year.
const MONTHS: f64 = 12.0;

/// How a number is computed from its inputs: the first is a, the second b, and so on. Those that take a series say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Formula {
    /// The only input as it is: observed, set by the label, forecast, or another number.
    Observed,
    /// a + b + …
    Sum,
    /// a − b
    Difference,
    /// (a − b) / b × 100
    PercentChange,
    /// (a + b + …) / number of inputs
    Mean,
    /// a / b
    Quotient,
    /// (a − b) / c
    DifferenceQuotient,
    /// (a − b) + (c − d) + …
    SumOfDifferences,
    /// The only input: what was gained a day over its days.
    Pace,
    /// The middle one of a, b, …, or the mean of the two in the middle.
    Median,
    /// The least of a, b, …
    Least,
    /// The greatest of a, b, …
    Greatest,
    /// The third greatest of a, b, …
    ThirdGreatest,
    /// Number of inputs.
    Count,
    /// a + 1: both days counted.
    DaysInclusive,
    /// a − 1: values in a row, each higher than the one before.
    Rises,
    /// The highest of the values of the series b, which is a.
    HighestOfSeries,
    /// The next step of the ladder 10, 25, 50, 100, 250 and so on above a.
    NextOnLadder,
    /// The highest step of that ladder above b, up to a.
    HighestOnLadder,
    /// 1 / (12 a): the years in which chance brings one, where it brings so many in a month.
    YearsByChance,
    /// Median of the changes of the series a.
    MedianOfChanges,
    /// 1.4826 times the median distance of the last 56 changes of the series a from what was usual for each; while there
    /// are fewer than 21 of these, of its changes from b. Never less than √|b|, than 1, or than the unit to which the source
    /// rounds. Where more than half of the distances are 0, the mean of the nearest nine tenths, over 0.66.
    SpreadOfChanges,
    /// a + (b − a) × (1 − s / (b − a)²), where s = c² × π / 2 / d; where (b − a)² is no greater than s, a.
    UsualOfWeekday,
    /// The greatest rise above the usual, beyond three spreads or at a jump, of the series a one window before, a day more
    /// or less, as a fall.
    LeavingWindow,
    /// (a − b) / c × √d
    DistanceAbove,
    /// (b + c − a) / d × √e
    DistanceBelow,
    /// The 90th percentile of the distances of the changes of the series a above what was usual for each, those below it
    /// counted as 0.
    TailStartAbove,
    /// The same of the distances below it, those above counted as 0.
    TailStartBelow,
    /// The median of what the distances above the usual lie above the start of their tail, times 0.1 / (2^0.1 − 1); at least
    /// 0.45.
    TailScaleAbove,
    /// The same of the distances below it.
    TailScaleBelow,
    /// 0.1 × (1 + 0.1 × (a − b) / c)^−10; where a is no greater than b, (e + 1) / (d + 1). While d is below 90, at least
    /// that of Student's t with 4 degrees of freedom.
    TailProbability,
    /// b + c / 0.1 × ((a / 0.1)^−0.1 − 1); while d is below 90, at least that of Student's t with 4 degrees of freedom.
    TailQuantile,
    /// Probability that Student's t with b degrees of freedom passes |a| to one side.
    StudentTail,
    /// What Student's t with b degrees of freedom passes with the probability a.
    StudentQuantile,
    /// 0.5 × a / (b × 30 × 2)
    OddsOfDay,
    /// 0.25 × a / (b × 15 × 2)
    OddsOfPace,
    /// 0.25 × a / 30
    OddsOfViral,
    /// a / b × c
    Scaled,
    /// a + b − c × d / √e
    LowerOfDay,
    /// a + b × c / √d
    UpperOfDay,
    /// a − b × c
    LowerOfPace,
    /// a + b × c
    UpperOfPace,
    /// Qn of the weekly paces a, at least √(7 × |m|) / 7 and 1 / 7 for their median m. Qn is 2.2219 times a correction for
    /// few weeks times a distance between two of them: the one in the place h × (h − 1) / 2, from the smallest, where h is
    /// half of their number, rounded down, and 1. The correction is 0.611, 0.857, 0.669 and 0.872 for 6 to 9 weeks, n / (n +
    /// 3.8) for 10 and 12, and n / (n + 1.4) for 11. Where that distance is 0, 1.4826 times the median distance from m; where
    /// this is 0 too, the mean of the nearest nine tenths of these, over 0.66.
    SpreadOfWeeks,
    /// n / 2 × (s / w)⁴, at most 30, of the n weekly paces a: w is their spread before, s after it was raised to what
    /// counting gives; 30 where w is 0.
    FreedomOfWeeks,
    /// a × √(1 / b + π / 2 / c)
    ErrorOfDifference,
    /// The nearer to 0 of (a − c) / d and (b − c) / d; 0 where one is above 0 and the other below.
    PaceDistance,
    /// Probability that the second smallest of b probabilities is at most a: 1 − (1 − a)^b − b × a × (1 − a)^(b − 1).
    SecondSmallest,
    /// a × b, at most 1.
    AnyOf,
    /// 100 × 7 × a / b: what is gained in a week, as a percentage.
    PercentAWeek,
}

impl Formula {
    /// Whether the result comes from the values of a series, which its inputs name and do not list.
    pub(super) const fn is_of_series(self) -> bool {
        matches!(
            self,
            Self::MedianOfChanges
                | Self::SpreadOfChanges
                | Self::LeavingWindow
                | Self::TailStartAbove
                | Self::TailStartBelow
                | Self::TailScaleAbove
                | Self::TailScaleBelow
        )
    }

    /// The result; `None` where there are too few inputs or too many, for a division by zero, and where it comes from the
    /// values of a series.
    pub fn evaluate(self, inputs: &[f64]) -> Option<f64> {
        let result = self.of_few(inputs).or_else(|| self.of_many(inputs))?;
        result.is_finite().then_some(result)
    }

    /// Of any number of inputs.
    fn of_many(self, inputs: &[f64]) -> Option<f64> {
        let sum = || inputs.iter().sum::<f64>();
        let differences = || inputs.chunks(2).map(|pair| pair[0] - pair.get(1).unwrap_or(&f64::NAN)).sum();
        let weeks = || WeeklySpread::of(inputs);
        if self == Self::Count {
            return Some(inputs.len() as f64);
        }
        let [_, ..] = inputs else { return None };
        match self {
            Self::Sum => Some(sum()),
            Self::Mean => Some(sum() / inputs.len() as f64),
            Self::SumOfDifferences => Some(differences()),
            Self::Median => weeks().map(|weeks| weeks.middle),
            Self::SpreadOfWeeks => weeks().map(|weeks| weeks.spread),
            Self::FreedomOfWeeks => weeks().map(|weeks| weeks.freedom),
            Self::Least => inputs.iter().copied().reduce(f64::min),
            Self::Greatest => inputs.iter().copied().reduce(f64::max),
            Self::ThirdGreatest => {
                let mut sorted = inputs.to_vec();
                sorted.sort_by(|a, b| b.total_cmp(a));
                Some(sorted.get(2).copied().unwrap_or(0.0))
            }
            _ => None,
        }
    }

    /// Of so many inputs as the formula has.
    fn of_few(self, inputs: &[f64]) -> Option<f64> {
        let odds =
            |by_chance: f64, num_series: f64| Odds::new(&TrendRules { by_chance }, num_series as usize);
        let fit = |num: f64, start: f64, scale: f64| TailFit { num_scores: num as usize, start, scale };
        Some(match (self, inputs) {
            (Self::Observed | Self::Pace, [only]) => *only,
            (Self::HighestOfSeries, [highest, _]) => *highest,
            (Self::Difference, [now, before]) => now - before,
            (Self::PercentChange, [now, before]) => (now - before) / before * 100.0,
            (Self::Quotient, [part, whole]) => part / whole,
            (Self::DifferenceQuotient, [now, before, whole]) => (now - before) / whole,
            (Self::DaysInclusive, [days]) => days + 1.0,
            (Self::Rises, [values]) => values - 1.0,
            (Self::NextOnLadder, [value]) => ladder::above(*value).next()?,
            (Self::HighestOnLadder, [value, before]) => ladder::between(*before, *value).last()?,
            (Self::YearsByChance, [by_chance]) => 1.0 / (by_chance * MONTHS),
            (Self::UsualOfWeekday, [middle, own, spread, num]) => {
                middle + weekday_effect(*own, *middle, *spread, *num as usize)
            }
            (Self::DistanceAbove, [per_day, usual, spread, days]) => (per_day - usual) / spread * days.sqrt(),
            (Self::DistanceBelow, [per_day, usual, leaving, spread, days]) => {
                (usual + leaving - per_day) / spread * days.sqrt()
            }
            (Self::TailProbability, [distance, start, scale, num, num_at_least]) => {
                tail_probability(Some(&fit(*num, *start, *scale)), *distance, *num_at_least as usize)
            }
            (Self::TailQuantile, [probability, start, scale, num]) => {
                tail_score(Some(&fit(*num, *start, *scale)), *probability)
            }
            (Self::StudentTail, [distance, freedom]) => student_tail(*distance, *freedom),
            (Self::StudentQuantile, [probability, freedom]) => student_quantile(*probability, *freedom)?,
            (Self::OddsOfDay, [by_chance, num_series]) => odds(*by_chance, *num_series).of_day,
            (Self::OddsOfPace, [by_chance, num_series]) => odds(*by_chance, *num_series).of_pace,
            (Self::OddsOfViral, [by_chance]) => odds(*by_chance, 1.0).of_viral,
            (Self::Scaled, [likelihood, odds, by_chance]) => likelihood / odds * by_chance,
            (Self::LowerOfDay, [usual, leaving, spread, distance, days]) => {
                usual + leaving - spread * distance / days.sqrt()
            }
            (Self::UpperOfDay, [usual, spread, distance, days]) => usual + spread * distance / days.sqrt(),
            (Self::LowerOfPace, [before, error, distance]) => before - error * distance,
            (Self::UpperOfPace, [before, error, distance]) => before + error * distance,
            (Self::ErrorOfDifference, [spread, num_weeks, num_before]) => {
                error_of_difference(*spread, *num_weeks, *num_before)
            }
            (Self::PaceDistance, [whole, winsorized, before, error]) => {
                pace_distance(*whole, *winsorized, *before, *error)
            }
            (Self::SecondSmallest, [likelihood, num]) => second_smallest(*likelihood, *num as usize),
            (Self::AnyOf, [likelihood, num]) => (likelihood * num).min(1.0),
            (Self::PercentAWeek, [per_day, whole]) => 100.0 * DAYS_A_WEEK * per_day / whole,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_those_that_their_names_say() {
        let of = |formula: Formula, inputs: &[f64]| formula.evaluate(inputs);
        assert_eq!(of(Formula::Observed, &[3.0]), Some(3.0));
        assert_eq!(of(Formula::Sum, &[3.0, 4.0, 5.0]), Some(12.0));
        assert_eq!(of(Formula::Difference, &[3.0, 4.0]), Some(-1.0));
        assert_eq!(of(Formula::PercentChange, &[110.0, 100.0]), Some(10.0));
        assert_eq!(of(Formula::Mean, &[1.0, 2.0, 6.0]), Some(3.0));
        assert_eq!(of(Formula::Quotient, &[300.0, 30.0]), Some(10.0));
        assert_eq!(of(Formula::DifferenceQuotient, &[15.0, 10.0, 2.0]), Some(2.5));
        assert_eq!(of(Formula::SumOfDifferences, &[15.0, 10.0, 2.0, 1.0]), Some(6.0));
        assert_eq!(of(Formula::Median, &[9.0, 1.0, 4.0, 2.0]), Some(3.0));
        assert_eq!(of(Formula::ThirdGreatest, &[9.0, 1.0, 4.0, 2.0]), Some(2.0));
        assert_eq!(of(Formula::ThirdGreatest, &[9.0, 1.0]), Some(0.0));
        assert_eq!((of(Formula::Count, &[9.0, 1.0]), of(Formula::Count, &[])), (Some(2.0), Some(0.0)));
        assert_eq!(of(Formula::NextOnLadder, &[100.0]), Some(250.0));
        assert_eq!(of(Formula::HighestOnLadder, &[600.0, 90.0]), Some(500.0));
        assert_eq!(of(Formula::OddsOfDay, &[0.2, 5.0]), Some(0.5 * 0.2 / (5.0 * 30.0 * 2.0)));
        assert_eq!(of(Formula::OddsOfPace, &[0.2, 5.0]), Some(0.25 * 0.2 / (5.0 * 15.0 * 2.0)));
        assert_eq!(of(Formula::OddsOfViral, &[0.2]), Some(0.25 * 0.2 / 30.0));
        assert_eq!(of(Formula::UpperOfDay, &[10.0, 2.0, 6.0, 4.0]), Some(16.0));
        assert_eq!(of(Formula::LowerOfDay, &[10.0, -1.0, 2.0, 6.0, 4.0]), Some(3.0));
    }

    #[test]
    fn what_cannot_be_computed_is_nothing() {
        assert_eq!(Formula::PercentChange.evaluate(&[1.0, 0.0]), None);
        assert_eq!(Formula::Sum.evaluate(&[]), None);
        assert_eq!(Formula::Observed.evaluate(&[1.0, 2.0]), None);
        assert_eq!(Formula::Sum.evaluate(&[f64::MAX, f64::MAX]), None);
        assert_eq!(Formula::SumOfDifferences.evaluate(&[1.0]), None);
        assert_eq!(Formula::HighestOnLadder.evaluate(&[99.0, 60.0]), None);
        assert_eq!(Formula::MedianOfChanges.evaluate(&[5.0]), None);
    }
}
