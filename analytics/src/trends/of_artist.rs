//! All findings about one artist.

use std::collections::HashMap;

use casa24_schemas::{Date, Goals, LabelGoal, Metric, Nature, Platform, Unit};
use rayon::prelude::*;

use super::found::SeriesId;
use super::items;
use super::marks::Marks;
use super::path::Path;
use super::steps::{Step, steps};
use super::surprise::Surprises;
use super::turns::Turns;
use super::usual::{FEWEST_STEPS, Reader};
use super::viral::{self, Rise, Rises};
use super::{Found, Odds, TrendRules};
use crate::history::ArtistHistory;

/// A series, its steps, and the first day on which it is tested.
struct Tested<'a> {
    id: SeriesId<'a>,
    goals: Vec<&'a LabelGoal>,
    nature: Nature,
    steps: Vec<Step>,
}

/// What is seen of one series alone.
#[derive(Default)]
struct Looked {
    found: Vec<Found>,
    rises: Vec<(Date, Rise)>,
    path: Path,
}

/// How many series are tested on a day.
struct NumTested {
    /// First days, in order.
    from: Vec<Date>,
}

impl NumTested {
    fn on(&self, day: Date) -> usize {
        self.from.partition_point(|from| *from <= day)
    }
}

/// All findings about an artist, oldest first, those of a day in the order of their kinds and series; the label's goals are
/// milestones.
pub fn of_artist(artist: &ArtistHistory, rules: &TrendRules, goals: &Goals) -> Vec<Found> {
    let tested: Vec<Tested<'_>> = artist
        .all_series()
        .map(|(platform, metric, series)| {
            let id = SeriesId::new(platform, metric);
            // Of an unknown metric nothing is known but that it may stand, rise and fall.
            let nature = id.info.map_or(Nature::Level, |info| info.nature);
            let goals = goals.goals.iter().filter(|goal| goal.is_of(&artist.artist.id, platform, metric));
            Tested { id, goals: goals.collect(), nature, steps: steps(series, nature) }
        })
        .collect();
    let mut from: Vec<Date> = tested
        .iter()
        .filter(|tested| tested.is_tested())
        .filter_map(|tested| Some(tested.steps.get(FEWEST_STEPS)?.date))
        .collect();
    from.sort_unstable();
    let num_tested = NumTested { from };
    let odds = |day: Date| Odds::new(rules, num_tested.on(day));
    let mut found = Vec::new();
    let mut rises = Rises::default();
    let mut paths: HashMap<(&Platform, &Metric), Path> = HashMap::new();
    // Each by itself; what is found is put together in the order of the series.
    let looked: Vec<Looked> = tested.par_iter().map(|one| one.look(&odds)).collect();
    for (one, of_one) in tested.iter().zip(looked) {
        found.extend(of_one.found);
        of_one.rises.into_iter().for_each(|(date, rise)| rises.push(date, rise));
        paths.insert((one.id.platform, one.id.metric), of_one.path);
    }
    for (platform, history) in &artist.platforms {
        items::look(platform, &history.content, &mut rises);
    }
    let viral = rises.viral(odds);
    let week = |platform: &Platform, metric: &Metric, day: Date| {
        let path = paths.get(&(platform, metric))?;
        Some(path.pace(path.place(day)?, super::steps::WEEK)?.whole)
    };
    if let Some(newest) = artist.newest() {
        found.extend(viral::cooling(&viral, &week, newest.date()));
    }
    found.extend(viral.into_iter().map(|(found, _)| found));
    found.sort_by(Found::in_order);
    found
}

impl Tested<'_> {
    /// Whether days and paces are tested: what an artist publishes (posts, videos) is no figure of an audience.
    fn is_tested(&self) -> bool {
        self.id.info.is_none_or(|info| info.unit != Unit::Items)
    }

    /// Whether a rise counts beside others: a score is made from other figures.
    fn rises_count(&self) -> bool {
        self.nature != Nature::Score
    }

    /// Reads the series through once.
    fn look(&self, odds: &(dyn Fn(Date) -> Odds + Sync)) -> Looked {
        let Looked { mut found, mut rises, mut path } = Looked::default();
        let mut marks = Marks::new(&self.id, self.nature, self.goals.clone());
        let (mut surprises, mut turns) = (Surprises::default(), Turns::default());
        let mut reader = Reader::new(self.nature);
        for (index, step) in self.steps.iter().enumerate() {
            marks.look(&self.id, step, &mut found);
            if !self.is_tested() {
                continue;
            }
            let usual = reader.read(&self.steps, index, self.id.info);
            path.push(step, usual.as_ref());
            let Some(usual) = usual else { continue };
            let odds = odds(step.date);
            found.extend(surprises.look(&self.id, step, &usual, &reader, &odds));
            found.extend(turns.look(&self.id, &path, step, &odds));
            if self.rises_count() && Rise::is_noteworthy(usual.likely_above) {
                let rise = Rise {
                    platform: self.id.platform.clone(),
                    metric: self.id.metric.clone(),
                    item: None,
                    per_day: step.per_day,
                    usual: usual.per_day,
                    spread: usual.spread,
                    likelihood: usual.likely_above,
                };
                rises.push((step.date, rise));
            }
            reader.go_on(step, &usual);
        }
        Looked { found, rises, path }
    }
}
