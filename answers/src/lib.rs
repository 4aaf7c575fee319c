//! Answers: a question in, a typed answer out. No words for people, no layout, no bus: whoever shows an answer words
//! it and lays it out, and whoever asks reads the same types from JSON or MessagePack.
//!
//! A command is one file in `commands/` and one line of the list there.

mod answerer;
mod commands;
mod definition;
mod explanation;
mod figures;
mod query;
mod read_model;
mod refusal;
mod time_zone;

pub use answerer::Answerer;
pub use casa24_analytics::trends::TrendRules;
pub use commands::*;
pub use definition::{CommandDefinition, OptionDefinition, OptionKind};
pub use explanation::{
    Computed, CountedOtherwise, Explained, ExplainedDay, Explanation, Formula, Input, ObservedValue,
    OfForecast, Quantity, SpanPace, Step, StoredEvent, StoredRange, UndoneFinding, Unexplained,
    UnexplainedReason, UsedBreakdown, UsedFinding, UsedForecast, UsedGoal, UsedMethod, UsedSeries,
    WithheldFigure, explanation_schema,
};
pub use figures::{
    ChartFigures, Corrections, Figure, Goal, Head, LeftOut, Missing, ModelPath, NoNewer, NotAccepted, Noted,
    Owner, PaceFigure, Paces, PanelFigures, Passed, PlaylistsOfPeriod, Revised, Revision, SeriesKey,
    SongWeek, SongsOfPeriod, TakenBack, Theme, TrackRecord, Undoing,
};
pub use query::{ArtistNames, Options, definition_of, parse, several};
pub use read_model::{
    ArtistView, AsOf, ENSEMBLE, InsteadOf, MODELS, ReadModel, ReadModelBuilder, STANDING_STILL, SeriesOf,
    Shown, Trained,
};
pub use refusal::Refusal;
pub use time_zone::TimeZone;
