//! Events, each as a Rust type beside its JSON Schema, and the words that they
//! are made of (artists, platforms, metrics, times, flags). No I/O, no actors, no NATS.

mod absence;
mod artist;
mod breakdown;
mod breakdown_raw;
mod breakdown_valid;
mod collection;
mod command;
mod content;
mod day;
mod dead_letter;
mod encoding;
mod event;
mod finding;
mod flag;
mod forecast;
mod forecast_record;
mod forecast_v1;
mod goals;
mod growth;
mod json_schema;
mod late_source;
mod model_weights;
mod observed;
mod platforms;
mod post;
mod raw_value;
mod rejected;
mod reply;
mod roster_entry;
mod server_settings;
mod snapshot_correction;
mod snapshot_raw;
mod snapshot_valid;
mod token;
mod training_run;
mod trend;
mod value;
mod visible;
mod words;

pub use absence::Absence;
pub use artist::{Artist, ArtistId, ArtistNameError, MAX_NAME_CHARS};
pub use breakdown::{
    Breakdown, BreakdownFigure, MAX_BREAKDOWN_DAYS, MAX_BREAKDOWN_ITEMS, MAX_ITEM_NAME_CHARS, Period,
    PlaylistFigures, SongFigures,
};
pub use breakdown_raw::RawBreakdown;
pub use breakdown_valid::{ValidBreakdown, WithheldFigure};
pub use collection::{Collection, CollectionStop};
pub use command::{Command, ImageType, OptionValue};
pub use content::{Content, MAX_RELEASES, Release, Track, Video};
pub use day::{Day, FIRST_DAY};
pub use dead_letter::{DeadLetter, DeadLetterReason, MAX_EXPLANATION_CHARS};
pub use encoding::{ContentType, DecodeError, decode, encode};
pub use event::{
    Event, OlderVersion, Reader, SchemaId, SchemaVersionError, content_hash, content_id, reader_of,
};
pub use finding::{Facts, Finding, Moved, TogetherPart};
pub use flag::{DatedFlag, Flag, Reason};
pub use forecast::{Forecast, ForecastMissing, ForecastPoint, TrainedOn};
pub use forecast_record::{ForecastRecord, RECORDED_DAYS_AHEAD, RecordedPoint, RecordedSeries};
pub use forecast_v1::ForecastV1;
pub use goals::{Goals, LabelGoal, MAX_GOALS};
pub use growth::{Growth, GrowthFigure, MissingReason};
pub use json_schema::schema_of;
pub use late_source::{LateEnd, LateEndReason, LateSource};
pub use model_weights::{MAX_WEIGHTS_BYTES, ModelWeights, TrainingData};
pub use observed::{Observed, ObservedError};
pub use platforms::{
    AccountKey, AccountLink, Correction, MetricInfo, Nature, PlatformInfo, Rounding, TokenError, Unit,
    is_headline, is_summable, is_trainable, metric_info, platform_info,
};
pub use post::{MAX_POSTED, Post, PostKind, PostState};
pub use raw_value::RawValue;
pub use rejected::{Rejectable, Rejected, RejectedBreakdown, RejectedSnapshot, Rejection};
pub use reply::{MAX_FILE_BYTES, MAX_FILES, Reply, ReplyFile};
pub use roster_entry::RosterEntry;
pub use server_settings::{AlertSettings, ReportSettings, ServerSettings};
pub use snapshot_correction::{MAX_REASON_CHARS, SnapshotCorrection};
pub use snapshot_raw::{Account, RawSnapshot};
pub use snapshot_valid::{Reading, ValidSnapshot, Withheld};
pub use token::{Metric, Platform, TrendKind};
pub use training_run::{TrainingOutcome, TrainingRun};
pub use trend::{MAX_FINDINGS, Method, Trend};
pub use value::Value;
pub use visible::{look, visible_line, without_hidden};

pub use time::Date;
