//! Raw, valid and rejected snapshots, and the roster.

use casa24_schemas::{
    Collection, CollectionStop, LateEnd, LateEndReason, LateSource, RawSnapshot, Reading, RejectedSnapshot,
    Rejection, RosterEntry, SnapshotCorrection, ValidSnapshot, Withheld,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::Generate;
use super::parts::{
    absence, account, artist, by_metric, content, flag, metric, observed, platform, raw_value, reason, text,
    value,
};

impl Generate for RawSnapshot {
    const EXAMPLE: &'static str = include_str!("../../../examples/snapshot.raw.json");

    fn any() -> BoxedStrategy<Self> {
        let collection = option::of(text(0..=1_000));
        let origin = (platform(), artist(), observed(), text(0..=1_000), account(), collection);
        let beside = (option::of(content()), option::of(correction()), any::<bool>());
        let figures = (by_metric(raw_value(), 0..=4), by_metric(absence(), 0..=3));
        (origin, figures, beside)
            .prop_map(|(origin, (metrics, absent), (content, correction, sample))| {
                let (platform, artist, observed_at, source, account, collection) = origin;
                Self {
                    platform,
                    artist,
                    observed_at,
                    source,
                    collection,
                    account,
                    metrics,
                    absent,
                    content,
                    correction,
                    sample,
                }
            })
            .boxed()
    }
}

pub(super) fn correction() -> impl Strategy<Value = SnapshotCorrection> {
    (option::of(text(0..=500)), observed(), option::of(observed()))
        .prop_map(|(reason, corrected_at, follows)| SnapshotCorrection { reason, corrected_at, follows })
}

impl Generate for ValidSnapshot {
    const EXAMPLE: &'static str = include_str!("../../../examples/snapshot.valid.json");

    fn any() -> BoxedStrategy<Self> {
        let reading = (value(), vec(flag(), 0..3)).prop_map(|(value, flags)| Reading { value, flags });
        let withheld = (reason(), raw_value()).prop_map(|(reason, raw)| Withheld { reason, raw });
        (
            RawSnapshot::any(),
            by_metric(reading, 1..=4),
            by_metric(withheld, 0..=3),
            any::<u32>(),
            option::of(observed()),
        )
            .prop_map(|(raw, metrics, withheld, revision, amended_at)| Self {
                platform: raw.platform,
                artist: raw.artist,
                observed_at: raw.observed_at,
                source: raw.source,
                account: raw.account,
                metrics,
                withheld,
                absent: raw.absent,
                content: raw.content,
                revision,
                amended_at,
                correction: raw.correction,
                sample: raw.sample,
            })
            .boxed()
    }
}

impl Generate for RejectedSnapshot {
    const EXAMPLE: &'static str = include_str!("../../../examples/snapshot.rejected.json");

    fn any() -> BoxedStrategy<Self> {
        let rejection =
            (option::of(metric()), reason()).prop_map(|(metric, reason)| Rejection { metric, reason });
        (RawSnapshot::any(), vec(rejection, 0..4)).prop_map(|(raw, reasons)| Self { raw, reasons }).boxed()
    }
}

impl Generate for Collection {
    const EXAMPLE: &'static str = include_str!("../../../examples/collection.json");

    fn any() -> BoxedStrategy<Self> {
        let stop = (text(0..=1_000), option::of(observed()));
        let stop = stop.prop_map(|(what, until)| CollectionStop { what, until });
        let counts = (any::<u64>(), any::<u64>(), any::<u64>(), btree_map(absence(), any::<u64>(), 0..3));
        let ends = (observed(), observed(), option::of(observed()));
        (platform(), ends, counts, vec(text(0..=1_000), 0..3), option::of(stop))
            .prop_map(|(platform, ends, counts, problems, stopped)| {
                let (due_at, started_at, ended_at) = ends;
                let (num_artists, num_with_figures, num_figures, absent) = counts;
                Self {
                    platform,
                    due_at,
                    started_at,
                    ended_at,
                    num_artists,
                    num_with_figures,
                    num_figures,
                    absent,
                    problems,
                    stopped,
                }
            })
            .boxed()
    }
}

impl Generate for LateSource {
    const EXAMPLE: &'static str = include_str!("../../../examples/source.late.json");

    fn any() -> BoxedStrategy<Self> {
        let end = (observed(), select(LateEndReason::ALL)).prop_map(|(at, why)| LateEnd { at, why });
        let of = (platform(), artist(), option::of(observed()), observed());
        (of, by_metric(absence(), 0..=4), option::of(end))
            .prop_map(|((platform, artist, newest, expected_at), absent, ended)| Self {
                platform,
                artist,
                newest,
                expected_at,
                absent,
                ended,
            })
            .boxed()
    }
}

impl Generate for RosterEntry {
    const EXAMPLE: &'static str = include_str!("../../../examples/roster.entry.json");

    fn any() -> BoxedStrategy<Self> {
        let accounts = btree_map(platform(), option::of(text(0..=200)), 0..4);
        (artist(), accounts, any::<bool>())
            .prop_map(|(artist, accounts, active)| Self { artist, accounts, active })
            .boxed()
    }
}
