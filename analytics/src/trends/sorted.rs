//! Numbers that come and go, kept in order.

/// A multiset of numbers, sorted from low to high.
#[derive(Debug, Clone, Default)]
pub(super) struct Sorted(Vec<f64>);

impl Sorted {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn insert(&mut self, number: f64) {
        let place = self.0.partition_point(|known| *known < number);
        self.0.insert(place, number);
    }

    /// Takes out a number that was inserted.
    pub(super) fn remove(&mut self, number: f64) {
        let place = self.0.partition_point(|known| *known < number);
        if self.0.get(place).is_some_and(|known| *known == number) {
            self.0.remove(place);
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn numbers(&self) -> &[f64] {
        &self.0
    }

    /// The number in the middle, or the mean of the two there; `None` of none.
    pub(super) fn median(&self) -> Option<f64> {
        let upper = *self.0.get(self.0.len() / 2)?;
        Some(if self.0.len().is_multiple_of(2) {
            (self.0[self.0.len() / 2 - 1] + upper) / 2.0
        } else {
            upper
        })
    }
}

/// Standard deviation of normally distributed numbers, from their distances to their middle: from the median distance; where more
/// than half of them are 0, from the mean of the nearest nine tenths.
pub(super) fn spread(distances: &Sorted) -> f64 {
    let by_median = 1.4826 * distances.median().unwrap_or_default();
    if by_median > 0.0 {
        return by_median;
    }
    let kept = &distances.numbers()[..distances.numbers().len() * 9 / 10];
    // Nine tenths of a normal distribution have a mean distance of 0.66 standard deviations.
    if kept.is_empty() { 0.0 } else { kept.iter().sum::<f64>() / kept.len() as f64 / 0.66 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: impl IntoIterator<Item = f64>) -> Sorted {
        let mut sorted = Sorted::new();
        numbers.into_iter().for_each(|number| sorted.insert(number));
        sorted
    }

    #[test]
    fn the_median_is_that_of_what_is_left() {
        let mut sorted = of([4.0, 1.0, 3.0, 2.0, 3.0]);
        assert_eq!(sorted.median(), Some(3.0));
        sorted.remove(3.0);
        sorted.remove(9.0);
        assert_eq!((sorted.median(), sorted.numbers()), (Some(2.5), &[1.0, 2.0, 3.0, 4.0][..]));
        assert_eq!(Sorted::new().median(), None);
    }

    #[test]
    fn the_spread_of_mostly_equal_numbers_is_not_zero() {
        assert!(spread(&of([vec![0.0; 30], vec![5.0; 10]].concat())) > 1.0);
        assert_eq!(spread(&of([0.0; 9])), 0.0);
    }
}
