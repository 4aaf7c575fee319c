//! What stand-ins for the platforms answer, with lists and texts as long as those of real artists; and the limits that the
//! collectors declare.

use std::time::Duration;

use serde_json::{Value, json};

use crate::server::{Answer, Asked};

/// A platform that is asked.
pub(crate) struct Platform {
    pub(crate) name: &'static str,
    /// Setting of its address.
    pub(crate) setting: &'static str,
    /// The account of the artist of this number.
    pub(crate) id: fn(usize) -> String,
    /// Most requests in a span.
    pub(crate) num_requests: usize,
    pub(crate) span: Duration,
    pub(crate) answer: fn(&Asked) -> Answer,
}

pub(crate) const PLATFORMS: &[Platform] = &[
    Platform {
        name: "youtube",
        setting: "YOUTUBE_API_URL",
        id: |number| format!("UC{number:022}"),
        num_requests: 20,
        span: Duration::from_secs(1),
        answer: youtube,
    },
    Platform {
        name: "deezer",
        setting: "DEEZER_API_URL",
        id: |number| (1_000 + number).to_string(),
        num_requests: 50,
        span: Duration::from_secs(5),
        answer: deezer,
    },
    Platform {
        name: "listenbrainz",
        setting: "LISTENBRAINZ_API_URL",
        id: |number| format!("00000000-0000-4000-8000-{number:012}"),
        num_requests: 10,
        span: Duration::from_secs(10),
        answer: listenbrainz,
    },
    Platform {
        name: "wikipedia",
        setting: "WIKIMEDIA_API_URL",
        id: |number| format!("en/Artist {number}"),
        num_requests: 10,
        span: Duration::from_secs(1),
        answer: wikipedia,
    },
];

fn ok(body: &Value) -> Answer {
    Answer::ok(body.to_string())
}

/// The value of a parameter of a query; commas come as they are or encoded.
fn parameter(asked: &Asked, name: &str) -> String {
    let query = asked.target.split_once('?').map_or("", |(_, query)| query);
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_default().replace("%2C", ",")
}

fn youtube(asked: &Asked) -> Answer {
    let ids = parameter(asked, "id");
    let ids = || ids.split(',');
    let items: Vec<Value> = match asked.target.split('?').next().unwrap_or_default() {
        "/channels" => ids()
            .map(|id| {
                json!({
                    "id": id,
                    "snippet": { "title": format!("Artist {id}"), "description": "d".repeat(900) },
                    "statistics": { "viewCount": "123456", "subscriberCount": "1230", "videoCount": "57" },
                    "contentDetails": { "relatedPlaylists": { "uploads": id.replacen("UC", "UU", 1) } },
                })
            })
            .collect(),
        "/playlistItems" => {
            let playlist = parameter(asked, "playlistId");
            let id = |number: u32| format!("{}{number:02}", &playlist[playlist.len() - 9..]);
            (0..50).map(|number| json!({ "contentDetails": { "videoId": id(number) } })).collect()
        }
        _ => ids()
            .map(|id| {
                json!({
                    "id": id,
                    "snippet": {
                        "title": format!("Video {id}"), "description": "t".repeat(2_000),
                        "publishedAt": "2026-01-01T00:00:00Z",
                    },
                    "statistics": { "viewCount": "1000" },
                })
            })
            .collect(),
    };
    ok(&json!({ "kind": "youtube#listResponse", "items": items }))
}

fn deezer(asked: &Asked) -> Answer {
    let id = asked.target.split(['/', '?']).find_map(|part| part.parse::<u64>().ok());
    if asked.target.contains("/top") {
        let track = |number: u32| {
            let preview = format!("https://cdn.example/{}", "p".repeat(150));
            json!({ "title": format!("Track {number}"), "preview": preview, "rank": number })
        };
        return ok(&json!({ "data": (0..10).map(track).collect::<Vec<_>>() }));
    }
    ok(&json!({ "id": id, "name": "Artist", "nb_fan": 4_751, "nb_album": 3 }))
}

fn listenbrainz(asked: &Asked) -> Answer {
    let asked: Value = serde_json::from_str(&asked.body).unwrap_or_default();
    let ids = asked["artist_mbids"].as_array().cloned().unwrap_or_default();
    let of = |id: Value| json!({ "artist_mbid": id, "total_listen_count": 34_012, "total_user_count": 411 });
    ok(&ids.into_iter().map(of).collect())
}

/// Views of the first and the last day that are asked for.
fn wikipedia(asked: &Asked) -> Answer {
    let days: Vec<&str> = asked.target.rsplit('/').take(2).collect();
    let of = |day: &&str| json!({ "timestamp": format!("{day}00"), "views": 40 });
    ok(&json!({ "items": days.iter().rev().map(of).collect::<Vec<_>>() }))
}
