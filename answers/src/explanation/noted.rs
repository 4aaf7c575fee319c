//! Explains findings, each by its method.

use casa24_analytics::trends::{
    DayEvidence, Found, NUM_ITEMS, Odds, PaceEvidence, highest_before, rounded, second_smallest,
};
use casa24_schemas::{Date, Day, Facts, TogetherPart, TrendKind, Value};

use super::change::SideOf;
use super::explained::UnexplainedReason as Reason;
use super::explainer::{Explainer, Place, is_same};
use super::formula::Formula;
use super::input::Input;
use super::lists::Source;
use super::pace::ShownPace;
use super::quantity::Quantity;
use crate::figures::{Noted, Passed};
use crate::read_model::SeriesOf;

/// A finding whose explanation is gathered.
#[derive(Debug, Clone)]
struct Finding<'n, 'a> {
    noted: &'n Noted,
    /// Its place, and that of its facts.
    place: Place,
    facts: Place,
    source: Source<'a>,
    date: Date,
}

impl<'a> Explainer<'_, 'a> {
    /// A list of findings.
    pub(crate) fn all_noted(&mut self, place: &Place, noted: &[Noted]) {
        for (index, noted) in noted.iter().enumerate() {
            self.noted(&place.at(index), noted);
        }
    }

    /// The setting by which findings are judged.
    pub(crate) fn rule_of_findings(&mut self, place: &Place) {
        let by_chance = self.as_of.by_chance();
        let inputs = Input::number(Quantity::ByChance, by_chance).map(|number| vec![number]);
        self.computed(place, Value::new(by_chance), Formula::Observed, inputs);
    }

    /// A finding.
    pub(crate) fn noted(&mut self, place: &Place, noted: &Noted) {
        self.method(place, &noted.kind);
        let view = self.named(&noted.artist, noted.owner).next();
        let explained = view.and_then(|view| {
            let (platform, metric) = (noted.platform.clone(), noted.metric.clone());
            let source = Source::from(SeriesOf { view, platform, metric });
            let (place, facts, date) = (place.clone(), place.at("facts"), noted.finding.date.0);
            self.facts(&Finding { noted, place, facts, source, date })
        });
        if explained.is_none() {
            self.unexplained(&place.at("facts"), Reason::NotReproduced);
        }
    }

    /// The facts of a finding; `None` where its figures do not give them.
    fn facts(&mut self, of: &Finding<'_, 'a>) -> Option<()> {
        match &of.noted.finding.facts {
            Facts::DailyChange { .. } => self.daily_change(of),
            Facts::Pace { per_day, per_day_before, lower, upper, .. } => {
                let shown = ShownPace {
                    per_day: *per_day,
                    per_day_before: *per_day_before,
                    lower: *lower,
                    upper: *upper,
                };
                self.change_of_pace(of, &shown)
            }
            Facts::Together { parts } => self.together(of, parts),
            Facts::BackToUsual { viral_on, parts } => self.back_to_usual(of, viral_on.0, parts),
            Facts::Level { from, before, value, .. } => {
                self.two_values(of, (from.0, *before), *value);
                Some(())
            }
            Facts::Streak { since, before, value, num_rises } => {
                self.two_values(of, (since.0, *before), *value);
                self.rises(of, since.0, *num_rises)
            }
            Facts::Record { value, former, former_date } => self.record(of, *value, (former_date.0, *former)),
            Facts::Milestone { .. } => self.milestone(of),
            Facts::Achievement { id, .. } => {
                let place = of.place.at("date");
                let view = of.source.series.view;
                self.earned(&place, Some(&view), id, Day(of.date));
                Some(())
            }
        }
    }

    fn daily_change(&mut self, of: &Finding<'_, 'a>) -> Option<()> {
        let Facts::DailyChange { from, before, value, per_day, usual, lower, upper } = of.noted.finding.facts
        else {
            return None;
        };
        self.two_values(of, (from.0, before), value);
        let evidence = evidence_of(&of.source, of.date)?;
        let odds = self.as_of.odds_on(&of.source.series.view, of.date)?;
        let change = self.change(&of.source, &evidence)?;
        let (formula, inputs) = change.per_day.clone();
        self.computed(&of.facts.at("per_day"), Some(per_day), formula, Some(inputs));
        let (formula, inputs) = change.usual.clone();
        self.computed(&of.facts.at("usual"), Some(usual), formula, Some(inputs));
        let by_chance = Input::number(Quantity::ByChance, odds.by_chance)?;
        let inputs = vec![by_chance.clone(), Input::number(Quantity::NumSeries, odds.num_series as f64)?];
        let probability = self.step(Quantity::Probability, odds.of_day, Formula::OddsOfDay, Some(inputs))?;
        for (field, end, side) in [("lower", lower, SideOf::Below), ("upper", upper, SideOf::Above)] {
            let (formula, inputs) =
                self.end_of_range(&of.source, &evidence, &change, (side, &probability)).unzip();
            self.computed(&of.facts.at(field), Some(end), formula.unwrap_or(Formula::UpperOfDay), inputs);
        }
        let side = if of.noted.kind == TrendKind::SPIKE { SideOf::Above } else { SideOf::Below };
        let likelihood = self.likelihood(&of.source, &evidence, &change, side);
        self.by_chance(of, likelihood, &[probability, by_chance]);
        Some(())
    }

    fn change_of_pace(&mut self, of: &Finding<'_, 'a>, shown: &ShownPace) -> Option<()> {
        let SeriesOf { view, platform, metric } = &of.source.series;
        let points = view.series(platform, metric)?;
        let evidence = PaceEvidence::of_finding(platform, metric, points, of.date)?;
        let odds = self.as_of.odds_on(view, of.date)?;
        let by_chance = Input::number(Quantity::ByChance, odds.by_chance)?;
        let inputs = vec![by_chance.clone(), Input::number(Quantity::NumSeries, odds.num_series as f64)?];
        let probability =
            self.step(Quantity::Probability, odds.of_pace, Formula::OddsOfPace, Some(inputs))?;
        let likelihood =
            self.paces(&of.facts, &of.source.series, &evidence, shown, Some(probability.clone()));
        self.by_chance(of, likelihood, &[probability, by_chance]);
        Some(())
    }

    /// Several rises together.
    fn together(&mut self, of: &Finding<'_, 'a>, parts: &[TogetherPart]) -> Option<()> {
        let place = of.facts.at("parts");
        for (index, part) in parts.iter().enumerate() {
            self.rise(&place.at(index), of, part, (of.date, false));
        }
        let Odds { by_chance, num_series, of_viral, .. } =
            self.as_of.odds_on(&of.source.series.view, of.date)?;
        let likelihood_of = |index: usize| {
            let number = parts.get(index)?.likelihood;
            Some((number.get(), Explainer::figure_input(&place.at(index).at("likelihood"), Some(number))?))
        };
        let mut found = Vec::new();
        if let Some((second, input)) = likelihood_of(1) {
            let inputs = vec![input, Input::number(Quantity::NumSeries, num_series as f64)?];
            let likely = second_smallest(second, num_series);
            found.push(self.step(Quantity::Likelihood, likely, Formula::SecondSmallest, Some(inputs))?);
        }
        let items = (0..parts.len()).filter(|index| parts[*index].item.is_some());
        let items: Vec<(f64, Input)> = items.filter_map(likelihood_of).collect();
        for (alone, input) in items {
            let inputs = vec![input, Input::number(Quantity::NumItems, NUM_ITEMS)?];
            let likely = (alone * NUM_ITEMS).min(1.0);
            found.push(self.step(Quantity::Likelihood, likely, Formula::AnyOf, Some(inputs))?);
        }
        let least = found.iter().map(|input| input.value().get()).reduce(f64::min)?;
        let likelihood = self.step(Quantity::Likelihood, least, Formula::Least, Some(found));
        let by_chance = Input::number(Quantity::ByChance, by_chance)?;
        let inputs = Some(vec![by_chance.clone()]);
        let probability = self.step(Quantity::Probability, of_viral, Formula::OddsOfViral, inputs)?;
        self.by_chance(of, likelihood, &[probability, by_chance]);
        Some(())
    }

    /// What went viral, back at its pace: what was usual and how likely the rise was are those of the viral day.
    fn back_to_usual(&mut self, of: &Finding<'_, 'a>, viral_on: Date, parts: &[TogetherPart]) -> Option<()> {
        let places = of.facts.at("parts");
        for (index, part) in parts.iter().enumerate() {
            let place = places.at(index);
            self.rise(&place, of, part, (viral_on, true));
            let source = part_of(of, part);
            let SeriesOf { view, platform, metric } = &source.series;
            let gained = view.series(platform, metric).and_then(|points| {
                let week = PaceEvidence::of_week(platform, metric, points, of.date);
                let after = of.date.checked_sub(time::Duration::WEEK)?;
                self.gained_input(&source, (after, of.date), &week)
            });
            let inputs = gained.map(|gained| vec![gained]);
            self.computed(&place.at("per_day"), Some(part.per_day), Formula::Pace, inputs);
        }
        Some(())
    }

    /// A rise that is one of several: its change, unless that is of another day, what was usual, and how likely it was.
    fn rise(
        &mut self,
        place: &Place,
        of: &Finding<'_, 'a>,
        part: &TogetherPart,
        (date, is_other_day): (Date, bool),
    ) {
        let source = part_of(of, part);
        let is_it = |per_day: f64| is_other_day || is_same(rounded(per_day), part.per_day.get());
        let evidence = match &part.item {
            None => evidence_of(&source, date),
            Some(item) => source.series.view.history.and_then(|history| {
                let content = &history.platforms.get(&part.platform)?.content;
                DayEvidence::of_item(content, (&part.metric, item), date, is_it)
            }),
        };
        let explained = evidence.and_then(|evidence| {
            let change = self.change(&source, &evidence)?;
            let likelihood = self.likelihood(&source, &evidence, &change, SideOf::Above);
            Some((change, likelihood))
        });
        let Some((change, likelihood)) = explained else {
            return self.unexplained(place, Reason::NotReproduced);
        };
        if !is_other_day {
            let (formula, inputs) = change.per_day;
            self.computed(&place.at("per_day"), Some(part.per_day), formula, Some(inputs));
        }
        let (formula, inputs) = change.usual;
        self.computed(&place.at("usual"), Some(part.usual), formula, Some(inputs));
        let inputs = likelihood.map(|likelihood| vec![likelihood]);
        self.computed(&place.at("likelihood"), Some(part.likelihood), Formula::Observed, inputs);
    }

    /// How many findings at least as strong chance would bring.
    fn by_chance(&mut self, of: &Finding<'_, 'a>, likelihood: Option<Input>, rules: &[Input]) {
        let inputs = likelihood.map(|likelihood| [&[likelihood][..], rules].concat());
        self.computed(&of.place.at("by_chance"), of.noted.finding.by_chance, Formula::Scaled, inputs);
    }

    /// The value of the day, and one before it.
    fn two_values(&mut self, of: &Finding<'_, 'a>, (from, before): (Date, Value), value: Value) {
        for (field, date, value) in [("before", from, before), ("value", of.date, value)] {
            let inputs = self.value_on(&of.source, date, value).map(|input| vec![input]);
            self.computed(&of.facts.at(field), Some(value), Formula::Observed, inputs);
        }
    }

    /// The value of a day as an input; in a finding it is rounded.
    fn value_on(&mut self, source: &Source<'a>, date: Date, value: Value) -> Option<Input> {
        let SeriesOf { view, platform, metric } = &source.series;
        let known = view.series(platform, metric)?.counting_at(date)?.value;
        let is_it = is_same(rounded(known), value.get()) || is_same(known, value.get());
        if is_it { self.counting_input(source, date, known) } else { None }
    }

    fn rises(&mut self, of: &Finding<'_, 'a>, since: Date, num_rises: u32) -> Option<()> {
        let SeriesOf { view, platform, metric } = &of.source.series;
        let num_values = view.series(platform, metric)?.daily(since..=of.date).len();
        let inputs = self.series_input(&of.source, (since, of.date), num_values).map(|input| vec![input]);
        let num_rises = Value::new(num_rises.into());
        self.computed(&of.facts.at("num_rises"), num_rises, Formula::Rises, inputs);
        Some(())
    }

    fn record(&mut self, of: &Finding<'_, 'a>, value: Value, (date, former): (Date, Value)) -> Option<()> {
        let inputs = self.value_on(&of.source, of.date, value).map(|input| vec![input]);
        self.computed(&of.facts.at("value"), Some(value), Formula::Observed, inputs);
        let inputs = self.highest(&of.source, of.date);
        let inputs = inputs.filter(|(on, _)| *on == date).map(|(_, inputs)| inputs);
        self.computed(&of.facts.at("former"), Some(former), Formula::HighestOfSeries, inputs);
        Some(())
    }

    /// Day of the highest value before a day, and what gives it: the value and the series.
    fn highest(&mut self, source: &Source<'a>, day: Date) -> Option<(Date, Vec<Input>)> {
        let SeriesOf { view, platform, metric } = &source.series;
        let points = view.series(platform, metric)?;
        let (date, value) = highest_before(platform, metric, points, day)?;
        let before = points.daily(..day);
        let days = (before.first()?.date, before.last()?.date);
        let inputs =
            [self.counting_input(source, date, value), self.series_input(source, days, before.len())];
        Some((date, inputs.into_iter().collect::<Option<_>>()?))
    }

    fn milestone(&mut self, of: &Finding<'_, 'a>) -> Option<()> {
        let Facts::Milestone { value, from, before, .. } = of.noted.finding.facts else { return None };
        self.two_values(of, (from.0, before), value);
        let places = [of.facts.at("threshold"), of.place.at("date")];
        self.reached_from_below(&places, &of.source, of.date, &of.noted.finding.facts)
    }

    /// A milestone in a chart.
    pub(crate) fn passed(&mut self, place: &Place, series: &SeriesOf<'a>, passed: &Passed) {
        let date = passed.date.0;
        let source = Source::from(series.clone());
        let inputs = self.value_on(&source, date, passed.value).map(|input| vec![input]);
        self.computed(&place.at("value"), Some(passed.value), Formula::Observed, inputs);
        let is_it = |found: &&Found| {
            let is_of_series = found.platform == series.platform && found.metric == series.metric;
            let of_threshold = |facts: &Facts| matches!(facts, Facts::Milestone { threshold, .. } if *threshold == passed.threshold);
            is_of_series && found.date() == date && of_threshold(&found.finding.facts)
        };
        let found = self.as_of.found(&series.view, date).iter().find(is_it);
        let places = [place.at("threshold"), place.at("date")];
        let explained =
            found.and_then(|found| self.reached_from_below(&places, &source, date, &found.finding.facts));
        if explained.is_none() {
            self.unexplained(place, Reason::NotReproduced);
        }
    }

    /// The number of a milestone, and the day on which it was reached.
    fn reached_from_below(
        &mut self,
        [place, place_of_day]: &[Place; 2],
        source: &Source<'a>,
        date: Date,
        facts: &Facts,
    ) -> Option<()> {
        let Facts::Milestone { threshold, value, from, before, is_goal, .. } = *facts else { return None };
        let value = self.value_on(source, date, value)?;
        let before = self.value_on(source, from.0, before)?;
        if is_goal {
            let goal = self.as_of.goal_reached(&source.series, threshold, date)?;
            let inputs = Some(vec![self.goal_input(goal)]);
            self.computed(place, Some(threshold), Formula::Observed, inputs);
        } else {
            let highest = self.highest(source, date).map(|(_, inputs)| inputs);
            let number = highest.as_ref().and_then(|inputs| Some(inputs.first()?.value().get()));
            let highest = number
                .and_then(|number| self.step(Quantity::Highest, number, Formula::HighestOfSeries, highest));
            let inputs = highest.map(|highest| vec![value.clone(), highest]);
            self.computed(place, Some(threshold), Formula::HighestOnLadder, inputs);
        }
        let [reached, before] = [value, before]
            .map(|input| self.given(input.value().get(), Formula::Observed, Some(vec![input])));
        self.reached(place_of_day, Day(date), threshold, reached, before);
        Some(())
    }
}

/// The series of a part of a finding about several.
fn part_of<'a>(of: &Finding<'_, 'a>, part: &TogetherPart) -> Source<'a> {
    let (platform, metric) = (part.platform.clone(), part.metric.clone());
    Source { series: SeriesOf { view: of.source.series.view, platform, metric }, item: part.item.clone() }
}

fn evidence_of(Source { series, .. }: &Source<'_>, date: Date) -> Option<DayEvidence> {
    let SeriesOf { view, platform, metric }: &SeriesOf<'_> = series;
    DayEvidence::of_series(platform, metric, view.series(platform, metric)?, date)
}
