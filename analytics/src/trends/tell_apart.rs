//! Who moved when a figure jumped to another level: the artist, or the source that counts.

use casa24_schemas::{ArtistId, Date, Facts, Moved, Nature};
use time::Duration;

use super::Found;
use super::found::SeriesId;
use super::steps::{Step, steps};
use crate::history::ArtistHistory;
use crate::point::Point;
use crate::series::{Series, days_before};

/// Fewest other artists on a platform that tell.
const FEWEST_OTHERS: usize = 3;
/// One in so many of them, and two at least, jump with the artist where the source moved.
const ONE_IN: usize = 10;
/// Days before a change by which it is told whether it goes farther than any of them.
const COMPARED_DAYS: u32 = 56;

/// Fills in who moved, by the figures of all artists: the source where a tenth of the other artists, and two of them, jumped the same way on the same day; the
/// artist where less than a tenth did. Beside one whose jump the validator marked, those count too who went farther than in
/// eight weeks before, at least half as far as the least of the marked jumps: the larger an account, the less a jump stands out.
pub fn tell_apart<'h>(
    artists: impl Iterator<Item = &'h ArtistHistory> + Clone,
    artist: &ArtistId,
    found: &mut [Found],
) {
    for one in found {
        let date = one.date();
        let nature = SeriesId::new(&one.platform, &one.metric).nature();
        if let Facts::Level { moved: moved @ Moved::Unknown, before, value, .. } = &mut one.finding.facts {
            let others = artists.clone().filter(|other| other.artist.id != *artist);
            let others = others.filter_map(|other| other.series(&one.platform, &one.metric));
            let jump = Jump { date, change: value.get() - before.get(), nature };
            *moved = jump.who_moved(others);
        }
    }
}

/// The last day of jumps of which a figure of this day may tell who moved.
pub fn compared_until(day: Date) -> Date {
    day.saturating_add(Duration::days(COMPARED_DAYS.into()))
}

/// A jump of an artist.
struct Jump {
    date: Date,
    change: f64,
    nature: Nature,
}

impl Jump {
    fn who_moved<'s>(&self, others: impl Iterator<Item = &'s Series>) -> Moved {
        let (mut num_others, mut num_jumped, mut least) = (0, 0, self.change.abs());
        let mut unmarked: Vec<(&Series, f64)> = Vec::new();
        for series in others {
            let Some(point) = series.at(self.date).filter(|point| point.date() == self.date) else {
                continue;
            };
            num_others += 1;
            let Some(change) = change(series, point).filter(|change| change * self.change > 0.0) else {
                continue;
            };
            if point.is_new_level() {
                num_jumped += 1;
                least = least.min(change.abs());
            } else {
                unmarked.push((series, change.abs()));
            }
        }
        if num_jumped > 0 {
            let went_far =
                |(series, change): &&(&Series, f64)| 2.0 * change >= least && self.is_farthest(series);
            num_jumped += unmarked.iter().filter(went_far).count();
        }
        if num_others < FEWEST_OTHERS {
            Moved::Unknown
        } else if num_jumped >= 2 && ONE_IN * num_jumped >= num_others {
            Moved::Source
        } else if ONE_IN * num_jumped < num_others {
            Moved::Artist
        } else {
            Moved::Unknown
        }
    }

    /// Whether the change of the day goes farther than any other of the weeks before it, jumps left out.
    fn is_farthest(&self, series: &Series) -> bool {
        let steps = steps(&series.between(days_before(self.date, COMPARED_DAYS), self.date), self.nature);
        let Some((newest, before)) = steps.split_last() else { return false };
        let size = |step: &Step| (step.value - step.before).abs();
        let mut compared = before.iter().filter(|step| !step.is_jump()).peekable();
        compared.peek().is_some() && compared.all(|step| size(step) < size(newest))
    }
}

/// Change from the newest value of an earlier day, where one of these weeks is there.
fn change(series: &Series, point: &Point) -> Option<f64> {
    let before = series.counting_at(days_before(point.date(), 1))?;
    (before.date() >= days_before(point.date(), COMPARED_DAYS)).then_some(point.value - before.value)
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Flag, Observed};
    use time::macros::date;

    use super::*;
    use crate::point::FlagSet;

    const DAY: Date = date!(2025 - 09 - 02);

    fn others(values: &[(f64, bool)]) -> Vec<Series> {
        let series = |(value, jumped): &(f64, bool)| {
            let mut series = Series::new();
            let flags = if *jumped { FlagSet::of(&[Flag::LevelChange]) } else { FlagSet::default() };
            let of = |day: Date, value: f64, flags| Point { observed_at: Observed::day(day), value, flags };
            series.insert(of(days_before(DAY, 1), 100.0, FlagSet::default()));
            series.insert(of(DAY, *value, flags));
            series
        };
        values.iter().map(series).collect()
    }

    fn moved(values: &[(f64, bool)], upwards: bool) -> Moved {
        jump(if upwards { 50.0 } else { -50.0 }).who_moved(others(values).iter())
    }

    const fn jump(change: f64) -> Jump {
        Jump { date: DAY, change, nature: Nature::Level }
    }

    /// The values of days in a row up to the day, none of them marked.
    fn calm(values: impl IntoIterator<Item = f64>) -> Series {
        let values: Vec<f64> = values.into_iter().collect();
        let mut series = Series::new();
        for (back, value) in (0..).zip(values.into_iter().rev()) {
            let observed_at = Observed::day(days_before(DAY, back));
            series.insert(Point { observed_at, value, flags: FlagSet::default() });
        }
        series
    }

    #[test]
    fn two_that_jump_the_same_way_show_that_the_source_moved() {
        let values = [(150.0, true), (140.0, true), (101.0, false), (100.0, false)];
        assert_eq!(moved(&values, true), Moved::Source);
        assert_eq!(moved(&values, false), Moved::Artist);
    }

    #[test]
    fn alone_it_is_the_artist_and_one_other_or_too_few_do_not_tell() {
        let calm = [(101.0, false); 4];
        assert_eq!(moved(&calm, true), Moved::Artist);
        assert_eq!(moved(&calm[..2], true), Moved::Unknown);
        assert_eq!(moved(&[(150.0, true), calm[0], calm[0]], true), Moved::Unknown);
        // Among many, one other is chance.
        let mut many = vec![calm[0]; 30];
        many.push((150.0, true));
        assert_eq!(moved(&many, true), Moved::Artist);
    }

    #[test]
    fn beside_a_marked_jump_a_great_change_without_a_mark_counts() {
        let others = |last: f64| {
            let wave = calm((0..40).map(|day| 2_000.0 + f64::from(day % 5)).chain([2_004.0 + last]));
            let mut all = others(&[(130.0, true), (101.0, false), (101.0, false)]);
            all.push(wave);
            all
        };
        assert_eq!(jump(60.0).who_moved(others(16.0).iter()), Moved::Source);
        // The other way, less than half as far as the marked ones, or no farther than before.
        assert_eq!(jump(60.0).who_moved(others(-16.0).iter()), Moved::Unknown);
        assert_eq!(jump(60.0).who_moved(others(14.0).iter()), Moved::Unknown);
        assert_eq!(jump(6.0).who_moved(others(4.0).iter()), Moved::Unknown);
        // Alone such changes are none of the source.
        let alone = [calm([10.0, 10.0, 50.0]), calm([10.0, 11.0, 50.0]), calm([10.0, 10.0])];
        assert_eq!(jump(60.0).who_moved(alone.iter()), Moved::Artist);
    }
}
