//! All findings about one artist.

use std::collections::BTreeMap;
use std::sync::Arc;

use casa24_schemas::{Date, Goals, LabelGoal, Metric, Platform};
use rayon::prelude::*;

use super::found::SeriesId;
use super::items;
use super::scan::{SeriesScan, ToScan};
use super::steps::WEEK;
use super::viral::{self, Rises};
use super::{Found, Odds, TrendRules};
use crate::history::ArtistHistory;

/// What is seen of each series of an artist, kept so that the next time only those that have changed are read again, and of
/// those that have grown only the end. A clone costs one reference count for each series.
#[derive(Debug, Clone, Default)]
pub struct ArtistScan {
    odds: DailyOdds,
    series: BTreeMap<(Platform, Metric), Arc<SeriesScan>>,
}

/// The odds of each day: the more of an artist's series are tested, the less likely each finding must be.
#[derive(Debug, Clone, Default, PartialEq)]
struct DailyOdds {
    rules: TrendRules,
    /// First days on which series are tested, in order.
    tested_from: Vec<Date>,
}

impl DailyOdds {
    /// Those of some series of an artist.
    fn new(rules: &TrendRules, series: &[ToScan<'_>]) -> Self {
        let mut tested_from: Vec<Date> = series.iter().filter_map(ToScan::tested_from).collect();
        tested_from.sort_unstable();
        Self { rules: *rules, tested_from }
    }

    fn on(&self, day: Date) -> Odds {
        Odds::new(&self.rules, self.tested_from.partition_point(|from| *from <= day))
    }
}

/// All findings about an artist, oldest first, those of a day in the order of their kinds and series; the label's goals are
/// milestones.
pub fn of_artist(artist: &ArtistHistory, rules: &TrendRules, goals: &Goals) -> Vec<Found> {
    ArtistScan::default().findings(artist, rules, goals)
}

/// The odds by which findings of a day are judged.
pub fn odds_on(artist: &ArtistHistory, rules: &TrendRules, day: Date) -> Odds {
    let series = artist.all_series().map(|(platform, metric, series)| {
        ToScan::new(SeriesId::new(platform, metric), series, Vec::new(), None)
    });
    DailyOdds::new(rules, &series.collect::<Vec<_>>()).on(day)
}

impl ArtistScan {
    /// The same as [`of_artist`], faster where what was seen before is of an earlier or similar history of the artist. From
    /// then on it is of this one.
    pub fn findings(&mut self, artist: &ArtistHistory, rules: &TrendRules, goals: &Goals) -> Vec<Found> {
        let mut before = std::mem::take(&mut self.series);
        let mut series: Vec<ToScan<'_>> = artist
            .all_series()
            .map(|(platform, metric, series)| {
                let of_series = |goal: &&LabelGoal| goal.is_of(&artist.artist.id, platform, metric);
                let goals = goals.goals.iter().filter(of_series).cloned().collect();
                let known = before.remove(&(platform.clone(), metric.clone()));
                ToScan::new(SeriesId::new(platform, metric), series, goals, known)
            })
            .collect();
        let odds = DailyOdds::new(rules, &series);
        if odds != self.odds {
            series = series.into_iter().map(ToScan::anew).collect();
            self.odds = odds;
        }
        let names: Vec<(Platform, Metric)> =
            series.iter().map(|of| (of.id.platform.clone(), of.id.metric.clone())).collect();
        let odds = |day: Date| self.odds.on(day);
        // Each by itself; what is found is put together in the order of the series.
        let scans: Vec<Arc<SeriesScan>> = if series.iter().filter(|of| of.is_anew()).count() > 1 {
            series.into_par_iter().map(|of| of.scan(&odds)).collect()
        } else {
            series.into_iter().map(|of| of.scan(&odds)).collect()
        };
        self.series = names.into_iter().zip(scans).collect();
        self.together(artist)
    }

    /// What the series show each alone, and what they show together.
    fn together(&self, artist: &ArtistHistory) -> Vec<Found> {
        let mut found = Vec::new();
        let mut rises = Rises::default();
        for scan in self.series.values() {
            found.extend_from_slice(&scan.found);
            scan.rises.iter().for_each(|(date, rise)| rises.push(*date, rise.clone()));
        }
        for (platform, history) in &artist.platforms {
            items::look(platform, &history.content, &mut rises);
        }
        let viral = rises.viral(|day| self.odds.on(day));
        let week = |platform: &Platform, metric: &Metric, day: Date| {
            let path = &self.series.get(&(platform.clone(), metric.clone()))?.path;
            // Of a day without a value the gain is known only later, of a jump never: a week with one upwards is not calm.
            let is_known = |place: &usize| path.is_observed(*place) && !path.has_risen(*place, WEEK);
            let place = path.place(day).filter(is_known)?;
            Some(path.pace(place, WEEK)?.whole)
        };
        if let Some(newest) = artist.newest() {
            found.extend(viral::cooling(&viral, &week, newest.date()));
        }
        found.extend(viral.into_iter().map(|(found, _)| found));
        found.sort_by(Found::in_order);
        found
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Flag, Observed, Reading, TrendKind};
    use time::Duration;
    use time::macros::date;

    use super::*;
    use crate::{History, testing};

    const START: Date = date!(2025 - 01 - 01);

    /// Days of what was viral on day 60 and calmed down, where followers jump to another level on a day.
    fn cooled(jump: Option<i64>) -> Vec<i64> {
        let mut history = History::default();
        let (mut followers, mut listeners) = (700.0, 2_000.0);
        for day in 0..100_i64 {
            let (wave, rise) = ((day * 37 % 5) as f64, if day == 60 { 90.0 } else { 0.0 });
            followers += wave + rise + if jump == Some(day) { 300.0 } else { 0.0 };
            listeners += wave + 4.0 * rise;
            let flags: &[Flag] = if jump == Some(day) { &[Flag::LevelChange] } else { &[] };
            let observed_at = Observed::day(START + Duration::days(day));
            let mut snapshot = testing::snapshot("Luz", observed_at, Some(followers), flags);
            let reading = Reading { value: testing::value(listeners), flags: Vec::new() };
            snapshot.metrics.insert(Metric::MONTHLY_LISTENERS, reading);
            history.insert(&snapshot);
        }
        let found = of_artist(history.artists().next().unwrap(), &TrendRules::DEFAULT, &Goals::default());
        let cooled = found.iter().filter(|found| found.kind == TrendKind::COOLING);
        cooled.map(|found| (found.date() - START).whole_days()).collect()
    }

    #[test]
    fn a_week_with_a_jump_upwards_is_not_calm() {
        assert_eq!(cooled(None), [67]);
        assert_eq!(cooled(Some(65)), [72]);
    }
}
