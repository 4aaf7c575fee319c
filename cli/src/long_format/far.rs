//! Single dates far off all others, as a mistyped year makes them: the rows of a series in, those rows taken out.

use super::read::Row;

/// Rows after or before a gap of this many usual distances are far off.
const MIN_STEPS: i64 = 300;

/// So many rows on one side of the gap are a mistake; more are a series that goes on.
const MAX_ROWS: usize = 2;

/// One row in so many may be far off.
const ONE_OF: usize = 4;

/// Takes out the rows at either end of a series that a gap separates from all others, where the gap is at least 300
/// times the usual distance, and longer than all that the others span. Rows are in order.
///
/// Kept, they would be all that counts, or a straight line over the gap would.
pub(super) fn take_far_off(rows: &mut Vec<Row>) -> Vec<Row> {
    let mut most = rows.len() / ONE_OF;
    let mut far_off = Vec::new();
    while let Some(found) = far_end(rows, most.min(MAX_ROWS)) {
        most -= found.len();
        far_off.extend(rows.drain(found));
    }
    far_off
}

fn far_end(rows: &[Row], most: usize) -> Option<std::ops::Range<usize>> {
    let num_rows = rows.len();
    let span = |from: usize, to: usize| rows[to].moment.0.saturating_sub(rows[from].moment.0);
    let ends = (1..=most).flat_map(|num| [num_rows - num..num_rows, 0..num]);
    ends.into_iter().find(|end| {
        let (gap, others) = if end.start == 0 {
            (span(end.end - 1, end.end), span(end.end, num_rows - 1))
        } else {
            (span(end.start - 1, end.start), span(0, end.start - 1))
        };
        gap > others && gap >= usual_distance(rows).saturating_mul(MIN_STEPS)
    })
}

fn usual_distance(rows: &[Row]) -> i64 {
    let distances = rows.windows(2).map(|pair| pair[1].moment.0.saturating_sub(pair[0].moment.0));
    let mut distances: Vec<i64> = distances.collect();
    let middle = distances.len() / 2;
    (*distances.select_nth_unstable(middle).1).max(1)
}

#[cfg(test)]
mod tests {
    use super::super::moment::Moment;
    use super::*;

    fn far_off(moments: impl IntoIterator<Item = i64>) -> Vec<i64> {
        let row = |moment| Row { moment: Moment(moment), value: 1.0, line: 2, millis: 0, ahead: 0 };
        let mut rows: Vec<Row> = moments.into_iter().map(row).collect();
        take_far_off(&mut rows).iter().map(|row| row.moment.0).collect()
    }

    #[test]
    fn single_rows_far_from_all_others_are_taken_out() {
        assert_eq!(far_off((0..20).chain([900])), [900]);
        assert_eq!(far_off([-5_000, -400].into_iter().chain(0..20)), [-5_000, -400]);
        assert_eq!(far_off([-5_000].into_iter().chain(0..20).chain([700, 701])), [-5_000, 700, 701]);
        assert_eq!(far_off([1, 2, 3, 4_000_000]), [4_000_000]);
        assert_eq!(far_off((0..20).chain([i64::MAX])), [i64::MAX]);
    }

    #[test]
    fn a_series_that_pauses_or_is_short_is_left_as_it_is() {
        for moments in [
            (0..20).chain(600..603).collect::<Vec<_>>(),
            (0..20).chain([300]).collect(),
            (0..500).chain([990]).collect(),
            vec![1, 2, 900],
            (0..20).map(|at| at * 1_000).collect(),
            Vec::new(),
            vec![7],
        ] {
            assert_eq!(far_off(moments.iter().copied()), [0_i64; 0], "{moments:?}");
        }
    }
}
