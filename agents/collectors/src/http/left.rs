//! `X-RateLimit-*`: how many requests a platform leaves, and until when.

use std::time::Duration;

use reqwest::header::HeaderMap;

const REMAINING: &str = "x-ratelimit-remaining";
/// Seconds until there are more, as Discord and as `ListenBrainz` call them.
const RESET: [&str; 2] = ["x-ratelimit-reset-after", "x-ratelimit-reset-in"];

/// For how long no request is left; `None` where some are, or where the platform does not say.
pub(super) fn used_up_for(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
    if number(REMAINING)? >= 1.0 {
        return None;
    }
    Duration::try_from_secs_f64(RESET.into_iter().find_map(number)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&'static str, &str)]) -> Option<Duration> {
        let parsed = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        used_up_for(&parsed.collect())
    }

    #[test]
    fn only_where_none_is_left_is_there_something_to_wait_for() {
        let discord = [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset-After", "0.25")];
        assert_eq!(read(&discord), Some(Duration::from_millis(250)));
        let listenbrainz = [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset-In", "7")];
        assert_eq!(read(&listenbrainz), Some(Duration::from_secs(7)));
        for (left, reset) in [("1", "5"), ("many", "5"), ("0", "soon"), ("0", "-1"), ("0", "1e400")] {
            assert_eq!(read(&[("x-ratelimit-remaining", left), ("x-ratelimit-reset-after", reset)]), None);
        }
        assert_eq!(read(&[]), None);
    }
}
