//! The forecast of one series: a sequence in; for each method a path, its intervals and its track record out.

use std::fmt;

use crate::bands::BAND_ENDS;
use crate::distances::DISTANCES;
use crate::ensemble::{BandErrors, combine};
use crate::extent::Extent;
use crate::jumps::{Jumps, Returns};
use crate::kind::{Kind, mean_step, unit};
use crate::knowledge::Knowledge;
use crate::lessons::{Course, LessonsAlong};
use crate::levels::Joined;
use crate::limits::{Bounds, Limits};
use crate::member::Member;
use crate::memory::Memory;
use crate::pool::{Contribution, OutcomesOfMethods};
use crate::rolling::{Rolled, roll};
use crate::sequence::Sequence;
use crate::track::{Track, TrackRecord};

/// Fewer observed values than this say nothing of how a series moves.
pub const MIN_VALUES: usize = 3;

/// How a forecast is made: one model, or all of them together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// One model.
    Member(Member),
    /// The weighted median of all.
    Ensemble,
}

impl Method {
    /// Token of the method.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Member(member) => member.name(),
            Self::Ensemble => "ensemble",
        }
    }

    /// All methods, the ensemble first.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Ensemble).chain(Member::ALL.into_iter().map(Self::Member))
    }

    /// Whether it is shown as it is, for others to be compared with.
    const fn is_reference(self) -> bool {
        matches!(self, Self::Member(Member::Naive | Member::SeasonalNaive))
    }

    /// The method of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|method| method.name() == name)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What is asked of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What values are possible.
    pub bounds: Bounds,
    /// Steps after which a pattern may repeat; 1 where none does.
    pub season_length: usize,
    /// Steps ahead.
    pub horizon: usize,
    /// Series whose values come about in the same way, such as one metric of a platform, learn from each other how wide
    /// intervals must be and how jumps come back. `None` where nothing is known of that.
    pub group: Option<String>,
    /// How many steps a sliding sum covers, where the values are one.
    pub window_length: Option<usize>,
    /// Levels of the intervals, such as 0.80 and 0.95.
    pub levels: Vec<f64>,
    /// Whether the ends of intervals of a series of whole numbers are rounded outward to whole numbers.
    pub whole_ends: bool,
    /// Whether each step says how far the method was off so far. Without it a forecast takes less time and memory.
    pub with_track_record: bool,
}

/// A forecast by one method.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelForecast {
    /// The method.
    pub method: Method,
    /// One for each step ahead, from 1 on.
    pub steps: Vec<Step>,
}

/// What is expected at one step ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Expected value: the median of what may come.
    pub predicted: f64,
    /// Lower and upper end by level, as asked.
    pub intervals: Vec<(f64, f64)>,
    /// How far the method was off at this distance so far; `None` where it was not asked for or could not be checked.
    pub track_record: Option<TrackRecord>,
}

/// Why a series has no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ForecastError {
    /// The series is young, or was hardly observed.
    #[error("{found} value{} so far, a forecast needs {needed}", if *.found == 1 { "" } else { "s" })]
    TooFewValues {
        /// Values that there are.
        found: usize,
        /// Values that are needed.
        needed: usize,
    },
    /// The method asked for needs more values, or values that fit it.
    #[error("the {0} model found no forecast of this series")]
    NoSolution(Method),
    /// The method knows seasons of another length only.
    #[error("the {method} model knows no season of {season_length} steps")]
    OtherSeason {
        /// The method.
        method: Method,
        /// The season that was asked for.
        season_length: usize,
    },
    /// A result is beyond what a float can hold.
    #[error("the values are too large to compute with")]
    TooLarge,
}

/// One series and what its members said of it.
struct Examined<'a> {
    sequence: &'a Sequence,
    limits: Limits,
    lessons: LessonsAlong<'a>,
    kind: Kind,
    unit: f64,
    whole_ends: bool,
    mean_steps: Vec<f64>,
    rolled: Rolled,
    jumps: Jumps,
    only_rises: bool,
}

impl<'a> Examined<'a> {
    fn new(
        sequence: &'a Sequence,
        members: &[Member],
        request: &'a Request,
        knowledge: &'a Knowledge,
        memory: &mut Memory,
    ) -> Result<Self, ForecastError> {
        let values = sequence.values();
        let found = sequence.num_observed_from(0);
        if found < MIN_VALUES {
            return Err(ForecastError::TooFewValues { found, needed: MIN_VALUES });
        }
        let limits = Limits::of(request.bounds, sequence.observed_values());
        let unit = unit(values, limits.whole);
        let course = Course::of(knowledge, sequence);
        let rolled = roll(members, sequence, limits, request.season_length, request.horizon, &course, memory);
        let moments = rolled.origins.iter().copied().chain([values.len() - 1]);
        let mean_steps: Vec<f64> = moments
            .map(|position| mean_step(&values[..=position], request.season_length, unit, limits.whole))
            .collect();
        if !mean_steps.iter().all(|step| step.is_finite()) {
            return Err(ForecastError::TooLarge);
        }
        let whole_ends = limits.whole && request.whole_ends;
        let kind = Kind::of(values);
        let lessons = course.lessons(kind, request.group.as_deref(), request.window_length);
        let jumps = Jumps::of(sequence);
        let only_rises = request.bounds.only_rises;
        Ok(Self { sequence, limits, lessons, kind, unit, whole_ends, mean_steps, rolled, jumps, only_rises })
    }

    /// The ensemble's path from each origin, and from now.
    fn ensemble(&self, errors: &BandErrors) -> (Vec<Option<Vec<f64>>>, Option<Vec<f64>>) {
        let values = self.sequence.values();
        let from = |now: usize, mean_step: f64, paths: &[Option<&[f64]>]| {
            let weights = errors.weights(&self.rolled, now, 0.01 * mean_step, self.lessons.at(now).kind);
            let mut path = combine(paths, &weights)?;
            self.limits.after(values[now]).apply(&mut path).then_some(path)
        };
        let of_origins = self.rolled.origins.iter().enumerate().map(|(at, origin)| {
            let paths: Vec<_> = self.rolled.paths.iter().map(|paths| paths[at].as_deref()).collect();
            from(*origin, self.mean_steps[at], &paths)
        });
        let of_origins = of_origins.collect();
        let newest: Vec<_> = self.rolled.newest.iter().map(Option::as_deref).collect();
        let now = values.len() - 1;
        let mean_step = self.mean_steps[self.rolled.origins.len()];
        (of_origins, from(now, mean_step, &newest))
    }

    /// The tracks of the ensemble and of these members.
    fn tracks<'t>(
        &'t self,
        members: &[Member],
        ensemble: &'t [Option<Vec<f64>>],
    ) -> Vec<(Method, Track<'t>)> {
        let paths = members.iter().map(|member| Method::Member(*member)).zip(&self.rolled.paths);
        let paths = paths.map(|(method, paths)| (method, paths.as_slice()));
        let all = std::iter::once((Method::Ensemble, ensemble)).chain(paths);
        all.map(|(method, paths)| (method, self.track(method, paths))).collect()
    }

    fn track<'t>(&'t self, method: Method, paths: &'t [Option<Vec<f64>>]) -> Track<'t> {
        Track {
            lessons: self.lessons,
            // What only rises loses nothing.
            jumps: (!method.is_reference() && !self.only_rises).then_some(&self.jumps),
            sequence: self.sequence,
            limits: self.limits,
            origins: &self.rolled.origins,
            spacing: self.rolled.spacing,
            mean_steps: &self.mean_steps,
            unit: self.unit,
            whole_ends: self.whole_ends,
            paths,
        }
    }
}

/// Forecasts a series by some methods. Knowledge is what was learnt from other series; the memory, what was learnt
/// from this very series before.
///
/// # Errors
/// The whole series or one method of several: the reason why there is no forecast.
pub fn forecast(
    sequence: &Sequence,
    methods: &[Method],
    request: &Request,
    knowledge: &Knowledge,
    memory: &mut Memory,
) -> Result<Vec<Result<ModelForecast, ForecastError>>, ForecastError> {
    let members: Vec<Member> = if methods.contains(&Method::Ensemble) {
        Member::ALL.to_vec()
    } else {
        let asked = |member: &Member| *member == Member::Naive || methods.contains(&Method::Member(*member));
        Member::ALL.into_iter().filter(asked).collect()
    };
    let examined = Examined::new(sequence, &members, request, knowledge, memory)?;
    let position = |member: Member| members.iter().position(|known| *known == member);
    let naive = position(Member::Naive).ok_or(ForecastError::TooLarge)?;
    let naive = examined.track(Method::Member(Member::Naive), &examined.rolled.paths[naive]);
    let naive = request.with_track_record.then_some(&naive);
    let mut joined = Joined::default();
    for (position, value) in sequence.values().iter().enumerate() {
        joined.push(*value, sequence.level_start(position) == position);
    }
    let extent = Extent::of(joined.values(), request.horizon);
    let of_method = |method: &Method| {
        let ensemble;
        let (paths, newest) = match method {
            Method::Ensemble => {
                let errors = BandErrors::of(&examined.rolled, sequence, request.horizon);
                ensemble = examined.ensemble(errors.as_ref().ok_or(ForecastError::TooLarge)?);
                (&ensemble.0, &ensemble.1)
            }
            Method::Member(member) if !member.knows_season(request.season_length) => {
                let season_length = request.season_length;
                return Err(ForecastError::OtherSeason { method: *method, season_length });
            }
            Method::Member(member) => {
                let at = position(*member).ok_or(ForecastError::NoSolution(*method))?;
                (&examined.rolled.paths[at], &examined.rolled.newest[at])
            }
        };
        let newest = newest.as_ref().ok_or(ForecastError::NoSolution(*method))?;
        let steps = steps(&examined.track(*method, paths), newest, *method, request, &extent, naive);
        let finite = |step: &Step| step.intervals.iter().all(|(lower, upper)| (upper - lower).is_finite());
        if !steps.iter().all(finite) {
            return Err(ForecastError::TooLarge);
        }
        Ok(ModelForecast { method: *method, steps })
    };
    let forecasts = methods.iter().map(of_method).collect();
    memory.end_round();
    Ok(forecasts)
}

fn steps(
    track: &Track<'_>,
    newest: &[f64],
    method: Method,
    request: &Request,
    extent: &Extent,
    naive: Option<&Track<'_>>,
) -> Vec<Step> {
    let widths = track.widths(&request.levels, request.horizon, method.name(), true);
    let (Some(now), Some(current)) = (widths.last(), track.sequence.values().last()) else {
        return Vec::new();
    };
    let limits = track.limits.after(*current);
    let mut lowest = vec![f64::NEG_INFINITY; request.levels.len()];
    let origin = track.sequence.values().len() - 1;
    // How far an interval reaches at least, below and above the forecast.
    let mut reach = (0.0_f64, 0.0_f64);
    let step = |(index, forecast): (usize, &f64)| {
        let predicted = track.shown(&limits, origin, *forecast, index + 1);
        let moved = predicted - current;
        // The series never did that: it may as well stay where it is.
        if !method.is_reference() && extent.is_passed(moved, index + 1) {
            reach = (reach.0.max(moved), reach.1.max(-moved));
        }
        let ends = |(level, offsets): (usize, &Vec<(f64, f64)>)| {
            let (lower, upper) = offsets[index];
            let offsets = (lower.min(-reach.0), upper.max(reach.1));
            let (lower, upper) = track.ends(&limits, predicted, offsets);
            lowest[level] = limits.not_below(lowest[level], lower);
            (lowest[level], upper)
        };
        Step {
            predicted,
            intervals: now.iter().enumerate().map(ends).collect(),
            track_record: naive
                .and_then(|naive| track.track_record(index + 1, &widths, request.levels.len(), naive)),
        }
    };
    newest.iter().enumerate().map(step).collect()
}

/// What a series adds to the pool; `None` where it has no forecast.
pub(crate) fn contribution(
    sequence: &Sequence,
    request: &Request,
    before: &Knowledge,
    memory: &mut Memory,
) -> Option<Contribution> {
    let members = Member::ALL;
    let examined = Examined::new(sequence, &members, request, before, memory).ok()?;
    let errors = BandErrors::of(&examined.rolled, sequence, request.horizon)?;
    let now = sequence.values().len() - 1;
    let least = 0.01 * examined.mean_steps.last()?;
    let log_ratios = members.into_iter().enumerate().map(|(at, member)| {
        let of_band = |band| errors.log_ratio(&examined.rolled, at, band, now, least).0;
        (member, std::array::from_fn::<f64, { BAND_ENDS.len() }, _>(of_band))
    });
    let log_ratios = log_ratios.collect();
    let (ensemble, _) = examined.ensemble(&errors);
    let tracks = examined.tracks(&members, &ensemble);
    let errors_of = |(method, track): &(Method, Track<'_>)| {
        (method.name(), DISTANCES.map(|distance| track.scaled_errors(distance)).to_vec())
    };
    // A score's steps are its own, and what only rises loses nothing.
    let has_returns = !request.bounds.only_rises && request.bounds.highest.is_infinite();
    Some(Contribution {
        kind: examined.kind,
        group: request.group.clone(),
        returns: if has_returns { examined.jumps.returns(request.window_length) } else { Returns::default() },
        log_ratios,
        errors: tracks.iter().map(errors_of).collect(),
    })
}

/// What became of the intervals of each method from earlier origins, before widths were learnt; `None` where a series has
/// no forecast.
pub(crate) fn outcomes(
    sequence: &Sequence,
    request: &Request,
    knowledge: &Knowledge,
    memory: &mut Memory,
) -> Option<OutcomesOfMethods> {
    let members = Member::ALL;
    let examined = Examined::new(sequence, &members, request, knowledge, memory).ok()?;
    let errors = BandErrors::of(&examined.rolled, sequence, request.horizon)?;
    let (ensemble, _) = examined.ensemble(&errors);
    let tracks = examined.tracks(&members, &ensemble);
    let of = |(method, track): &(Method, Track<'_>)| {
        (method.name(), track.outcomes(method.name(), request.horizon))
    };
    Some(tracks.iter().map(of).collect())
}
