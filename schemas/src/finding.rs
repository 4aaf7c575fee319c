//! What an analyst found in the figures of an artist, as facts: days, values and what was usual, no sentence.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{Day, Flag, Metric, Platform, TrendKind, Value};

impl TrendKind {
    /// A day on which a figure rose far more than usual.
    pub const SPIKE: Self = Self::known("spike");
    /// A day on which a figure fell far more, or rose far less, than usual.
    pub const DROP: Self = Self::known("drop");
    /// A jump to another level.
    pub const LEVEL_CHANGE: Self = Self::known("level_change");
    /// A figure that grew falls, or one that fell grows.
    pub const TURN: Self = Self::known("turn");
    /// A figure grows faster than before, or falls more slowly.
    pub const ACCELERATING: Self = Self::known("accelerating");
    /// A figure grows more slowly than before, or falls faster.
    pub const SLOWING: Self = Self::known("slowing");
    /// Several metrics, or a track or video, rose far more than usual together.
    pub const VIRAL: Self = Self::known("viral");
    /// What went viral is back at its usual pace.
    pub const COOLING: Self = Self::known("cooling");
    /// A figure rose at every observation of many days.
    pub const STREAK: Self = Self::known("streak");
    /// The highest value so far, after one that had stood for long.
    pub const RECORD: Self = Self::known("record");
    /// A round number, or a goal of the label, was reached for the first time.
    pub const MILESTONE: Self = Self::known("milestone");
    /// An achievement was earned.
    pub const ACHIEVEMENT: Self = Self::known("achievement");

    /// The kinds that the trend agent publishes, in the order in which they are shown.
    pub const ALL: &'static [Self] = &[
        Self::VIRAL,
        Self::MILESTONE,
        Self::RECORD,
        Self::LEVEL_CHANGE,
        Self::TURN,
        Self::ACCELERATING,
        Self::SLOWING,
        Self::SPIKE,
        Self::DROP,
        Self::COOLING,
        Self::STREAK,
        Self::ACHIEVEMENT,
    ];
}

impl Platform {
    /// Stands in a finding for all platforms together.
    pub const ALL_TOGETHER: Self = Self::known("all");
}

impl Metric {
    /// Stands in a finding for all metrics together.
    pub const ALL_TOGETHER: Self = Self::known("all");
}

/// Something noteworthy: the day on which it showed, and the facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Day of the observation that showed it: nothing that was observed later has gone into it.
    pub date: Day,
    /// What was found.
    pub facts: Facts,
    /// How many findings at least as strong chance alone would bring an artist in a month, by the past of the series;
    /// missing where nothing was tested, as with a milestone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_chance: Option<Value>,
}

/// The facts of a finding. Rates are in the unit of the metric a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Facts {
    /// A change from one observation to the next, far from what was usual.
    DailyChange {
        /// Day of the observation before.
        from: Day,
        /// Value before.
        before: Value,
        /// Value on the day of the finding.
        value: Value,
        /// Change a day; of an amount of each day, the amount.
        per_day: Value,
        /// What was usual for such a day: the median of the weeks before, corrected for the weekday.
        usual: Value,
        /// Lower end of the range that holds all but `by_chance` of such days.
        lower: Value,
        /// Upper end of that range.
        upper: Value,
    },
    /// A jump to another level.
    Level {
        /// Day of the observation before.
        from: Day,
        /// Value before.
        before: Value,
        /// Value on the day of the finding.
        value: Value,
        /// The validator's mark.
        flag: Flag,
        /// Who moved, as far as the figures of others tell.
        moved: Moved,
    },
    /// Another pace.
    Pace {
        /// First day of the new pace.
        since: Day,
        /// Change a day since then, up to the day of the finding.
        per_day: Value,
        /// First day of the weeks before.
        before_since: Day,
        /// Median change a day in the weeks before.
        per_day_before: Value,
        /// Lower end of the range that holds the pace of all but `by_chance` of such spans.
        lower: Value,
        /// Upper end of that range.
        upper: Value,
    },
    /// Several figures rose together.
    Together {
        /// The figures, the most unusual first.
        parts: Vec<TogetherPart>,
    },
    /// What had gone viral is back at its usual pace.
    BackToUsual {
        /// Day of the viral finding.
        viral_on: Day,
        /// Change a day of the last week of each of its figures.
        parts: Vec<TogetherPart>,
    },
    /// A figure rose at every observation.
    Streak {
        /// Day of the value from which it first rose.
        since: Day,
        /// Value on that day.
        before: Value,
        /// Value on the day of the finding.
        value: Value,
        /// Number of observations in a row that were higher than the one before.
        num_rises: u32,
    },
    /// The highest value so far.
    Record {
        /// The value.
        value: Value,
        /// The highest value before.
        former: Value,
        /// First day of that value.
        former_date: Day,
    },
    /// A number was reached for the first time.
    Milestone {
        /// The number.
        threshold: Value,
        /// Value on the day of the finding.
        value: Value,
        /// Day of the observation before: it was reached after it.
        from: Day,
        /// Value before.
        before: Value,
        /// Whether the label has set it as a goal; otherwise it is a step of the ladder 10, 25, 50, 100, 250 and so on.
        is_goal: bool,
        /// Whether the value is marked as a jump to another level.
        is_jump: bool,
    },
    /// An achievement was earned.
    Achievement {
        /// Token of the achievement.
        id: String,
        /// Token of what earns it.
        rule: String,
        /// How many of what the rule counts are asked for.
        need: Value,
    },
}

/// A figure that rose together with others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TogetherPart {
    /// Platform of the figure.
    pub platform: Platform,
    /// Metric of the figure.
    pub metric: Metric,
    /// Name of the track or title of the video, where the figure is of one.
    pub item: Option<String>,
    /// Change a day.
    pub per_day: Value,
    /// What was usual.
    pub usual: Value,
    /// How likely a rise at least as great is by the past of the figure, from 0 to 1.
    pub likelihood: Value,
}

words! {
    /// Who moved at a jump to another level.
    Moved {
        Source = "source": "several artists jumped on the same day: the platform changed what it counts or removed accounts";
        Artist = "artist": "the others did not jump: it is about this artist alone";
        Unknown = "unknown": "the others do not tell: there are too few of them, or one of few jumped";
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::{Event, Trend, schema_of};

    #[test]
    fn every_kind_is_listed_once() {
        let mut kinds: Vec<&str> = TrendKind::ALL.iter().map(TrendKind::as_str).collect();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), 12);
    }

    /// The fields of each kind of facts, and which of them there must be, by the word in `what`.
    fn fields(facts: &serde_json::Value) -> BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> {
        let of_kind = |kind: &serde_json::Value| {
            let fields = kind["properties"].as_object().unwrap().keys().cloned().collect();
            let required = kind["required"].as_array().unwrap().iter();
            let required = required.map(|name| name.as_str().unwrap().to_owned()).collect();
            (kind["properties"]["what"]["const"].as_str().unwrap().to_owned(), (fields, required))
        };
        facts["oneOf"].as_array().unwrap().iter().map(of_kind).collect()
    }

    #[test]
    fn the_schema_of_the_event_has_the_fields_of_the_facts() {
        let written: serde_json::Value = serde_json::from_str(Trend::JSON_SCHEMA).unwrap();
        let derived = schema_of::<Finding>();
        assert_eq!(fields(&written["$defs"]["facts"]), fields(&derived["$defs"]["Facts"]));
    }
}
