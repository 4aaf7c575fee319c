//! Formulas with their inputs, as an explanation shows them.

use casa24_answers::{CountedOtherwise, Formula, Input, OfForecast, Quantity};
use casa24_schemas::{Day, Value};

use crate::card::Line;
use crate::words::{Argument, Said, Symbol, Words};

use super::frame::{joined, name};

/// Characters of a piece of a long text.
const PIECE: usize = 32;

/// The lists of an explanation, each with the letter before its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Observed,
    Breakdowns,
    Steps,
    Series,
    Goals,
    Forecasts,
    Findings,
}

impl List {
    /// The number by which inputs name an entry.
    pub(super) fn number(self, index: usize) -> String {
        let letter = match self {
            Self::Observed => "",
            Self::Breakdowns => "P",
            Self::Steps => "N",
            Self::Series => "S",
            Self::Goals => "G",
            Self::Forecasts => "F",
            Self::Findings => "H",
        };
        format!("[{letter}{}]", index + 1)
    }
}

/// What a number is computed from, and how.
pub(super) fn computed(words: &Words, formula: Formula, inputs: &[Input]) -> Line {
    let lines: Vec<Line> = inputs.iter().map(|each| input(words, each)).collect();
    let count = lines.len() as u64;
    let sum = |lines: Vec<Line>| joined(lines, Symbol::Plus);
    let letters = ["a", "b", "c", "d", "e"];
    let of = |id: &str, lines: Vec<Line>| {
        let arguments: Vec<(&'static str, Argument)> =
            letters.into_iter().zip(lines).map(|(letter, input)| (letter, input.into())).collect();
        words.line(id, &arguments)
    };
    let list =
        |id: &str, lines: Vec<Line>| words.line(id, &[("inputs", joined(lines, Symbol::Comma).into())]);
    match formula {
        Formula::Observed | Formula::Sum | Formula::Pace => sum(lines),
        Formula::SumOfDifferences => {
            sum(lines.chunks(2).map(|pair| of("formula-pair", pair.to_vec())).collect())
        }
        Formula::Mean => words.line("formula-mean", &[("sum", sum(lines).into()), ("count", count.into())]),
        Formula::Median => list("formula-median", lines),
        Formula::Least => list("formula-least", lines),
        Formula::Greatest => list("formula-greatest", lines),
        Formula::ThirdGreatest => list("formula-third-greatest", lines),
        Formula::Count if lines.is_empty() => words.say("formula-none").into(),
        Formula::Count => list("formula-number-of", lines),
        Formula::Difference => of("formula-difference", lines),
        Formula::PercentChange => of("formula-percent", lines),
        Formula::Quotient => of("formula-quotient", lines),
        Formula::DifferenceQuotient => of("formula-difference-quotient", lines),
        Formula::DaysInclusive => of("formula-days-inclusive", lines),
        Formula::Rises => of("formula-rises", lines),
        Formula::HighestOfSeries => of("formula-highest-of-series", lines),
        Formula::NextOnLadder => of("formula-next-on-ladder", lines),
        Formula::HighestOnLadder => of("formula-highest-on-ladder", lines),
        Formula::YearsByChance => of("formula-years-by-chance", lines),
        Formula::MedianOfChanges => of("formula-median-of-changes", lines),
        Formula::SpreadOfChanges => of("formula-spread-of-changes", lines),
        Formula::UsualOfWeekday => of("formula-usual-of-weekday", lines),
        Formula::LeavingWindow => of("formula-leaving-window", lines),
        Formula::DistanceAbove => of("formula-distance-above", lines),
        Formula::DistanceBelow => of("formula-distance-below", lines),
        Formula::TailStartAbove => of("formula-tail-start-above", lines),
        Formula::TailStartBelow => of("formula-tail-start-below", lines),
        Formula::TailScaleAbove => of("formula-tail-scale-above", lines),
        Formula::TailScaleBelow => of("formula-tail-scale-below", lines),
        Formula::TailProbability => of("formula-tail-probability", lines),
        Formula::TailQuantile => of("formula-tail-quantile", lines),
        Formula::StudentTail => of("formula-student-tail", lines),
        Formula::StudentQuantile => of("formula-student-quantile", lines),
        Formula::OddsOfDay => of("formula-odds-of-day", lines),
        Formula::OddsOfPace => of("formula-odds-of-pace", lines),
        Formula::OddsOfViral => of("formula-odds-of-viral", lines),
        Formula::Scaled => of("formula-scaled", lines),
        Formula::LowerOfDay => of("formula-lower-of-day", lines),
        Formula::UpperOfDay => of("formula-upper-of-day", lines),
        Formula::LowerOfPace => of("formula-lower-of-pace", lines),
        Formula::UpperOfPace => of("formula-upper-of-pace", lines),
        Formula::SpreadOfWeeks => of("formula-spread-of-weeks", lines),
        Formula::FreedomOfWeeks => of("formula-freedom-of-weeks", lines),
        Formula::ErrorOfDifference => of("formula-error-of-difference", lines),
        Formula::PaceDistance => of("formula-pace-distance", lines),
        Formula::SecondSmallest => of("formula-second-smallest", lines),
        Formula::AnyOf => of("formula-any-of", lines),
        Formula::PercentAWeek => of("formula-percent-a-week", lines),
    }
}

fn input(words: &Words, input: &Input) -> Line {
    let numbered = |value: &Value, list: List, index: &u32| {
        text(&format!("{} {}", number(*value), list.number(*index as usize)))
    };
    match input {
        Input::Observed { index, value } => numbered(value, List::Observed, index),
        Input::Breakdown { index, of, value } => {
            let place = List::Breakdowns.number(*index as usize);
            joined([text(&format!("{} {place}", number(*value))), name(of)], Symbol::Space)
        }
        Input::Figure { figure, value } => text(&format!("{} ({figure})", number(*value))),
        Input::Days { since, until, value } => text(&format!("{value} ({since}/{until})")),
        Input::Step { index, value } => numbered(value, List::Steps, index),
        Input::Number { what, value } => {
            let (value, what) = (name(&number(*value)), quantity(words, *what));
            words.line("quantity", &[("value", value.into()), ("what", what.into())])
        }
        Input::Series { index, .. } | Input::Weeks { index, .. } => {
            name(&List::Series.number(*index as usize))
        }
        Input::Pace { index, after, until, value, otherwise } => {
            let series = name(&List::Series.number(*index as usize));
            let arguments = [
                ("value", name(&number(*value)).into()),
                ("series", series.into()),
                ("span", name(&span(*after, *until)).into()),
            ];
            let pace = words.line("explanation-pace-of", &arguments);
            let otherwise = otherwise.iter().map(|change| counted_otherwise(words, change));
            joined([pace].into_iter().chain(otherwise), Symbol::Semicolon)
        }
        Input::Goal { index, value } => numbered(value, List::Goals, index),
        Input::Forecast { index, day, what, value } => {
            let what = match what {
                OfForecast::Predicted => "predicted",
                OfForecast::Lower80 => "lower_80",
                OfForecast::Upper80 => "upper_80",
                OfForecast::Lower95 => "lower_95",
                OfForecast::Upper95 => "upper_95",
                OfForecast::MedianAbsPctError => "median_abs_pct_error",
                OfForecast::MedianAbsError => "median_abs_error",
                OfForecast::NaiveMedianAbsError => "naive_median_abs_error",
                OfForecast::NumChecked => "num_checked",
                OfForecast::NumIn80 => "num_in_80",
                OfForecast::NumIn95 => "num_in_95",
            };
            let place = List::Forecasts.number(*index as usize);
            text(&format!("{} ({place} {day} {what})", number(*value)))
        }
        Input::Finding { index, value } => numbered(value, List::Findings, index),
    }
}

/// A number with all its digits; a very small one with an exponent.
pub(super) fn number(value: Value) -> String {
    let is_tiny = value.get() != 0.0 && value.get().abs() < 1e-4;
    if is_tiny { format!("{:e}", value.get()) } else { value.to_string() }
}

/// A text that may be longer than a name, of which outputs show the beginning only.
pub(super) fn text(text: &str) -> Line {
    let word = |word: &str| {
        let characters: Vec<char> = word.chars().collect();
        let pieces = characters.chunks(PIECE).map(|piece| name(&piece.iter().collect::<String>()));
        pieces.fold(Line::default(), |line, piece| line.then(piece))
    };
    joined(text.split(' ').map(word), Symbol::Space)
}

/// The days behind one, up to another.
pub(super) fn span(after: Day, until: Day) -> String {
    format!("{after}/{until}")
}

/// A change that counts otherwise than it was.
pub(super) fn counted_otherwise(words: &Words, change: &CountedOtherwise) -> Line {
    let arguments = [
        ("span", name(&span(change.after, change.until)).into()),
        ("counted", name(&number(change.counted)).into()),
        ("was", name(&number(change.per_day)).into()),
    ];
    words.line("explanation-otherwise", &arguments)
}

/// What a number stands for.
pub(super) fn quantity(words: &Words, quantity: Quantity) -> Said {
    words.say(match quantity {
        Quantity::PerDay => "quantity-per-day",
        Quantity::Median => "quantity-median",
        Quantity::WeekdayMedian => "quantity-weekday-median",
        Quantity::NumOfWeekday => "quantity-num-of-weekday",
        Quantity::Usual => "quantity-usual",
        Quantity::Spread => "quantity-spread",
        Quantity::Leaving => "quantity-leaving",
        Quantity::NumDays => "quantity-num-days",
        Quantity::Distance => "quantity-distance",
        Quantity::NumDistances => "quantity-num-distances",
        Quantity::NumAtLeast => "quantity-num-at-least",
        Quantity::TailStart => "quantity-tail-start",
        Quantity::TailScale => "quantity-tail-scale",
        Quantity::Likelihood => "quantity-likelihood",
        Quantity::Probability => "quantity-probability",
        Quantity::Quantile => "quantity-quantile",
        Quantity::Freedom => "quantity-freedom",
        Quantity::ByChance => "quantity-by-chance",
        Quantity::NumSeries => "quantity-num-series",
        Quantity::NumItems => "quantity-num-items",
        Quantity::NumWeeks => "quantity-num-weeks",
        Quantity::NumWeeksBefore => "quantity-num-weeks-before",
        Quantity::Winsorized => "quantity-winsorized",
        Quantity::NewPace => "quantity-new-pace",
        Quantity::PaceBefore => "quantity-pace-before",
        Quantity::GainedMore => "quantity-gained-more",
        Quantity::Reach => "quantity-reach",
        Quantity::Highest => "quantity-highest",
        Quantity::StandardError => "quantity-standard-error",
    })
}
