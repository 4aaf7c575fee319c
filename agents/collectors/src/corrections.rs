//! What an import corrects: snapshots that contradict what is stored in, raw snapshots that take its place out, each
//! followed by the observation after it, which was judged by what was wrong.

use std::collections::{BTreeMap, HashMap};

use casa24_bus::{Bus, BusError};
use casa24_schemas::{ArtistId, Observed, Platform, RawSnapshot, SnapshotCorrection};
use futures::TryStreamExt;

/// How an import corrects what is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correct {
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub corrected_at: Observed,
}

/// The observations after corrected ones; `None` until one is found.
type Followers = BTreeMap<Observed, Option<RawSnapshot>>;

/// The corrections with what is to be judged again, in the order in which they are to be stored.
pub(crate) async fn with_followers(
    bus: &Bus,
    corrected: Vec<RawSnapshot>,
    correct: &Correct,
) -> Result<Vec<RawSnapshot>, BusError> {
    let mut found: HashMap<(Platform, ArtistId), Followers> = HashMap::new();
    for snapshot in &corrected {
        found.entry(series_of(snapshot)).or_default().insert(snapshot.observed_at, None);
    }
    let mut stored = std::pin::pin!(bus.replay::<RawSnapshot>("snapshot.raw.>").await?);
    while let Some(stored) = stored.try_next().await? {
        if let Some(followers) = found.get_mut(&series_of(&stored.event)) {
            offer(followers, stored.event);
        }
    }
    let mut all = Vec::with_capacity(corrected.len());
    for snapshot in corrected {
        let (series, at) = (series_of(&snapshot), snapshot.observed_at);
        all.push(RawSnapshot { correction: Some(correct.of(None)), ..snapshot });
        let follower = found.get_mut(&series).and_then(|followers| followers.get_mut(&at)?.take());
        all.extend(follower.map(|it| RawSnapshot { correction: Some(correct.of(Some(at))), ..it }));
    }
    Ok(all)
}

fn series_of(snapshot: &RawSnapshot) -> (Platform, ArtistId) {
    (snapshot.platform.clone(), snapshot.artist.id.clone())
}

/// Keeps a stored snapshot where none is known that was observed sooner after a corrected one. Of several of one moment
/// the first stands, or the newest correction.
fn offer(followers: &mut Followers, snapshot: RawSnapshot) {
    let at = snapshot.observed_at;
    if followers.contains_key(&at) {
        return; // it is corrected itself
    }
    let Some((_, follower)) = followers.range_mut(..at).next_back() else { return };
    let is_next = follower.as_ref().is_none_or(|known| {
        at < known.observed_at || (at == known.observed_at && snapshot.correction.is_some())
    });
    if is_next {
        *follower = Some(snapshot);
    }
}

impl Correct {
    fn of(&self, follows: Option<Observed>) -> SnapshotCorrection {
        SnapshotCorrection { reason: self.reason.clone(), corrected_at: self.corrected_at, follows }
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Account, Artist};

    use super::*;

    fn snapshot(day: &str, source: &str, is_correction: bool) -> RawSnapshot {
        let at = Observed::parse(day).unwrap();
        let correction = Correct { reason: None, corrected_at: at }.of(None);
        RawSnapshot {
            platform: Platform::SPOTIFY,
            artist: Artist::new("Bruma").unwrap(),
            observed_at: at,
            source: source.to_owned(),
            collection: None,
            account: Account::Unknown,
            metrics: BTreeMap::new(),
            absent: [].into(),
            content: None,
            correction: is_correction.then_some(correction),
            sample: false,
        }
    }

    #[test]
    fn the_observation_after_a_run_of_corrected_ones_is_found_as_it_stands() {
        let on = |day: &str| Observed::parse(day).unwrap();
        let mut followers: Followers =
            ["2025-05-02", "2025-05-03", "2025-05-09"].map(|day| (on(day), None)).into();
        for (day, source, is_correction) in [
            ("2025-05-01", "before", false),
            ("2025-05-06", "too late", false),
            ("2025-05-03", "corrected", false),
            ("2025-05-04", "first", false),
            ("2025-05-04", "conflict", false),
            ("2025-05-04", "right", true),
        ] {
            offer(&mut followers, snapshot(day, source, is_correction));
        }
        let found = |day: &str| followers[&on(day)].as_ref().map(|it| it.source.as_str());
        assert_eq!(
            [found("2025-05-02"), found("2025-05-03"), found("2025-05-09")],
            [None, Some("right"), None]
        );
    }
}
