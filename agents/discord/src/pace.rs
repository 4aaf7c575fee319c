//! How often one person may ask: whoever asks more in a short time is told so, and nothing is done for them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// So many interactions of a person are answered …
const MOST: usize = 10;
/// … within so long.
const WINDOW: Duration = Duration::from_secs(10);
/// People who are remembered; beyond that those go who have not asked within the window.
const MAX_PEOPLE: usize = 20_000;

/// When people asked last. Each process knows its own.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<HashMap<u64, VecDeque<Instant>>>);

impl Pace {
    /// Whether somebody may ask now; one more who is refused does not count.
    pub(crate) fn allows(&self, person: &str, now: Instant) -> bool {
        // Discord's ids are numbers.
        let person = person.parse::<u64>().unwrap_or_default();
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_past = |asked: Instant| now.saturating_duration_since(asked) >= WINDOW;
        if people.len() >= MAX_PEOPLE && !people.contains_key(&person) {
            people.retain(|_, asked| asked.back().is_some_and(|last| !is_past(*last)));
            if people.len() >= MAX_PEOPLE {
                // More people than that within seconds: nobody is refused for what others do.
                people.clear();
            }
        }
        let asked = people.entry(person).or_default();
        while asked.front().is_some_and(|first| is_past(*first)) {
            asked.pop_front();
        }
        let is_allowed = asked.len() < MOST;
        if is_allowed {
            asked.push_back(now);
        }
        is_allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_within_ten_seconds_is_refused_and_others_are_not() {
        let (pace, begun) = (Pace::default(), Instant::now());
        let at = |seconds: u64| begun + Duration::from_secs(seconds);
        assert!((0..10).all(|second| pace.allows("5", at(second / 2))));
        assert!(!pace.allows("5", at(9)));
        assert!(pace.allows("6", at(9)));
        // The first two were 10 seconds ago.
        assert!(pace.allows("5", at(10)) && pace.allows("5", at(10)) && !pace.allows("5", at(10)));
    }

    #[test]
    fn no_more_people_are_remembered_than_have_room() {
        let (pace, now) = (Pace::default(), Instant::now());
        assert!((0..3 * MAX_PEOPLE).all(|person| pace.allows(&person.to_string(), now)));
        assert!(pace.0.lock().unwrap().len() <= MAX_PEOPLE);
    }
}
