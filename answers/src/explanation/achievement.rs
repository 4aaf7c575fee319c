//! Explains achievements: what earned one, or what there is of what its rule asks for.

use casa24_analytics::achievements::{Achievement, Evidence, LIST, Part, Rule, evidence, evidence_of_label};
use casa24_analytics::trends::Found;
use casa24_schemas::{Date, Day, Facts, Value};

use super::explained::UnexplainedReason as Reason;
use super::explainer::{Explainer, Place};
use super::formula::Formula;
use super::input::Input;
use super::lists::Source;
use crate::read_model::{ArtistView, SeriesOf};

/// What there is of what an achievement asks for.
struct Achieved {
    achievement: &'static Achievement,
    /// The newest day of what it rests on; missing where there is nothing yet.
    on: Option<Date>,
    formula: Formula,
    inputs: Vec<Input>,
}

impl<'a> Explainer<'_, 'a> {
    /// The day on which an artist, or the label, earned an achievement.
    pub(crate) fn earned(&mut self, place: &Place, view: Option<&ArtistView<'a>>, id: &str, day: Day) {
        let achieved = self.achieved(view, id).filter(|achieved| achieved.on == Some(day.0));
        let need = achieved.as_ref().and_then(|achieved| Value::new(achieved.achievement.need));
        let Some((achieved, need)) = achieved.zip(need) else {
            return self.unexplained(place, Reason::NotReproduced);
        };
        let number = achieved.formula.evaluate(&self.explanation.numbers(&achieved.inputs));
        let reached = number.and_then(|number| self.given(number, achieved.formula, Some(achieved.inputs)));
        self.reached(place, day, need, reached, None);
    }

    /// How many an artist, or the label, has of what an achievement asks for.
    pub(crate) fn have(&mut self, place: &Place, view: Option<&ArtistView<'a>>, id: &str, have: Value) {
        let achieved = self.achieved(view, id);
        let (formula, inputs) = achieved.map(|achieved| (achieved.formula, achieved.inputs)).unzip();
        self.computed(place, Some(have), formula.unwrap_or(Formula::Count), inputs);
    }

    fn achieved(&mut self, view: Option<&ArtistView<'a>>, id: &str) -> Option<Achieved> {
        let achievement = LIST.iter().find(|achievement| achievement.id == id)?;
        let day = self.as_of.day;
        let found = match view {
            Some(view) => evidence(view.history?, self.as_of.found(view, Date::MIN), day, achievement)?,
            None => {
                let artists = &self.as_of.artists;
                let findings: Vec<&[Found]> =
                    artists.iter().map(|view| self.as_of.found(view, Date::MIN)).collect();
                let own = self.as_of.label().and_then(|view| view.history);
                evidence_of_label(&findings, own, day, achievement)?
            }
        };
        let label = self.as_of.label();
        let of = view.copied().or(label);
        let (on, formula, inputs) = match found {
            Evidence::Values(parts) => {
                let formula = match achievement.rule {
                    Rule::Reach => Formula::Sum,
                    Rule::OnThreePlatforms => Formula::ThirdGreatest,
                    _ => Formula::Observed,
                };
                let inputs: Option<Vec<Input>> =
                    parts.iter().map(|part| self.part_input(&of?, part, None)).collect();
                (parts.iter().map(|part| part.date).max(), formula, inputs?)
            }
            Evidence::Multiple(value, least) => {
                let inputs = vec![self.part_input(&of?, &value, None)?, self.part_input(&of?, &least, None)?];
                (Some(value.date), Formula::Quotient, inputs)
            }
            Evidence::Video { title, views } => {
                let input = self.part_input(&of?, &views, Some(title))?;
                (Some(views.date), Formula::Observed, vec![input])
            }
            Evidence::Days(since, until) => {
                let is_inclusive = achievement.rule == Rule::DaysObserved;
                let formula = if is_inclusive { Formula::DaysInclusive } else { Formula::Observed };
                (Some(until), formula, vec![Input::days(Day(since), Day(until))?])
            }
            Evidence::Findings(places) => {
                let view = view?;
                let found: Vec<&Found> =
                    places.iter().filter_map(|place| self.as_of.found(view, Date::MIN).get(*place)).collect();
                let inputs: Option<Vec<Input>> = found
                    .iter()
                    .map(|found| self.finding_input(view, found, number_of(found, achievement.rule)))
                    .collect();
                let formula = match achievement.rule {
                    Rule::YearsByChance if !found.is_empty() => Formula::YearsByChance,
                    Rule::Streak if !found.is_empty() => Formula::Greatest,
                    _ => Formula::Count,
                };
                (found.iter().map(|found| found.date()).max(), formula, inputs?)
            }
            Evidence::OfSeveral(several) => {
                let as_of = self.as_of;
                let inputs: Option<Vec<Input>> = several
                    .iter()
                    .map(|of| {
                        let view = as_of.artists.get(of.artist)?;
                        let found = as_of.found(view, Date::MIN).get(of.place)?;
                        self.finding_input(view, found, 1.0)
                    })
                    .collect();
                (several.iter().map(|of| of.date).max(), Formula::Count, inputs?)
            }
        };
        Some(Achieved { achievement, on, formula, inputs })
    }

    fn part_input(&mut self, view: &ArtistView<'a>, part: &Part, item: Option<String>) -> Option<Input> {
        let Part { platform, metric, date, value } = part.clone();
        let source = Source { series: SeriesOf { view: *view, platform, metric }, item };
        self.counting_input(&source, date, value)
    }
}

/// What a finding counts as.
fn number_of(found: &Found, rule: Rule) -> f64 {
    match (&found.finding.facts, found.finding.by_chance) {
        (Facts::Streak { num_rises, .. }, _) => f64::from(*num_rises),
        (_, Some(by_chance)) if rule == Rule::YearsByChance => by_chance.get(),
        _ => 1.0,
    }
}
