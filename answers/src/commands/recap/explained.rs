//! From which values the gains of a year come.

use casa24_analytics::year::YearChange;
use casa24_schemas::{Date, Metric, Platform};

use super::{Answer, Changes, changes};
use crate::explanation::{Explainer, Formula, Input, Place};
use crate::figures::is_reach;
use crate::read_model::{ArtistView, SeriesOf};

/// An artist, and what became of each headline metric.
struct Year<'y, 'a> {
    view: &'y ArtistView<'a>,
    changes: Changes,
}

impl<'a> Year<'_, 'a> {
    /// The values at some days of a metric as inputs.
    fn inputs(
        &self,
        explainer: &mut Explainer<'_, 'a>,
        (platform, metric): &(Platform, Metric),
        values: &[(Date, f64)],
    ) -> Option<Vec<Input>> {
        let series = SeriesOf { view: *self.view, platform: platform.clone(), metric: metric.clone() };
        values.iter().map(|(date, value)| explainer.counting(&series, *date, *value)).collect()
    }
}

/// What each metric went from and to, its best month, and who gained most.
pub(super) fn figures<'a>(explainer: &mut Explainer<'_, 'a>, views: &[ArtistView<'a>], answer: &Answer) {
    let of_view = |view| Year { view, changes: changes(view, answer.year, answer.head.as_of.0) };
    let years: Vec<Year<'_, 'a>> = views.iter().map(of_view).collect();
    for (index, gained) in answer.figures.iter().enumerate() {
        let place = Place::of("figures").at(index);
        let key = (gained.platform.clone(), gained.metric.clone());
        let mut values = |of: &dyn Fn(&YearChange) -> Vec<(Date, f64)>| {
            let with_it = years.iter().filter_map(|year| Some((year, year.changes.get(&key)?)));
            let inputs: Option<Vec<Vec<Input>>> =
                with_it.map(|(year, change)| year.inputs(explainer, &key, &of(change))).collect();
            inputs.map(|inputs| inputs.concat())
        };
        let starts = values(&|change| vec![(change.start_date, change.start)]);
        let ends = values(&|change| vec![(change.end_date, change.end)]);
        let month_ends = gained.best_month.and_then(|month| {
            values(&|change| {
                let ends = change.month_ends.get(&month);
                ends.map(|[before, newest]| vec![*newest, *before]).unwrap_or_default()
            })
        });
        explainer.computed(&place.at("start"), Some(gained.start), Formula::Sum, starts);
        explainer.computed(&place.at("end"), Some(gained.end), Formula::Sum, ends);
        let values = [Some(gained.end), Some(gained.start), Some(gained.change), None];
        explainer.changes(&place, ["end", "start"], values);
        let place = place.at("best_month_change");
        explainer.computed(&place, gained.best_month_change, Formula::SumOfDifferences, month_ends);
    }
    let Some(gainer) = &answer.gained_most else { return };
    let year =
        years.iter().find(|year| !year.view.artist.is_label() && year.view.artist.name == gainer.artist);
    let inputs = year.and_then(|year| reach(explainer, year));
    let place = Place::of("gained_most").at("change");
    explainer.computed(&place, Some(gainer.change), Formula::SumOfDifferences, inputs);
}

/// The two ends of each part of an artist's reach that did not jump to another level.
fn reach<'a>(explainer: &mut Explainer<'_, 'a>, year: &Year<'_, 'a>) -> Option<Vec<Input>> {
    let parts = year
        .changes
        .iter()
        .filter(|((platform, metric), change)| is_reach(platform, metric) && !change.has_jumps);
    let ends = parts.map(|(key, change)| {
        let ends = [(change.end_date, change.end), (change.start_date, change.start)];
        year.inputs(explainer, key, &ends)
    });
    ends.collect::<Option<Vec<_>>>().map(|ends| ends.concat())
}
