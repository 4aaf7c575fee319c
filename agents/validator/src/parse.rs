//! Numbers out of what sources write: 345, "1,200", "1.2K", "N/A".

use casa24_schemas::{Metric, Platform, RawValue, Reason, metric_info};

/// Nothing that we count comes near; beyond 2^53 floats lose whole numbers.
pub(crate) const LARGEST: f64 = 1e15;
/// What sources write where they have no figure; upper or lower case.
const MISSING: [&str; 8] = ["", "-", "–", "—", "n/a", "na", "null", "none"];
/// Between groups of three digits: comma, blank, no-break blanks, apostrophes, and dots where there are several.
const SEPARATORS: [char; 7] = [',', ' ', '\u{a0}', '\u{202f}', '\'', '’', '.'];
/// A number and how finely its source counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figure {
    /// The number, finite.
    pub(crate) value: f64,
    /// Step between two numbers that the source can write (100 for "1.2K"); 0 where it writes every number.
    pub(crate) grain: f64,
}

/// The figure that a source gave for a metric, if it can be one.
pub(crate) fn figure(platform: &Platform, metric: &Metric, raw: &RawValue) -> Result<Figure, Reason> {
    let info = metric_info(platform, metric).ok_or(Reason::UnknownMetric)?;
    let Figure { value, grain } = number(raw)?;
    if value < 0.0 {
        return Err(Reason::Negative);
    }
    if value > info.highest.unwrap_or(LARGEST) {
        return Err(Reason::OutOfRange);
    }
    if value.fract() != 0.0 {
        return Err(Reason::NotWhole);
    }
    Ok(Figure { value, grain: grain.max(info.grain(value)) })
}

/// What a source gave, whatever becomes of it, and however it was written: the number where it is one, nothing where
/// there is none, and else the text.
pub(crate) fn given(raw: &RawValue) -> Given<'_> {
    match (number(raw), raw) {
        (Ok(figure), _) => Given::Number(figure.value.to_bits()),
        (Err(Reason::Missing), _) => Given::Nothing,
        (Err(_), RawValue::Text(text)) => Given::Text(text.trim()),
        (Err(_), RawValue::Float(value)) if value.is_nan() => Given::Number(f64::NAN.to_bits()),
        (Err(_), RawValue::Float(value)) => Given::Number(value.to_bits()),
        (Err(_), RawValue::Integer(_) | RawValue::Null) => Given::Nothing,
    }
}

/// What a source gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Given<'r> {
    /// No figure.
    Nothing,
    /// A number, as bits.
    Number(u64),
    /// What is no number.
    Text(&'r str),
}

#[expect(clippy::cast_precision_loss, reason = "what is lost is beyond 2^53, and refused by range")]
fn number(raw: &RawValue) -> Result<Figure, Reason> {
    let exact = |value: f64| Ok(Figure { value: value + 0.0, grain: 0.0 }); // adding zero turns -0 into 0
    match raw {
        RawValue::Integer(value) => exact(*value as f64),
        RawValue::Float(value) if value.is_finite() => exact(*value),
        RawValue::Float(_) => Err(Reason::NotANumber),
        RawValue::Text(text) => number_of_text(text.trim()),
        RawValue::Null => Err(Reason::Missing),
    }
}

fn number_of_text(text: &str) -> Result<Figure, Reason> {
    if MISSING.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Err(Reason::Missing);
    }
    let (sign, unsigned) = match text.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (digits, exponent) = match unsigned.char_indices().next_back() {
        Some((end, 'k' | 'K')) => (unsigned[..end].trim_end(), 3_u8),
        Some((end, 'm' | 'M')) => (unsigned[..end].trim_end(), 6),
        Some((end, 'b' | 'B')) => (unsigned[..end].trim_end(), 9),
        _ => (unsigned, 0),
    };
    let (whole, fraction) = digits_of(digits).ok_or(Reason::NotANumber)?;
    let value: f64 =
        format!("{sign}{whole}.{fraction}e{exponent}").parse().map_err(|_| Reason::NotANumber)?;
    let grain = if exponent == 0 {
        0.0
    } else {
        // At most 100 characters arrive; a longer fraction is no coarser.
        10_f64.powi(i32::from(exponent) - i32::try_from(fraction.len()).unwrap_or(i32::MAX).min(400))
    };
    Ok(Figure { value: value + 0.0, grain })
}

/// Digits before and after the decimal point. A single dot is a decimal point: "1.200" is not taken for 1,200,
/// while "1.200.000" can be nothing else than grouped.
fn digits_of(text: &str) -> Option<(String, &str)> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) if !fraction.contains('.') => (whole, Some(fraction)),
        _ => (text, None),
    };
    let whole = match whole.chars().find(|c| SEPARATORS.contains(c)) {
        None => whole.to_owned(),
        Some(separator) => {
            let mut groups = whole.split(separator);
            let first_fits = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
            if !first_fits || !groups.all(|group| group.len() == 3) {
                return None;
            }
            whole.replace(separator, "")
        }
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(&whole) && fraction.is_none_or(digits)).then_some((whole, fraction.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn followers(raw: RawValue) -> Result<Figure, Reason> {
        figure(&Platform::SPOTIFY, &Metric::FOLLOWERS, &raw)
    }

    fn text(text: &str) -> Result<f64, Reason> {
        followers(RawValue::Text(text.to_owned())).map(|figure| figure.value)
    }

    fn grain(platform: Platform, metric: Metric, value: i64) -> f64 {
        figure(&platform, &metric, &RawValue::Integer(value)).unwrap().grain
    }

    #[test]
    fn numbers_are_read_in_every_form_that_sources_use() {
        assert_eq!(followers(RawValue::Integer(345)).unwrap().value, 345.0);
        assert_eq!(followers(RawValue::Float(345.0)).unwrap().value, 345.0);
        for (written, value) in [
            ("345", 345.0),
            (" 345 ", 345.0),
            ("345.0", 345.0),
            ("1,200", 1_200.0),
            ("12,345,678", 12_345_678.0),
            ("1\u{a0}200", 1_200.0),
            ("1'200", 1_200.0),
            ("1.200.000", 1_200_000.0),
            ("1,200.00", 1_200.0),
            ("1.2K", 1_200.0),
            ("1.1k", 1_100.0),
            ("4.35 M", 4_350_000.0),
            ("2B", 2e9),
        ] {
            assert_eq!(text(written), Ok(value), "{written}");
        }
    }

    #[test]
    fn what_says_that_there_is_no_figure_is_missing() {
        for written in ["", "  ", "-", "—", "N/A", "n/a", "NA", "null", "None"] {
            assert_eq!(text(written), Err(Reason::Missing), "{written:?}");
        }
        assert_eq!(followers(RawValue::Null), Err(Reason::Missing));
    }

    #[test]
    fn other_texts_are_no_numbers() {
        let texts = [
            "many", "1,2", "1,20", ",200", "1,200,00", "1e5", "0x10", "NaN", "inf", "K", "1.2.3", "5.", ".5",
        ];
        for written in texts.into_iter().chain(["+5", "1 2", "٣", "1,200.000.000", "--5", "- 5", "1,200 300"])
        {
            assert_eq!(text(written), Err(Reason::NotANumber), "{written:?}");
        }
        for float in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(followers(RawValue::Float(float)), Err(Reason::NotANumber));
        }
    }

    #[test]
    fn a_count_is_neither_negative_nor_broken() {
        assert_eq!(followers(RawValue::Integer(-1)), Err(Reason::Negative));
        assert_eq!(text("-1,200"), Err(Reason::Negative));
        assert_eq!(followers(RawValue::Float(-0.5)), Err(Reason::Negative));
        assert_eq!(followers(RawValue::Float(3.5)), Err(Reason::NotWhole));
        assert_eq!(text("1.200"), Err(Reason::NotWhole));
        assert_eq!(text("1.2345K"), Err(Reason::NotWhole));
        assert_eq!(followers(RawValue::Float(-0.0)).map(|f| f.value.is_sign_positive()), Ok(true));
    }

    #[test]
    fn ranges_are_kept() {
        let score = |value| figure(&Platform::SPOTIFY, &Metric::POPULARITY_SCORE, &RawValue::Integer(value));
        assert_eq!(score(100).unwrap().value, 100.0);
        assert_eq!(score(101), Err(Reason::OutOfRange));
        assert_eq!(followers(RawValue::Integer(i64::MAX)), Err(Reason::OutOfRange));
        assert_eq!(text(&"9".repeat(100)), Err(Reason::OutOfRange));
        assert_eq!(text(&"9".repeat(1_000)), Err(Reason::OutOfRange));
    }

    #[test]
    fn a_metric_that_the_platform_does_not_have_is_unknown() {
        let unknown = figure(&Platform::YOUTUBE, &Metric::FOLLOWERS, &RawValue::Integer(1));
        assert_eq!(unknown, Err(Reason::UnknownMetric));
    }

    #[test]
    fn the_grain_is_known_from_the_text_or_from_the_sources_rules() {
        assert_eq!(followers(RawValue::Text("1.2K".to_owned())).unwrap().grain, 100.0);
        assert_eq!(followers(RawValue::Text("3M".to_owned())).unwrap().grain, 1e6);
        assert_eq!(grain(Platform::YOUTUBE, Metric::SUBSCRIBERS, 1_230), 10.0);
        assert_eq!(grain(Platform::YOUTUBE, Metric::SUBSCRIBERS, 1_230_000), 10_000.0);
        assert_eq!(grain(Platform::YOUTUBE, Metric::SUBSCRIBERS, 1_691), 0.0);
        assert_eq!(grain(Platform::YOUTUBE, Metric::SUBSCRIBERS, 990), 0.0);
        assert_eq!(grain(Platform::SPOTIFY, Metric::MONTHLY_LISTENERS, 1_400), 100.0);
        assert_eq!(grain(Platform::SPOTIFY, Metric::MONTHLY_LISTENERS, 1_410), 0.0);
        assert_eq!(grain(Platform::SPOTIFY, Metric::MONTHLY_LISTENERS, 500), 0.0);
        assert_eq!(grain(Platform::SPOTIFY, Metric::FOLLOWERS, 1_400), 0.0);
    }

    proptest! {
        #[test]
        fn every_text_is_a_usable_figure_or_a_reason(written in "\\PC{0,30}|[-0-9., KM]{0,12}") {
            if let Ok(value) = text(&written) {
                prop_assert!((0.0..=LARGEST).contains(&value) && value.fract() == 0.0);
            }
        }

        #[test]
        fn every_count_is_read_as_it_is_written(count in 0_i64..1_000_000_000_000_000) {
            prop_assert_eq!(text(&count.to_string()), followers(RawValue::Integer(count)).map(|f| f.value));
        }
    }
}
