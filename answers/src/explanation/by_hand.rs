//! Redoes the numbers of an explanation from what it lists and from what is stored, in plain arithmetic, with nothing of the
//! program's own mathematics: as a reader would.

use std::collections::BTreeMap;
use std::f64::consts::PI;

use casa24_schemas::{Date, Flag, Metric, Nature, Platform, metric_info};
use serde_json::Value as Json;

use super::*;

/// What is stored: for each artist and series the value of each day, and whether it is a jump to another level.
#[derive(Debug, Clone, Default)]
pub(super) struct Stored(pub(super) BTreeMap<Key, BTreeMap<Date, (f64, bool)>>);

/// Artist, platform, metric, and the title where it is a video's.
pub(super) type Key = (String, Platform, Metric, Option<String>);

impl Stored {
    pub(super) fn put(&mut self, key: Key, date: Date, value: f64, flags: &[Flag]) {
        let is_jump = flags.iter().any(|flag| flag.changes_level());
        self.0.entry(key).or_default().insert(date, (value, is_jump));
    }

    fn of(&self, used: &UsedSeries) -> &BTreeMap<Date, (f64, bool)> {
        let (artist, item) = (used.artist.name.clone(), used.item.clone());
        &self.0[&(artist, used.platform.clone(), used.metric.clone(), item)]
    }
}

/// From one value to the next.
#[derive(Debug, Clone, Copy)]
struct Change {
    from: Date,
    until: Date,
    before: f64,
    value: f64,
    per_day: f64,
    num_days: f64,
    is_jump: bool,
}

fn nature(used: &UsedSeries) -> Nature {
    metric_info(&used.platform, &used.metric).unwrap().nature
}

fn changes(values: &BTreeMap<Date, (f64, bool)>, nature: Nature) -> Vec<Change> {
    let is_amount = nature == Nature::Flow;
    let pairs = values.iter().zip(values.iter().skip(1));
    pairs
        .map(|((from, (before, _)), (until, (value, is_jump)))| {
            let num_days = (*until - *from).whole_days() as f64;
            let (from, until, before, value, is_jump) = (*from, *until, *before, *value, *is_jump);
            let per_day = if is_amount { value } else { (value - before) / num_days };
            let num_days = if is_amount { 1.0 } else { num_days };
            Change { from, until, before, value, per_day, num_days, is_jump }
        })
        .collect()
}

pub(super) fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}

/// A standard deviation, from distances.
fn deviation(distances: &[f64]) -> f64 {
    let by_median = 1.4826 * median(distances);
    if by_median > 0.0 {
        return by_median;
    }
    let mut sorted = distances.to_vec();
    sorted.sort_by(f64::total_cmp);
    let kept = &sorted[..sorted.len() * 9 / 10];
    kept.iter().sum::<f64>() / kept.len() as f64 / 0.66
}

fn from_median(numbers: &[f64]) -> Vec<f64> {
    let middle = median(numbers);
    numbers.iter().map(|number| (number - middle).abs()).collect()
}

/// A series read up to the change of a day: its spread there, and how far to each side of the usual the changes before lay.
#[derive(Debug, Default)]
struct Read {
    spread: f64,
    leaving: f64,
    above: Vec<f64>,
    below: Vec<f64>,
}

fn read(used: &UsedSeries, stored: &Stored, day: Date) -> Read {
    let nature = nature(used);
    let info = metric_info(&used.platform, &used.metric).filter(|_| used.item.is_none());
    let changes = changes(stored.of(used), nature);
    let mut read = Read::default();
    let (mut start, mut distances) = (0, Vec::<f64>::new());
    let mut entered: Vec<(Date, f64)> = Vec::new();
    for (index, change) in changes.iter().enumerate().take_while(|(_, change)| change.until <= day) {
        let is_old = |of: &Change| (change.until - of.until).whole_days() > 84;
        while start < index && (start + 56 < index || is_old(&changes[start])) {
            start += 1;
        }
        if change.is_jump {
            if change.per_day > 0.0 {
                entered.push((change.until, change.per_day));
            }
            if change.value > 2.0 * change.before || change.value < 0.5 * change.before {
                (start, distances) = (index + 1, Vec::new());
            }
            continue;
        }
        let known: Vec<&Change> = changes[start..index].iter().filter(|known| !known.is_jump).collect();
        if known.len() < 21 {
            continue;
        }
        let of_all: Vec<f64> = known.iter().map(|known| known.per_day).collect();
        let middle = median(&of_all);
        let last = &distances[distances.len().saturating_sub(56)..];
        let measured = if last.len() < 21 { deviation(&from_median(&of_all)) } else { deviation(last) };
        let grain = info.map_or(0.0, |info| info.grain(change.value));
        read.spread = measured.max(middle.abs().sqrt()).max(grain).max(1.0);
        let same_day = |known: &&&Change| {
            known.num_days == 1.0 && known.until.weekday() == change.until.weekday() && change.num_days == 1.0
        };
        let own: Vec<f64> = known.iter().filter(same_day).map(|known| known.per_day).collect();
        let usual = if own.len() < 5 {
            middle
        } else {
            usual_of_weekday(middle, median(&own), read.spread, own.len() as f64)
        };
        distances.push((change.per_day - usual).abs());
        read.leaving = 0.0;
        if let Nature::Window { days } = nature {
            let near = entered
                .iter()
                .filter(|(on, _)| ((change.until - *on).whole_days() - i64::from(days)).abs() <= 1);
            read.leaving = -near.map(|(_, rise)| *rise).fold(0.0, f64::max);
        }
        if change.until == day {
            break;
        }
        let above = (change.per_day - usual) / read.spread * change.num_days.sqrt();
        let below = (usual + read.leaving - change.per_day) / read.spread * change.num_days.sqrt();
        read.above.push(above.max(0.0));
        read.below.push(below.max(0.0));
        if above > 3.0 && change.per_day > usual {
            entered.push((change.until, change.per_day - usual));
        }
    }
    read
}

fn usual_of_weekday(middle: f64, own: f64, spread: f64, num: f64) -> f64 {
    let by_chance = spread * spread * PI / 2.0 / num;
    let square = (own - middle) * (own - middle);
    if square > by_chance { middle + (own - middle) * (1.0 - by_chance / square) } else { middle }
}

/// Where the tail of distances begins, and its scale.
fn tail(distances: &[f64]) -> (f64, f64) {
    let last = &distances[distances.len().saturating_sub(365)..];
    let num_in_tail = last.len() / 10;
    let mut positive: Vec<f64> = last.iter().copied().filter(|distance| *distance > 0.0).collect();
    positive.sort_by(f64::total_cmp);
    let from = positive.len().saturating_sub(num_in_tail);
    let start = if from == 0 { 0.0 } else { positive[from - 1] };
    let excesses = &positive[from..];
    let scale = (excesses[excesses.len() / 2] - start) * 0.1 / (2_f64.powf(0.1) - 1.0);
    (start, scale.max(0.45))
}

/// Probability that Student's t is above a number: the integral of its density, with t = √ν tan θ (Simpson's rule).
pub(super) fn student_tail(t: f64, freedom: f64) -> f64 {
    let integral = |from: f64| {
        let num = 2_000;
        let step = (PI / 2.0 - from) / f64::from(num);
        let density = |place: i32| (from + f64::from(place) * step).cos().max(0.0).powf(freedom - 1.0);
        let inner: f64 = (1..num).map(|place| if place % 2 == 1 { 4.0 } else { 2.0 } * density(place)).sum();
        (density(0) + inner + density(num)) * step / 3.0
    };
    integral((t / freedom.sqrt()).atan()) / (2.0 * integral(0.0))
}

/// What Student's t passes with a probability, by halving.
fn student_quantile(probability: f64, freedom: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1e4_f64);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if student_tail(middle, freedom) > probability { low = middle } else { high = middle }
    }
    low
}

/// An explanation that is redone.
pub(super) struct ByHand<'e> {
    pub(super) answer: &'e Json,
    pub(super) explanation: &'e Explanation,
    pub(super) stored: &'e Stored,
}

impl ByHand<'_> {
    /// Redoes everything that is explained.
    pub(super) fn redo(&self) {
        for Explained { figure, value, formula, inputs } in &self.explanation.figures {
            let shown = self.answer.pointer(figure).and_then(Json::as_f64).unwrap();
            assert_eq!(shown, value.get(), "{figure}");
            near(self.number(*formula, inputs), shown, 5e-5, figure);
        }
        for (index, Step { what, value, formula, inputs }) in self.explanation.steps.iter().enumerate() {
            let place = format!("{what:?} {index} {inputs:?}");
            near(self.number(*formula, inputs), value.get(), 0.0, &place);
        }
        for ExplainedDay { figure, day, at_least, reached, before } in &self.explanation.days {
            assert_eq!(self.answer.pointer(figure), Some(&Json::from(day.to_string())), "{figure}");
            for Computed { value, formula, inputs } in [reached].into_iter().chain(before) {
                near(self.number(*formula, inputs), value.get(), 0.0, figure);
            }
            assert!(reached.value >= *at_least, "{figure}");
            assert!(before.as_ref().is_none_or(|before| before.value < *at_least), "{figure}");
        }
    }

    /// The number behind an input, from what is stored where it is of a value or of days of a series.
    fn input(&self, input: &Input) -> f64 {
        let steps = &self.explanation.steps;
        match input {
            Input::Observed { index, .. } => {
                let ObservedValue { artist, platform, metric, item, observed_at, .. } =
                    &self.explanation.observed[*index as usize];
                let key = (artist.name.clone(), platform.clone(), metric.clone(), item.clone());
                self.stored.0[&key][&observed_at.date()].0
            }
            Input::Figure { figure, value } => {
                let shown = self.answer.pointer(figure).and_then(Json::as_f64).unwrap();
                near(value.get(), shown, 5e-5, figure);
                value.get()
            }
            Input::Step { index, .. } => steps[*index as usize].value.get(),
            Input::Days { since, until, .. } => (until.0 - since.0).whole_days() as f64,
            Input::Pace { index, after, until, otherwise, .. } => {
                let used = &self.explanation.series[*index as usize];
                self.pace(used, after.0, until.0, otherwise)
            }
            Input::Series { index, value } => {
                let used = &self.explanation.series[*index as usize];
                assert_eq!(f64::from(used.num_used), value.get(), "{used:?}");
                value.get()
            }
            other => other.value().get(),
        }
    }

    /// What a series gained a day, by its values: those of its changes that counted otherwise are named.
    fn pace(&self, used: &UsedSeries, after: Date, until: Date, otherwise: &[CountedOtherwise]) -> f64 {
        let within = |change: &Change| (change.until.min(until) - change.from.max(after)).whole_days().max(0);
        let changes = changes(self.stored.of(used), nature(used));
        let gained: f64 = changes.iter().map(|change| change.per_day * within(change) as f64).sum();
        let corrected: f64 =
            otherwise.iter().map(|of| (of.counted.get() - of.per_day.get()) * f64::from(of.num_days)).sum();
        (gained + corrected) / (until - after).whole_days() as f64
    }

    fn used(&self, input: &Input) -> &UsedSeries {
        match input {
            Input::Series { index, .. } | Input::Weeks { index, .. } => {
                &self.explanation.series[*index as usize]
            }
            other => panic!("no series: {other:?}"),
        }
    }

    /// The changes of a series that are no jumps, of its weekday where it has one.
    fn changes(&self, used: &UsedSeries) -> Vec<Change> {
        let all = changes(self.stored.of(used), nature(used)).into_iter();
        let within = all.filter(|change| change.from >= used.first.0 && change.until <= used.last.0);
        let found: Vec<Change> = within
            .filter(|change| !change.is_jump)
            .filter(|change| {
                used.weekday.is_none_or(|weekday| {
                    change.num_days == 1.0 && change.until.weekday().number_from_monday() == weekday
                })
            })
            .collect();
        assert_eq!(found.len() as u32, used.num_used, "{used:?}");
        found
    }

    /// The weekly paces of a series, each redone.
    fn weeks(&self, used: &UsedSeries) -> Vec<f64> {
        let of_week = |SpanPace { after, until, per_day, otherwise }: &SpanPace| {
            let pace = self.pace(used, after.0, until.0, otherwise);
            near(pace, per_day.get(), 0.0, &format!("{after} {used:?}"));
            pace
        };
        used.weeks.iter().map(of_week).collect()
    }

    /// The series read up to the first change behind what was used of it.
    fn read(&self, used: &UsedSeries) -> Read {
        let changes = changes(self.stored.of(used), nature(used));
        let next = changes.iter().find(|change| change.until > used.last.0 && !change.is_jump).unwrap();
        read(used, self.stored, next.until)
    }

    /// The same of a series whose distances are used.
    fn distances(&self, input: &Input) -> Read {
        let used = self.used(input);
        let read = self.read(used);
        assert_eq!(read.above.len().min(365) as u32, used.num_used, "{used:?}");
        read
    }

    fn number(&self, formula: Formula, inputs: &[Input]) -> f64 {
        let n: Vec<f64> = inputs.iter().map(|input| self.input(input)).collect();
        let least = |numbers: &[f64]| numbers.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = |numbers: &[f64]| numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let steps = || (1..12).flat_map(|power| [1.0, 2.5, 5.0].map(|step| step * 10_f64.powi(power)));
        match formula {
            Formula::Observed | Formula::Pace => n[0],
            Formula::Sum => n.iter().sum(),
            Formula::Mean => n.iter().sum::<f64>() / n.len() as f64,
            Formula::Difference => n[0] - n[1],
            Formula::PercentChange => 100.0 * (n[0] / n[1] - 1.0),
            Formula::Quotient => n[0] / n[1],
            Formula::DifferenceQuotient => (n[0] - n[1]) / n[2],
            Formula::SumOfDifferences => n.chunks(2).map(|pair| pair[0] - pair[1]).sum(),
            Formula::Median => median(&self.weeks(self.used(&inputs[0]))),
            Formula::Least => least(&n),
            Formula::Greatest => greatest(&n),
            Formula::ThirdGreatest => {
                let mut sorted = n;
                sorted.sort_by(f64::total_cmp);
                sorted.iter().rev().nth(2).copied().unwrap_or(0.0)
            }
            Formula::Count => n.len() as f64,
            Formula::DaysInclusive => n[0] + 1.0,
            Formula::Rises => {
                let used = self.used(&inputs[0]);
                let values = self.stored.of(used).range(used.first.0..=used.last.0);
                let values: Vec<f64> = values.map(|(_, (value, _))| *value).collect();
                assert!(values.windows(2).all(|pair| pair[1] > pair[0]), "{used:?}");
                values.len() as f64 - 1.0
            }
            Formula::HighestOfSeries => {
                let used = self.used(&inputs[1]);
                let values = self.stored.of(used).range(used.first.0..=used.last.0);
                let values: Vec<f64> = values.map(|(_, (value, _))| *value).collect();
                assert_eq!((greatest(&values), values.len() as u32), (n[0], used.num_used));
                n[0]
            }
            Formula::NextOnLadder => steps().find(|step| *step > n[0]).unwrap(),
            Formula::HighestOnLadder => steps().rfind(|step| *step > n[1] && *step <= n[0]).unwrap(),
            Formula::YearsByChance => 1.0 / n[0] / 12.0,
            Formula::MedianOfChanges => {
                let changes = self.changes(self.used(&inputs[0]));
                median(&changes.iter().map(|change| change.per_day).collect::<Vec<_>>())
            }
            Formula::SpreadOfChanges => self.read(self.used(&inputs[0])).spread,
            Formula::LeavingWindow => self.read(self.used(&inputs[0])).leaving,
            Formula::UsualOfWeekday => usual_of_weekday(n[0], n[1], n[2], n[3]),
            Formula::DistanceAbove => (n[0] - n[1]) / n[2] * n[3].sqrt(),
            Formula::DistanceBelow => (n[1] + n[2] - n[0]) / n[3] * n[4].sqrt(),
            Formula::TailStartAbove => tail(&self.distances(&inputs[0]).above).0,
            Formula::TailScaleAbove => tail(&self.distances(&inputs[0]).above).1,
            Formula::TailStartBelow => tail(&self.distances(&inputs[0]).below).0,
            Formula::TailScaleBelow => tail(&self.distances(&inputs[0]).below).1,
            Formula::TailProbability => {
                let own = if n[0] > n[1] {
                    0.1 * (1.0 + 0.1 * (n[0] - n[1]) / n[2]).powi(-10)
                } else {
                    (n[4] + 1.0) / (n[3] + 1.0)
                };
                if n[3] < 90.0 { own.max(student_tail(n[0], 4.0)) } else { own }
            }
            Formula::TailQuantile => {
                let own = n[1] + n[2] / 0.1 * ((n[0] / 0.1).powf(-0.1) - 1.0);
                if n[3] < 90.0 { own.max(student_quantile(n[0], 4.0)) } else { own }
            }
            Formula::StudentTail => student_tail(n[0].abs(), n[1]),
            Formula::StudentQuantile => student_quantile(n[0], n[1]),
            Formula::OddsOfDay => n[0] / 2.0 / n[1] / 60.0,
            Formula::OddsOfPace => n[0] / 4.0 / n[1] / 30.0,
            Formula::OddsOfViral => n[0] / 4.0 / 30.0,
            Formula::Scaled => n[0] * n[2] / n[1],
            Formula::LowerOfDay => n[0] + n[1] - n[2] * n[3] / n[4].sqrt(),
            Formula::UpperOfDay => n[0] + n[1] * n[2] / n[3].sqrt(),
            Formula::LowerOfPace => n[0] - n[1] * n[2],
            Formula::UpperOfPace => n[0] + n[1] * n[2],
            Formula::SpreadOfWeeks => spread_of_weeks(&self.weeks(self.used(&inputs[0]))).1,
            Formula::FreedomOfWeeks => {
                let weeks = self.weeks(self.used(&inputs[0]));
                let (measured, spread) = spread_of_weeks(&weeks);
                if measured == 0.0 {
                    30.0
                } else {
                    (weeks.len() as f64 / 2.0 * (spread / measured).powi(4)).min(30.0)
                }
            }
            Formula::ErrorOfDifference => n[0] * (1.0 / n[1] + PI / 2.0 / n[2]).sqrt(),
            Formula::PaceDistance => {
                let (one, other) = ((n[0] - n[2]) / n[3], (n[1] - n[2]) / n[3]);
                let is_same_side = one * other > 0.0;
                if !is_same_side { 0.0 } else { one.signum() * one.abs().min(other.abs()) }
            }
            Formula::SecondSmallest => {
                let (p, num) = (n[0], n[1].max(2.0) as i32);
                if p * n[1] < 1e-3 {
                    // The same, where 1 − (1 − p)^n loses digits: two of them.
                    return f64::from(num * (num - 1)) / 2.0 * p * p;
                }
                1.0 - (1.0 - p).powi(num) - f64::from(num) * p * (1.0 - p).powi(num - 1)
            }
            Formula::AnyOf => (n[0] * n[1]).min(1.0),
            Formula::PercentAWeek => n[0] * 700.0 / n[1],
        }
    }
}

/// Of weekly paces: the deviation as it was measured, and where counting gives more that.
fn spread_of_weeks(weeks: &[f64]) -> (f64, f64) {
    let between =
        weeks.iter().enumerate().flat_map(|(at, one)| weeks[..at].iter().map(move |other| one - other));
    let mut between: Vec<f64> = between.map(f64::abs).collect();
    between.sort_by(f64::total_cmp);
    let (num, half) = (weeks.len() as f64, weeks.len() / 2 + 1);
    let correction = match weeks.len() {
        6 => 0.611,
        7 => 0.857,
        8 => 0.669,
        9 => 0.872,
        11 => num / (num + 1.4),
        _ => num / (num + 3.8),
    };
    let distance = between[half * (half - 1) / 2 - 1];
    let measured =
        if distance > 0.0 { 2.2219 * correction * distance } else { deviation(&from_median(weeks)) };
    let counting = (median(weeks).abs() * 7.0).sqrt().max(1.0) / 7.0;
    (measured, measured.max(counting))
}

/// Whether what was redone is what is shown, which may have been rounded by so much.
fn near(redone: f64, shown: f64, rounding: f64, place: &str) {
    let allowed = rounding + 1e-6 * shown.abs().max(redone.abs()) + 1e-9;
    assert!((redone - shown).abs() <= allowed, "{place}: {redone} by hand, {shown} shown");
}
