//! A pace in one line: what it is now, what it was before, and the range that chance explains.

use casa24_answers::{PaceFigure, Paces};
use casa24_schemas::Date;

use crate::card::Line;
use crate::words::Words;

use super::daily_change::{is_amount, rate};
use super::finding::{day, direction};

/// `Spotify followers: growing faster, +30 a day since Aug 3, before +10 (range +4 to +16)`; `series` is whose and which figure it
/// is.
pub(super) fn line(words: &Words, series: Line, figure: &PaceFigure, paces: &Paces, as_of: Date) -> Line {
    let PaceFigure { platform, metric, .. } = figure;
    let per_day = |value| rate(words, platform, metric, value);
    let range = words.line(
        "finding-range",
        &[("lower", per_day(paces.lower).into()), ("upper", per_day(paces.upper).into())],
    );
    let direction = match &paces.change {
        Some(kind) => {
            let of = (paces.per_day_before, paces.per_day);
            direction(words, kind, of, is_amount(platform, metric))
        }
        None => words.say("pace-as-before"),
    };
    words.line(
        "finding-pace",
        &[
            ("series", series.into()),
            ("direction", direction.into()),
            ("now", per_day(paces.per_day).into()),
            ("day", day(words, paces.since, as_of).into()),
            ("before", per_day(paces.per_day_before).into()),
            ("range", range.into()),
        ],
    )
}
