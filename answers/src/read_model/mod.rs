//! What answers are computed from: everything known of all artists, immutable, and the same as of a day.

mod artist_view;
mod as_of;
mod builder;
mod model;
mod models;
mod totals;
mod trained;

pub use artist_view::ArtistView;
pub use as_of::{AsOf, SeriesOf};
pub use builder::ReadModelBuilder;
pub use model::ReadModel;
pub use models::{ENSEMBLE, MODELS};
pub use trained::Trained;
