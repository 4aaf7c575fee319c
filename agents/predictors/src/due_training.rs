//! When a training is due: the schedule and the newest training in, the time of the next one out. The agent `trainer` goes by
//! it, and whoever tells of it says the same.

use casa24_schedule::{Schedule, moment, timestamp};
use casa24_schemas::{TrainingOutcome, TrainingRun};
use jiff::{SignedDuration, Timestamp};

/// Where there was too little history, more may have come after so long: a new label need not wait for the next training.
const MORE_HISTORY_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// When the next training is due; one that was due earlier is due now. `None` where the schedule is never due.
pub fn next_training(schedule: &Schedule, newest: Option<&TrainingRun>, now: Timestamp) -> Option<Timestamp> {
    let due = schedule.newest_due(now);
    let is_of = |run: &TrainingRun| due.is_some() && run.due_at.moment() == due.map(moment);
    match newest.filter(|run| is_of(run) && is_over(run, now)) {
        Some(over) => again_at(over).into_iter().chain(schedule.next(now)).min(),
        None => due,
    }
}

/// Whether a training needs nothing more at this time.
pub(crate) fn is_over(run: &TrainingRun, now: Timestamp) -> bool {
    let has_ended = run.ended_at.is_some() && run.outcome != Some(TrainingOutcome::Interrupted);
    has_ended && again_at(run).is_none_or(|at| now < at)
}

/// When a training that lacked history is made again.
pub(crate) fn again_at(run: &TrainingRun) -> Option<Timestamp> {
    let ended_at = run.ended_at.filter(|_| run.outcome == Some(TrainingOutcome::TooLittle))?;
    timestamp(ended_at.moment()?)?.checked_add(MORE_HISTORY_AFTER).ok()
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Observed;

    use super::*;
    use crate::Trainer;

    const DUE: &str = "2026-11-22T04:00:00Z";
    const ENDED: Option<&str> = Some("2026-11-22T04:10:00Z");

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn run(due_at: &str, ended_at: Option<&str>, outcome: TrainingOutcome) -> TrainingRun {
        let observed = |text: &str| Observed::parse(text).unwrap();
        TrainingRun {
            model: "neural".to_owned(),
            due_at: observed(due_at),
            started_at: observed(due_at),
            attempt: 1,
            ended_at: ended_at.map(observed),
            outcome: ended_at.map(|_| outcome),
            reason: None,
            sha256: None,
        }
    }

    fn next(newest: Option<&TrainingRun>, now: &str) -> String {
        let weekly = Schedule::new(Trainer::WEEKLY, "UTC").unwrap();
        next_training(&weekly, newest, at(now)).unwrap().to_string()
    }

    #[test]
    fn a_training_that_ended_is_over_and_one_that_lacked_history_for_a_day() {
        let soon = at("2026-11-22T05:00:00Z");
        for outcome in [TrainingOutcome::Stored, TrainingOutcome::Unchanged, TrainingOutcome::Failed] {
            let run = run(DUE, ENDED, outcome);
            assert!(is_over(&run, soon) && is_over(&run, at("2026-11-28T00:00:00Z")), "{outcome}");
            assert_eq!(again_at(&run), None, "{outcome}");
        }
        let too_little = run(DUE, ENDED, TrainingOutcome::TooLittle);
        assert_eq!(again_at(&too_little), Some(at("2026-11-23T04:10:00Z")));
        assert!(is_over(&too_little, soon) && !is_over(&too_little, at("2026-11-23T04:10:00Z")));
        assert!(!is_over(&run(DUE, None, TrainingOutcome::Stored), soon), "it was cut off");
        assert!(!is_over(&run(DUE, ENDED, TrainingOutcome::Interrupted), soon));
    }

    #[test]
    fn what_was_missed_is_due_before_what_comes_next() {
        let now = "2026-11-27T12:00:00Z";
        let stored = |due_at: &str, ended_at| run(due_at, ended_at, TrainingOutcome::Stored);
        assert_eq!(next(None, now), DUE);
        assert_eq!(next(Some(&stored(DUE, None)), now), DUE);
        assert_eq!(next(Some(&run(DUE, ENDED, TrainingOutcome::Interrupted)), now), DUE);
        let before = stored("2026-11-15T04:00:00Z", Some("2026-11-15T04:02:00Z"));
        assert_eq!(next(Some(&before), now), DUE);
        assert_eq!(next(Some(&stored(DUE, ENDED)), now), "2026-11-29T04:00:00Z");
    }

    #[test]
    fn what_lacked_history_is_due_a_day_later_or_at_the_next_time_where_that_is_sooner() {
        let too_little = |due_at: &str, ended_at| run(due_at, Some(ended_at), TrainingOutcome::TooLittle);
        let sunday = too_little(DUE, "2026-11-22T04:10:00Z");
        assert_eq!(next(Some(&sunday), "2026-11-22T05:00:00Z"), "2026-11-23T04:10:00Z");
        assert_eq!(next(Some(&sunday), "2026-11-23T05:00:00Z"), DUE, "it is due now");
        let saturday = too_little(DUE, "2026-11-28T09:00:00Z");
        assert_eq!(next(Some(&saturday), "2026-11-28T10:00:00Z"), "2026-11-29T04:00:00Z");
    }
}
