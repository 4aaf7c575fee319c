//! The goals that the label has set for its artists' figures.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::event::hexadecimal;
use crate::snapshot_raw::check_artist;
use crate::{Artist, ArtistId, Date, Day, Event, Metric, Platform, SchemaId, Value, encode};

/// Most goals of a label, withdrawn ones included.
pub const MAX_GOALS: usize = 2_000;

/// All goals that were ever set. Subject: `goals.label`; the newest event counts, and says of every earlier day which
/// goals stood then.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Goals {
    /// The goals, in the order in which they were set.
    pub goals: Vec<LabelGoal>,
}

/// A number that a figure is to reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelGoal {
    /// Whose figure.
    pub artist: Artist,
    /// Platform of the figure.
    pub platform: Platform,
    /// Metric of the figure.
    pub metric: Metric,
    /// The number, above zero.
    pub value: Value,
    /// Day by which it is to be reached, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Day>,
    /// First day on which it stood.
    pub since: Day,
    /// Day on which it was withdrawn; missing while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_on: Option<Day>,
}

impl LabelGoal {
    /// Whether it is one of a series.
    pub fn is_of(&self, artist: &ArtistId, platform: &Platform, metric: &Metric) -> bool {
        self.artist.id == *artist && self.platform == *platform && self.metric == *metric
    }

    /// Whether it stood at the end of a day.
    pub fn stands_on(&self, day: Date) -> bool {
        self.since.0 <= day && self.withdrawn_on.is_none_or(|Day(withdrawn_on)| day < withdrawn_on)
    }

    /// Whether it counts as reached where that is seen on a day: also on the one on which it was withdrawn.
    pub fn counts_on(&self, day: Date) -> bool {
        self.since.0 <= day && self.withdrawn_on.is_none_or(|Day(withdrawn_on)| day <= withdrawn_on)
    }
}

impl Goals {
    /// Those of an artist.
    pub fn of<'a>(&'a self, artist: &'a ArtistId) -> impl Iterator<Item = &'a LabelGoal> {
        self.goals.iter().filter(move |goal| goal.artist.id == *artist)
    }
}

impl Event for Goals {
    const SCHEMA: SchemaId = SchemaId { name: "goals", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/goals.json");

    fn subject(&self) -> String {
        "goals.label".to_owned()
    }

    fn identity(&self) -> String {
        hexadecimal(&Sha256::digest(encode(self))[..16])
    }

    fn use_current_name(&mut self) {
        self.goals.iter_mut().for_each(|goal| goal.artist.use_current_name());
    }

    fn check(&self) -> Result<(), String> {
        if self.goals.len() > MAX_GOALS {
            return Err(format!("goals has {} entries, at most {MAX_GOALS} are accepted", self.goals.len()));
        }
        self.goals.iter().try_for_each(|goal| {
            if goal.value.get() <= 0.0 {
                return Err(format!("value of a goal is {}, expected a number above 0", goal.value));
            }
            check_artist(&goal.artist)
        })
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_goal_stands_from_its_first_day_to_the_day_before_it_was_withdrawn() {
        let mut goal = LabelGoal {
            artist: Artist::new("Luz").unwrap(),
            platform: Platform::SPOTIFY,
            metric: Metric::FOLLOWERS,
            value: Value::new(300.0).unwrap(),
            by: None,
            since: Day(date!(2025 - 09 - 01)),
            withdrawn_on: None,
        };
        let stands = |goal: &LabelGoal, day| (goal.stands_on(day), goal.counts_on(day));
        assert_eq!(stands(&goal, date!(2025 - 08 - 31)), (false, false));
        assert_eq!(stands(&goal, date!(2025 - 09 - 01)), (true, true));
        assert_eq!(stands(&goal, date!(2026 - 09 - 01)), (true, true));
        goal.withdrawn_on = Some(Day(date!(2025 - 09 - 20)));
        assert_eq!(stands(&goal, date!(2025 - 09 - 19)), (true, true));
        // What was reached on the day was reached.
        assert_eq!(stands(&goal, date!(2025 - 09 - 20)), (false, true));
        assert_eq!(stands(&goal, date!(2025 - 09 - 21)), (false, false));
    }
}
