//! Every platform against a stand-in: what comes is read, what does not come is absent with its reason, and nothing else.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod deezer;
mod discord;
mod faults;
mod instagram;
mod listenbrainz;
mod server;
mod spotify;
mod wikipedia;
mod youtube;

use std::time::Duration;

use casa24_collectors::collect::{Collector, Seen};
use casa24_collectors::platforms::{Access, Listed};
use casa24_collectors::{Fault, Patience};
use casa24_schemas::Release;
use server::Server;

/// Stands for every key; it must show up nowhere but in headers.
pub(crate) const KEY: &str = "s3cr-et/+key";

/// A collector that asks a stand-in instead of its platform; its folder is there for as long as this is.
pub(crate) struct Under {
    collector: Box<dyn Collector>,
    _folder: tempfile::TempDir,
}

impl Under {
    /// The collector of the platform whose address has this setting.
    pub(crate) fn test(setting: &'static str, server: &Server) -> Self {
        Self::with(setting, server, |access| access)
    }

    pub(crate) fn with(setting: &'static str, server: &Server, change: impl Fn(Access) -> Access) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let access = change(Access {
            addresses: [setting, "SPOTIFY_ACCOUNTS_URL"].map(|name| (name, server.address.clone())).into(),
            contact: Some("ops@label.example".to_owned()),
            youtube_key: Some(KEY.into()),
            youtube_units: None,
            spotify_id: Some("app".to_owned()),
            spotify_secret: Some(KEY.into()),
            instagram_account: Some("1784".to_owned()),
            instagram_token: Some(KEY.into()),
            instagram_app: None,
            discord_token: Some(KEY.into()),
            discord_server: Some("1000000000000000077".to_owned()),
            token_folder: None,
            folder: Some(folder.path().to_owned()),
            since: None,
            patience: Patience { answer: Duration::from_millis(400), first_pause: Duration::from_millis(1) },
        });
        let platform =
            setting.strip_suffix("_API_URL").unwrap().to_lowercase().replace("wikimedia", "wikipedia");
        let listed = access.collectors().unwrap().into_iter().find_map(|listed| match listed {
            Listed::Ready(collector) if collector.platform().as_str() == platform => Some(collector),
            _ => None,
        });
        Self { collector: listed.unwrap(), _folder: folder }
    }

    /// What it sees of accounts.
    pub(crate) async fn fetch(&self, ids: &[&str]) -> Result<Vec<Vec<Seen>>, Fault> {
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        self.collector.fetch(&ids).await
    }

    /// The releases that it lists.
    pub(crate) async fn releases(&self, id: &str) -> Result<Vec<Release>, Fault> {
        self.collector.release_lister().unwrap().releases(id).await
    }

    /// What snapshots name as their source.
    pub(crate) fn source(&self) -> &'static str {
        self.collector.source()
    }

    /// What the operator is told beside figures.
    pub(crate) fn notices(&self) -> Vec<String> {
        self.collector.notices()
    }

    pub(crate) fn check(&self, id: &str) -> Result<(), String> {
        self.collector.check(id)
    }
}
