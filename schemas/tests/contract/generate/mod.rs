//! Values of every event type, for tests that hold for all of them.

mod breakdowns;
pub(crate) mod derived;
mod goals;
pub(crate) mod parts;
mod servers;
mod snapshots;
pub(crate) mod talk;
mod trend;

use casa24_schemas::Event;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// An event type whose values can be generated.
pub(crate) trait Generate: Event + PartialEq {
    /// The example that the contract shows, in JSON.
    const EXAMPLE: &'static str;

    /// Any value that the contract allows, with finite numbers only: JSON has no others.
    fn any() -> BoxedStrategy<Self>;
}

/// Runs a test on generated events.
pub(crate) fn for_generated<E: Generate>(cases: u32, test: impl Fn(E)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&E::any(), |event| {
        test(event);
        Ok(())
    });
    if let Err(fault) = outcome {
        panic!("{}: {fault}", E::SCHEMA);
    }
}

/// One test for each event type from one generic function.
macro_rules! for_every_event {
    ($check:ident) => {
        mod $check {
            use casa24_schemas::{
                Collection, Command, DeadLetter, Forecast, ForecastRecord, ForecastV1, Goals, Growth, ModelWeights, Post, RawSnapshot, RejectedSnapshot, RosterEntry, ServerSettings, Trend, ValidSnapshot, RawBreakdown, RejectedBreakdown, ValidBreakdown, LateSource, TrainingRun,
            };

            use crate::generate::talk::AnyReply;

            super::for_every_event! { $check
                snapshot_raw: RawSnapshot,
                snapshot_valid: ValidSnapshot,
                snapshot_rejected: RejectedSnapshot,
                breakdown_raw: RawBreakdown,
                breakdown_valid: ValidBreakdown,
                breakdown_rejected: RejectedBreakdown,
                growth: Growth,
                trend: Trend,
                forecast: Forecast,
                forecast_record: ForecastRecord,
                forecast_v1: ForecastV1,
                model_weights: ModelWeights,
                training: TrainingRun,
                collection: Collection,
                late_source: LateSource,
                command: Command,
                reply: AnyReply,
                dead_letter: DeadLetter,
                roster_entry: RosterEntry,
                goals: Goals,
                server_settings: ServerSettings,
                post: Post,
            }
        }
    };
    ($check:ident $($name:ident: $event:ident,)*) => {
        $(#[test]
        fn $name() {
            super::$check::<$event>();
        })*
    };
}

pub(crate) use for_every_event;
