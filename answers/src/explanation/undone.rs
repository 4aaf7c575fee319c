//! Explains what was corrected, withheld or taken back: figures by what was stored of their moments, findings by the values
//! that undid them.

use super::explained::UnexplainedReason as Reason;
use super::explainer::{Explainer, Place};
use super::formula::Formula;
use super::input::Input;
use super::used::{UndoneFinding, WithheldFigure};
use crate::figures::{Corrections, Revised, Revision, TakenBack};
use crate::read_model::{Change, RevisedPoint, SeriesOf};

/// Most values of a finding that was taken back.
const MAX_VALUES: usize = 20;

impl Explainer<'_, '_> {
    /// What was corrected, withheld or taken back: it is told, and counts for nothing.
    pub(crate) fn corrections(&mut self, place: &Place, corrections: &Corrections) {
        for (index, revised) in corrections.revised.iter().enumerate() {
            self.revised(&place.at("revised").at(index), revised);
        }
        if !corrections.taken_back.is_empty() {
            self.unexplained(&place.at("taken_back"), Reason::TakenBack);
        }
        for (index, taken_back) in corrections.taken_back.iter().enumerate() {
            self.taken_back(&place.at("taken_back").at(index), taken_back);
        }
    }

    /// A figure that was corrected by both its values, and one that is missing by the event without it.
    fn revised(&mut self, place: &Place, revised: &Revised) {
        let Revised { artist, owner, platform, metric, revision, .. } = revised;
        let found =
            self.named(artist, *owner).find_map(|view| Some((view, self.revised_point(&view, revised)?)));
        let Some((view, RevisedPoint { observed_at, before, .. })) = found else {
            return self.unexplained(place, Reason::NotReproduced);
        };
        let series = SeriesOf { view, platform: platform.clone(), metric: metric.clone() };
        let mut is_withheld = true;
        if let Revision::Corrected { before: value_before, now, .. } = revision {
            is_withheld = now.is_none();
            let stands = view.series(platform, metric).and_then(|points| points.of(observed_at)).copied();
            for (field, value, point) in [("before", value_before, before), ("now", now, stands)] {
                let input = point.and_then(|point| self.point_input(&series, &point));
                self.computed(&place.at(field), *value, Formula::Observed, input.map(|input| vec![input]));
            }
        }
        if is_withheld {
            self.explanation.withheld.push(WithheldFigure {
                figure: place.to_string(),
                artist: view.artist.clone(),
                platform: platform.clone(),
                metric: metric.clone(),
                observed_at,
                event: None,
            });
        }
    }

    /// A finding that was taken back, with the values that undid it.
    fn taken_back(&mut self, place: &Place, TakenBack { noted, taken_back_on, because }: &TakenBack) {
        let Some(view) = self.named(&noted.artist, noted.owner).next() else { return };
        let date = noted.finding.date;
        let undone = (&noted.platform, &noted.metric, date.0);
        let changes = self.changes_that_undid(&view, undone, (taken_back_on.0, *because));
        let stand = changes.iter().filter_map(|Change { platform, metric, at, .. }| {
            let (platform, metric) = ((*platform).clone(), (*metric).clone());
            let point = *view.series(&platform, &metric)?.of(*at)?;
            Some((SeriesOf { view, platform, metric }, point))
        });
        let mut stand: Vec<_> = stand.collect();
        stand.sort_by_key(|(_, point)| std::cmp::Reverse(point.observed_at));
        let num_values = stand.len() as u32;
        let shown = stand.iter().take(MAX_VALUES);
        let inputs: Vec<Input> =
            shown.filter_map(|(series, point)| self.point_input(series, point)).collect();
        let index =
            |input: &Input| if let Input::Observed { index, .. } = input { Some(*index) } else { None };
        self.explanation.undone.push(UndoneFinding {
            figure: place.to_string(),
            artist: view.artist.clone(),
            kind: noted.kind.clone(),
            platform: noted.platform.clone(),
            metric: noted.metric.clone(),
            date,
            values: inputs.iter().filter_map(index).collect(),
            num_values,
            event: None,
        });
    }
}
