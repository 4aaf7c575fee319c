//! Search for the form and the parameters of exponential smoothing.

use super::filter::{End, Layout, Smoothing, States};
use super::fitted::{FittedEts, NAME};
use super::form::{Component, Form};
use crate::lanes::{Lanes, NUM_LANES};
use crate::least_squares::{Bound, LeastSquares, Stop};
use crate::model::ModelError;
use crate::scale::scale_of;
use crate::seasonality::{Pattern, pattern};

/// Level, variance and one smoothing parameter, and what the criterion's correction needs.
const FEWEST_VALUES: usize = 5;
/// As in the R package forecast; beyond it the states of the season are too many to estimate.
const LONGEST_SEASON: usize = 24;
const FIRST_ALPHAS: [f64; NUM_LANES] = [0.05, 0.3, 0.7, 0.97];
const FIRST_SHARES: [f64; 2] = [0.05, 0.8];
const FIRST_PHI: f64 = 0.95;
/// A first look at every form, then the ones that are near the best to the end.
const LOOK: Stop = Stop { max_rounds: 3, decrease: 1e-4 };
const END: Stop = Stop { max_rounds: 40, decrease: 1e-7 };
/// Criterion above the best that a form may have after the first look.
const MARGIN: f64 = 6.0;
/// A growth of more than this many mean steps is no trend but the newest jump, however likely it made the past: a
/// series that fell once would be forecast to fall as far every day. No form is chosen that ends so.
const MOST_GROWTH: f64 = 1.5;
/// Errors below this share of the values are rounding.
const ROUNDING: f64 = 1e-14;

/// A form with the parameters found for it so far.
struct Candidate {
    layout: Layout,
    params: Vec<f64>,
    sum: f64,
    aicc: f64,
}

pub(super) fn fit(values: &[f64], season_length: usize, form: Option<Form>) -> Result<FittedEts, ModelError> {
    let too_few = |needed| ModelError::TooFewValues { model: NAME, found: values.len(), needed };
    if values.len() < FEWEST_VALUES {
        return Err(too_few(FEWEST_VALUES));
    }
    let scale = scale_of(values)?;
    let scaled: Vec<f64> = values.iter().map(|value| value / scale).collect();
    let has_season = (2..=LONGEST_SEASON).contains(&season_length) && values.len() >= 2 * season_length;
    let is_positive = scaled.iter().all(|value| *value > 0.0);
    let mut search = Search::new(&scaled, if has_season { season_length } else { 1 });
    let candidates: Vec<Candidate> = Form::candidates(is_positive, has_season)
        .filter(|candidate| form.is_none_or(|form| form == *candidate))
        .filter_map(|form| search.start(form))
        .collect();
    let best = |candidates: &[Candidate]| candidates.iter().map(|it| it.aicc).fold(f64::INFINITY, f64::min);
    let limit = best(&candidates) + MARGIN;
    let (mut near, mut far): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|candidate| candidate.aicc <= limit);
    let most = MOST_GROWTH * search.spread * scale;
    let mut finish = |candidates: &mut Vec<Candidate>| {
        candidates.iter_mut().for_each(|candidate| search.improve(candidate, END));
        candidates.sort_by(|one, other| one.aicc.total_cmp(&other.aicc));
        let mut finished = candidates.drain(..).map(|candidate| search.finish(candidate, scale));
        finished.find(|fitted| form.is_some() || fitted.growth.abs() <= most)
    };
    let fitted = finish(&mut near).or_else(|| finish(&mut far));
    let fitted = fitted.ok_or(too_few(2 * season_length.max(FEWEST_VALUES)))?;
    let is_finite = crate::model::Fitted::predict(&fitted, 1).iter().all(|value| value.is_finite());
    if is_finite { Ok(fitted) } else { Err(ModelError::TooLarge) }
}

struct Search<'a> {
    values: &'a [f64],
    season_length: usize,
    /// Typical distance of neighbours: the unit in which states are moved.
    spread: f64,
    additive: Vec<f64>,
    multiplicative: Vec<f64>,
    states: States,
    least_squares: LeastSquares,
    out: Vec<Lanes>,
}

impl<'a> Search<'a> {
    fn new(values: &'a [f64], season_length: usize) -> Self {
        let steps = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>();
        let recent = &values[..values.len().min(4 * season_length)];
        Self {
            values,
            season_length,
            spread: (steps / values.len() as f64).max(ROUNDING.sqrt()),
            additive: pattern(recent, season_length, Pattern::Additive).unwrap_or_default(),
            multiplicative: pattern(recent, season_length, Pattern::Multiplicative).unwrap_or_default(),
            states: States::default(),
            least_squares: LeastSquares::default(),
            out: vec![Lanes::ZERO; values.len()],
        }
    }

    fn smoothing(&mut self, layout: Layout) -> (Smoothing<'_>, &mut LeastSquares, &mut [Lanes]) {
        let Self { values, states, least_squares, out, .. } = self;
        (Smoothing { layout, values, states }, least_squares, out)
    }

    /// A first look at a form; `None` where the values do not allow it.
    fn start(&mut self, form: Form) -> Option<Candidate> {
        let season = match form.season {
            Component::None => &[],
            Component::Additive => self.additive.as_slice(),
            Component::Multiplicative => self.multiplicative.as_slice(),
        };
        let layout = Layout { form, season_length: self.season_length };
        let num_params = layout.num_params();
        let has_no_states = form.season != Component::None && season.is_empty();
        // One more for the variance, and one for the correction of the criterion.
        if has_no_states || self.values.len() < num_params + 3 {
            return None;
        }
        let season = season.to_vec();
        let (level, growth) = self.first_states(&season, form);
        let mut params = vec![0.0; num_params];
        params[Layout::LEVEL] = level;
        if form.trend != Component::None {
            params[layout.growth()] = growth;
            params[layout.beta()] = FIRST_SHARES[0];
            if form.is_damped {
                params[layout.phi()] = FIRST_PHI;
            }
        }
        if form.season != Component::None {
            let states = layout.season();
            params[states.clone()].copy_from_slice(&season[..states.len()]);
        }
        // A season that hardly changes and one that follows every error are two minima: both are searched.
        let shares = if form.season == Component::None { &FIRST_SHARES[..1] } else { &FIRST_SHARES };
        let looks = shares.iter().map(|share| {
            let mut params = params.clone();
            if form.season != Component::None {
                params[layout.gamma()] = *share;
            }
            params[Layout::ALPHA] = self.first_alpha(layout, &params);
            let mut candidate = Candidate { layout, params, sum: f64::INFINITY, aicc: f64::INFINITY };
            self.improve(&mut candidate, LOOK);
            candidate
        });
        let best = looks.reduce(|best, next| if next.aicc < best.aicc { next } else { best });
        best.filter(|candidate| candidate.aicc.is_finite())
    }

    /// Level and growth before the first value: the line through the first values, their season taken out.
    fn first_states(&self, season: &[f64], form: Form) -> (f64, f64) {
        let num_first = self.values.len().min(10.max(2 * self.season_length));
        let adjusted = self.values[..num_first].iter().enumerate().map(|(index, value)| {
            match (form.season, season.get(index % self.season_length)) {
                (Component::Additive, Some(state)) => value - state,
                (Component::Multiplicative, Some(state)) => value / state,
                _ => *value,
            }
        });
        let adjusted: Vec<f64> = adjusted.collect();
        let mean = adjusted.iter().sum::<f64>() / num_first as f64;
        if form.trend == Component::None {
            return (mean, 0.0);
        }
        let centre = (num_first - 1) as f64 / 2.0;
        let (mut product, mut square) = (0.0, 0.0);
        for (index, value) in adjusted.iter().enumerate() {
            let distance = index as f64 - centre;
            product += distance * (value - mean);
            square += distance * distance;
        }
        let growth = product / square;
        (mean - growth * (centre + 1.0), growth)
    }

    /// The rate of the level with which the errors are smallest, of a few, the other parameters as they are.
    fn first_alpha(&mut self, layout: Layout, params: &[f64]) -> f64 {
        let mut lanes: Vec<Lanes> = params.iter().map(|param| Lanes::all(*param)).collect();
        lanes[Layout::ALPHA] = Lanes(FIRST_ALPHAS);
        let (mut smoothing, _, out) = self.smoothing(layout);
        smoothing.run(&lanes, out);
        let sums = out.iter().fold(Lanes::ZERO, |sums, lane| sums + *lane * *lane);
        let pairs = FIRST_ALPHAS.into_iter().zip(sums.0);
        let best = pairs.reduce(|best, next| if next.1 < best.1 || best.1.is_nan() { next } else { best });
        best.map_or(FIRST_ALPHAS[0], |(alpha, _)| alpha)
    }

    fn improve(&mut self, candidate: &mut Candidate, stop: Stop) {
        let layout = candidate.layout;
        let bounds = self.bounds(layout);
        let num_values = self.values.len();
        let (mut smoothing, least_squares, _) = self.smoothing(layout);
        let sum = least_squares.minimise(&mut smoothing, num_values, &bounds, stop, &mut candidate.params);
        candidate.sum = sum.unwrap_or(f64::INFINITY).max(num_values as f64 * ROUNDING.powi(2));
        let (num_values, num_params) = (num_values as f64, (layout.num_params() + 1) as f64);
        candidate.aicc = num_values * candidate.sum.ln()
            + 2.0 * num_params
            + 2.0 * num_params * (num_params + 1.0) / (num_values - num_params - 1.0);
    }

    fn bounds(&self, layout: Layout) -> Vec<Bound> {
        let state = Bound { low: f64::NEG_INFINITY, high: f64::INFINITY, step: 1e-3 * self.spread };
        let share = Bound { low: 1e-4, high: 0.9999, step: 1e-5 };
        let mut bounds = vec![state; layout.num_params()];
        bounds[Layout::ALPHA] = share;
        if layout.form.trend != Component::None {
            bounds[layout.beta()] = share;
            if layout.form.is_damped {
                bounds[layout.phi()] = Bound { low: 0.8, high: 0.98, step: 1e-5 };
            }
        }
        if layout.form.season != Component::None {
            bounds[layout.gamma()] = share;
        }
        bounds
    }

    /// The last pass, which leaves the states after the newest value.
    fn finish(&mut self, candidate: Candidate, scale: f64) -> FittedEts {
        let Candidate { layout, params, sum, aicc } = candidate;
        let form = layout.form;
        let lanes: Vec<Lanes> = params.iter().map(|param| Lanes::all(*param)).collect();
        let (mut smoothing, _, out) = self.smoothing(layout);
        let End { level, growth, factor } = smoothing.run(&lanes, out);
        let first = |lanes: Lanes| lanes.0[0];
        let unit = if form.season == Component::Multiplicative { 1.0 } else { scale };
        let season = match form.season {
            Component::None => Vec::new(),
            _ => self.states.season.iter().map(|state| first(*state) * unit).collect(),
        };
        let alpha = params[Layout::ALPHA];
        let has_trend = form.trend != Component::None;
        let num_values = self.values.len() as f64;
        let logarithm = 2.0 * num_values * scale.ln();
        let freedom = num_values - layout.num_params() as f64 - 1.0;
        let unit_of_error = match form.error {
            Component::Multiplicative => 1.0 / first(factor),
            _ => scale,
        };
        FittedEts {
            form,
            alpha,
            beta: if has_trend { params[layout.beta()] * alpha } else { 0.0 },
            gamma: if season.is_empty() { 0.0 } else { params[layout.gamma()] * (1.0 - alpha) },
            phi: match (has_trend, form.is_damped) {
                (true, true) => params[layout.phi()],
                (true, false) => 1.0,
                (false, _) => 0.0,
            },
            level: first(level) * scale,
            growth: first(growth) * scale,
            season,
            at: 0,
            sigma2: sum / freedom * unit_of_error * unit_of_error,
            log_likelihood: -0.5 * (num_values * sum.ln() + logarithm),
            aicc: aicc + logarithm,
        }
    }
}
