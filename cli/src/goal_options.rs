//! The words of `goal`.

use clap::{Args, Subcommand};
use time::Date;

use crate::cli_days::parse_date;

#[derive(Debug, Subcommand)]
pub(crate) enum Goal {
    /// Set a number that a figure of an artist is to reach, or change its last day
    Set(GoalSet),
    /// List the goals
    List(GoalList),
    /// Withdraw goals; answers about earlier days keep them
    Remove(GoalRemove),
}

#[derive(Debug, Args)]
#[command(after_help = SET_HELP)]
pub(crate) struct GoalSet {
    /// The artist's name
    #[arg(value_name = "ARTIST")]
    pub(crate) artist: String,
    /// The figure, such as spotify-followers
    #[arg(value_name = "METRIC")]
    pub(crate) metric: String,
    /// The number, digits only
    #[arg(value_name = "VALUE", value_parser = parse_value)]
    pub(crate) value: f64,
    /// Day by which it is to be reached
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(crate) by: Option<Date>,
    /// Since when it has been a goal [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(crate) since: Option<Date>,
}

const SET_HELP: &str = "\
Examples:
  casa24 goal set \"Nina Simone\" spotify-followers 10000 --by 2026-12-31
  casa24 ask \"milestones artist:Nina Simone\"

`milestones` says how each goal stands: when it was reached, when it is by the forecast, and whether that is in time. A
goal is reached on the first day since it was set on which the figure comes from below it to it or above; that day is a
finding of the kind milestone.";

#[derive(Debug, Args)]
pub(crate) struct GoalList {
    /// Also those that were withdrawn
    #[arg(long)]
    pub(crate) all: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct GoalRemove {
    /// The artist's name
    #[arg(value_name = "ARTIST")]
    pub(crate) artist: String,
    /// The figure, such as spotify-followers
    #[arg(value_name = "METRIC")]
    pub(crate) metric: String,
    /// Only this number [default: all goals of the figure]
    #[arg(value_name = "VALUE", value_parser = parse_value)]
    pub(crate) value: Option<f64>,
}

fn parse_value(text: &str) -> Result<f64, String> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number: Option<f64> = text.parse().ok().filter(|_| is_number);
    number
        .filter(|number| number.is_finite() && *number > 0.0)
        .ok_or_else(|| "expected a number above 0 in digits, such as 10000".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_number_above_zero_in_digits() {
        assert_eq!(parse_value("10000"), Ok(10_000.0));
        assert_eq!(parse_value("62.5"), Ok(62.5));
        for text in ["0", "-5", "10,000", "10.000.000", "1e9", "inf", "nan", "10k", "", "."] {
            assert!(parse_value(text).is_err(), "{text}");
        }
    }
}
