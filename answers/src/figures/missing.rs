//! Why a figure is missing: a closed list, each reason with its data.

use casa24_schemas::{Absence, Day, Forecast, ForecastMissing, Reason};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a figure, its change, its percentage or its forecast is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Missing {
    /// The artist is known to have no account on the platform.
    NoAccount,
    /// There may be an account, and no figure was accepted by the day in question.
    NoFigures,
    /// No figure was accepted by the day in question, and the platform, when it was last asked, did not give it.
    NotGiven {
        /// Why not.
        why: Absence,
    },
    /// No accepted value near enough to the start of the period.
    NoBaseline,
    /// The baseline is 0: there is a change, but no percentage.
    BaselineZero,
    /// The newest value is too old to stand for the present.
    TooOld {
        /// Its day; missing where several values of different days were asked for.
        of: Option<Day>,
        /// What came of it since, where the platform was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        no_newer: Option<NoNewer>,
    },
    /// No value of the days in question was accepted.
    NotInDays {
        /// Day of the newest value that counts.
        of: Day,
        /// What came of it since, where the platform was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        no_newer: Option<NoNewer>,
    },
    /// The value is a zero with nothing above zero known before it.
    UnconfirmedZero,
    /// The current value is a copy: how it changed is not known yet.
    CurrentCopied,
    /// The model has not forecast the newest value yet.
    NotForecast {
        /// Token of the model.
        model: String,
    },
    /// The forecast ends before the day that was asked for.
    BeyondHorizon,
    /// The days ahead are counted from the newest value's own day, and were over on the day in question: what is past is
    /// not forecast.
    AlreadyPast {
        /// The day that they end on.
        on: Day,
    },
    /// No list (of tracks, of videos) was observed by the day in question.
    NoList,
    /// The newest list by the day in question was empty.
    EmptyList {
        /// Its day.
        of: Day,
    },
    /// The series has too few daily values for a forecast.
    TooFewValues {
        /// Daily values that there are.
        have: u32,
        /// Daily values that a forecast needs.
        need: u32,
    },
    /// Too few whole weeks are known, one after the other, to compare a pace.
    TooFewWeeks {
        /// Weeks that it needs.
        need: u32,
    },
    /// The model fits no forecast to the values.
    NoSolution,
    /// The values are too large to compute with.
    TooLarge,
    /// There is no forecast, for a reason that an older version put in words that are not known.
    NoForecast,
}

/// Why there is no newer figure: what came of it when the platform was last asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NoNewer {
    /// The reason.
    pub why: NotAccepted,
    /// The first day on which it was that, without another reason or a figure since.
    pub since: Day,
}

/// Why no figure of a day was accepted. Of several reasons of one day the first of the list counts: that something came
/// says more than that at another time of the day it did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum NotAccepted {
    /// A figure came, and the validator withheld it.
    Withheld {
        /// Why.
        withheld: Reason,
    },
    /// None came: the word of the reason.
    NotGiven(Absence),
}

impl Missing {
    /// Why there never was a figure, by what came when the platform was last asked.
    pub(crate) const fn of_nothing_accepted(why: NotAccepted) -> Self {
        match why {
            NotAccepted::NotGiven(Absence::NoAccount) => Self::NoAccount,
            NotAccepted::NotGiven(why) => Self::NotGiven { why },
            NotAccepted::Withheld { .. } => Self::NoFigures,
        }
    }

    /// Whether there never was a figure, and an account may be there.
    pub(crate) const fn is_nothing_known(&self) -> bool {
        matches!(self, Self::NoFigures | Self::NotGiven { .. })
    }

    /// Why a forecast says nothing of a day: it was not made, could not be made, or ends before.
    pub(crate) fn of_forecast(forecast: Option<&Forecast>, model: &str) -> Self {
        match forecast {
            None => Self::NotForecast { model: model.to_owned() },
            Some(Forecast { missing: Some(why), .. }) => match *why {
                ForecastMissing::TooFewValues { have, need } => Self::TooFewValues { have, need },
                ForecastMissing::NoSolution => Self::NoSolution,
                ForecastMissing::TooLarge => Self::TooLarge,
                ForecastMissing::Unknown => Self::NoForecast,
            },
            Some(_) => Self::BeyondHorizon,
        }
    }
}
