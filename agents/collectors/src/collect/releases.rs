//! Releases: of which artists a run asks a platform for them, which it does less often than for figures.

use std::collections::HashMap;

use casa24_bus::{Bus, BusError};
use casa24_schemas::{Account, ArtistId, Date, Platform, RawSnapshot, Release};
use futures::TryStreamExt;
use futures::future::BoxFuture;
use time::Duration;

use crate::http::Fault;

/// A platform that can be asked for all that an artist has released.
pub trait ReleaseLister: Send + Sync {
    /// Days after which it is asked again.
    fn every_days(&self) -> u16;

    /// All releases of an account, newest first.
    ///
    /// # Errors
    /// Where not all of them came: a part would hide that others exist.
    fn releases<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Vec<Release>, Fault>>;
}

/// When the releases of each artist were listed last, and of which account.
#[derive(Debug, Default)]
pub(super) struct ListedReleases(HashMap<ArtistId, (Date, Account)>);

impl ListedReleases {
    /// Reads those that are not due yet: what was stored before the last `every_days` days tells of none.
    pub(super) async fn read(
        bus: &Bus,
        platform: &Platform,
        every_days: u16,
        today: Date,
    ) -> Result<Self, BusError> {
        let mut listed = HashMap::new();
        let filter = format!("snapshot.raw.{platform}.*");
        // The server stores by its own clock: a day more.
        let first = today.saturating_sub(Duration::days(i64::from(every_days) + 1));
        let since = first.midnight().assume_utc();
        let mut stored = std::pin::pin!(bus.replay_since::<RawSnapshot>(&filter, since).await?);
        while let Some(stored) = stored.try_next().await? {
            let RawSnapshot { artist, observed_at, account, content, .. } = stored.event;
            if content.is_some_and(|content| content.releases.is_some()) {
                listed.insert(artist.id, (observed_at.date(), account));
            }
        }
        Ok(Self(listed))
    }

    /// Whether the releases of an artist's account are to be asked for.
    pub(super) fn are_due(&self, artist: &ArtistId, id: &str, every_days: u16, today: Date) -> bool {
        self.0.get(artist).is_none_or(|(listed_on, account)| {
            let is_same = matches!(account, Account::Present { id: known } if known == id);
            !is_same || (today - *listed_on).whole_days() >= i64::from(every_days)
        })
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Artist;
    use time::macros::date;

    use super::*;

    #[test]
    fn releases_are_due_once_a_week_and_of_an_account_that_is_new() {
        let artist = |name: &str| Artist::new(name).unwrap().id;
        let account = Account::Present { id: "77".to_owned() };
        let listed = ListedReleases([(artist("Luz"), (date!(2026 - 11 - 20), account))].into());
        for (name, id, today, expected) in [
            ("Luz", "77", date!(2026 - 11 - 20), false),
            ("Luz", "77", date!(2026 - 11 - 26), false),
            ("Luz", "77", date!(2026 - 11 - 27), true),
            ("Luz", "78", date!(2026 - 11 - 21), true),
            ("Mar", "77", date!(2026 - 11 - 21), true),
        ] {
            assert_eq!(listed.are_due(&artist(name), id, 7, today), expected, "{name} {id} {today}");
        }
    }
}
