//! What a response of Discord means for the one who asked.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::Deserialize;

/// The interaction is not known, or no longer.
const UNKNOWN_INTERACTION: u64 = 10_062;
/// The webhook of an interaction is not known: not yet, or no longer.
const UNKNOWN_WEBHOOK: u64 = 10_015;
/// The message is not known: not yet, or no longer.
const UNKNOWN_MESSAGE: u64 = 10_008;
/// The interaction has been acknowledged already.
const ACKNOWLEDGED: u64 = 40_060;

/// How long a limit without a number lasts.
const SHORT_WAIT: Duration = Duration::from_secs(1);
/// Longest wait that is believed.
const MAX_WAIT: Duration = Duration::from_secs(3_600);

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// The interaction was acknowledged before; `by_us` where an earlier try of the same call may have done it.
    #[error("the interaction is acknowledged already")]
    Acknowledged {
        /// Whether an earlier try of the same call may have done it.
        by_us: bool,
    },
    /// The interaction, or what was sent for it, is not known, or no longer.
    #[error("discord no longer knows the interaction")]
    Unknown,
    /// Discord does not accept it.
    #[error("discord refuses it with status {status} and code {code}")]
    Refused {
        /// Status of the response.
        status: u16,
        /// Discord's own code; 0 where it gives none.
        code: u64,
    },
    /// It could not be done in time.
    #[error("there is no time left for it")]
    OutOfTime,
    /// The same, and an earlier try of the same call may have done it.
    #[error("discord has not said in time whether it is done")]
    Uncertain,
}

impl Fault {
    /// That the time of a call is over; an earlier try may have done it, or not.
    pub(super) const fn out_of_time(may_have_arrived: bool) -> Self {
        if may_have_arrived { Self::Uncertain } else { Self::OutOfTime }
    }
}

/// What is to be done after a response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is done.
    Done,
    /// The same again, after a delay that grows.
    Again,
    /// What it is about is not known yet, or no longer.
    Missing,
    /// The same again, after so long; nothing else before, where the limit is for the whole bot.
    Wait { wait: Duration, is_global: bool },
    /// It will not be done.
    For(Fault),
}

/// Body of a response that is no success.
#[derive(Debug, Default, Deserialize)]
struct Complaint {
    #[serde(default)]
    code: u64,
    #[serde(default)]
    retry_after: Option<f64>,
    #[serde(default)]
    global: bool,
}

impl Verdict {
    /// What a response means. `is_repeat` where the same was sent before and may have arrived.
    pub(crate) fn of(status: StatusCode, headers: &HeaderMap, body: &[u8], is_repeat: bool) -> Self {
        if status.is_success() {
            return Self::Done;
        }
        let complaint: Complaint = serde_json::from_slice(body).unwrap_or_default();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let scope = headers.get("x-ratelimit-scope").and_then(|scope| scope.to_str().ok());
            let by_header = || headers.get(RETRY_AFTER)?.to_str().ok()?.parse::<f64>().ok();
            let wait = complaint.retry_after.or_else(by_header).map(wait).unwrap_or(SHORT_WAIT);
            return Self::Wait { wait, is_global: complaint.global || scope == Some("global") };
        }
        if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
            return Self::Again;
        }
        match complaint.code {
            ACKNOWLEDGED => Self::For(Fault::Acknowledged { by_us: is_repeat }),
            UNKNOWN_INTERACTION => Self::For(Fault::Unknown),
            UNKNOWN_WEBHOOK | UNKNOWN_MESSAGE => Self::Missing,
            code => Self::For(Fault::Refused { status: status.as_u16(), code }),
        }
    }
}

/// A number of seconds as Discord writes it.
fn wait(seconds: f64) -> Duration {
    // A number that is none, or below zero, is no order to send at once.
    Duration::try_from_secs_f64(seconds).unwrap_or(SHORT_WAIT).min(MAX_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(status: u16, header: Option<(&'static str, &'static str)>, body: &str) -> Verdict {
        let headers = header.into_iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Verdict::of(StatusCode::from_u16(status).unwrap(), &headers.collect(), body.as_bytes(), true)
    }

    #[test]
    fn a_limit_says_for_whom_and_how_long() {
        let wait = |millis, is_global| Verdict::Wait { wait: Duration::from_millis(millis), is_global };
        assert_eq!(verdict(429, None, r#"{"retry_after":0.25,"global":false}"#), wait(250, false));
        assert_eq!(verdict(429, None, r#"{"retry_after":5,"global":true}"#), wait(5_000, true));
        assert_eq!(
            verdict(429, Some(("x-ratelimit-scope", "global")), r#"{"retry_after":5}"#),
            wait(5_000, true)
        );
        assert_eq!(verdict(429, Some(("retry-after", "3")), "<html>"), wait(3_000, false));
        assert_eq!(verdict(429, Some(("retry-after", "-3")), ""), wait(1_000, false));
        assert_eq!(verdict(429, None, r#"{"retry_after":1e300}"#), wait(1_000, false));
    }

    #[test]
    fn faults_that_pass_are_told_from_those_that_do_not() {
        assert_eq!(verdict(204, None, ""), Verdict::Done);
        for status in [500, 502, 503, 504, 408] {
            assert_eq!(verdict(status, None, "oops"), Verdict::Again);
        }
        assert_eq!(
            verdict(400, None, r#"{"code":40060}"#),
            Verdict::For(Fault::Acknowledged { by_us: true })
        );
        assert_eq!(verdict(404, None, r#"{"code":10062}"#), Verdict::For(Fault::Unknown));
        assert_eq!(verdict(404, None, r#"{"code":10015}"#), Verdict::Missing);
        assert_eq!(
            verdict(400, None, r#"{"code":50035}"#),
            Verdict::For(Fault::Refused { status: 400, code: 50_035 })
        );
        assert_eq!(verdict(403, None, "<html>"), Verdict::For(Fault::Refused { status: 403, code: 0 }));
    }
}
