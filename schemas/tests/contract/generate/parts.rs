//! What events are made of.

use std::ops::RangeInclusive;

use casa24_schemas::{
    Absence, Account, Artist, Content, Date, DatedFlag, FIRST_DAY, Flag, Metric, Observed, Platform,
    RawValue, Reason, Release, Track, Value, Video,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// A text of any script, of a number of characters.
pub(crate) fn text(chars: RangeInclusive<usize>) -> impl Strategy<Value = String> {
    let any = vec(any::<char>(), chars.clone()).prop_map(String::from_iter);
    let longest = Just("ヒ".repeat(*chars.end()));
    prop_oneof![20 => any, 1 => longest]
}

pub(crate) fn artist() -> impl Strategy<Value = Artist> {
    let any_script = text(1..=200).prop_filter_map("a name", |name| Artist::new(&name).ok());
    let plain = "[A-Za-z0-9][A-Za-z0-9 ]{0,60}".prop_filter_map("a name", |name| Artist::new(&name).ok());
    prop_oneof![4 => any_script, 4 => plain, 1 => Just(Artist::label("Example Records"))]
}

pub(crate) fn token() -> impl Strategy<Value = String> {
    "[a-z0-9_]{1,40}"
}

pub(crate) fn platform() -> impl Strategy<Value = Platform> {
    let own = token().prop_filter_map("a token", |token| Platform::new(&token).ok());
    prop_oneof![Just(Platform::SPOTIFY), Just(Platform::YOUTUBE), own]
}

pub(crate) fn metric() -> impl Strategy<Value = Metric> {
    let own = token().prop_filter_map("a token", |token| Metric::new(&token).ok());
    prop_oneof![Just(Metric::FOLLOWERS), Just(Metric::TOTAL_VIEWS), own]
}

/// A day from the first that a figure can have to the end of year 9999.
pub(crate) fn date() -> impl Strategy<Value = Date> {
    (FIRST_DAY.year()..=9999, 1..=366u16)
        .prop_filter_map("a day of that year", |(year, ordinal)| Date::from_ordinal_date(year, ordinal).ok())
}

pub(crate) fn observed() -> impl Strategy<Value = Observed> {
    let fraction = prop_oneof![Just(0), 0..1_000_000_000u32];
    let instant = (date(), 0..24u32, 0..60u32, 0..60u32, fraction).prop_filter_map(
        "an instant",
        |(date, hour, minute, second, fraction)| {
            let day = Observed::day(date);
            Observed::parse(&format!("{day}T{hour:02}:{minute:02}:{second:02}.{fraction:09}Z")).ok()
        },
    );
    prop_oneof![date().prop_map(Observed::day), instant]
}

fn finite() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<i32>().prop_map(f64::from),
        any::<f64>().prop_filter("finite", |number| number.is_finite())
    ]
}

pub(crate) fn value() -> impl Strategy<Value = Value> {
    finite().prop_filter_map("finite", Value::new)
}

pub(crate) fn raw_value() -> impl Strategy<Value = RawValue> {
    prop_oneof![
        any::<i64>().prop_map(RawValue::Integer),
        finite().prop_map(RawValue::Float),
        text(0..=100).prop_map(RawValue::Text),
        Just(RawValue::Null),
    ]
}

pub(crate) fn account() -> impl Strategy<Value = Account> {
    prop_oneof![
        text(0..=200).prop_map(|id| Account::Present { id }),
        Just(Account::Absent),
        Just(Account::Unknown)
    ]
}

pub(crate) fn flag() -> impl Strategy<Value = Flag> {
    select(Flag::ALL)
}

pub(crate) fn reason() -> impl Strategy<Value = Reason> {
    select(Reason::ALL)
}

pub(crate) fn absence() -> impl Strategy<Value = Absence> {
    select(Absence::ALL)
}

pub(crate) fn dated_flag() -> impl Strategy<Value = DatedFlag> {
    (date(), flag()).prop_map(|(date, flag)| DatedFlag { date, flag })
}

pub(crate) fn content() -> impl Strategy<Value = Content> {
    let note = || text(0..=1_000);
    let track = (note(), option::of(any::<u8>()), option::of(note()))
        .prop_map(|(name, popularity, preview_url)| Track { name, popularity, preview_url });
    let video = (note(), note(), option::of(any::<u64>()), option::of(note()))
        .prop_map(|(id, title, views, published_at)| Video { id, title, views, published_at });
    let release = (note(), note(), option::of(note()), option::of(text(0..=10)))
        .prop_map(|(id, name, kind, released)| Release { id, name, kind, released });
    let releases = option::of(vec(release, 0..3));
    let names = (option::of(note()), option::of(note()));
    (vec(note(), 0..3), vec(track, 0..3), vec(video, 0..3), releases, names).prop_map(
        |(genres, tracks, videos, releases, (username, display_name))| Content {
            genres,
            tracks,
            videos,
            releases,
            username,
            display_name,
        },
    )
}

/// Any JSON of a few levels.
pub(crate) fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text(0..=20).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(text(0..=20), inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

/// Something for each of a few metrics.
pub(crate) fn by_metric<T: std::fmt::Debug>(
    of_metric: impl Strategy<Value = T>,
    num_metrics: RangeInclusive<usize>,
) -> impl Strategy<Value = std::collections::BTreeMap<Metric, T>> {
    btree_map(metric(), of_metric, num_metrics)
}
