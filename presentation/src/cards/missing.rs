//! Why a figure is missing, in words.

use casa24_answers::{Missing, NoNewer, NotAccepted};
use casa24_schemas::{Absence, Day, Platform, Reason};

use crate::card::Line;
use crate::words::Words;

use super::models;

/// Why a figure of a platform is missing.
pub(super) fn line(words: &Words, missing: &Missing, platform: &Platform) -> Line {
    match missing {
        Missing::NoAccount => {
            words.line("missing-no-account", &[("platform", words.platform(platform).into())])
        }
        Missing::NoFigures => words.say("missing-no-figures").into(),
        Missing::NotGiven { why } => not_given(words, *why, platform),
        Missing::NoBaseline => words.say("missing-no-baseline").into(),
        Missing::BaselineZero => words.say("missing-baseline-zero").into(),
        Missing::TooOld { of: Some(Day(day)), no_newer } => {
            let too_old = words.line("missing-too-old", &[("day", words.day(*day).into())]);
            with_no_newer(too_old, words, no_newer.as_ref(), platform)
        }
        Missing::TooOld { of: None, .. } => words.say("missing-all-too-old").into(),
        Missing::NotInDays { of: Day(day), no_newer } => {
            let not_in_days = words.line("missing-not-in-days", &[("day", words.day(*day).into())]);
            with_no_newer(not_in_days, words, no_newer.as_ref(), platform)
        }
        Missing::UnconfirmedZero => words.say("missing-unconfirmed-zero").into(),
        Missing::CurrentCopied => words.say("missing-current-copied").into(),
        Missing::NotForecast { model } => {
            words.line("missing-not-forecast", &[("model", models::name(words, model).into())])
        }
        Missing::BeyondHorizon => words.say("missing-beyond-horizon").into(),
        Missing::AlreadyPast { on: Day(day) } => {
            words.line("missing-already-past", &[("day", words.day(*day).into())])
        }
        Missing::NoList => words.say("missing-no-list").into(),
        Missing::EmptyList { of: Day(day) } => {
            words.line("missing-empty-list", &[("day", words.day(*day).into())])
        }
        Missing::TooFewValues { have, need } => {
            let need = words.count(u64::from(*need));
            words.line("missing-too-few-values", &[("have", u64::from(*have).into()), ("need", need.into())])
        }
        Missing::TooFewWeeks { need } => {
            words.line("missing-too-few-weeks", &[("need", words.count(u64::from(*need)).into())])
        }
        Missing::NoSolution => words.say("missing-no-solution").into(),
        Missing::TooLarge => words.say("missing-too-large").into(),
        Missing::NoForecast => words.say("missing-no-forecast").into(),
    }
}

/// Adds why there is no newer figure, where the platform was asked: `; since May 4: the platform refused to give it`.
pub(super) fn with_no_newer(
    line: Line,
    words: &Words,
    no_newer: Option<&NoNewer>,
    platform: &Platform,
) -> Line {
    let Some(NoNewer { why, since: Day(since) }) = no_newer else { return line };
    let why = match why {
        NotAccepted::NotGiven(why) => not_given(words, *why, platform),
        NotAccepted::Withheld { withheld } => not_accepted(words, *withheld),
    };
    let said = [("line", line.into()), ("day", words.day(*since).into()), ("why", why.into())];
    words.line("missing-no-newer", &said)
}

/// Why the validator accepted none of what came.
fn not_accepted(words: &Words, why: Reason) -> Line {
    let reason = words.say(&format!("withheld-{why}"));
    match why {
        Reason::Missing | Reason::NoMetrics => reason.into(),
        _ => words.line("missing-withheld", &[("reason", reason.into())]),
    }
}

/// Why a platform that was asked gave no figure.
fn not_given(words: &Words, why: Absence, platform: &Platform) -> Line {
    let id = match why {
        Absence::NoAccount => return line(words, &Missing::NoAccount, platform),
        Absence::NotOffered => "missing-not-offered",
        Absence::Hidden => "missing-hidden",
        Absence::NotFound => "missing-not-found",
        Absence::Refused => "missing-refused",
        Absence::NotYet => "missing-not-yet",
        Absence::Failed => "missing-failed",
    };
    words.say(id).into()
}
