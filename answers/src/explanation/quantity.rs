//! The numbers between what was observed and a figure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a number stands for that is neither observed nor a figure of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// The change a day; of an amount of each day, the amount.
    PerDay,
    /// Median of the changes before.
    Median,
    /// Median of those of the same weekday.
    WeekdayMedian,
    /// Number of those.
    NumOfWeekday,
    /// What is usual for the day.
    Usual,
    /// Spread around the usual: a standard deviation.
    Spread,
    /// What leaves a sliding window on the day: zero or less.
    Leaving,
    /// Number of days of the change.
    NumDays,
    /// How far it is from the usual, in spreads or standard errors.
    Distance,
    /// Number of distances before.
    NumDistances,
    /// Number of those that are at least as great.
    NumAtLeast,
    /// Where the tail of the distances begins.
    TailStart,
    /// Scale of the tail.
    TailScale,
    /// Probability of one at least as great.
    Likelihood,
    /// Probability that is asked for.
    Probability,
    /// The distance that is passed with the probability that is asked for.
    Quantile,
    /// Degrees of freedom.
    Freedom,
    /// Findings that chance alone may bring an artist in a month.
    ByChance,
    /// Number of the artist's series that are tested on the day.
    NumSeries,
    /// Tracks and videos that a platform lists at most.
    NumItems,
    /// Weeks of the new pace.
    NumWeeks,
    /// Weeks before it.
    NumWeeksBefore,
    /// The new pace, with days far from the usual counted as three spreads.
    Winsorized,
    /// The new pace, as it was.
    NewPace,
    /// Median of the weekly paces before it.
    PaceBefore,
    /// What was gained a day above the paces before, of several figures together.
    GainedMore,
    /// Everybody who follows on any platform, somebody who follows on two counted twice.
    Reach,
    /// The highest value before.
    Highest,
    /// Standard error of the difference of two paces.
    StandardError,
}
