//! Faults planted into made-up labels are found, and clean labels are left alone. `cargo run --release --example recall`
//! prints the whole table, over more seeds.

#![expect(clippy::unwrap_used, reason = "labels are made up here")]

mod chance;
mod faults;
mod judged;
mod label;
mod table;

use faults::Kind;

const SEEDS: std::ops::Range<u64> = 100..104;

/// Of the tellable faults of each kind so many are found; with more seeds, 95 of a hundred.
const LEAST: f64 = 0.9;

/// Of all faults of a kind so many are found, and so many other figures flagged at most: what is lost where the rule becomes
/// stricter, and what it costs where it becomes looser.
const fn bounds(kind: Kind) -> (f64, usize) {
    match kind {
        // A day or two of one artist may be a quiet day.
        Kind::CopiesOfOne(1) | Kind::CopiesOfOneOnOne(_) => (0.6, 12),
        Kind::CopiesOfAll(_) | Kind::CopiesOfSome(_) => (0.9, 30),
        // A jump within what five days may bring; artists who are much alike.
        Kind::JumpAfterGap | Kind::Swap => (0.75, 12),
        _ => (0.9, 12),
    }
}

fn assert_found(kinds: impl IntoIterator<Item = Kind>) {
    for kind in kinds {
        let table::Recall { tellable, all, num_wrong } = table::recall(kind, SEEDS, true);
        let (least_of_all, most_wrong) = bounds(kind);
        let found = format!("{kind:?}: {tellable:?}, {all:?}, {num_wrong} beside");
        assert!(tellable.of > 0, "{kind:?}: nothing planted can be told");
        assert!(tellable.share() >= LEAST && all.share() >= least_of_all, "{found}");
        assert!(num_wrong <= most_wrong, "{found}");
    }
}

#[test]
fn copies_of_all_of_some_and_of_a_platform_are_found() {
    assert_found(
        [1, 3, 5]
            .into_iter()
            .flat_map(|num| [Kind::CopiesOfAll(num), Kind::CopiesOfSome(num), Kind::CopiesOfPlatform(num)]),
    );
}

#[test]
fn copies_of_one_artist_are_found() {
    assert_found([1, 2, 3, 5].map(Kind::CopiesOfOne));
    assert_found([2, 3, 5].map(Kind::CopiesOfOneOnOne));
}

#[test]
fn jumps_are_found_after_gaps_and_after_jumps_too() {
    assert_found([Kind::Jump, Kind::JumpAfterGap, Kind::JumpAfterJump]);
}

#[test]
fn purges_and_corrections_are_found_as_what_they_are() {
    assert_found([Kind::Purge, Kind::TakeBack]);
}

#[test]
fn what_is_no_figure_is_withheld_and_a_score_of_zero_is_not() {
    assert_found([Kind::NotAvailable, Kind::FailedZero, Kind::SinkingScore]);
}

#[test]
fn exchanged_artists_and_other_metrics_are_new_levels() {
    assert_found([Kind::Swap, Kind::Meaning]);
}

#[test]
fn clean_labels_are_hardly_flagged() {
    let (all, by_series) = table::false_flags(SEEDS, 365);
    assert!(all <= 0.5, "{all} a series and year");
    for ((flag, series), rate) in by_series {
        assert!(rate <= 1.0, "{flag} of {series}: {rate} a series and year");
    }
}
