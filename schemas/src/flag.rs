//! What the validator says of a figure: flags on accepted ones, reasons for withheld ones. Both lists are
//! closed: readers refuse a word that they do not know, so a new one is a new major version of the schema.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::Date;

use crate::Day;
use crate::day::date_text;
use crate::words::words;

words! {
    /// A mark on an accepted figure.
    Flag {
        LevelChange = "level_change": "a jump or fall far outside the series' own history";
        CounterFell = "counter_fell": "a counter that only rises fell: the platform took some back";
        PlatformPurge = "platform_purge": "several artists fell on this platform at once: it removed accounts";
        Rounded = "rounded": "the source rounds this figure";
        CopiedForward = "copied_forward": "stands still together with others that used to move: a copy of an earlier value, not a measurement";
        Gap = "gap": "days are missing before this observation";
        OutOfOrder = "out_of_order": "arrived after a later observation";
        UnconfirmedZero = "unconfirmed_zero": "zero throughout, with nothing above zero known yet";
    }
}

words! {
    /// Why a figure was withheld, or a snapshot rejected.
    Reason {
        Missing = "missing": "the source had no figure";
        NotANumber = "not_a_number": "the source's text is not a number";
        NotWhole = "not_whole": "a count with a fraction";
        Negative = "negative": "a count below zero";
        OutOfRange = "out_of_range": "outside what this metric can be";
        FutureDate = "future_date": "dated after the day on which it arrived";
        ZeroWithoutAccount = "zero_without_account": "zero where the artist has no account on this platform";
        ZeroAfterPositive = "zero_after_positive": "zero where a figure above zero was known: a failed call, not a fact";
        UnknownMetric = "unknown_metric": "a metric that this version does not know";
        Conflict = "conflict": "a snapshot of the same moment, or a breakdown of the same period, with other figures was accepted before";
        NoMetrics = "no_metrics": "the snapshot holds no metric at all";
    }
}

impl Flag {
    /// Whether it says that a value lies on another level than the one before it, so that a change that spans it is not
    /// what it seems.
    pub const fn changes_level(self) -> bool {
        matches!(self, Self::LevelChange | Self::PlatformPurge)
    }
}

/// A flag and the day on which it was set, for answers that span that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct DatedFlag {
    /// Day of the flagged figure.
    #[serde(with = "date_text")]
    #[schemars(with = "Day")]
    pub date: Date,
    /// The flag.
    pub flag: Flag,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_as_documented() {
        for flag in Flag::ALL {
            assert_eq!(serde_json::to_string(flag).unwrap(), format!("{:?}", flag.as_str()));
        }
        for reason in Reason::ALL {
            assert_eq!(serde_json::to_string(reason).unwrap(), format!("{:?}", reason.as_str()));
        }
    }

    #[test]
    fn a_number_is_not_a_word() {
        let number = rmp_serde::to_vec(&1).unwrap();
        assert!(rmp_serde::from_slice::<Flag>(&number).is_err());
    }
}
