//! `ListenBrainz`, which needs no key: listens and listeners of up to 1,000 artists a call, recomputed weekly.
//!
//! <https://listenbrainz.readthedocs.io/en/latest/users/api/popularity.html>: `POST /1/popularity/artist` with
//! `artist_mbids` answers `artist_mbid`, `total_listen_count` and `total_user_count` of each; null is nothing known. One id
//! that is no UUID refuses the whole call.

use std::collections::HashMap;
use std::time::Duration;

use casa24_schemas::{Absence, Metric, Platform};
use futures::future::{BoxFuture, FutureExt};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::json;

use crate::collect::{Collector, Seen};
use crate::http::{Client, Fault, Reply, Verdict, Window};

const METRICS: &[Metric] = &[Metric::LISTENERS, Metric::LISTENS];
/// Positions of the hyphens of a UUID.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// `ListenBrainz`' public API.
pub(super) struct ListenBrainz {
    pub(super) client: Client,
}

impl ListenBrainz {
    pub(super) const SETTING: &'static str = "LISTENBRAINZ_API_URL";
    pub(super) const ADDRESS: &'static str = "https://api.listenbrainz.org";
    /// Its answers say how many are left; no number is documented, so that this one is low.
    pub(super) const WINDOW: Window = Window { num_requests: 10, span: Duration::from_secs(10) };
}

#[derive(Deserialize)]
struct Popularity {
    artist_mbid: String,
    total_listen_count: Option<i64>,
    total_user_count: Option<i64>,
}

fn read(reply: &Reply) -> Result<Vec<Popularity>, Verdict> {
    match reply.status {
        StatusCode::OK => reply.json(),
        _ => Err(Verdict::Refused(reply.quoted())),
    }
}

impl Collector for ListenBrainz {
    fn platform(&self) -> Platform {
        Platform::LISTENBRAINZ
    }

    fn source(&self) -> &'static str {
        "ListenBrainz API"
    }

    fn metrics(&self) -> &'static [Metric] {
        METRICS
    }

    fn batch_size(&self) -> usize {
        1_000
    }

    fn well_known(&self) -> &str {
        "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"
    }

    fn terms(&self) -> &'static str {
        "https://metabrainz.org/datasets"
    }

    fn check(&self, id: &str) -> Result<(), String> {
        let fits = |(place, c): (usize, u8)| {
            if HYPHENS.contains(&place) { c == b'-' } else { c.is_ascii_hexdigit() }
        };
        if id.len() == 36 && id.bytes().enumerate().all(fits) {
            Ok(())
        } else {
            Err("is no id of MusicBrainz: it is the UUID in the artist's address".to_owned())
        }
    }

    fn fetch<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Vec<Seen>>, Fault>> {
        async move {
            let body = json!({ "artist_mbids": ids });
            let none = HeaderMap::new();
            let answer = self.client.post(&["1", "popularity", "artist"], &body, &none, read).await?;
            let found: HashMap<String, Popularity> =
                answer.into_iter().map(|of| (of.artist_mbid.to_ascii_lowercase(), of)).collect();
            Ok(ids
                .iter()
                .map(|id| found.get(&id.to_ascii_lowercase()).map(seen).into_iter().collect())
                .collect())
        }
        .boxed()
    }
}

fn seen(of: &Popularity) -> Seen {
    let mut seen = Seen::default();
    // Null is also what it answers for an id that nobody has listened to, or that is none of an artist.
    seen.put(Metric::LISTENERS, of.total_user_count, Absence::NotFound);
    seen.put(Metric::LISTENS, of.total_listen_count, Absence::NotFound);
    seen
}
