//! The training set: a label's history in; every series as the predictors see it, and what it was made of, out.

use casa24_forecasting::neural::Training;
use casa24_forecasting::{Sequence, Task};
use casa24_schemas::{ModelWeights, Observed, TrainingData};
use time::Date;

use crate::forecast::ModelInput;
use crate::history::History;

/// What there is to learn from.
#[derive(Debug, Clone)]
pub struct TrainingSet {
    /// One for each series that has a value.
    pub tasks: Vec<Task>,
    /// The newest observation in it.
    pub trained_at: Observed,
    /// Its size and its days.
    pub trained_on: TrainingData,
    /// Fingerprint of every name, day and value.
    pub data_sha256: String,
    /// Whether any of it is made up for a demonstration.
    pub sample: bool,
}

/// Why there is nothing to learn from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainingSetError {
    /// No observation at all.
    #[error("nothing is stored yet")]
    Empty,
    /// No series is long enough.
    #[error(
        "too little history to learn from: the longest series spans {longest} day{} without a change of level, and one \
         of {needed} days or more is needed, because the newest fifth is kept aside to check what was learnt",
        if *.longest == 1 { "" } else { "s" }
    )]
    TooShort {
        /// Days of the longest level of any series.
        longest: usize,
        /// Days that are needed.
        needed: usize,
    },
}

impl TrainingSet {
    /// Every series of a history.
    ///
    /// # Errors
    /// When there is none, or all of them are too short.
    pub fn of(history: &History) -> Result<Self, TrainingSetError> {
        let trained_at = history.newest().ok_or(TrainingSetError::Empty)?;
        let to = trained_at.date();
        let (mut tasks, mut bytes, mut num_values) = (Vec::new(), Vec::new(), 0_u32);
        let mut from = to;
        for artist in history.artists() {
            for (platform, metric, series) in artist.all_series() {
                let input = ModelInput::of(platform, metric, series, to);
                let Some(sequence) = input.sequence() else { continue };
                bytes.extend(format!("{}/{platform}/{metric}\n", artist.artist.id).into_bytes());
                let seen = input.observations_in(&sequence);
                for seen in seen {
                    bytes.extend(seen.step.to_le_bytes());
                    bytes.extend(seen.value.to_le_bytes());
                    bytes.push(u8::from(seen.new_level));
                }
                num_values += seen.len() as u32;
                let first = seen.first().and_then(|first| i32::try_from(first.step).ok());
                from = from.min(first.and_then(|day| Date::from_julian_day(day).ok()).unwrap_or(to));
                tasks.push(Task { sequence: Some(sequence), request: input.request });
            }
        }
        let trained_on = TrainingData { num_series: tasks.len() as u32, num_values, from, to };
        let sample = history.artists().any(|artist| artist.sample);
        let set = Self { tasks, trained_at, trained_on, data_sha256: ModelWeights::sha256(&bytes), sample };
        let longest = set.levels().iter().map(|level| level.len()).max().unwrap_or_default();
        if longest < Training::MIN_VALUES {
            return Err(TrainingSetError::TooShort { longest, needed: Training::MIN_VALUES });
        }
        Ok(set)
    }

    /// The values of each series, one for each day, by level and the newest level first: no model sees beyond a change
    /// of level either.
    pub fn levels(&self) -> Vec<&[f64]> {
        self.tasks.iter().filter_map(|task| task.sequence.as_ref()).flat_map(levels).collect()
    }
}

fn levels(sequence: &Sequence) -> Vec<&[f64]> {
    let mut rest = sequence.values();
    let mut levels = Vec::new();
    while !rest.is_empty() {
        let (before, level) = rest.split_at(sequence.level_start(rest.len() - 1));
        levels.push(level);
        rest = before;
    }
    levels
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Flag, ValidSnapshot};
    use time::Duration;
    use time::macros::date;

    use super::*;
    use crate::testing::snapshot;

    const FIRST: Date = date!(2025 - 01 - 01);

    /// A value of each of these days, from the first on.
    fn history(days: std::ops::Range<i64>, level_change_on: Option<i64>) -> History {
        let mut history = History::default();
        for day in days {
            let flags = if level_change_on == Some(day) { &[Flag::LevelChange][..] } else { &[] };
            let observed_at = Observed::day(FIRST + Duration::days(day));
            let snapshot = snapshot("Luz Polar", observed_at, Some(1.0 + day as f64), flags);
            history.insert(&ValidSnapshot { sample: true, ..snapshot });
        }
        history
    }

    #[test]
    fn a_set_says_what_it_was_made_of() {
        let set = TrainingSet::of(&history(0..60, None)).unwrap();
        let to = date!(2025 - 03 - 01);
        assert_eq!(set.trained_on, TrainingData { num_series: 1, num_values: 60, from: FIRST, to });
        assert_eq!((set.trained_at, set.sample), (Observed::day(to), true));
    }

    #[test]
    fn a_level_of_a_series_is_learnt_from_by_itself() {
        let set = TrainingSet::of(&history(0..60, Some(15))).unwrap();
        assert_eq!(set.levels().iter().map(|level| level.len()).collect::<Vec<_>>(), [45, 15]);
    }

    #[test]
    fn every_value_and_flag_is_in_the_fingerprint() {
        let fingerprint = |history| TrainingSet::of(&history).unwrap().data_sha256;
        let of_all = fingerprint(history(0..60, None));
        assert_eq!(of_all, fingerprint(history(0..60, None)));
        assert_ne!(of_all, fingerprint(history(1..60, None)));
        assert_ne!(of_all, fingerprint(history(0..60, Some(15))));
    }

    #[test]
    fn too_little_history_is_an_error_with_what_is_needed() {
        let error = |history| TrainingSet::of(&history).unwrap_err();
        assert_eq!(error(History::default()), TrainingSetError::Empty);
        let too_short = |longest| TrainingSetError::TooShort { longest, needed: 40 };
        assert_eq!(error(history(0..39, None)), too_short(39));
        assert_eq!(error(history(0..60, Some(30))), too_short(30));
    }
}
