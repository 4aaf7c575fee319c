//! A figure in data: its value and change with their days, its flags, or why it is missing.

use casa24_schemas::{Account, Date, DatedFlag, Flag, GrowthFigure, Metric, MissingReason, Platform, Value};
use serde::Serialize;

use super::day::Day;
use super::library::{Known, View};
use super::notes;
use crate::text;

/// One metric of one artist: where it stands and how it changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// Name of the artist.
    pub artist: String,
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Newest accepted value at or before the day in question.
    pub current: Option<Value>,
    /// Day of the current value.
    pub current_date: Option<Day>,
    /// Accepted value nearest to the start of the period.
    pub baseline: Option<Value>,
    /// Day of the baseline.
    pub baseline_date: Option<Day>,
    /// Current less baseline.
    pub change: Option<Value>,
    /// Change as a percentage of the baseline.
    pub change_pct: Option<Value>,
    /// What a reader of the change must know: events within it, and marks on its two ends; without a baseline
    /// those of the current value.
    pub flags: Vec<DatedFlag>,
    /// Why something is missing.
    pub missing: Option<Missing>,
}

/// Why a figure, its change or its percentage is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The artist is known to have no account on the platform.
    NoAccount,
    /// There may be an account, and no figure was accepted by the day in question.
    NoFigures,
    /// No accepted value near enough to the start of the period.
    NoBaseline,
    /// The baseline is 0: there is a change, but no percentage.
    BaselineZero,
}

impl Figure {
    /// The figure of a series of an artist, with its change over a period.
    pub(crate) fn of(
        view: &View<'_>,
        known: &Known<'_>,
        platform: &Platform,
        metric: &Metric,
        period_days: u32,
    ) -> Self {
        Self::from_growth(known, view.growth(known, platform, metric, period_days))
    }

    pub(crate) fn from_growth(known: &Known<'_>, growth: GrowthFigure) -> Self {
        let missing = growth.missing.map(|missing| match missing {
            MissingReason::NoCurrent => Missing::of_account(&known.account(&growth.platform)),
            MissingReason::NoBaseline => Missing::NoBaseline,
            MissingReason::BaselineZero => Missing::BaselineZero,
        });
        Self {
            artist: known.artist.name.clone(),
            platform: growth.platform,
            metric: growth.metric,
            current: growth.current,
            current_date: growth.current_date.map(Day),
            baseline: growth.baseline,
            baseline_date: growth.baseline_date.map(Day),
            change: growth.change,
            change_pct: growth.change_pct,
            flags: growth.flags,
            missing,
        }
    }

    /// The current value with its day.
    pub(crate) fn current(&self) -> Option<(Value, Date)> {
        Some((self.current?, self.current_date?.0))
    }

    /// Whether the current value is a zero that nothing confirms.
    pub(crate) fn is_unconfirmed(&self) -> bool {
        let today = |flag: &&DatedFlag| Some(Day(flag.date)) == self.current_date;
        self.flags.iter().filter(today).any(|flag| flag.flag == Flag::UnconfirmedZero)
    }

    /// Whether the change begins at a zero that nothing confirms.
    pub(crate) fn starts_unconfirmed(&self) -> bool {
        let first_day = |flag: &&DatedFlag| Some(Day(flag.date)) == self.baseline_date;
        self.flags.iter().filter(first_day).any(|flag| flag.flag == Flag::UnconfirmedZero)
    }

    /// Flags that bend the change: it is not what it seems.
    pub(crate) fn bending(&self) -> Vec<DatedFlag> {
        let moved = self.change.is_some_and(|change| change.get() != 0.0);
        let bends = |flag: &&DatedFlag| {
            notes::bends(flag.flag)
                || (moved && self.starts_unconfirmed() && flag.flag == Flag::UnconfirmedZero)
        };
        self.flags.iter().filter(bends).copied().collect()
    }

    /// The change in percent; a score has none in words, and where nothing changed it says nothing.
    pub(crate) fn pct_in_words(&self) -> Option<String> {
        let moved = self.change.is_some_and(|change| change.get() != 0.0);
        let told = moved && text::is_summable(&self.platform, &self.metric);
        self.change_pct.filter(|_| told).map(text::percent)
    }
}

impl Missing {
    /// Why there is nothing, by what is known of the account.
    pub(crate) fn of_account(account: &Account) -> Self {
        match account {
            Account::Absent => Self::NoAccount,
            Account::Present { .. } | Account::Unknown => Self::NoFigures,
        }
    }

    /// The reason in words for a platform.
    pub(crate) fn in_words(self, platform: &Platform) -> String {
        match self {
            Self::NoAccount => format!("no {} account", text::platform_label(platform)),
            Self::NoFigures => "no figures yet".to_owned(),
            Self::NoBaseline => "no earlier value to compare with".to_owned(),
            Self::BaselineZero => "started at 0".to_owned(),
        }
    }
}

/// ` on 2025-08-22` where a value is older than the day in question.
pub(crate) fn if_older(date: Date, as_of: Date) -> String {
    if date < as_of { format!(" · of {}", text::day(date)) } else { String::new() }
}
