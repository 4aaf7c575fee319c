//! Who moved when a figure jumped to another level: the artist, or the source that counts.

use casa24_schemas::{ArtistId, Date, Facts, Moved};

use super::Found;
use crate::history::ArtistHistory;
use crate::point::Point;
use crate::series::{Series, days_before};

/// Fewest other artists on a platform that tell.
const FEWEST_OTHERS: usize = 3;
/// One in so many of them, and two at least, jump with the artist where the source moved.
const ONE_IN: usize = 10;

/// Fills in who moved, by the figures of all artists: the source where a tenth of the other artists, and two of them, jumped the same way on the same day; the
/// artist where less than a tenth did.
pub fn tell_apart<'h>(
    artists: impl Iterator<Item = &'h ArtistHistory> + Clone,
    artist: &ArtistId,
    found: &mut [Found],
) {
    for one in found {
        let date = one.date();
        if let Facts::Level { moved: moved @ Moved::Unknown, before, value, .. } = &mut one.finding.facts {
            let others = artists.clone().filter(|other| other.artist.id != *artist);
            let others = others.filter_map(|other| other.series(&one.platform, &one.metric));
            *moved = who_moved(others, date, value > before);
        }
    }
}

fn who_moved<'s>(others: impl Iterator<Item = &'s Series>, date: Date, upwards: bool) -> Moved {
    let (mut num_others, mut num_jumped) = (0, 0);
    for series in others {
        let Some(point) = series.at(date).filter(|point| point.date() == date) else { continue };
        num_others += 1;
        num_jumped += usize::from(point.is_new_level() && rises(series, point) == upwards);
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

/// Whether a value is higher than the newest one of an earlier day.
fn rises(series: &Series, point: &Point) -> bool {
    series.counting_at(days_before(point.date(), 1)).is_some_and(|before| point.value > before.value)
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
        who_moved(others(values).iter(), DAY, upwards)
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
}
