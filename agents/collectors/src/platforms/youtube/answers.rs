//! What `YouTube` answers, and its errors.

use jiff::tz::TimeZone;
use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

use crate::http::{Reply, Verdict, next_day};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Channel {
    pub(super) id: String,
    pub(super) snippet: Option<Snippet>,
    pub(super) statistics: Option<ChannelStatistics>,
    content_details: Option<ChannelDetails>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Snippet {
    pub(super) title: Option<String>,
    published_at: Option<String>,
}

/// Numbers come as texts.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChannelStatistics {
    pub(super) view_count: Option<String>,
    pub(super) subscriber_count: Option<String>,
    #[serde(default)]
    pub(super) hidden_subscriber_count: bool,
    pub(super) video_count: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChannelDetails {
    related_playlists: Option<RelatedPlaylists>,
}

#[derive(Deserialize)]
struct RelatedPlaylists {
    uploads: Option<String>,
}

impl Channel {
    /// The playlist of what it has uploaded, newest first.
    pub(super) fn uploads(&self) -> Option<&str> {
        let playlists = self.content_details.as_ref()?.related_playlists.as_ref()?;
        playlists.uploads.as_deref().filter(|id| !id.is_empty())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Upload {
    content_details: Option<UploadDetails>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UploadDetails {
    video_id: Option<String>,
}

impl Upload {
    pub(super) fn video_id(self) -> Option<String> {
        self.content_details?.video_id
    }
}

#[derive(Deserialize)]
pub(super) struct Video {
    id: String,
    snippet: Option<Snippet>,
    statistics: Option<VideoStatistics>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VideoStatistics {
    view_count: Option<String>,
}

/// The videos with the most views, those first; whose views are hidden last.
pub(super) fn most_watched(videos: Vec<Video>, num: usize) -> Vec<casa24_schemas::Video> {
    let read = |video: Video| {
        let snippet = video.snippet?;
        Some(casa24_schemas::Video {
            id: video.id,
            title: snippet.title?,
            views: video.statistics.and_then(|of| of.view_count?.parse().ok()),
            published_at: snippet.published_at,
        })
    };
    let mut videos: Vec<casa24_schemas::Video> = videos.into_iter().filter_map(read).collect();
    videos.sort_by_key(|video| std::cmp::Reverse(video.views));
    videos.truncate(num);
    videos
}

#[derive(Deserialize)]
struct List<T> {
    /// Missing where nothing was found.
    #[serde(default = "Vec::new")]
    items: Vec<T>,
    kind: String,
}

#[derive(Deserialize)]
struct ErrorAnswer {
    error: ApiError,
}

#[derive(Deserialize)]
struct ApiError {
    #[serde(default)]
    errors: Vec<ErrorItem>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct ErrorItem {
    reason: Option<String>,
}

/// Reads a list. Errors come with a reason (<https://developers.google.com/youtube/v3/docs/errors>).
pub(super) fn list<T: DeserializeOwned>(reply: &Reply) -> Result<Vec<T>, Verdict> {
    if reply.status == StatusCode::OK {
        let list: List<T> = reply.json()?;
        return if list.kind.starts_with("youtube#") {
            Ok(list.items)
        } else {
            Err(Verdict::Again("its answer is no list".to_owned()))
        };
    }
    let error = serde_json::from_slice::<ErrorAnswer>(&reply.body).ok().map(|answer| answer.error);
    let reason = error.as_ref().and_then(|error| error.errors.first()?.reason.clone()).unwrap_or_default();
    let message = error.and_then(|error| error.message).unwrap_or_default();
    let message: String = message.chars().take(120).collect();
    Err(match (reply.status, reason.as_str()) {
        (_, "quotaExceeded" | "dailyLimitExceeded") => {
            Verdict::Stopped("its quota of the day is used up".to_owned(), next_pacific_day())
        }
        (_, "rateLimitExceeded" | "userRateLimitExceeded") => Verdict::Busy(None),
        (StatusCode::NOT_FOUND, _) => Verdict::Refused("there is no such playlist".to_owned()),
        (StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => Verdict::Stopped(
            format!("it refuses YOUTUBE_API_KEY ({}, {reason}: {message:?})", reply.status),
            None,
        ),
        _ => Verdict::Refused(reply.quoted()),
    })
}

/// The next midnight of the Pacific, when quotas begin anew.
fn next_pacific_day() -> Option<OffsetDateTime> {
    next_day(jiff::Timestamp::now(), &TimeZone::get(super::QUOTA_ZONE).ok()?)
}
