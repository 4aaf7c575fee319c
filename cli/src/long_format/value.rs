//! The numbers of column `y`: text in, a number out, and the text of a number.

/// How a value that is not there may be written, beside not at all.
const MISSING: [&str; 6] = ["na", "n/a", "#n/a", "<na>", "null", "none"];

/// From here on not every whole number is a float.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The number that a cell says; an inner `None` where it says that there is none, or NaN.
pub(super) fn value(text: &str) -> Option<Option<f64>> {
    if text.is_empty() || MISSING.iter().any(|missing| text.eq_ignore_ascii_case(missing)) {
        return Some(None);
    }
    let number: f64 = text.parse().ok()?;
    Some(Some(number).filter(|number| !number.is_nan()))
}

/// Whether a number beyond 2^53 is another one than its text says. Below, the text is what the number is written as.
pub(super) fn is_rounded(text: &str, number: f64) -> bool {
    if number.abs() < EXACT || !number.is_finite() {
        return false;
    }
    let unsigned = text.trim_start_matches(['+', '-']);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let zeros = exponent.parse::<i64>().unwrap_or(0) - fraction.len() as i64;
    let digits = format!("{whole}{fraction}");
    let exact = u32::try_from(zeros)
        .ok()
        .and_then(|zeros| digits.parse::<i128>().ok()?.checked_mul(10_i128.checked_pow(zeros)?));
    match exact {
        Some(exact) => exact != number.abs() as i128,
        // A fraction, which no number of this size has; or a number far larger than anything that is counted, of
        // which 17 digits say all that is kept.
        None => zeros < 0 || digits.trim_matches('0').len() > 17,
    }
}

/// The shortest digits that are read as the same number again; no minus before zero. Whole numbers that are counted
/// are exact.
pub(crate) fn value_text(value: f64) -> String {
    let value = value + 0.0;
    // The shortest digits of 36028797018963968 are 3602879701896397, and a zero.
    if (EXACT..u64::MAX as f64).contains(&value.abs()) { format!("{value:.0}") } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_whole_where_they_are_and_exact_otherwise() {
        let cases = [
            (7.0, "7"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e15, "1000000000000000"),
            (36_028_797_018_963_968.0, "36028797018963968"),
            (-36_028_797_018_963_968.0, "-36028797018963968"),
        ];
        for (value, expected) in cases {
            assert_eq!(value_text(value), expected);
        }
    }

    #[test]
    fn rounding_is_noticed_beyond_what_a_float_counts() {
        let rounded = |text: &str| is_rounded(text, text.parse().unwrap());
        for text in [
            "9007199254740993",
            "-9007199254740995.0",
            "18014398509481985",
            "9.007199254740993e15",
            "9007199254740993.5",
            "123456789012345678901234567890123456789012345",
        ] {
            assert!(rounded(text), "{text}");
        }
        for text in [
            "9007199254740992",
            "9007199254740994",
            "36028797018963968",
            "9007199254740991",
            "-18014398509481984.00",
            "1e22",
            "1e300",
            "1.5e300",
            "0.1",
            "3.14159265358979323846",
        ] {
            assert!(!rounded(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_told_from_what_is_not_there() {
        for text in ["", "NaN", "N/A", "null", "#N/A", "<NA>"] {
            assert_eq!(value(text), Some(None), "{text}");
        }
        for text in ["1,200", "1.200,5", "1 200", "12 %", "€5", "1_000", "０"] {
            assert_eq!(value(text), None, "{text}");
        }
        assert_eq!((value("-2e3"), value("inf")), (Some(Some(-2_000.0)), Some(Some(f64::INFINITY))));
    }
}
