//! Figures and days as people read them: `1,234`, `+56`, `−7`, `+5.6 %`.

use casa24_schemas::{Date, ForecastMissing, Metric, Nature, Observed, Platform, Value, metric_info};

/// From here on a number is written in powers of ten; nobody reads sixteen digits.
const TOO_LONG: f64 = 1e15;

/// A number with thousands separators; a fraction keeps one decimal.
pub(crate) fn number(value: Value) -> String {
    let number = value.get();
    if number.abs() >= TOO_LONG {
        return format!("{number:.3e}").replace('-', "−");
    }
    let text = if value.is_whole() { format!("{number:.0}") } else { format!("{number:.1}") };
    grouped(&text)
}

/// A number that stands for things, which have no halves: rounded to a whole one.
pub(crate) fn whole(value: Value) -> String {
    Value::new(value.get().round()).map_or_else(String::new, number)
}

/// A change with its sign: `+1,234`, `−6`, and `0` for none.
pub(crate) fn signed(change: Value) -> String {
    let sign = if change.get() > 0.0 { "+" } else { "" };
    format!("{sign}{}", number(change))
}

/// A change in percent with its sign and one decimal: `+5.6 %`.
pub(crate) fn percent(change_pct: Value) -> String {
    let rounded = (change_pct.get() * 10.0).round() / 10.0;
    if rounded == 0.0 && change_pct.get() != 0.0 {
        return "under 0.1 %".to_owned();
    }
    if rounded.abs() >= TOO_LONG {
        return format!("{} %", signed(change_pct));
    }
    let sign = if rounded > 0.0 { "+" } else { "" };
    format!("{sign}{} %", grouped(&format!("{rounded:.1}")))
}

/// A whole number with thousands separators.
pub(crate) fn thousands(number: u64) -> String {
    grouped(&number.to_string())
}

/// A number of percent without a sign: `3.1 %`.
pub(crate) fn percent_off(off: Value) -> String {
    percent(off).trim_start_matches('+').to_owned()
}

/// Digits in groups of three, with a true minus sign.
fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("−", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut grouped = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

/// A day: `2025-09-30`.
pub(crate) fn day(date: Date) -> String {
    Observed::day(date).to_string()
}

/// `1 artist`, `2 artists`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A platform as people call it.
pub(crate) fn platform_label(platform: &Platform) -> String {
    match platform.as_str() {
        "spotify" => "Spotify".to_owned(),
        "youtube" => "YouTube".to_owned(),
        "instagram" => "Instagram".to_owned(),
        "discord" => "Discord".to_owned(),
        token => {
            let mut words = token.replace('_', " ");
            if let Some(first) = words.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            words
        }
    }
}

/// A metric as people call it, without its platform.
pub(crate) fn metric_label(platform: &Platform, metric: &Metric) -> String {
    metric_info(platform, metric)
        .map_or_else(|| metric.as_str().replace('_', " "), |info| info.label.to_owned())
}

/// A metric as people call it, with its platform: `Spotify followers`.
pub(crate) fn series_label(platform: &Platform, metric: &Metric) -> String {
    format!("{} {}", platform_label(platform), metric_label(platform, metric))
}

/// Whether figures of this metric may be added up: scores and unknown natures may not.
pub(crate) fn is_summable(platform: &Platform, metric: &Metric) -> bool {
    metric_info(platform, metric).is_some_and(|info| info.nature != Nature::Score)
}

/// Whether the metric is a score from 0 to 100.
pub(crate) fn is_score(platform: &Platform, metric: &Metric) -> bool {
    metric_info(platform, metric).is_some_and(|info| info.nature == Nature::Score)
}

/// Whether the metric is shown without being asked.
pub(crate) fn is_headline(platform: &Platform, metric: &Metric) -> bool {
    metric_info(platform, metric).is_some_and(|info| info.headline)
}

/// Why there is no forecast, in words.
pub(crate) fn no_forecast(missing: ForecastMissing, model: &str) -> String {
    match missing {
        ForecastMissing::TooFewValues { have, need } => {
            format!("{have} daily values so far, a forecast needs {need}")
        }
        ForecastMissing::NoSolution => format!("the {model} model found no forecast of this series"),
        ForecastMissing::TooLarge => "the values are too large to compute with".to_owned(),
        ForecastMissing::Unknown => "no forecast".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(number: f64) -> Value {
        Value::new(number).unwrap()
    }

    #[test]
    fn numbers_have_thousands_separators() {
        assert_eq!(number(of(1_234_567.0)), "1,234,567");
        assert_eq!(number(of(999.0)), "999");
        assert_eq!(number(of(1_000.25)), "1,000.2");
        assert_eq!(whole(of(1_239.6)), "1,240");
    }

    #[test]
    fn a_change_has_one_sign() {
        assert_eq!(signed(of(1_234.0)), "+1,234");
        assert_eq!(signed(of(-1.0)), "−1");
        assert_eq!(signed(of(0.0)), "0");
    }

    #[test]
    fn percentages_have_one_decimal() {
        assert_eq!(percent(of(5.55)), "+5.6 %");
        assert_eq!(percent(of(-40.04)), "−40.0 %");
        assert_eq!(percent(of(0.0)), "0.0 %");
        assert_eq!(percent(of(-0.01)), "under 0.1 %");
        assert_eq!(percent_off(of(4.14)), "4.1 %");
    }

    #[test]
    fn platforms_of_other_people_have_labels_too() {
        assert_eq!(platform_label(&Platform::new("apple_music").unwrap()), "Apple music");
        assert_eq!(platform_label(&Platform::YOUTUBE), "YouTube");
    }

    proptest! {
        #[test]
        fn no_figure_has_two_signs_or_is_not_a_number(bits: u64) {
            let Some(value) = Value::new(f64::from_bits(bits)) else { return Ok(()) };
            for text in [number(value), whole(value), signed(value), percent(value), percent_off(value)] {
                prop_assert!(!text.contains("+−") && !text.contains("-"), "{}", text);
                prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{}", text);
                prop_assert!(text.len() < 40, "{}", text);
            }
        }
    }
}
