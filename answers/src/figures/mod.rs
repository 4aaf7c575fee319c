//! The figures that answers are made of, and why one is missing.

mod breakdowns;
mod chart;
mod corrections;
mod figure;
mod goal;
mod head;
mod left_out;
mod missing;
mod noted;
mod pace;
mod reach;
mod revised;
mod track_record;

pub(crate) use breakdowns::{MAX_LISTED, WEEK_DAYS};
pub use breakdowns::{PlaylistsOfPeriod, SongWeek, SongsOfPeriod};
pub use chart::{ChartFigures, ModelPath, PanelFigures, Passed, Theme};
pub(crate) use chart::{MAX_PANELS, newest_days};
pub use corrections::{Corrections, TakenBack, Undoing};
pub use figure::{Figure, SeriesKey};
pub use goal::Goal;
pub use head::{Head, Owner};
pub use left_out::LeftOut;
pub use missing::{Missing, NoNewer, NotAccepted};
pub(crate) use noted::MOST_NOTED;
pub use noted::Noted;
pub(crate) use pace::UNLIKELY;
pub use pace::{PaceFigure, Paces};
pub(crate) use reach::{is_reach, is_reach_at_both_ends, reach_at_both_ends};
pub use revised::{Revised, Revision};
pub use track_record::TrackRecord;
