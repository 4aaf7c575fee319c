//! A judge for tests, given what platforms show of one artist day by day.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use casa24_schemas::{
    Account, Artist, Date, Flag, Metric, Observed, Platform, RawSnapshot, RawValue, Reason, ValidSnapshot,
};
use time::Duration;
use time::macros::date;

use crate::{Judge, Judged, Judgement};

/// Day 0.
pub(crate) const FIRST: Date = date!(2025 - 01 - 01);

/// A judge that is given what platforms show of one artist.
#[derive(Default)]
pub(crate) struct Fixture(pub(crate) Judge);

impl Fixture {
    pub(crate) fn judge(&mut self, raw: &RawSnapshot) -> Judgement {
        self.judge_all(raw).judgement
    }

    /// The judgement, with what is amended.
    pub(crate) fn judge_all(&mut self, raw: &RawSnapshot) -> Judged {
        self.0.judge(raw, raw.observed_at.date())
    }

    pub(crate) fn valid(&mut self, raw: &RawSnapshot) -> ValidSnapshot {
        match self.judge(raw) {
            Judgement::Valid(valid) => Arc::unwrap_or_clone(valid),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn reasons(&mut self, raw: &RawSnapshot) -> Vec<Reason> {
        match self.judge(raw) {
            Judgement::Rejected(rejected) => rejected.reasons.iter().map(|it| it.reason).collect(),
            other => panic!("{other:?}"),
        }
    }

    /// Flags of the followers on a day.
    pub(crate) fn flags(&mut self, day: i64, followers: i64) -> Vec<Flag> {
        self.valid(&spotify(day, followers)).metrics[&Metric::FOLLOWERS].flags.clone()
    }

    /// Followers that move daily by one or two.
    pub(crate) fn moving(days: Range<i64>) -> Self {
        let mut fixture = Self::default();
        days.for_each(|day| assert_eq!(fixture.flags(day, 340 + day % 3), []));
        fixture
    }
}

pub(crate) fn raw<const N: usize>(
    platform: Platform,
    day: i64,
    metrics: [(Metric, RawValue); N],
) -> RawSnapshot {
    RawSnapshot {
        platform,
        artist: Artist::new("Casa 24").unwrap(),
        observed_at: Observed::day(FIRST.saturating_add(Duration::days(day))),
        source: "a file".to_owned(),
        collection: None,
        account: Account::Unknown,
        metrics: BTreeMap::from(metrics),
        absent: [].into(),
        content: None,
        correction: None,
        sample: false,
    }
}

pub(crate) fn spotify(day: i64, followers: i64) -> RawSnapshot {
    raw(Platform::SPOTIFY, day, [(Metric::FOLLOWERS, RawValue::Integer(followers))])
}

pub(crate) fn youtube(day: i64, subscribers: i64, views: i64) -> RawSnapshot {
    let metrics = [
        (Metric::SUBSCRIBERS, RawValue::Integer(subscribers)),
        (Metric::TOTAL_VIEWS, RawValue::Integer(views)),
    ];
    raw(Platform::YOUTUBE, day, metrics)
}

pub(crate) fn flags(valid: &ValidSnapshot, metric: &Metric) -> Vec<Flag> {
    valid.metrics[metric].flags.clone()
}
