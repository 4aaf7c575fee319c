//! What a finding rests on: a series and a day in, the numbers from which the facts of that day are computed out.

use casa24_schemas::{Date, Metric, MetricInfo, Nature, Platform};
use time::Duration;

use super::found::SeriesId;
use super::items::items;
use super::momentum::first_day;
use super::pace::{Pace, weeks_before};
use super::path::Path;
use super::steps::{Step, WEEK, steps};
use super::tail::{MEMORY, Tail, TailFit};
use super::usual::{FEWEST_OF_WEEKDAY, Reader};
use crate::content_history::ContentHistory;
use crate::series::Series;

/// A change from a day with a value that counts to the next one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Day of the value before.
    pub from: Date,
    /// Value before.
    pub before: f64,
    /// Day of the value.
    pub until: Date,
    /// The value.
    pub value: f64,
    /// Change a day; of an amount of each day, the amount.
    pub per_day: f64,
    /// Whether it is an amount of each day.
    pub is_amount: bool,
}

/// What was usual for a change.
#[derive(Debug, Clone, PartialEq)]
pub struct DayEvidence {
    /// The change.
    pub change: Change,
    /// Days that it is spread over.
    pub num_days: u32,
    /// The changes that say what is usual, oldest first.
    pub before: Vec<Change>,
    /// Those of the weekday, where there are enough of them to tell what it adds.
    pub of_weekday: Vec<Change>,
    /// What is usual for it.
    pub usual: f64,
    /// The spread around that.
    pub spread: f64,
    /// What leaves a sliding window on the day: zero or less.
    pub leaving: f64,
    /// How unlikely it is to lie so far below.
    pub below: Side,
    /// How unlikely it is to lie so far above.
    pub above: Side,
    /// First and last of the days whose distances from the usual tell that, and how many there are; missing without any.
    pub scored: Option<(Date, Date, u32)>,
}

/// How unlikely a distance to one side is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Side {
    /// Spreads from the usual; of a change over several days, of their sum.
    pub distance: f64,
    /// What the tail of the distances before is made from, where there are enough.
    pub fit: Option<TailFit>,
    /// How many of them are at least as great.
    pub num_at_least: usize,
    /// Probability of one at least as great.
    pub likelihood: f64,
}

/// What makes up a part of a pace: a change, over so many of its days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// The change.
    pub change: Change,
    /// Days of it that are in the span.
    pub num_days: u32,
    /// What counts of it a day: 0 of a jump to another level, no more than three spreads from the usual where it is
    /// winsorized, otherwise the change a day.
    pub counted: f64,
}

/// What a pace is measured from.
#[derive(Debug, Clone, PartialEq)]
pub struct PaceEvidence {
    /// The pace.
    pub pace: Pace,
    /// Its last day.
    pub until: Date,
    /// Whole weeks of the new pace.
    pub num_weeks: u32,
    /// The parts of the new pace, as it was, and winsorized.
    pub parts: Vec<Part>,
    /// The same with days far from the usual counted as three spreads.
    pub winsorized: Vec<Part>,
    /// The whole weeks before, the newest first: first day, last day and winsorized parts.
    pub weeks: Vec<(Date, Date, Vec<Part>)>,
}

impl DayEvidence {
    /// Of a series on a day; `None` where nothing was usual.
    pub fn of_series(platform: &Platform, metric: &Metric, series: &Series, day: Date) -> Option<Self> {
        let id = SeriesId::new(platform, metric);
        Self::new(&steps(series, id.nature()), id.nature(), id.info, day)
    }

    /// Of a track or video that rose so much on a day.
    pub fn of_item(
        content: &ContentHistory,
        (metric, name): (&Metric, &str),
        day: Date,
        is_it: impl Fn(f64) -> bool,
    ) -> Option<Self> {
        let named = items(content).filter(|item| item.metric == *metric && item.name == name);
        let evidence = |steps: &[Step], nature| Self::new(steps, nature, None, day);
        let mut of_items = named.filter_map(|item| evidence(&item.steps(), item.nature));
        of_items.find(|evidence| is_it(evidence.change.per_day))
    }

    fn new(steps: &[Step], nature: Nature, info: Option<&MetricInfo>, day: Date) -> Option<Self> {
        let place = steps.iter().position(|step| step.date == day)?;
        let mut reader = Reader::new(nature);
        let mut scored = Vec::new();
        for (index, step) in steps[..place].iter().enumerate() {
            if let Some(usual) = reader.read(steps, index, info) {
                reader.go_on(step, &usual);
                scored.push(step.date);
            }
        }
        let step = &steps[place];
        let usual = reader.read(steps, place, info)?;
        let before: Vec<&Step> =
            steps[reader.usual_from()..place].iter().filter(|step| !step.is_jump()).collect();
        let mut of_weekday = before.clone();
        of_weekday.retain(|known| known.num_days == 1 && known.weekday() == step.weekday());
        let tells = step.num_days == 1 && of_weekday.len() >= FEWEST_OF_WEEKDAY;
        let change = |step: &Step| Change::of(step, nature);
        let scored = &scored[scored.len().saturating_sub(MEMORY)..];
        let ends = scored.first().zip(scored.last());
        let [below, above] = reader.tails();
        let side = |tail: &Tail, distance: f64, likelihood: f64| Side {
            distance,
            fit: tail.fit(),
            num_at_least: tail.num_at_least(distance),
            likelihood,
        };
        Some(Self {
            change: change(step),
            num_days: step.num_days,
            before: before.iter().map(|step| change(step)).collect(),
            of_weekday: of_weekday.iter().filter(|_| tells).map(|step| change(step)).collect(),
            usual: usual.per_day,
            spread: usual.spread,
            leaving: usual.leaving,
            below: side(below, usual.below, usual.likely_below),
            above: side(above, usual.above, usual.likely_above),
            scored: ends.map(|(first, last)| (*first, *last, scored.len() as u32)),
        })
    }
}

impl Change {
    fn of(step: &Step, nature: Nature) -> Self {
        Self {
            from: step.from,
            before: step.before,
            until: step.date,
            value: step.value,
            per_day: step.per_day,
            is_amount: nature == Nature::Flow,
        }
    }
}

/// A series as paces are measured on it.
struct Measured {
    path: Path,
    /// Each change, and what counts of it a day, whole and winsorized.
    steps: Vec<(Change, f64, f64)>,
}

impl Measured {
    fn new(id: &SeriesId<'_>, series: &Series, until: Date) -> Self {
        let nature = id.nature();
        let mut steps = steps(series, nature);
        steps.retain(|step| step.date <= until);
        let mut reader = Reader::new(nature);
        let (mut path, mut counted) = (Path::default(), Vec::new());
        for (index, step) in steps.iter().enumerate() {
            let usual = reader.read(&steps, index, id.info);
            let of_day = path.push(step, usual.as_ref());
            counted.push((Change::of(step, nature), of_day.whole, of_day.winsorized));
            usual.iter().for_each(|usual| reader.go_on(step, usual));
        }
        Self { path, steps: counted }
    }

    /// What the days behind one, up to another, are made up from.
    fn parts(&self, from: Date, until: Date, is_winsorized: bool) -> Vec<Part> {
        let part = |(change, whole, winsorized): &(Change, f64, f64)| {
            let num_days = (change.until.min(until) - change.from.max(from)).whole_days();
            let num_days = u32::try_from(num_days).ok().filter(|days| *days > 0)?;
            Some(Part {
                change: *change,
                num_days,
                counted: if is_winsorized { *winsorized } else { *whole },
            })
        };
        self.steps.iter().filter_map(part).collect()
    }
}

impl PaceEvidence {
    /// Of the pace of a finding of a day: the whole series up to then is known.
    pub fn of_finding(platform: &Platform, metric: &Metric, series: &Series, day: Date) -> Option<Self> {
        let id = SeriesId::new(platform, metric);
        Self::new(&Measured::new(&id, series, day), day, super::turns::PACE_WEEKS)
    }

    /// Of the pace as of a day of so many weeks, which [`pace`](super::pace()) gives.
    pub fn of_pace(
        platform: &Platform,
        metric: &Metric,
        series: &Series,
        as_of: Date,
        num_weeks: u32,
    ) -> Option<Self> {
        let id = SeriesId::new(platform, metric);
        let measured = Measured::new(&id, &series.between(first_day(as_of, num_weeks), as_of), as_of);
        let newest = measured.steps.last()?.0.until;
        Self::new(&measured, newest, num_weeks as usize)
    }

    /// The gain a day over the week up to a day: what it is made up from.
    pub fn of_week(platform: &Platform, metric: &Metric, series: &Series, until: Date) -> Vec<Part> {
        let from = until.saturating_sub(Duration::days(WEEK as i64));
        Measured::new(&SeriesId::new(platform, metric), series, until).parts(from, until, false)
    }

    fn new(measured: &Measured, until: Date, num_weeks: usize) -> Option<Self> {
        let pace = Pace::at(&measured.path, until, num_weeks)?;
        let place = measured.path.place(until)?;
        let mut weeks = Vec::new();
        for (end, _) in weeks_before(&measured.path, place, num_weeks * WEEK) {
            let last = until.saturating_sub(Duration::days((place - end) as i64));
            let first = last.saturating_sub(Duration::days(WEEK as i64));
            weeks.push((first, last, measured.parts(first, last, true)));
        }
        Some(Self {
            until,
            num_weeks: num_weeks as u32,
            parts: measured.parts(pace.since, until, false),
            winsorized: measured.parts(pace.since, until, true),
            weeks,
            pace,
        })
    }
}

/// Day and value of the highest value before a day, the first of equal ones; `None` where there is none.
pub fn highest_before(
    platform: &Platform,
    metric: &Metric,
    series: &Series,
    day: Date,
) -> Option<(Date, f64)> {
    let steps = steps(series, SeriesId::new(platform, metric).nature());
    let first = steps.first().map(|step| (step.from, step.before));
    let later = steps.iter().take_while(|step| step.date < day).map(|step| (step.date, step.value));
    let known = first.filter(|(from, _)| *from < day).into_iter().chain(later);
    known.reduce(|highest, next| if next.1 > highest.1 { next } else { highest })
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Observed;
    use time::macros::date;

    use super::super::sorted::Sorted;
    use super::*;
    use crate::point::{FlagSet, Point};
    use crate::trends::weekday_effect;

    const START: Date = date!(2025 - 01 - 06);

    /// Even growth with a wave, a gap, a huge day and another pace in the end.
    fn series() -> Series {
        let (mut series, mut value) = (Series::new(), 5_000.0);
        for day in 0..200_i64 {
            value += ((day * 37) % 11) as f64 + if day % 7 == 0 { 30.0 } else { 0.0 };
            value += if day == 150 { 4_000.0 } else { 0.0 } + if day > 180 { 60.0 } else { 0.0 };
            if !(90..93).contains(&day) {
                let observed_at = Observed::day(START + Duration::days(day));
                series.insert(Point { observed_at, value, flags: FlagSet::default() });
            }
        }
        series
    }

    fn median(changes: &[Change]) -> f64 {
        let mut sorted = Sorted::new();
        changes.iter().for_each(|change| sorted.insert(change.per_day));
        sorted.median().unwrap()
    }

    fn mean(parts: &[Part]) -> f64 {
        let days: u32 = parts.iter().map(|part| part.num_days).sum();
        parts.iter().map(|part| part.counted * f64::from(part.num_days)).sum::<f64>() / f64::from(days)
    }

    #[test]
    fn the_usual_follows_from_the_changes_that_are_named() {
        let (platform, metric) = (Platform::SPOTIFY, Metric::FOLLOWERS);
        for day in [60, 93, 100, 147, 150, 154] {
            let day = START + Duration::days(day);
            let evidence = DayEvidence::of_series(&platform, &metric, &series(), day).unwrap();
            let middle = median(&evidence.before);
            let of_weekday = &evidence.of_weekday[..];
            let effect = if of_weekday.is_empty() {
                0.0
            } else {
                weekday_effect(median(of_weekday), middle, evidence.spread, of_weekday.len())
            };
            assert!((middle + effect - evidence.usual).abs() < 1e-9, "{day}");
            assert!(evidence.before.iter().all(|change| change.until < day), "{day}");
        }
    }

    #[test]
    fn paces_follow_from_the_parts_that_are_named() {
        let (platform, metric) = (Platform::SPOTIFY, Metric::FOLLOWERS);
        let (series, day) = (series(), START + Duration::days(199));
        let evidence = PaceEvidence::of_finding(&platform, &metric, &series, day).unwrap();
        assert!((mean(&evidence.parts) - evidence.pace.per_day).abs() < 1e-9);
        assert!((mean(&evidence.winsorized) - evidence.pace.winsorized).abs() < 1e-9);
        let mut weeks = Sorted::new();
        evidence.weeks.iter().for_each(|(.., parts)| weeks.insert(mean(parts)));
        assert!((weeks.median().unwrap() - evidence.pace.per_day_before).abs() < 1e-9);
        assert_eq!(evidence.weeks.last().unwrap().0, evidence.pace.before_since);
        // The huge day is in the weeks before, counted as three spreads.
        let parts = || evidence.weeks.iter().flat_map(|(.., parts)| parts);
        assert!(parts().any(|part| part.change.per_day > 4_000.0 && part.counted < 200.0));
        let of_pace = PaceEvidence::of_pace(&platform, &metric, &series, day, 2).unwrap();
        let pace = crate::trends::pace(&platform, &metric, &series, day, 2).unwrap();
        assert_eq!(of_pace.pace, pace);
    }
}
