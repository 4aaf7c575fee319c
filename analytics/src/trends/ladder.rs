//! The ladder of round numbers that count as milestones: 10, 25, 50, 100, 250, 500, 1,000 and so on.

/// The lowest step.
const LOWEST: f64 = 10.0;

/// The steps above a value, the lowest first.
pub fn above(value: f64) -> impl Iterator<Item = f64> {
    let decades = (1..16).map(|exponent| 10_f64.powi(exponent));
    let steps = decades.flat_map(|decade| [decade, 2.5 * decade, 5.0 * decade]);
    steps.filter(move |step| *step > value && *step >= LOWEST)
}

/// The steps above one value, up to and including another.
pub fn between(value: f64, up_to: f64) -> impl Iterator<Item = f64> {
    above(value).take_while(move |step| *step <= up_to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_each_once() {
        assert_eq!(
            between(0.0, 1_000.0).collect::<Vec<_>>(),
            [10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0]
        );
        assert_eq!(above(1_000.0).next(), Some(2_500.0));
        assert_eq!(between(100.0, 249.0).next(), None);
        assert_eq!(above(11_999_999.0).next(), Some(25_000_000.0));
    }
}
