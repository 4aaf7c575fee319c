//! What is noteworthy about an artist: valid figures in, findings as facts out.
//!
//! Every finding of a day is computed from what was observed up to that day, so that the findings as of an earlier day are those
//! with earlier dates, and replaying the same figures finds the same. Copies do not count, nor does what the validator withheld.

mod evidence;
mod found;
mod items;
pub mod ladder;
mod marks;
mod method;
mod momentum;
mod odds;
mod of_artist;
mod pace;
mod path;
mod qn;
mod scan;
mod sorted;
mod steps;
mod surprise;
mod tail;
mod tell_apart;
mod turns;
mod usual;
mod viral;

pub use evidence::{Change, DayEvidence, PaceEvidence, Part, Side, highest_before};
pub use found::{Found, is_good, rounded};
pub use marks::STREAKS;
pub use method::{method, sources};
pub use momentum::pace;
pub use odds::{Odds, TrendRules};
pub use of_artist::{ArtistScan, odds_on, of_artist};
pub use pace::{
    Direction, Pace, WeeklySpread, error_of_difference, pace_distance, student_quantile, student_tail,
};
pub use tail::{FREEDOM, TailFit, tail_probability, tail_score};
pub use tell_apart::{compared_until, tell_apart};
pub use usual::weekday_effect;
pub use viral::{NUM_ITEMS, second_smallest};
