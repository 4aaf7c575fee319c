//! What does not stand as it was told before: figures that were withheld or corrected, and findings that do not hold by what
//! became known later.

use casa24_schemas::{Date, Day, Observed};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::noted::{MOST_NOTED, Noted};
use super::revised::Revised;
use crate::read_model::{ArtistView, AsOf, AskedDays, Undone};

/// What does not stand as it was told before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Corrections {
    /// Number of figures that were corrected or withheld.
    pub num_revised: u32,
    /// Those figures, the corrected ones of each artist before the withheld ones, 200 at most.
    pub revised: Vec<Revised>,
    /// Number of findings that held until figures came late, were marked later or were corrected, and hold no longer.
    pub num_taken_back: u32,
    /// Those findings, of each artist those first that were taken back last, 200 at most.
    pub taken_back: Vec<TakenBack>,
}

/// A finding that held by what was known before, and holds no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TakenBack {
    /// The finding, by what was known before.
    #[serde(flatten)]
    pub noted: Noted,
    /// Day on which it was taken back: that of the correction, or of the newest observation when figures came late or were
    /// marked.
    pub taken_back_on: Day,
    /// What undid it.
    pub because: Undoing,
}

/// What undid a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Undoing {
    /// Figures came after those of later days.
    Late,
    /// The validator marked figures when later ones had come.
    Marked,
    /// Figures were corrected.
    Corrected,
}

impl Corrections {
    /// What concerns some artists and the days from a first to a last one; `day_of` says which day of the calendar in question
    /// a moment is of.
    pub(crate) fn within<'a>(
        as_of: &AsOf<'a>,
        views: &[ArtistView<'a>],
        (first, last): (Date, Date),
        day_of: &(dyn Fn(Observed) -> Date + Sync),
    ) -> Self {
        let days = AskedDays { first, last, day_of };
        let revised = views.iter().flat_map(|view| as_of.revised(view, &days));
        let mut revised: Vec<Revised> = revised.map(|point| point.revised).collect();
        let of = |view: &ArtistView<'a>| {
            let undone = as_of.undone(view, &days).into_iter();
            undone.map(|undone| TakenBack::of(view, undone)).collect::<Vec<_>>()
        };
        let mut taken_back: Vec<TakenBack> = views.par_iter().flat_map_iter(of).collect();
        let (num_revised, num_taken_back) = (revised.len() as u32, taken_back.len() as u32);
        revised.truncate(MOST_NOTED);
        taken_back.truncate(MOST_NOTED);
        Self { num_revised, revised, num_taken_back, taken_back }
    }
}

impl TakenBack {
    fn of(view: &ArtistView<'_>, Undone { found, on, by }: Undone) -> Self {
        Self { noted: Noted::of(view, found), taken_back_on: Day(on), because: by }
    }
}
