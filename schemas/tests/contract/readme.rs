//! What the README says of events, words and metrics is what the program knows.

use casa24_schemas::{
    Absence, DeadLetterReason, Flag, ForecastMissing, LateEndReason, MetricInfo, MissingReason, Nature,
    Reason, Unit,
};

use crate::generate::{Generate, for_every_event};

const README: &str = include_str!("../../README.md");

#[test]
fn the_readme_lists_every_word_with_its_meaning() {
    let row = |word: &str, meaning: &str| {
        let row = format!("| `{word}` | {meaning} |");
        assert!(README.contains(&row), "README.md lacks the row {row}");
    };
    Flag::ALL.iter().for_each(|word| row(word.as_str(), word.meaning()));
    Absence::ALL.iter().for_each(|word| row(word.as_str(), word.meaning()));
    Reason::ALL.iter().for_each(|word| row(word.as_str(), word.meaning()));
    MissingReason::ALL.iter().for_each(|word| row(word.as_str(), word.meaning()));
    Nature::ALL.iter().for_each(|word| row(word.as_str(), word.meaning()));
    Unit::ALL.iter().for_each(|word| row(word.as_str(), word.meaning()));
    LateEndReason::ALL.iter().for_each(|word| row(word.as_str(), word.meaning()));
    DeadLetterReason::ALL.iter().for_each(|word| row(word.as_str(), word.meaning()));
}

#[test]
fn the_readme_lists_every_metric() {
    for info in MetricInfo::all() {
        let nature = match info.nature {
            Nature::Window { days } => format!("{} of {days} days", info.nature.as_str()),
            nature => nature.as_str().to_owned(),
        };
        let row = format!("| `{}` | `{}` | {nature} | {} |", info.platform, info.metric, info.unit);
        assert!(README.contains(&row), "README.md lacks the row {row}");
    }
}

#[test]
fn the_readme_lists_why_a_forecast_is_missing() {
    let too_few = ForecastMissing::TooFewValues { have: 3, need: 14 };
    let all = [too_few, ForecastMissing::NoSolution, ForecastMissing::TooLarge, ForecastMissing::Unknown];
    assert_eq!(all.map(ForecastMissing::as_str), ForecastMissing::WORDS);
    for missing in all {
        assert_eq!(serde_json::to_value(missing).unwrap()["reason"], missing.as_str());
        let row = format!("| `{}` | {} |", missing.as_str(), missing.meaning());
        assert!(README.contains(&row), "README.md lacks the row {row}");
    }
}

fn the_readme_names_every_event<E: Generate>() {
    let row = format!("| `{}` |", E::SCHEMA);
    assert!(README.contains(&row), "README.md lacks the row {row}");
}
for_every_event!(the_readme_names_every_event);
