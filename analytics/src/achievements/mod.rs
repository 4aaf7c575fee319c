//! Achievements: an artist's figures and findings in; which are earned and since when, how far the others are.
//!
//! Each has a rule that a reader can check, and a day: that of the observation that earned it. What has been earned stays
//! earned, whatever the figures do later. Copies do not count, nor does what the validator withheld.

mod evidence;
mod list;
mod of_artist;
mod of_label;
mod reach;

pub use evidence::{Evidence, Part, evidence, evidence_of_label};
pub use list::{Achievement, Category, LIST, Rule};
pub use of_artist::of_artist;
pub use of_label::{FoundOf, of_label};

use casa24_schemas::Date;

/// Where an artist, or the label, stands with an achievement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// The achievement.
    pub achievement: &'static Achievement,
    /// How far it is; missing where there is no figure to tell by.
    pub progress: Option<Progress>,
}

/// How far an achievement is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// Earned.
    Earned {
        /// Day of the observation that earned it.
        on: Date,
        /// Whether that observation is the first of a figure, so that it may have been earned earlier.
        or_earlier: bool,
    },
    /// Not earned: what there is of what the rule asks for, in its unit.
    Ahead {
        /// What there is, always below what is asked for.
        have: f64,
    },
    /// Not earned, and nothing was found so far of which the rule asks for more.
    NoneYet,
}

impl Progress {
    /// Earned where a day is known, otherwise the most there is, where there is any.
    fn of_most(earned: Option<Date>, most: Option<f64>) -> Self {
        match (earned, most) {
            (None, None) => Self::NoneYet,
            (earned, most) => Self::of(earned, most.unwrap_or_default()),
        }
    }

    /// Earned where a day is known, otherwise what there is.
    fn of(earned: Option<Date>, have: f64) -> Self {
        earned.map_or(Self::Ahead { have }, |on| Self::Earned { on, or_earlier: false })
    }
}
