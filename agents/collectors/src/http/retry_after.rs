//! `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// How long the platform asks to wait; `None` where it does not say, or not so that it can be read.
pub(super) fn retry_after(headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds.ceil()).ok();
    }
    let at = OffsetDateTime::parse(text, &Rfc2822).ok()?;
    Some((at - now).try_into().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn read(text: &str) -> Option<u64> {
        let headers = [(RETRY_AFTER, text.parse().unwrap())].into_iter().collect();
        retry_after(&headers, datetime!(2026-11-26 10:00 UTC)).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_dates_are_read_and_nonsense_is_none() {
        assert_eq!(read("5"), Some(5));
        assert_eq!(read("0.2"), Some(1));
        assert_eq!(read("86400"), Some(86_400));
        assert_eq!(read("Thu, 26 Nov 2026 10:00:07 GMT"), Some(7));
        assert_eq!(read("Thu, 26 Nov 2026 09:00:00 GMT"), Some(0));
        for nonsense in ["soon", "-5", "1e400", ""] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
