//! Warnings that say the same again, kept out of the log for a while: an agent that cannot reach the bus tries twice a
//! second, and says so each time.

use std::collections::HashMap;
use std::fmt::{Debug, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Filter};

/// How long a warning is not repeated.
const AGAIN_AFTER: Duration = Duration::from_secs(600);
/// Most warnings that are remembered.
const MOST: usize = 1_000;
/// Whose warnings are repeated without end.
const TARGET: &str = "casa24_bus::harness";

/// Lets each warning of the agents' harness through once in ten minutes.
#[derive(Debug, Default)]
pub(crate) struct Repeated(Mutex<HashMap<String, Instant>>);

impl<S: Subscriber> Filter<S> for Repeated {
    fn enabled(&self, _: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        true
    }

    fn event_enabled(&self, event: &Event<'_>, _: &Context<'_, S>) -> bool {
        let metadata = event.metadata();
        if *metadata.level() != Level::WARN || !metadata.target().starts_with(TARGET) {
            return true;
        }
        let mut text = Text::default();
        event.record(&mut text);
        self.is_new(text.0, Instant::now())
    }
}

impl Repeated {
    fn is_new(&self, text: String, now: Instant) -> bool {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.len() >= MOST {
            shown.retain(|_, at| now.saturating_duration_since(*at) < AGAIN_AFTER);
            if shown.len() >= MOST {
                shown.clear();
            }
        }
        let is_new = shown.get(&text).is_none_or(|at| now.saturating_duration_since(*at) >= AGAIN_AFTER);
        if is_new {
            shown.insert(text, now);
        }
        is_new
    }
}

/// The fields of an event as text.
#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // A text takes all that is written.
        write!(self.0, "{}={value:?} ", field.name()).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_said_once_in_ten_minutes() {
        let (repeated, start) = (Repeated::default(), Instant::now());
        let said: Vec<u64> = (0..1_500)
            .filter(|second| repeated.is_new("a".to_owned(), start + Duration::from_secs(*second)))
            .collect();
        assert_eq!(said, [0, 600, 1_200]);
        assert!(repeated.is_new("b".to_owned(), start));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (repeated, now) = (Repeated::default(), Instant::now());
        for number in 0..3 * MOST {
            assert!(repeated.is_new(number.to_string(), now));
        }
        assert!(repeated.0.lock().unwrap_or_else(PoisonError::into_inner).len() <= MOST);
    }
}
