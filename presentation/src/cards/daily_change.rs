//! By how much figures move a day, one alone or several together.

use casa24_schemas::{Metric, Nature, Platform, TogetherPart, Value, metric_info};

use crate::card::Line;
use crate::words::{Said, Symbol, Words};

use super::frame::{joined, name};

/// Most figures that a line names of several that moved together.
const MAX_PARTS: usize = 3;
/// From here on a number a day has no decimals.
const WHOLE_FROM: f64 = 100.0;
/// What moved a day, with its sign; an amount of each day without.
pub(super) fn rate(words: &Words, platform: &Platform, metric: &Metric, per_day: Value) -> Said {
    let rounded = if per_day.get().abs() < WHOLE_FROM { None } else { Value::new(per_day.get().round()) };
    let shown = rounded.unwrap_or(per_day);
    if shown.get() != 0.0 && shown.get().abs() < 0.05 {
        words.small(shown)
    } else if is_amount(platform, metric) {
        words.number(shown)
    } else {
        words.signed(shown)
    }
}

pub(super) fn is_amount(platform: &Platform, metric: &Metric) -> bool {
    metric_info(platform, metric).is_some_and(|info| info.nature == Nature::Flow)
}

/// Figures that moved together: `Spotify followers +412 (usual +38), “Song” +900 (usual +20) and 2 more`.
pub(super) fn parts(words: &Words, figures: &[TogetherPart]) -> Line {
    let shown = joined(figures.iter().take(MAX_PARTS).map(|figure| part(words, figure)), Symbol::Comma);
    let num_more = figures.len().saturating_sub(MAX_PARTS);
    if num_more == 0 {
        return shown;
    }
    words.line("names-and-more", &[("names", shown.into()), ("count", (num_more as u64).into())])
}

/// One figure that moved together with others.
fn part(words: &Words, figure: &TogetherPart) -> Line {
    let TogetherPart { platform, metric, item, per_day, usual, .. } = figure;
    let series = Line::from(words.series(platform, metric));
    let what = match item {
        Some(item) => words.line("finding-item", &[("item", name(item).into()), ("series", series.into())]),
        None => series,
    };
    words.line(
        "finding-part",
        &[
            ("what", what.into()),
            ("change", rate(words, platform, metric, *per_day).into()),
            ("usual", rate(words, platform, metric, *usual).into()),
        ],
    )
}
