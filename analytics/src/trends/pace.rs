//! The pace of a series: its last days against the weeks before.
//!
//! A pace is what was gained a day over whole weeks, so that weekdays weigh the same on both sides. The pace of the last days
//! is held against the weekly paces of the twelve weeks before: their median, and their spread by [`qn`], never below what
//! counting gives by chance. The distance in standard errors is judged by Student's t distribution, its
//! degrees of freedom reduced because the spread is robust and weeks resemble their neighbours.

use casa24_schemas::{Date, TrendKind, Value};
use statrs::distribution::{ContinuousCDF, StudentsT};
use time::Duration;

use super::found::value;
use super::path::Path;
use super::qn::qn;
use super::sorted::{Sorted, spread};
use super::steps::WEEK;

/// Most and fewest weeks before.
pub(super) const MOST_WEEKS: usize = 12;
const FEWEST_WEEKS: usize = 6;
/// Weeks that make one degree of freedom: the spread is robust, and weeks resemble their neighbours.
const WEEKS_A_FREEDOM: f64 = 2.0;
/// With so many the distribution is all but normal.
const MOST_FREEDOM: f64 = 30.0;
/// A pace is that of growth or decline where it lies so many standard errors from none.
const CLEAR: f64 = 2.0;

/// The pace of the last days beside that of the weeks before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// First day after the weeks before.
    pub since: Date,
    /// Gain a day since then.
    pub per_day: f64,
    /// The same with days far from the usual counted as three spreads: what is judged.
    pub winsorized: f64,
    /// First day of the weeks before.
    pub before_since: Date,
    /// Median of the weekly paces before, in the same unit.
    pub per_day_before: f64,
    /// Standard error of the difference.
    pub error: f64,
    /// Degrees of freedom.
    freedom: f64,
    /// Standard errors of the two paces.
    errors: (f64, f64),
}

/// What weekly paces tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeeklySpread {
    /// Their median.
    pub middle: f64,
    /// How far they spread, never less than counting gives by chance.
    pub spread: f64,
    /// Degrees of freedom of that spread.
    pub freedom: f64,
}

impl WeeklySpread {
    /// Of some weekly paces; `None` of none.
    pub fn of(paces: &[f64]) -> Option<Self> {
        let mut weeks = Sorted::new();
        paces.iter().for_each(|pace| weeks.insert(*pace));
        Self::of_weeks(&weeks)
    }

    fn of_weeks(weeks: &Sorted) -> Option<Self> {
        let middle = weeks.median()?;
        let measured = measured_spread(weeks, middle);
        let spread = measured.max(counting_spread(middle));
        Some(Self { middle, spread, freedom: degrees_of_freedom(weeks.numbers().len(), measured, spread) })
    }
}

/// Standard errors of a pace over so many weeks, and of the median of so many weekly paces before.
fn errors_of(spread: f64, num_weeks: f64, num_before: f64) -> (f64, f64) {
    // Variance of a median: pi / 2 times that of a mean.
    (spread / num_weeks.sqrt(), spread * (std::f64::consts::FRAC_PI_2 / num_before).sqrt())
}

/// Standard error of the difference of the two.
pub fn error_of_difference(spread: f64, num_weeks: f64, num_before: f64) -> f64 {
    let (of_new, of_before) = errors_of(spread, num_weeks, num_before);
    of_new.hypot(of_before)
}

/// Standard errors by which the new pace lies above the one before: as it was, or winsorized, whichever is nearer, so that neither
/// a single day makes another pace nor what was cut off from it.
pub fn pace_distance(whole: f64, winsorized: f64, before: f64, error: f64) -> f64 {
    let of = |pace: f64| (pace - before) / error;
    let (whole, winsorized) = (of(whole), of(winsorized));
    // Values too large to compute with tell nothing.
    if !(whole.is_finite() && winsorized.is_finite()) || whole * winsorized <= 0.0 {
        0.0
    } else if whole.abs() < winsorized.abs() {
        whole
    } else {
        winsorized
    }
}

/// Degrees of freedom of a spread that was measured from so many weeks, or is that of counting where this is wider: what counting
/// gives is known, so only the measured part is uncertain (Satterthwaite 1946).
fn degrees_of_freedom(num: usize, measured: f64, spread: f64) -> f64 {
    let of_measured = num as f64 / WEEKS_A_FREEDOM;
    if measured == 0.0 { MOST_FREEDOM } else { (of_measured * (spread / measured).powi(4)).min(MOST_FREEDOM) }
}

/// Spread of weekly paces as a standard deviation: by the distances between them, or where half of those are 0, by those from
/// their median.
fn measured_spread(weeks: &Sorted, middle: f64) -> f64 {
    let by_pairs = qn(weeks.numbers());
    if by_pairs > 0.0 {
        return by_pairs;
    }
    let mut distances = Sorted::new();
    weeks.numbers().iter().for_each(|pace| distances.insert((pace - middle).abs()));
    spread(&distances)
}

/// Spread that counting gives a weekly pace, in the unit of the metric a day: a week of events that come by chance has the
/// square root of their number as spread; a unit a week at least.
fn counting_spread(per_day: f64) -> f64 {
    (per_day.abs() * WEEK as f64).sqrt().max(1.0) / WEEK as f64
}

/// Probability of a number of standard errors at least so far from none to one side, by Student's t distribution.
pub fn student_tail(distance: f64, freedom: f64) -> f64 {
    StudentsT::new(0.0, 1.0, freedom).map_or(1.0, |student| student.cdf(-distance.abs()))
}

/// Standard errors that are passed to one side with a probability, by Student's t distribution; `None` of degrees of freedom
/// that are not above zero.
pub fn student_quantile(probability: f64, freedom: f64) -> Option<f64> {
    Some(-StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(probability))
}

/// The last place and the pace of each whole week before the last days up to a place, the newest first.
pub(super) fn weeks_before(
    path: &Path,
    until: usize,
    num_days: usize,
) -> impl Iterator<Item = (usize, f64)> + '_ {
    let size_since = path.size_since(until);
    let ends = (0..MOST_WEEKS).map_while(move |week| until.checked_sub(num_days + week * WEEK));
    let ends = ends.take_while(move |end| *end >= size_since + WEEK);
    ends.filter_map(|end| Some((end, path.pace(end, WEEK)?.winsorized)))
}

/// How a figure moves, and how that has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Clearly upwards.
    Up,
    /// Clearly downwards.
    Down,
    /// Neither clearly.
    Flat,
}

impl Pace {
    /// The pace over the last `num_weeks` weeks up to a place; `None` where too few weeks before it are known.
    pub(super) fn at(path: &Path, date: Date, num_weeks: usize) -> Option<Self> {
        let (until, num_days) = (path.place(date)?, num_weeks * WEEK);
        let recent = path.pace(until, num_days)?;
        let mut weeks = Sorted::new();
        let mut oldest = until - num_days;
        for (end, pace) in weeks_before(path, until, num_days) {
            weeks.insert(pace);
            oldest = end - WEEK;
        }
        let num = weeks.numbers().len();
        if num < FEWEST_WEEKS {
            return None;
        }
        let WeeklySpread { middle: per_day_before, spread, freedom } = WeeklySpread::of_weeks(&weeks)?;
        let errors = errors_of(spread, num_weeks as f64, num as f64);
        let days = |place: usize| date - Duration::days((until - place) as i64);
        Some(Self {
            since: days(until - num_days),
            per_day: recent.whole,
            winsorized: recent.winsorized,
            before_since: days(oldest),
            per_day_before,
            error: errors.0.hypot(errors.1),
            freedom,
            errors,
        })
    }

    /// Standard errors by which the new pace lies above the one before, by [`pace_distance`].
    pub fn distance(&self) -> f64 {
        pace_distance(self.per_day, self.winsorized, self.per_day_before, self.error)
    }

    /// Probability of a distance at least as great to the same side, if the pace had not changed.
    pub fn likelihood(&self) -> f64 {
        student_tail(self.distance(), self.freedom)
    }

    /// The range that the pace leaves with this probability at each side, had it not changed.
    pub fn range(&self, probability: f64) -> Option<(Value, Value)> {
        let half = self.error * student_quantile(probability, self.freedom)?;
        Some((value(self.per_day_before - half)?, value(self.per_day_before + half)?))
    }

    /// What the change of pace is called.
    pub fn kind(&self) -> TrendKind {
        match self.directions() {
            (Direction::Up, Direction::Down) | (Direction::Down, Direction::Up) => TrendKind::TURN,
            _ if self.distance() > 0.0 => TrendKind::ACCELERATING,
            _ => TrendKind::SLOWING,
        }
    }

    /// Where the figure goes now, and where it went before.
    pub fn directions(&self) -> (Direction, Direction) {
        let of = |pace: f64, error: f64| {
            if pace > CLEAR * error {
                Direction::Up
            } else if pace < -CLEAR * error {
                Direction::Down
            } else {
                Direction::Flat
            }
        };
        (of(self.per_day, self.errors.0), of(self.per_day_before, self.errors.1))
    }
}
