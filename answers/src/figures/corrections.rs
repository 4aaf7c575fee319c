//! What does not stand as it was told before: figures that were withheld or corrected, and findings that fell with them.

use casa24_schemas::{Date, Observed};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::noted::{MOST_NOTED, Noted};
use super::revised::Revised;
use crate::read_model::{ArtistView, AsOf, AskedDays};

/// What does not stand as it was told before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Corrections {
    /// Number of figures that were corrected or withheld.
    pub num_revised: u32,
    /// Those figures, the corrected ones of each artist before the withheld ones, 200 at most.
    pub revised: Vec<Revised>,
    /// Number of findings that held before the corrections, and hold no longer.
    pub num_taken_back: u32,
    /// Those findings, 200 at most.
    pub taken_back: Vec<Noted>,
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
        let mut revised: Vec<Revised> = views.iter().flat_map(|view| as_of.revised(view, &days)).collect();
        let of = |view: &ArtistView<'a>| {
            let found = as_of.taken_back(view, &days).into_iter();
            found.map(|found| Noted::of(view, found)).collect::<Vec<_>>()
        };
        let mut taken_back: Vec<Noted> = views.par_iter().flat_map_iter(of).collect();
        let (num_revised, num_taken_back) = (revised.len() as u32, taken_back.len() as u32);
        revised.truncate(MOST_NOTED);
        taken_back.truncate(MOST_NOTED);
        Self { num_revised, revised, num_taken_back, taken_back }
    }
}
