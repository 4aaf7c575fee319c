//! Values in order of observation, in pieces.
//!
//! Every agent of a process keeps the series that it computes from, and most of each is the same in all of them. So a
//! piece that is full is kept once for the whole process (hash consing): whoever has the same values has the same
//! allocation. A clone of a series copies none of them.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use casa24_schemas::Observed;

use crate::point::Point;

/// Values of a full piece: two months of daily ones. One into which others are put later has twice as many at most.
const PIECE: usize = 64;

/// A piece that is full, shared by all who have the same values.
type Piece = Arc<[Point]>;

/// All values of a series, one for each moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pieces {
    full: Vec<Piece>,
    /// The newest values, fewer than a piece has.
    open: Vec<Point>,
    len: usize,
}

/// Some values of a series that follow each other, oldest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Points<'s> {
    head: &'s [Point],
    whole: &'s [Piece],
    tail: &'s [Point],
}

impl Pieces {
    pub(crate) const fn new() -> Self {
        Self { full: Vec::new(), open: Vec::new(), len: 0 }
    }

    /// All of them.
    pub(crate) fn all(&self) -> Points<'_> {
        Points { head: &[], whole: &self.full, tail: &self.open }
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// Takes in a value; returns the one of the same moment that it replaces.
    pub(crate) fn insert(&mut self, point: Point) -> Option<Point> {
        let (piece, place) = self.place(point.observed_at);
        let before = match place {
            Ok(index) => self.change(piece, |points| Some(std::mem::replace(&mut points[index], point))),
            Err(index) => self.change(piece, |points| {
                points.insert(index, point);
                None
            }),
        };
        self.len += usize::from(before.is_none());
        before
    }

    /// Forgets the value of a moment; returns it.
    pub(crate) fn remove(&mut self, observed_at: Observed) -> Option<Point> {
        let (piece, place) = self.place(observed_at);
        let index = place.ok()?;
        let removed = self.change(piece, |points| points.remove(index));
        self.len -= 1;
        Some(removed)
    }

    /// The piece in which a moment is or belongs, and its place there.
    fn place(&self, observed_at: Observed) -> (usize, Result<usize, usize>) {
        let ends_before = |piece: &Piece| piece.last().is_some_and(|last| last.observed_at < observed_at);
        // Nearly all that comes is the newest.
        let is_newer = self.full.last().is_none_or(ends_before);
        let piece = if is_newer { self.full.len() } else { self.full.partition_point(ends_before) };
        let points = self.full.get(piece).map_or(self.open.as_slice(), |piece| piece);
        (piece, points.binary_search_by_key(&observed_at, |known| known.observed_at))
    }

    fn change<R>(&mut self, piece: usize, change: impl FnOnce(&mut Vec<Point>) -> R) -> R {
        let Some(shared) = self.full.get(piece) else {
            let changed = change(&mut self.open);
            if self.open.len() == PIECE {
                self.full.push(shared_piece(&self.open));
                self.open = Vec::new();
            }
            return changed;
        };
        let mut points = shared.to_vec();
        let changed = change(&mut points);
        let middle = if points.len() > 2 * PIECE { PIECE } else { 0 };
        let (first, second) = points.split_at(middle);
        let parts = [first, second].into_iter().filter(|part| !part.is_empty());
        self.full.splice(piece..=piece, parts.map(shared_piece));
        changed
    }
}

impl PartialEq for Pieces {
    fn eq(&self, other: &Self) -> bool {
        self.all() == other.all()
    }
}

impl FromIterator<Point> for Pieces {
    /// Values that follow each other.
    fn from_iter<I: IntoIterator<Item = Point>>(points: I) -> Self {
        let mut pieces = Self::default();
        points.into_iter().for_each(|point| {
            pieces.insert(point);
        });
        pieces
    }
}

impl<'s> Points<'s> {
    /// How many they are.
    pub fn len(&self) -> usize {
        let whole: usize = self.whole.iter().map(|piece| piece.len()).sum();
        self.head.len() + whole + self.tail.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        // No piece is empty.
        self.head.is_empty() && self.whole.is_empty() && self.tail.is_empty()
    }

    /// The oldest.
    pub fn first(&self) -> Option<&'s Point> {
        self.iter().next()
    }

    /// The newest.
    pub fn last(&self) -> Option<&'s Point> {
        self.iter().next_back()
    }

    /// One after the other, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &'s Point> + Clone + use<'s> {
        let whole = self.whole.iter().flat_map(|piece| piece.iter());
        self.head.iter().chain(whole).chain(self.tail)
    }

    /// Those at the beginning for which something is true, and the others, for all of which it is not.
    pub(crate) fn partition(&self, is_before: impl Fn(&Point) -> bool) -> (Self, Self) {
        let (head, whole, tail) = (self.head, self.whole, self.tail);
        let cut = |points: &'s [Point]| points.split_at(points.partition_point(&is_before));
        if head.last().is_some_and(|last| !is_before(last)) {
            let (before, after) = cut(head);
            return (Self { head: before, ..Self::default() }, Self { head: after, whole, tail });
        }
        // Most often what is looked for is new: then no piece need be looked at.
        let num_before = if tail.first().is_some_and(&is_before) {
            whole.len()
        } else {
            whole.partition_point(|piece| piece.last().is_some_and(&is_before))
        };
        let (whole, rest) = whole.split_at(num_before);
        let Some((piece, rest)) = rest.split_first() else {
            let (before, after) = cut(tail);
            return (Self { head, whole, tail: before }, Self { tail: after, ..Self::default() });
        };
        let (before, after) = cut(piece);
        (Self { head, whole, tail: before }, Self { head: after, whole: rest, tail })
    }
}

impl PartialEq for Points<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

/// Full pieces by the hash of their values. Of two with the same hash only the newer one is found again.
#[derive(Default)]
struct Shared {
    pieces: HashMap<u64, Weak<[Point]>>,
    hasher: RandomState,
    /// How many pieces there may be before those that nobody has any more are looked for.
    num_before_cleaning: usize,
}

static SHARED: LazyLock<Mutex<Shared>> = LazyLock::new(Mutex::default);

/// The piece with these values that somebody has already, or else a new one.
fn shared_piece(points: &[Point]) -> Piece {
    // Nothing panics while it is held.
    SHARED.lock().unwrap_or_else(PoisonError::into_inner).piece(points)
}

impl Shared {
    fn piece(&mut self, points: &[Point]) -> Piece {
        let key = |point: &Point| (point.observed_at, point.value.to_bits(), point.flags);
        let hash = self.hasher.hash_one(points.iter().map(key).collect::<Vec<_>>());
        let known = self.pieces.get(&hash).and_then(Weak::upgrade);
        if let Some(known) = known.filter(|known| known.iter().map(key).eq(points.iter().map(key))) {
            return known;
        }
        if self.pieces.len() >= self.num_before_cleaning {
            self.pieces.retain(|_, piece| piece.strong_count() > 0);
            self.num_before_cleaning = 2 * self.pieces.len() + PIECE;
        }
        let piece = Piece::from(points);
        self.pieces.insert(hash, Arc::downgrade(&piece));
        piece
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;
    use time::{Date, Duration};

    use super::*;
    use crate::point::FlagSet;

    fn day(place: i64) -> Date {
        date!(2020 - 01 - 01) + Duration::days(place)
    }

    fn point(place: i64, value: f64) -> Point {
        Point { observed_at: Observed::day(day(place)), value, flags: FlagSet::default() }
    }

    fn pieces(places: impl IntoIterator<Item = i64>) -> Pieces {
        places.into_iter().map(|place| point(place, 0.5 * place as f64)).collect()
    }

    #[test]
    fn what_is_the_same_in_two_series_is_kept_once() {
        let (one, mut other) = (pieces(0..200), pieces(0..150));
        let is_shared = |one: &Pieces, other: &Pieces| {
            let pairs = one.full.iter().zip(&other.full);
            pairs.map(|(one, other)| Arc::ptr_eq(one, other)).collect::<Vec<_>>()
        };
        assert_eq!(is_shared(&one, &other), [true, true]);
        // A correction is seen by nobody else.
        assert_eq!(other.insert(point(70, -1.0)).map(|before| before.value), Some(35.0));
        assert_eq!(is_shared(&one, &other), [true, false]);
        assert_eq!(one.all().iter().nth(70).map(|point| point.value), Some(35.0));
        // The same correction leads to the same piece again.
        let mut corrected = one.clone();
        corrected.insert(point(70, -1.0));
        assert!(is_shared(&corrected, &other).into_iter().all(|is_shared| is_shared));
    }

    #[test]
    fn a_zero_is_told_from_a_negative_zero() {
        let zeros = |zero: f64| (0..64).map(|place| point(place, zero)).collect::<Pieces>();
        assert!(!Arc::ptr_eq(&zeros(0.0).full[0], &zeros(-0.0).full[0]));
    }

    #[test]
    fn pieces_that_nobody_has_any_more_are_let_go() {
        let mut shared = Shared::default();
        for value in 0..10 * PIECE {
            shared.piece(&[point(0, value as f64)]);
        }
        assert!(shared.pieces.len() <= PIECE, "{}", shared.pieces.len());
    }

    proptest! {
        #[test]
        fn they_are_as_in_one_list(
            changes in proptest::collection::vec((0_i64..400, any::<bool>()), 0..600),
            (first, last) in (0_i64..400, 0_i64..400),
        ) {
            let (mut pieces, mut list) = (Pieces::default(), std::collections::BTreeMap::new());
            for (place, is_removal) in &changes {
                let at = Observed::day(day(*place));
                if *is_removal {
                    prop_assert_eq!(pieces.remove(at), list.remove(place));
                } else {
                    let point = point(*place, list.len() as f64);
                    prop_assert_eq!(pieces.insert(point), list.insert(*place, point));
                }
            }
            prop_assert!(pieces.full.iter().all(|piece| (1..=2 * PIECE).contains(&piece.len())));
            prop_assert_eq!((pieces.len(), pieces.all().len()), (list.len(), list.len()));
            prop_assert!(pieces.all().iter().eq(list.values()));
            let (before, rest) = pieces.all().partition(|point| point.date() < day(first));
            let (within, after) = rest.partition(|point| point.date() <= day(last));
            for (points, from, to) in [(before, i64::MIN, first), (rest, first, i64::MAX), (within, first, last + 1), (after, first.max(last + 1), i64::MAX)] {
                let expected: Vec<&Point> =
                    list.iter().filter(|(place, _)| (from..to).contains(*place)).map(|(_, point)| point).collect();
                prop_assert_eq!(points.iter().collect::<Vec<_>>(), expected.clone());
                prop_assert_eq!(points.iter().rev().count(), expected.len());
                prop_assert_eq!((points.len(), points.is_empty()), (expected.len(), expected.is_empty()));
                prop_assert_eq!((points.first(), points.last()), (expected.first().copied(), expected.last().copied()));
            }
            let again: Pieces = list.values().copied().collect();
            prop_assert_eq!(again, pieces);
        }
    }
}
