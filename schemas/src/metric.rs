//! Platforms and metrics: their names, what the numbers count and how they can move.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// How the numbers of a metric can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// A number of things that are there now; it may fall (followers).
    Count,
    /// A number of things that happened so far; it only rises (views).
    Counter,
    /// A score from 0 to 100 (Spotify's popularity).
    Score,
}

/// What a metric counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// People or accounts.
    People,
    /// Plays of videos.
    Views,
    /// Posts, videos.
    Items,
    /// Points of a score.
    Points,
}

/// What is known about a metric of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetricInfo {
    /// Token of the platform.
    pub platform: &'static str,
    /// Token of the metric.
    pub metric: &'static str,
    /// How it can move.
    pub nature: Nature,
    /// What it counts.
    pub unit: Unit,
    /// The metric as people call it.
    pub label: &'static str,
    /// Whether "stats", "growth" and "predict" show it without being asked.
    pub headline: bool,
}

const fn info(
    platform: &'static str,
    metric: &'static str,
    nature: Nature,
    unit: Unit,
    label: &'static str,
    headline: bool,
) -> MetricInfo {
    MetricInfo { platform, metric, nature, unit, label, headline }
}

/// All metrics that this version knows.
const METRICS: [MetricInfo; 10] = [
    info("spotify", "popularity_score", Nature::Score, Unit::Points, "popularity", false),
    info("spotify", "followers", Nature::Count, Unit::People, "followers", true),
    info("spotify", "monthly_listeners", Nature::Count, Unit::People, "monthly listeners", true),
    info("youtube", "subscribers", Nature::Count, Unit::People, "subscribers", true),
    info("youtube", "total_views", Nature::Counter, Unit::Views, "views", true),
    info("youtube", "video_count", Nature::Count, Unit::Items, "videos", false),
    info("instagram", "followers", Nature::Count, Unit::People, "followers", true),
    info("instagram", "media_count", Nature::Count, Unit::Items, "posts", false),
    info("discord", "member_count", Nature::Count, Unit::People, "members", true),
    info("discord", "online_count", Nature::Count, Unit::People, "online", false),
];

/// What is known about a metric, or `None` for one that this version does not know.
pub fn metric_info(platform: &Platform, metric: &Metric) -> Option<&'static MetricInfo> {
    METRICS.iter().find(|info| info.platform == platform.as_str() && info.metric == metric.as_str())
}

/// The known metrics of a platform, in the order in which they are shown.
pub fn metrics_of(platform: &Platform) -> impl Iterator<Item = &'static MetricInfo> {
    METRICS.iter().filter(move |info| info.platform == platform.as_str())
}

/// Why a text cannot be the token of a platform or metric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not 1 to 40 lower-case letters, digits and underscores")]
pub struct TokenError {
    /// The text, cut where it is long.
    pub found: String,
}

fn check_token(token: &str) -> Result<(), TokenError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if (1..=40).contains(&token.len()) && token.chars().all(allowed) {
        Ok(())
    } else {
        Err(TokenError { found: token.chars().take(60).collect() })
    }
}

macro_rules! token {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[$const_doc:meta])* $constant:ident = $text:literal;)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Cow<'static, str>);

        impl $name {
            $($(#[$const_doc])* pub const $constant: Self = Self(Cow::Borrowed($text));)*

            /// The one of this name.
            ///
            /// # Errors
            /// When the text is not 1 to 40 lower-case letters, digits and underscores.
            pub fn new(token: &str) -> Result<Self, TokenError> {
                for known in [$($text),*] {
                    if known == token {
                        return Ok(Self(Cow::Borrowed(known))); // the known ones cost no allocation
                    }
                }
                check_token(token)?;
                Ok(Self(Cow::Owned(token.to_owned())))
            }

            /// The token, as it stands in subjects and events.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "description": concat!($($doc),*).trim(),
                    "type": "string",
                    "pattern": "^[a-z0-9_]{1,40}$",
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Token;
                impl serde::de::Visitor<'_> for Token {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a token of lower-case letters, digits and underscores")
                    }
                    fn visit_str<E: serde::de::Error>(self, token: &str) -> Result<$name, E> {
                        $name::new(token).map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Token)
            }
        }
    };
}

token! {
    /// Token of a platform: one of the known ones, or one that somebody's own collector brings.
    Platform {
        /// Spotify.
        SPOTIFY = "spotify";
        /// YouTube.
        YOUTUBE = "youtube";
        /// Instagram.
        INSTAGRAM = "instagram";
        /// The label's Discord server.
        DISCORD = "discord";
    }
}

token! {
    /// Token of a metric; together with a platform it names a series of an artist.
    Metric {
        /// Spotify's popularity, 0 to 100.
        POPULARITY_SCORE = "popularity_score";
        /// Followers on Spotify or Instagram.
        FOLLOWERS = "followers";
        /// Spotify listeners of the last 28 days.
        MONTHLY_LISTENERS = "monthly_listeners";
        /// Subscribers of a YouTube channel.
        SUBSCRIBERS = "subscribers";
        /// Views of a YouTube channel so far.
        TOTAL_VIEWS = "total_views";
        /// Public videos of a YouTube channel.
        VIDEO_COUNT = "video_count";
        /// Posts of an Instagram account.
        MEDIA_COUNT = "media_count";
        /// Members of a Discord server.
        MEMBER_COUNT = "member_count";
        /// Members of a Discord server who were online.
        ONLINE_COUNT = "online_count";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_metrics_have_a_meaning() {
        let views = metric_info(&Platform::YOUTUBE, &Metric::TOTAL_VIEWS).unwrap();
        assert_eq!((views.nature, views.unit), (Nature::Counter, Unit::Views));
        assert_eq!(metric_info(&Platform::YOUTUBE, &Metric::FOLLOWERS), None);
    }

    #[test]
    fn tokens_that_would_break_a_subject_are_refused() {
        for bad in ["", "a.b", "a b", "*", ">", "Spotify", &"x".repeat(41)] {
            assert!(Platform::new(bad).is_err(), "{bad}");
        }
        assert_eq!(Platform::new("tiktok").unwrap().as_str(), "tiktok");
    }
}
