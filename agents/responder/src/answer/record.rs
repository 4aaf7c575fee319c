//! The record of a series' forecasts in plain words: how far off they were, and how often their intervals held.

use casa24_schemas::{ForecastPoint, Metric, Platform, Value};
use serde::Serialize;

use crate::text;

/// How far off the earlier forecasts of a series at one distance were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Record {
    /// How far this model's earlier forecasts at this distance were off on this series, in percent (median).
    pub accuracy: Option<Value>,
    /// Number of earlier forecasts behind `accuracy`.
    pub num_checked: u32,
    /// How far they were off in the metric's own unit (median).
    pub off_by: Option<Value>,
    /// The same for saying that all stays as it is.
    pub naive_off_by: Option<Value>,
    /// How many of `num_checked` outcomes fell within the 80 % interval that was given for them.
    pub num_in_80: Option<u32>,
    /// How many fell within the 95 % interval.
    pub num_in_95: Option<u32>,
}

impl Record {
    /// The record that stands at a point of a forecast; an empty one where there is no point.
    pub(super) fn of(point: Option<&ForecastPoint>) -> Self {
        point.map_or_else(Self::default, |point| Self {
            accuracy: point.accuracy,
            num_checked: point.num_checked,
            off_by: point.off_by,
            naive_off_by: point.naive_off_by,
            num_in_80: point.num_in_80,
            num_in_95: point.num_in_95,
        })
    }

    /// The median error in the metric's unit and in percent, as far as it is known: `3 followers (0.9 %)`.
    fn off(&self, unit: &str) -> Option<String> {
        let percent = self.accuracy.map(text::percent_off);
        match (self.off_by.map(|off_by| format!("{}{unit}", median(off_by))), percent) {
            (Some(off_by), Some(percent)) => Some(format!("{off_by} ({percent})")),
            (off_by, percent) => off_by.or(percent),
        }
    }

    /// `off by 3 (0.9 %), median of 41`: the record in a few words.
    pub(super) fn short(&self) -> String {
        self.off("").map_or_else(
            || "not checked yet".to_owned(),
            |off| format!("off by {off}, median of {}", self.num_checked),
        )
    }

    /// `earlier 30-day forecasts were off by 3 (0.9 %), median of 41`: what stands beside a forecast.
    pub(super) fn beside(&self, days: u32) -> String {
        if self.off("").is_none() {
            return format!("no earlier {days}-day forecast could be checked yet");
        }
        let held =
            self.num_in_80.map(|num| format!("; the 80 % interval held {num} of {}", self.num_checked));
        format!("earlier {days}-day forecasts were {}{}", self.short(), held.unwrap_or_default())
    }

    /// The whole record in sentences, one for each line.
    pub(super) fn sentences(&self, platform: &Platform, metric: &Metric, days: u32) -> Vec<String> {
        let is_score = text::is_score(platform, metric);
        let unit = if is_score { "points".to_owned() } else { text::metric_label(platform, metric) };
        let Some(off) = self.off(&format!(" {unit}")) else {
            return vec![format!("no {days}-day forecast could be checked yet")];
        };
        let checked = self.num_checked;
        let mut lines =
            vec![format!("{days}-day forecasts were off by **{off}** in the middle (median of {checked})")];
        let held = [("80 %", self.num_in_80), ("95 %", self.num_in_95)];
        let held =
            held.iter().filter_map(|(interval, num)| Some(format!("{} in the {interval} interval", (*num)?)));
        let held: Vec<String> = held.collect();
        if !held.is_empty() {
            lines.push(format!("of {checked} outcomes {}", held.join(", ")));
        }
        lines.extend(self.naive_off_by.map(|naive| beside_naive(naive, self.off_by)));
        lines
    }
}

/// A median of counts, which may lie between two of them: with its fraction only where that matters.
fn median(value: Value) -> String {
    if value.get() < 10.0 { text::number(value) } else { text::whole(value) }
}

/// What saying that all stays as it is would have given.
fn beside_naive(naive: Value, off_by: Option<Value>) -> String {
    let than = match off_by.map(|off_by| off_by.get().total_cmp(&naive.get())) {
        Some(std::cmp::Ordering::Less) => ": the forecasts were nearer",
        Some(std::cmp::Ordering::Equal) => ": just as far",
        Some(std::cmp::Ordering::Greater) => ": the forecasts were farther off",
        None => "",
    };
    format!("saying “it stays as it is” would have been off by {}{than}", median(naive))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(number: f64) -> Value {
        Value::new(number).unwrap()
    }

    fn record() -> Record {
        Record {
            accuracy: Some(value(0.9)),
            num_checked: 41,
            off_by: Some(value(3.0)),
            naive_off_by: Some(value(5.0)),
            num_in_80: Some(33),
            num_in_95: Some(39),
        }
    }

    fn told(record: &Record) -> String {
        record.sentences(&Platform::SPOTIFY, &Metric::FOLLOWERS, 30).join("; ")
    }

    #[test]
    fn a_whole_record_is_told_in_its_unit_and_beside_standing_still() {
        assert_eq!(
            told(&record()),
            "30-day forecasts were off by **3 followers (0.9 %)** in the middle (median of 41); \
             of 41 outcomes 33 in the 80 % interval, 39 in the 95 % interval; \
             saying “it stays as it is” would have been off by 5: the forecasts were nearer"
        );
        assert_eq!(
            record().beside(30),
            "earlier 30-day forecasts were off by 3 (0.9 %), median of 41; the 80 % interval held 33 of 41"
        );
        for (off_by, words) in [(5.0, "off by 5: just as far"), (6.0, "the forecasts were farther off")] {
            assert!(told(&Record { off_by: Some(value(off_by)), ..record() }).ends_with(words));
        }
    }

    #[test]
    fn a_small_median_keeps_its_fraction() {
        let off =
            |off_by| Record { off_by: Some(value(off_by)), num_checked: 2, ..Record::default() }.short();
        assert_eq!(off(2.5), "off by 2.5, median of 2");
        assert_eq!(off(12_109.4), "off by 12,109, median of 2");
    }

    #[test]
    fn what_is_not_known_is_not_told() {
        let old = Record { accuracy: Some(value(0.9)), num_checked: 41, ..Record::default() };
        assert_eq!(told(&old), "30-day forecasts were off by **0.9 %** in the middle (median of 41)");
        assert_eq!(old.beside(30), "earlier 30-day forecasts were off by 0.9 %, median of 41");
        let none = Record::of(None);
        assert_eq!(told(&none), "no 30-day forecast could be checked yet");
        assert_eq!(none.beside(30), "no earlier 30-day forecast could be checked yet");
        assert_eq!(none.short(), "not checked yet");
    }
}
