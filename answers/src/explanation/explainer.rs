//! Explains the figures of an answer: for each the observed values and the formula that give it. What they do not give is
//! listed as unexplained, so that an explanation is never another figure's.

use std::collections::HashMap;
use std::fmt::{self, Display};

use casa24_analytics::trends::rounded;
use casa24_analytics::{Point, Series};
use casa24_schemas::{ArtistId, Date, Day, Metric, Observed, Platform, Value};
use time::Duration;

use super::explained::{Explained, Explanation, Unexplained, UnexplainedReason as Reason};
use super::formula::Formula;
use super::input::Input;
use super::used::ObservedValue;
use crate::figures::{Figure, LeftOut, Owner, Revised, SeriesKey, Undoing, is_reach_at_both_ends};
use crate::read_model::{ArtistView, AsOf, AskedDays, Change, RevisedPoint, SeriesOf};

/// Greatest difference between a figure and what its formula gives, as a share of either: sums in another order differ in
/// the last digits.
const ROUNDING: f64 = 1e-9;
/// The same as a share of the greatest input: what is left of great numbers is no more exact than they are.
const ROUNDING_OF_INPUTS: f64 = 1e-11;

/// A place in an answer: a JSON Pointer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place(String);

impl Place {
    /// A field of the answer.
    pub(crate) fn of(field: &str) -> Self {
        Self::default().at(field)
    }

    /// What is within it: a field, or an entry by its index.
    pub(crate) fn at(&self, within: impl Display) -> Self {
        Self(format!("{}/{within}", self.0))
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whose days an answer goes by.
#[derive(Debug, Clone, Copy)]
enum Days {
    OfUtc,
    Local,
}

/// One end of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Baseline,
    Current,
}

/// Gathers the explanation of an answer.
pub(crate) struct Explainer<'e, 'a> {
    pub(super) as_of: &'e AsOf<'a>,
    days: Days,
    pub(super) explanation: Explanation,
    indices: HashMap<ValueKey, u32>,
}

/// A value is that of a series, or of a track or video, at a moment, before or after a correction.
type ValueKey = (ArtistId, Platform, Metric, Option<String>, Observed, u64);

impl<'e, 'a> Explainer<'e, 'a> {
    /// Of an answer that was computed from this.
    pub(crate) fn new(as_of: &'e AsOf<'a>) -> Self {
        Self { as_of, days: Days::OfUtc, explanation: Explanation::default(), indices: HashMap::new() }
    }

    /// Of an answer whose days are those of the question's time zone.
    pub(crate) fn in_local_days(as_of: &'e AsOf<'a>) -> Self {
        Self { days: Days::Local, ..Self::new(as_of) }
    }

    /// What was gathered.
    pub(crate) fn explanation(self) -> Explanation {
        self.explanation
    }

    /// A figure, or several, for which there are no formula and inputs.
    pub(crate) fn unexplained(&mut self, place: &Place, reason: Reason) {
        self.explanation.unexplained.push(Unexplained { figure: place.to_string(), reason });
    }

    /// A figure that a formula gives, where it is there.
    pub(crate) fn computed(
        &mut self,
        place: &Place,
        value: Option<Value>,
        formula: Formula,
        inputs: Option<Vec<Input>>,
    ) {
        let Some(value) = value else { return };
        match inputs.filter(|inputs| self.is_given(value.get(), formula, inputs)) {
            Some(inputs) => {
                let figure = place.to_string();
                self.explanation.figures.push(Explained { figure, value, formula, inputs });
            }
            None => self.unexplained(place, Reason::NotReproduced),
        }
    }

    /// Whether a formula gives a number, as it is or rounded as figures of findings are.
    pub(super) fn is_given(&self, value: f64, formula: Formula, inputs: &[Input]) -> bool {
        let numbers = self.explanation.numbers(inputs);
        let greatest = numbers.iter().fold(0.0, |greatest, number| f64::max(greatest, number.abs()));
        let is_near =
            |given: f64| is_same(given, value) || (given - value).abs() <= ROUNDING_OF_INPUTS * greatest;
        formula.evaluate(&numbers).is_some_and(|given| is_near(given) || is_same(rounded(given), value))
    }

    /// A value as it was observed, where it is there.
    pub(crate) fn observed(
        &mut self,
        place: &Place,
        value: Option<Value>,
        series: &[SeriesOf<'a>],
        date: Option<Day>,
    ) {
        let input = value.zip(date).and_then(|(value, Day(date))| {
            series.iter().find_map(|series| self.observed_input(series, date, value))
        });
        self.computed(place, value, Formula::Observed, input.map(|input| vec![input]));
    }

    /// Another figure of the answer as an input.
    pub(crate) fn figure_input(place: &Place, value: Option<Value>) -> Option<Input> {
        Some(Input::Figure { figure: place.to_string(), value: value? })
    }

    /// The value of a series on a day as an input; `None` where none of that day is this one.
    pub(crate) fn observed_input(
        &mut self,
        series: &SeriesOf<'a>,
        date: Date,
        value: Value,
    ) -> Option<Input> {
        let points = series.view.series(&series.platform, &series.metric)?;
        // What a total leaves out has days of UTC in every answer.
        let of_day = self.of_day(points, date, self.days).into_iter();
        let of_day = of_day.chain(self.of_day(points, date, Days::OfUtc));
        let same: Vec<&Point> = of_day.filter(|point| is_same(point.value, value.get())).collect();
        let point = same.iter().find(|point| points.counts(point)).or_else(|| same.first())?;
        self.point_input(series, point)
    }

    /// The present value of a series as an input.
    pub(crate) fn point_input(&mut self, series: &SeriesOf<'a>, point: &Point) -> Option<Input> {
        let SeriesOf { view, platform, metric } = series;
        self.value_input(ObservedValue {
            artist: view.artist.clone(),
            platform: platform.clone(),
            metric: metric.clone(),
            item: None,
            observed_at: point.observed_at,
            value: Value::new(point.value)?,
            flags: point.flags.iter().collect(),
            event: None,
        })
    }

    /// An observed value as an input.
    pub(super) fn value_input(&mut self, value: ObservedValue) -> Option<Input> {
        let ObservedValue { artist, platform, metric, item, observed_at, value: number, .. } = &value;
        let number = *number;
        let bits = number.get().to_bits();
        let key = (artist.id.clone(), platform.clone(), metric.clone(), item.clone(), *observed_at, bits);
        let observed = &mut self.explanation.observed;
        let index = *self.indices.entry(key).or_insert_with(|| {
            observed.push(value);
            observed.len() as u32 - 1
        });
        Some(Input::Observed { index, value: number })
    }

    /// The values of a day, the newest first.
    fn of_day(&self, points: &'a Series, date: Date, days: Days) -> Vec<&'a Point> {
        let last = date.saturating_add(Duration::DAY).min(self.as_of.day);
        let near = points.until(last).iter().rev();
        let near = near.take_while(|point| point.date() >= date.saturating_sub(Duration::DAY));
        let day = |point: &Point| match days {
            Days::OfUtc => point.date(),
            Days::Local => self.as_of.local_day(point.observed_at),
        };
        near.filter(|point| day(point) == date).collect()
    }

    /// What became known of an artist's values on a day of the answer, and undid a finding.
    pub(super) fn changes_that_undid(
        &self,
        view: &ArtistView<'a>,
        undone: (&Platform, &Metric, Date),
        step: (Date, Undoing),
    ) -> Vec<Change<'a>> {
        self.as_of.changes_that_undid(view, undone, step, &|observed| self.day_of(observed))
    }

    /// A figure of the answer that was corrected or withheld, as it was observed.
    pub(super) fn revised_point(&self, view: &ArtistView<'a>, revised: &Revised) -> Option<RevisedPoint> {
        let day_of = |observed: Observed| self.day_of(observed);
        let days = AskedDays { first: revised.date.0, last: revised.date.0, day_of: &day_of };
        self.as_of.revised(view, &days).into_iter().find(|point| point.revised == *revised)
    }

    /// The day of the answer that a moment is of.
    fn day_of(&self, observed: Observed) -> Date {
        match self.days {
            Days::OfUtc => observed.date(),
            Days::Local => self.as_of.local_day(observed),
        }
    }

    /// Everybody who has this name: artists, those who have left too, or the label.
    pub(super) fn named(&self, name: &str, owner: Owner) -> impl Iterator<Item = ArtistView<'a>> {
        let everybody = self.as_of.known.iter().copied().chain(self.as_of.label());
        everybody.filter(move |view| view.artist.name == name && view.owner() == owner)
    }

    /// The series of everybody who has this name.
    pub(crate) fn series_of(&self, artist: &str, owner: Owner, key: &SeriesKey) -> Vec<SeriesOf<'a>> {
        let series = |view: ArtistView<'a>| SeriesOf {
            view,
            platform: key.platform.clone(),
            metric: key.metric.clone(),
        };
        self.named(artist, owner).map(series).collect()
    }

    /// A figure with its change.
    pub(crate) fn figure(&mut self, place: &Place, figure: &Figure) {
        self.figure_as(place, figure, "current", "baseline");
    }

    /// The same where its two ends have other names.
    pub(crate) fn figure_as(&mut self, place: &Place, figure: &Figure, current: &str, baseline: &str) {
        let ends = [(current, End::Current), (baseline, End::Baseline)];
        for (field, end) in ends {
            let (formula, inputs) = self.end(figure, end);
            self.computed(&place.at(field), end.value_of(figure), formula, inputs);
        }
        let values = [figure.current, figure.baseline, figure.change, figure.change_pct];
        self.changes(place, [current, baseline], values);
    }

    /// A change and its percentage, of two other figures beside them.
    pub(crate) fn changes(
        &mut self,
        place: &Place,
        [current, baseline]: [&str; 2],
        [now, before, change, change_pct]: [Option<Value>; 4],
    ) {
        let now = Self::figure_input(&place.at(current), now);
        let before = Self::figure_input(&place.at(baseline), before);
        let both = now.zip(before).map(|(now, before)| vec![now, before]);
        self.computed(&place.at("change"), change, Formula::Difference, both.clone());
        self.computed(&place.at("change_pct"), change_pct, Formula::PercentChange, both);
    }

    /// What gives one end of a figure's change: a value, or the mean of those of whole weeks.
    pub(crate) fn end(&mut self, figure: &Figure, end: End) -> (Formula, Option<Vec<Input>>) {
        let series = self.series_of(&figure.artist, figure.owner, &figure.key());
        let value_and_day = end.value_of(figure).zip(end.day_of(figure));
        let Some((value, Day(date))) = value_and_day else { return (Formula::Observed, None) };
        let Some(num_days) = figure.mean_of_days else {
            let input = series.iter().find_map(|series| self.observed_input(series, date, value));
            return (Formula::Observed, input.map(|input| vec![input]));
        };
        let inputs = series.iter().find_map(|series| {
            let points = series.view.series(&series.platform, &series.metric)?;
            let day = |back: u32| {
                let day = date.saturating_sub(Duration::days(back.into()));
                let measured =
                    self.of_day(points, day, self.days).into_iter().find(|point| !point.is_copy())?;
                self.point_input(series, measured)
            };
            (0..num_days).rev().map(day).collect()
        });
        (Formula::Mean, inputs)
    }

    /// One end of the change of several figures together.
    pub(crate) fn ends(&mut self, figures: &[Figure], end: End) -> (Formula, Option<Vec<Input>>) {
        if let [only] = figures {
            return self.end(only, end);
        }
        let mut inputs = Vec::new();
        for figure in figures {
            match self.end(figure, end) {
                (Formula::Observed, Some(input)) => inputs.extend(input),
                _ => return (Formula::Sum, None),
            }
        }
        (Formula::Sum, Some(inputs))
    }

    /// Reach at both ends of some days, from the figures that are its parts; `figures` is where they are.
    pub(crate) fn reach_at_both_ends<'f>(
        &mut self,
        place: &Place,
        [before, now]: [Value; 2],
        figures: &Place,
        of_artist: impl Iterator<Item = (usize, &'f Figure)>,
    ) {
        let parts: Vec<_> = of_artist.filter(|(_, figure)| is_reach_at_both_ends(figure)).collect();
        for (field, of_part, value, end) in
            [("before", "baseline", before, End::Baseline), ("now", "current", now, End::Current)]
        {
            let of = |(index, figure): &(usize, &Figure)| {
                Self::figure_input(&figures.at(index).at(of_part), end.value_of(figure))
            };
            let inputs = parts.iter().map(of).collect();
            self.computed(&place.at(field), Some(value), Formula::Sum, inputs);
        }
    }

    /// The values of those whom a total leaves out.
    pub(crate) fn left_out(&mut self, place: &Place, left_out: &[LeftOut], key: &SeriesKey) {
        for (index, without) in left_out.iter().enumerate() {
            let series = self.series_of(&without.artist, Owner::Artist, key);
            self.observed(&place.at(index).at("value"), without.value, &series, without.date);
        }
    }
}

impl End {
    /// The value of a figure at this end.
    pub(crate) const fn value_of(self, figure: &Figure) -> Option<Value> {
        match self {
            Self::Baseline => figure.baseline,
            Self::Current => figure.current,
        }
    }

    /// Its day.
    const fn day_of(self, figure: &Figure) -> Option<Day> {
        match self {
            Self::Baseline => figure.baseline_date,
            Self::Current => figure.current_date,
        }
    }
}

pub(super) fn is_same(one: f64, other: f64) -> bool {
    (one - other).abs() <= ROUNDING * one.abs().max(other.abs())
}
