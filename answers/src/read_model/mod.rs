//! What answers are computed from: everything known of all artists, immutable, and the same as of a day.

mod absences;
mod artist_view;
mod as_of;
mod breakdowns;
mod breakdowns_as_of;
mod builder;
mod choice;
mod forecasts;
mod goals;
mod kept;
mod local_days;
mod model;
mod models;
mod noteworthy;
mod revised;
mod revisions;
mod roster;
mod taken_back;
mod totals;
mod trained;
mod undone;

pub use artist_view::ArtistView;
pub use as_of::{AsOf, SeriesOf};
pub(crate) use breakdowns::SongDay;
pub(crate) use breakdowns_as_of::week_of;
pub use builder::ReadModelBuilder;
pub use choice::InsteadOf;
pub(crate) use choice::point;
pub use forecasts::Shown;
pub use model::ReadModel;
pub use models::{ENSEMBLE, MODELS, STANDING_STILL};
pub(crate) use revised::{AskedDays, RevisedPoint};
pub(crate) use taken_back::Undone;
pub(crate) use totals::TotalOfArtists;
pub use trained::Trained;
pub(crate) use undone::Change;
