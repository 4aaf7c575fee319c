//! `YouTube`'s Data API, with a key: subscribers, views and videos of 50 channels a call, and the most watched of the newest
//! uploads.
//!
//! <https://developers.google.com/youtube/v3/docs/channels/list>. Subscribers come rounded down to three digits and may be
//! hidden. A call of `channels.list`, `playlistItems.list` or `videos.list` costs one of 10,000 units a day (of the Pacific):
//! two for an artist, and one for each 50. The key travels in a header, so that no address holds it.

mod answers;

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use casa24_schemas::{Absence, Content, Metric, Platform};
use futures::future::{BoxFuture, FutureExt};
use jiff::tz::TimeZone;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use self::answers::{Channel, list};
use crate::collect::{Collector, Seen};
use crate::http::{Client, Fault, Quota, Window};

const METRICS: &[Metric] = &[Metric::SUBSCRIBERS, Metric::TOTAL_VIEWS, Metric::VIDEO_COUNT];
const KEY: HeaderName = HeaderName::from_static("x-goog-api-key");
/// Where the days of the quota begin.
const QUOTA_ZONE: &str = "America/Los_Angeles";
/// Most ids in a call, and most items in an answer.
const MAX_IDS: usize = 50;
/// Most watched videos that a snapshot lists.
const NUM_VIDEOS: usize = 10;
/// Length of a channel's id, which begins with `UC`.
const ID_LENGTH: usize = 24;

/// `YouTube`'s Data API.
pub(crate) struct YouTube {
    client: Client,
    headers: HeaderMap,
}

impl YouTube {
    pub(super) const SETTING: &'static str = "YOUTUBE_API_URL";
    pub(super) const ADDRESS: &'static str = "https://www.googleapis.com/youtube/v3";
    /// Far below what is allowed in a minute; the day's quota is what counts.
    pub(super) const WINDOW: Window = Window { num_requests: 20, span: Duration::from_secs(1) };

    /// Units that a project has on a day where Google has not set others: <https://developers.google.com/youtube/v3/determine_quota_cost>.
    pub(super) const UNITS_A_DAY: u64 = 10_000;

    /// What counts the units of each day: each of the calls here costs one, also where it fails.
    pub(super) fn quota(most: u64, file: Option<PathBuf>) -> Quota {
        // The database is compiled in; without the zone, days are those of UTC.
        Quota::new(most, TimeZone::get(QUOTA_ZONE).unwrap_or(TimeZone::UTC), file)
    }

    /// `None` for a key that cannot stand in a header.
    pub(super) fn new(client: Client, key: &SecretString) -> Option<Self> {
        let mut key = HeaderValue::from_str(key.expose_secret()).ok()?;
        key.set_sensitive(true);
        Some(Self { client, headers: [(KEY, key)].into_iter().collect() })
    }
}

impl Collector for YouTube {
    fn platform(&self) -> Platform {
        Platform::YOUTUBE
    }

    fn source(&self) -> &'static str {
        "YouTube Data API v3"
    }

    fn metrics(&self) -> &'static [Metric] {
        METRICS
    }

    fn batch_size(&self) -> usize {
        MAX_IDS
    }

    fn concurrency(&self) -> usize {
        2
    }

    fn notices(&self) -> Vec<String> {
        self.client.notice().into_iter().collect()
    }

    fn well_known(&self) -> &str {
        "UC_x5XG1OV2P6uZZ5FqM9Ttw"
    }

    fn terms(&self) -> &'static str {
        "https://developers.google.com/youtube/terms/developer-policies"
    }

    fn check(&self, id: &str) -> Result<(), String> {
        let fits = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        if id.len() == ID_LENGTH && id.starts_with("UC") && id.bytes().all(fits) {
            Ok(())
        } else {
            Err("is no id of a channel: it begins with UC and has 24 characters".to_owned())
        }
    }

    fn fetch<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Vec<Seen>>, Fault>> {
        async move {
            let joined = ids.join(",");
            let query =
                [("part", "snippet,statistics,contentDetails"), ("id", &joined), ("maxResults", "50")];
            let channels = self.client.get(&["channels"], &query, &self.headers, list::<Channel>).await?;
            let mut seen: HashMap<String, Seen> = HashMap::new();
            for channel in channels {
                let videos = match channel.uploads() {
                    Some(uploads) => self.videos(uploads).await?,
                    None => Vec::new(),
                };
                let mut of = of_channel(&channel);
                of.content = Some(Content {
                    videos,
                    display_name: channel.snippet.and_then(|snippet| snippet.title),
                    ..Content::default()
                });
                seen.insert(channel.id, of);
            }
            Ok(ids.iter().map(|id| seen.remove(id).into_iter().collect()).collect())
        }
        .boxed()
    }
}

fn of_channel(channel: &Channel) -> Seen {
    let mut seen = Seen::default();
    let Some(statistics) = &channel.statistics else { return Seen::nothing(METRICS, Absence::NotOffered) };
    let subscribers = statistics.subscriber_count.as_deref().filter(|_| !statistics.hidden_subscriber_count);
    seen.put_text(Metric::SUBSCRIBERS, subscribers, Absence::Hidden);
    seen.put_text(Metric::TOTAL_VIEWS, statistics.view_count.as_deref(), Absence::Hidden);
    seen.put_text(Metric::VIDEO_COUNT, statistics.video_count.as_deref(), Absence::Hidden);
    seen
}

impl YouTube {
    /// What a channel is called; `None` where there is none of this id. It costs one unit; a search would cost a hundred.
    pub(crate) async fn title(&self, id: &str) -> Result<Option<String>, Fault> {
        let query = [("part", "snippet"), ("id", id)];
        let channels = self.client.get(&["channels"], &query, &self.headers, list::<Channel>).await?;
        let channel = channels.into_iter().find(|channel| channel.id == id);
        Ok(channel.map(|channel| channel.snippet.and_then(|snippet| snippet.title).unwrap_or_default()))
    }

    /// The most watched of the newest uploads. They are an extra: their faults must not cost the figures.
    async fn videos(&self, uploads: &str) -> Result<Vec<casa24_schemas::Video>, Fault> {
        let videos = match self.newest_uploads(uploads).await {
            Ok(videos) => videos,
            Err(Fault::Failed { .. } | Fault::Refused { .. }) => Vec::new(),
            Err(stopped @ Fault::Stopped { .. }) => return Err(stopped),
        };
        Ok(answers::most_watched(videos, NUM_VIDEOS))
    }

    async fn newest_uploads(&self, uploads: &str) -> Result<Vec<answers::Video>, Fault> {
        let query = [("part", "contentDetails"), ("playlistId", uploads), ("maxResults", "50")];
        let items =
            self.client.get(&["playlistItems"], &query, &self.headers, list::<answers::Upload>).await?;
        let ids: Vec<String> = items.into_iter().filter_map(answers::Upload::video_id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let joined = ids.join(",");
        let query = [("part", "snippet,statistics"), ("id", joined.as_str()), ("maxResults", "50")];
        self.client.get(&["videos"], &query, &self.headers, list).await
    }
}
