//! How far off the earlier forecasts of a series were, in words.

use std::cmp::Ordering;

use casa24_answers::{InsteadOf, STANDING_STILL, TrackRecord};
use casa24_schemas::{Metric, Platform, Value};

use crate::card::Line;
use crate::words::{Argument, Said, Symbol, Words};

use super::frame::joined;
use super::models;
use super::platforms::is_score;

/// `off by 3 (0.9 %), median of 41`: the record in a few words.
pub(super) fn short(words: &Words, record: &TrackRecord) -> Line {
    match off(words, record, None) {
        Some(off) => {
            words.line("record-short", &[("off", off.into()), ("checked", checked(words, record).into())])
        }
        None => words.say("record-unchecked").into(),
    }
}

/// `earlier 30-day forecasts were off by 3 (0.9 %), median of 41`: what stands beside a forecast.
pub(super) fn beside(words: &Words, record: &TrackRecord, days: u32) -> Line {
    let days = Argument::from(days);
    if off(words, record, None).is_none() {
        return words.line("record-beside-none", &[("days", days)]);
    }
    let line = words.line("record-beside", &[("days", days), ("record", short(words, record).into())]);
    match record.num_in_80 {
        Some(held) => {
            let held = words.count(u64::from(held));
            let held = [("held", held.into()), ("checked", checked(words, record).into())];
            let id = if record.intervals_too_narrow { "record-held-80-few" } else { "record-held-80" };
            line.then(Symbol::Semicolon).then(words.line(id, &held))
        }
        None => line,
    }
}

/// How often the 80 % interval held, where that is known.
pub(super) fn held(words: &Words, record: &TrackRecord) -> Option<Line> {
    let held = words.count(u64::from(record.num_in_80?));
    let id = if record.intervals_too_narrow { "record-held-few" } else { "record-held" };
    Some(words.line(id, &[("held", held.into())]))
}

/// Why another model is shown than the one that was asked for.
pub(super) fn instead(words: &Words, shown: Option<&str>, instead_of: &InsteadOf) -> Line {
    let reason = [
        ("model", models::name(words, shown.unwrap_or_default()).into()),
        ("asked", models::name(words, &instead_of.model).into()),
        ("off", median(words, instead_of.median_abs_error).into()),
        ("naive", median(words, instead_of.naive_median_abs_error).into()),
        ("checked", words.count(u64::from(instead_of.num_checked)).into()),
    ];
    words.line("record-instead", &reason)
}

/// The whole record in sentences, one for each line.
pub(super) fn sentences(
    words: &Words,
    model: Option<&str>,
    record: &TrackRecord,
    platform: &Platform,
    metric: &Metric,
    days: u32,
) -> Vec<Line> {
    let unit = |off_by: Value| match is_score(platform, metric) {
        true => words.points_of(off_by),
        false => words.metric_of(off_by, platform, metric),
    };
    let days = Argument::from(days);
    let Some(off) = off(words, record, Some(&unit)) else {
        return vec![words.line("record-none", &[("days", days)])];
    };
    let checked = Argument::from(record.num_checked);
    let mut lines =
        vec![words.line(
            "record-off",
            &[("days", days), ("off", off.strong().into()), ("checked", checked.clone())],
        )];
    let within =
        [("80", record.num_in_80), ("95", record.num_in_95)].into_iter().filter_map(|(level, num)| {
            let num = words.count(u64::from(num?));
            let id = if level == "80" { "record-in-80" } else { "record-in-95" };
            Some(words.line(id, &[("held", num.into())]))
        });
    let within: Vec<Line> = within.collect();
    if !within.is_empty() {
        let within = joined(within, Symbol::Comma);
        lines.push(words.line("record-outcomes", &[("checked", checked), ("held", within.into())]));
    }
    if record.intervals_too_narrow {
        lines.push(words.say("record-too-narrow").into());
    }
    let naive = record.naive_median_abs_error.filter(|_| model != Some(STANDING_STILL));
    lines.extend(naive.map(|naive| beside_naive(words, naive, record.median_abs_error)));
    lines
}

fn checked(words: &Words, record: &TrackRecord) -> Said {
    words.count(u64::from(record.num_checked))
}

/// The median error in the metric's unit and in percent, as far as it is known: `3 followers (0.9 %)`.
fn off(words: &Words, record: &TrackRecord, unit: Option<&dyn Fn(Value) -> Said>) -> Option<Line> {
    let percent = record.median_abs_pct_error.map(|error| words.percent_off(error));
    let off_by = record.median_abs_error.map(|off_by| {
        let number = Line::from(median(words, off_by));
        match unit {
            Some(unit) => number.then(Symbol::Space).then(unit(off_by)),
            None => number,
        }
    });
    match (off_by, percent) {
        (Some(off_by), percent) => Some(super::frame::with_brackets(off_by, words, percent)),
        (None, percent) => percent.map(Line::from),
    }
}

/// A median of counts, which may lie between two of them: with its fraction only where that matters.
fn median(words: &Words, value: Value) -> Said {
    if value.get() < 10.0 { words.small(value) } else { words.whole(value) }
}

/// What forecasting that nothing changes would have given.
fn beside_naive(words: &Words, naive: Value, off_by: Option<Value>) -> Line {
    let id = match off_by.map(|off_by| off_by.get().total_cmp(&naive.get())) {
        Some(Ordering::Less) => "record-naive-farther",
        Some(Ordering::Equal) => "record-naive-equal",
        Some(Ordering::Greater) => "record-naive-nearer",
        None => "record-naive",
    };
    words.line(id, &[("off", median(words, naive).into())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Locale;

    fn value(number: f64) -> Value {
        Value::new(number).unwrap()
    }

    fn record() -> TrackRecord {
        TrackRecord {
            median_abs_pct_error: Some(value(0.9)),
            num_checked: 41,
            median_abs_error: Some(value(3.0)),
            naive_median_abs_error: Some(value(5.0)),
            num_in_80: Some(33),
            num_in_95: Some(39),
            intervals_too_narrow: false,
        }
    }

    fn plain(line: &Line) -> String {
        crate::plain(line, english())
    }

    fn english() -> &'static Words {
        Words::of(Locale::English)
    }

    fn whole(record: &TrackRecord) -> String {
        let lines =
            sentences(english(), Some("ensemble"), record, &Platform::SPOTIFY, &Metric::FOLLOWERS, 30);
        lines.iter().map(plain).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn a_whole_record_is_in_its_unit_and_beside_standing_still() {
        assert_eq!(
            whole(&record()),
            "30-day forecasts were typically off by 3 followers (0.9 %) (median of 41); \
             of 41 outcomes 33 in the 80 % interval, 39 in the 95 % interval; \
             saying “it stays as it is” would have been off by 5: the forecasts were nearer"
        );
        assert_eq!(
            plain(&beside(english(), &record(), 30)),
            "earlier 30-day forecasts were off by 3 (0.9 %), median of 41; the 80 % interval contained 33 of 41"
        );
        for (off_by, end) in [(5.0, "off by 5: just as far"), (6.0, "the forecasts were farther off")] {
            assert!(whole(&TrackRecord { median_abs_error: Some(value(off_by)), ..record() }).ends_with(end));
        }
    }

    #[test]
    fn a_record_that_contradicts_its_intervals_says_so() {
        let record = TrackRecord { num_in_80: Some(11), intervals_too_narrow: true, ..record() };
        assert!(plain(&beside(english(), &record, 30)).ends_with(
            "the 80 % interval contained only 11 of 41: outcomes are outside it more often than it says"
        ));
        assert!(
            whole(&record).contains("39 in the 95 % interval; the intervals were narrower than they say;")
        );
    }

    #[test]
    fn another_model_than_the_one_asked_for_says_why() {
        let instead_of = InsteadOf {
            model: "ensemble".to_owned(),
            median_abs_error: value(120.0),
            naive_median_abs_error: value(80.0),
            num_checked: 26,
        };
        let said = |shown| plain(&instead(english(), Some(shown), &instead_of));
        let why = "the ensemble was off by 120 at this distance, “it stays as it is” by 80, median of 26";
        assert_eq!(said("naive"), format!("“it stays as it is” is shown: {why}"));
        assert_eq!(said("arima"), format!("ARIMA is shown: {why}"));
    }

    #[test]
    fn one_is_not_said_as_many() {
        let record = TrackRecord {
            median_abs_error: Some(value(1.0)),
            num_checked: 1,
            num_in_80: Some(1),
            num_in_95: None,
            ..record()
        };
        let said = |locale, metric: &Metric| {
            let words = Words::of(locale);
            let lines = sentences(words, Some("naive"), &record, &Platform::SPOTIFY, metric, 1);
            lines.iter().map(|line| crate::plain(line, words)).collect::<Vec<_>>()
        };
        assert_eq!(
            said(Locale::English, &Metric::FOLLOWERS),
            [
                "1-day forecasts were typically off by 1 follower (0.9 %) (median of 1)",
                "of 1 outcome 1 in the 80 % interval",
            ]
        );
        let popularity = &Metric::new("popularity_score").unwrap();
        assert!(said(Locale::English, popularity)[0].contains("off by 1 point (0.9 %)"));
        assert_eq!(
            said(Locale::Spanish, &Metric::FOLLOWERS),
            [
                "los pronósticos a 1 día se desviaron 1 seguidor (0,9 %) (mediana de 1)",
                "de 1 resultado, 1 en el intervalo del 80 %",
            ]
        );
    }

    #[test]
    fn a_small_median_keeps_its_fraction() {
        let off = |off_by| {
            let record = TrackRecord {
                median_abs_error: Some(value(off_by)),
                num_checked: 2,
                ..TrackRecord::default()
            };
            plain(&short(english(), &record))
        };
        assert_eq!(off(2.5), "off by 2.5, median of 2");
        assert_eq!(off(0.03), "off by under 0.1, median of 2");
        assert_eq!(off(0.0), "off by 0, median of 2");
        assert_eq!(off(12_109.4), "off by 12,109, median of 2");
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        let old =
            TrackRecord { median_abs_pct_error: Some(value(0.9)), num_checked: 41, ..TrackRecord::default() };
        assert_eq!(whole(&old), "30-day forecasts were typically off by 0.9 % (median of 41)");
        assert_eq!(
            plain(&beside(english(), &old, 30)),
            "earlier 30-day forecasts were off by 0.9 %, median of 41"
        );
        let none = TrackRecord::default();
        assert_eq!(whole(&none), "no 30-day forecast could be checked yet");
        assert_eq!(plain(&beside(english(), &none, 30)), "no earlier 30-day forecast could be checked yet");
        assert_eq!(plain(&short(english(), &none)), "not checked yet");
    }
}
