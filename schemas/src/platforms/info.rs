//! What a table says of a platform and of its metrics.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::words::words;
use crate::{Date, Metric, Platform};

/// What is known of a platform.
#[derive(Debug, PartialEq)]
pub struct PlatformInfo {
    /// Its token.
    pub token: Platform,
    /// Its proper name, the same in every language.
    pub name: &'static str,
    /// Whether artists have accounts there. Where they have none, the figures are the label's own.
    pub of_artists: bool,
    /// What names an account there.
    pub account_key: AccountKey,
    /// Address of an account's public page, where it has one.
    pub account_link: Option<AccountLink>,
    /// Source, as snapshots name it, of figures that no model may be trained with by the platform's terms, where there is one.
    pub untrainable_source: Option<&'static str>,
    /// Its metrics, in the order in which they are shown.
    pub metrics: &'static [MetricInfo],
}

/// What names an account on a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKey {
    /// An id that the platform gives and that does not change.
    Id,
    /// The name that its owner chose and may change.
    Username,
}

/// Address of an account's public page, with `{id}` where the account's id or user name goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountLink(pub(super) &'static str);

/// What may stand in an address as it is: RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl AccountLink {
    /// The address for an account. Whatever the id is, it stays one part of the path.
    pub fn of(self, id: &str) -> String {
        self.0.replace("{id}", &utf8_percent_encode(id, RESERVED).to_string())
    }
}

/// What is known of a metric of a platform.
#[derive(Debug, PartialEq)]
pub struct MetricInfo {
    /// Token of the platform.
    pub platform: Platform,
    /// Token of the metric.
    pub metric: Metric,
    /// How its numbers can move.
    pub nature: Nature,
    /// What it counts.
    pub unit: Unit,
    /// Greatest possible value, where there is one. None is below 0.
    pub highest: Option<f64>,
    /// How the source rounds it, where it does.
    pub rounding: Option<Rounding>,
    /// Whether the platform itself calls its numbers approximate.
    pub approximate: bool,
    /// By how much the source corrects it afterwards, where it is a counter that does.
    pub correction: Option<Correction>,
    /// The day from which the source counts something else under the same name, where there is one.
    pub redefined_on: Option<Date>,
    /// Whether it is shown without being asked for.
    pub headline: bool,
    /// Whether "total reach" adds it: accounts that follow the artist. Somebody who follows on two platforms counts
    /// twice.
    pub reach: bool,
    /// Short token under which rankings and forecasts offer it, where they do.
    pub choice: Option<&'static str>,
}

impl MetricInfo {
    /// A metric without limits, rounding or corrections, that is shown where it is asked for. What else is to be said of
    /// it follows: a table says only what differs. (A constant would need a `Drop` at compile time.)
    pub(super) const fn new(platform: Platform, metric: Metric, nature: Nature, unit: Unit) -> Self {
        Self {
            platform,
            metric,
            nature,
            unit,
            highest: None,
            rounding: None,
            approximate: false,
            correction: None,
            redefined_on: None,
            headline: false,
            reach: false,
            choice: None,
        }
    }

    pub(super) const fn highest(mut self, highest: f64) -> Self {
        self.highest = Some(highest);
        self
    }

    pub(super) const fn rounding(mut self, rounding: Rounding) -> Self {
        self.rounding = Some(rounding);
        self
    }

    pub(super) const fn approximate(mut self) -> Self {
        self.approximate = true;
        self
    }

    pub(super) const fn correction(mut self, correction: Correction) -> Self {
        self.correction = Some(correction);
        self
    }

    pub(super) const fn redefined_on(mut self, day: Date) -> Self {
        self.redefined_on = Some(day);
        self
    }

    pub(super) const fn headline(mut self) -> Self {
        self.headline = true;
        self
    }

    pub(super) const fn reach(mut self) -> Self {
        self.reach = true;
        self
    }

    pub(super) const fn choice(mut self, token: &'static str) -> Self {
        self.choice = Some(token);
        self
    }

    /// Whether figures of several artists may be added up.
    pub const fn is_summable(&self) -> bool {
        !matches!(self.nature, Nature::Score)
    }

    /// Step between the numbers that the source can give around a value; 0 where it gives every number, or where the
    /// value was plainly not rounded.
    pub fn grain(&self, value: f64) -> f64 {
        self.rounding.map_or(0.0, |rounding| rounding.grain(value))
    }
}

/// How the numbers of a metric can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nature {
    /// A number of things that are there now (followers).
    Level,
    /// A number of things that happened so far (views).
    Counter,
    /// A sum over the last days (Spotify's monthly listeners).
    Window {
        /// Number of days that it spans.
        days: u32,
    },
    /// An amount of each day (page views of a day).
    Flow,
    /// Points on a scale with an end (Spotify's popularity).
    Score,
}

impl Nature {
    /// One of each, a window of 28 days among them.
    pub const ALL: &'static [Self] =
        &[Self::Level, Self::Counter, Self::Window { days: 28 }, Self::Flow, Self::Score];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Counter => "counter",
            Self::Window { .. } => "window",
            Self::Flow => "flow",
            Self::Score => "score",
        }
    }

    /// What it means, in one sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Level => "a number of things that are there now: it stays until it changes, and may fall",
            Self::Counter => "a number of things that happened so far: it only rises",
            Self::Window { .. } => "a sum over the last days, whose window slides: it may fall",
            Self::Flow => "an amount of each day",
            Self::Score => "points on a scale with an end: they are never added up",
        }
    }
}

words! {
    /// What a metric counts.
    Unit {
        People = "people": "people or accounts";
        Views = "views": "plays of videos, visits of pages";
        Plays = "plays": "plays of tracks";
        Items = "items": "posts, videos, and what listeners do with tracks and posts";
        Points = "points": "points of a score";
    }
}

/// How a source rounds the numbers that it gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rounding {
    /// Smallest value that it rounds.
    pub from: f64,
    /// Number of digits that are left; the others are zeros.
    pub digits: i32,
}

impl Rounding {
    fn grain(self, value: f64) -> f64 {
        if value < self.from {
            return 0.0;
        }
        let mut grain = 1.0;
        while value / grain >= 10_f64.powi(self.digits) {
            grain *= 10.0;
        }
        // A digit beyond shows that this figure was not rounded.
        if value % grain == 0.0 { grain } else { 0.0 }
    }
}

/// By how much a source corrects a counter at a time: a change within it is no new level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correction {
    /// The part of the value that it takes back or gives back at most.
    pub part: f64,
    /// What it may take back of small values too, in the metric's own unit.
    pub least: f64,
}

impl Correction {
    /// The largest correction of a value.
    pub fn most(self, value: f64) -> f64 {
        self.least.max(value * self.part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_cannot_lead_its_link_elsewhere() {
        let link = AccountLink("https://example.org/artist/{id}");
        assert_eq!(link.of("4vYC-_1.~"), "https://example.org/artist/4vYC-_1.~");
        assert_eq!(
            link.of("../a?b#c d@é{id}"),
            "https://example.org/artist/..%2Fa%3Fb%23c%20d%40%C3%A9%7Bid%7D"
        );
    }

    #[test]
    fn the_grain_is_the_step_of_the_last_digit_left() {
        let three = Rounding { from: 1_000.0, digits: 3 };
        for (value, grain) in [(999.0, 0.0), (1_230.0, 10.0), (1_231.0, 0.0), (1_230_000.0, 10_000.0)] {
            assert_eq!(three.grain(value), grain, "{value}");
        }
    }
}
