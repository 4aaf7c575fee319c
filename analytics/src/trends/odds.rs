//! How often chance alone may bring a finding, and what that means for a single test.

/// Days of a month.
const MONTH_DAYS: f64 = 30.0;
/// A figure is tested on each day upwards and downwards.
const SIDES: f64 = 2.0;
/// A pace over two weeks is much the same on neighbouring days: the tests of a month weigh as so many independent ones.
const PACES_A_MONTH: f64 = 15.0;
/// What each kind of test may use up of the whole.
const SHARE_OF_DAYS: f64 = 0.5;
const SHARE_OF_PACES: f64 = 0.25;
const SHARE_OF_VIRAL: f64 = 0.25;

/// What the label has decided about findings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrendRules {
    /// How many findings chance alone may bring an artist in a month: spikes, drops, changes of pace and viral days together.
    pub by_chance: f64,
}

impl TrendRules {
    /// One in five months.
    pub const DEFAULT: Self = Self { by_chance: 0.2 };
    /// The least and the most that can be set.
    pub const LIMITS: (f64, f64) = (0.001, 10.0);
}

impl Default for TrendRules {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Probabilities below which the tests of a day find something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Odds {
    /// Findings of chance that an artist may have in a month.
    pub by_chance: f64,
    /// Number of the artist's series that are tested on the day.
    pub num_series: usize,
    /// Of a change from one day to the next.
    pub of_day: f64,
    /// Of a change of pace.
    pub of_pace: f64,
    /// Of several rises together.
    pub of_viral: f64,
}

impl Odds {
    /// The odds on a day on which so many series of the artist are tested: the more tests, the less likely each finding must be
    /// (Bonferroni).
    pub fn new(rules: &TrendRules, num_series: usize) -> Self {
        let num = num_series.max(1) as f64;
        Self {
            by_chance: rules.by_chance,
            num_series,
            of_day: SHARE_OF_DAYS * rules.by_chance / (num * MONTH_DAYS * SIDES),
            of_pace: SHARE_OF_PACES * rules.by_chance / (num * PACES_A_MONTH * SIDES),
            of_viral: SHARE_OF_VIRAL * rules.by_chance / MONTH_DAYS,
        }
    }
}
