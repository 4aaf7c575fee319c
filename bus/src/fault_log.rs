//! A lasting fault in the log: once when it has begun, again after long, and once when it is over.
//!
//! Many agents meet the same fault at once, and each tries again every few seconds: what is said is one story of the
//! whole process. The bus's own words are for debugging.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::store_fault::StoreFault;

/// A fault that is over sooner is not worth a word.
const LASTING: Duration = Duration::from_secs(3);
/// As long, for one that says little: a restart may end it, or the reason may come to light.
const LASTING_WHERE_VAGUE: Duration = Duration::from_secs(15);
/// How often a fault is mentioned that does not end.
const AGAIN_AFTER: Duration = Duration::from_secs(600);

/// How long a fault that is over may still be felt: agents find their way back to the bus.
const OF_LATE: Duration = Duration::from_secs(60);

static FAULTS: Mutex<Faults> = Mutex::new(Faults::new());

/// Notes that something could not be stored; `place` is a stream, or what else has failed.
pub(crate) fn failed(place: &str, fault: StoreFault, said: &str) {
    tracing::debug!(place, %fault, said, "not stored");
    let told = with_faults(|faults| faults.failed(place, fault, Instant::now()));
    if let Some(Told::Begun(fault)) = told {
        tracing::warn!("{fault}; nothing is lost, and it goes on by itself once that is mended");
    }
}

/// Notes that something was stored again.
pub(crate) fn stored(place: &str) {
    let told = with_faults(|faults| faults.stored(place, Instant::now()));
    if let Some(Told::Over(lasted)) = told {
        tracing::info!("the bus stores again, after {} s", lasted.as_secs());
    }
}

/// What this process cannot store, and for how long; nothing where all is well.
pub fn lasting_fault() -> Option<(StoreFault, Duration)> {
    with_faults(|faults| faults.told.map(|(fault, _, begun)| (fault, begun.elapsed())))
}

/// Whether something failed a moment ago, so that what does not work yet may do so soon.
pub(crate) fn failed_of_late() -> bool {
    with_faults(|faults| faults.last_failed.is_some_and(|moment| moment.elapsed() < OF_LATE))
}

fn with_faults<T>(call: impl FnOnce(&mut Faults) -> T) -> T {
    // What a panic leaves there is whole.
    call(&mut FAULTS.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

#[derive(Debug, PartialEq, Eq)]
enum Told {
    Begun(StoreFault),
    Over(Duration),
}

/// What fails now, and what was said of it.
struct Faults {
    /// When each place began to fail.
    since: BTreeMap<String, Instant>,
    /// What was said last, when, and when that story began.
    told: Option<(StoreFault, Instant, Instant)>,
    /// When something was last known to fail.
    last_failed: Option<Instant>,
}

impl Faults {
    const fn new() -> Self {
        Self { since: BTreeMap::new(), told: None, last_failed: None }
    }

    fn failed(&mut self, place: &str, fault: StoreFault, now: Instant) -> Option<Told> {
        self.last_failed = Some(now);
        let since = *self.since.entry(place.to_owned()).or_insert(now);
        if now - since < if is_vague(fault) { LASTING_WHERE_VAGUE } else { LASTING } {
            return None;
        }
        let begun = match self.told {
            // A vaguer word for what is known already is no news.
            Some((told, at, _)) if now - at < AGAIN_AFTER && (told == fault || is_vague(fault)) => {
                return None;
            }
            Some((_, _, begun)) => begun,
            None => since,
        };
        self.told = Some((fault, now, begun));
        Some(Told::Begun(fault))
    }

    fn stored(&mut self, place: &str, now: Instant) -> Option<Told> {
        self.since.remove(place)?;
        if !self.since.is_empty() {
            return None;
        }
        let (_, _, begun) = self.told.take()?;
        Some(Told::Over(now - begun))
    }
}

const fn is_vague(fault: StoreFault) -> bool {
    matches!(fault, StoreFault::Unconfirmed | StoreFault::Other | StoreFault::Gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_many_places_is_told_once_again_after_long_and_once_when_all_are_well() {
        let (mut faults, start) = (Faults::new(), Instant::now());
        let mut told = Vec::new();
        for second in (0..1_300).step_by(5) {
            let now = start + Duration::from_secs(second);
            for (place, fault) in [("RAW", StoreFault::DiskFull), ("VIEWS", StoreFault::Unconfirmed)] {
                told.extend(faults.failed(place, fault, now).map(|told| (second, told)));
            }
        }
        let full = || Told::Begun(StoreFault::DiskFull);
        assert_eq!(told, [(5, full()), (605, full()), (1_205, full())]);
        let end = start + Duration::from_secs(1_301);
        assert_eq!(faults.stored("RAW", end), None);
        assert_eq!(faults.stored("RAW", end), None);
        assert_eq!(faults.stored("VIEWS", end), Some(Told::Over(Duration::from_secs(1_301))));
    }

    #[test]
    fn a_fault_of_a_moment_is_not_told_and_another_one_is_news() {
        let (mut faults, start) = (Faults::new(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(faults.failed("RAW", StoreFault::Gone, at(0)), None);
        assert_eq!(faults.failed("RAW", StoreFault::Gone, at(2)), None);
        assert_eq!(faults.stored("RAW", at(2)), None);
        assert_eq!(faults.failed("RAW", StoreFault::Gone, at(9)), None);
        assert_eq!(faults.failed("RAW", StoreFault::Gone, at(23)), None);
        assert_eq!(faults.failed("RAW", StoreFault::Gone, at(25)), Some(Told::Begun(StoreFault::Gone)));
        assert_eq!(
            faults.failed("RAW", StoreFault::DiskFull, at(26)),
            Some(Told::Begun(StoreFault::DiskFull))
        );
        assert_eq!(faults.stored("RAW", at(29)), Some(Told::Over(Duration::from_secs(20))));
    }
}
