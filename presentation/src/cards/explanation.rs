//! How the figures of an answer come about, as a card.

use casa24_answers::{
    Explained, Explanation, Formula, Input, ObservedValue, Unexplained, UnexplainedReason, UsedBreakdown,
};
use casa24_schemas::DatedFlag;

use crate::card::{Block, Card, Line};
use crate::words::{Argument, Symbol, Words};

use super::flags;
use super::frame::{joined, labelled, name, section};

const COLOUR: u32 = 0x95_A5_A6;

/// Where the event with an observed value is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredIn {
    /// Name of the stream.
    pub stream: String,
    /// Its sequence there.
    pub sequence: u64,
    /// Where the value came from: a file's name, or the platform's API.
    pub source: String,
}

/// Where the events of an explanation are stored, each in the order there; `None` where one is not found.
#[derive(Debug, Clone, Copy, Default)]
pub struct StoredEvents<'e> {
    /// Those of its observed values.
    pub observed: &'e [Option<StoredIn>],
    /// Those of its breakdowns.
    pub breakdowns: &'e [Option<StoredIn>],
}

/// The card of an explanation. Numbers and places are those of the typed answer.
pub fn explanation_card(explanation: &Explanation, events: &StoredEvents<'_>, words: &Words) -> Card {
    let mut card = Card::new(COLOUR, words.say("explanation-title").into());
    card.lead.push(Line::from(words.say("explanation-how")).quiet().into());
    let figures = explanation.figures.iter().map(|figure| figure_line(words, figure).into());
    card.sections.push(section(words.say("explanation-figures"), figures.collect()));
    let numbered = explanation.observed.iter().zip(events.observed).enumerate();
    let observed: Vec<Block> =
        numbered.map(|(at, (value, event))| observed_line(words, at, value, event.as_ref()).into()).collect();
    card.sections.push(section(words.say("explanation-observed"), observed));
    let numbered = explanation.breakdowns.iter().zip(events.breakdowns).enumerate();
    let breakdowns =
        numbered.map(|(at, (used, event))| breakdown_line(words, at, used, event.as_ref()).into()).collect();
    card.sections.push(section(words.say("explanation-breakdowns"), breakdowns));
    let unexplained = explanation.unexplained.iter().map(|figure| unexplained_line(words, figure).into());
    card.sections.push(section(words.say("explanation-none"), unexplained.collect()));
    card
}

fn figure_line(words: &Words, Explained { figure, value, formula, inputs }: &Explained) -> Line {
    let inputs: Vec<Line> = inputs.iter().map(input).collect();
    let result =
        [("value", name(&value.to_string()).strong().into()), ("formula", computed(words, *formula, inputs))];
    labelled(words, name(figure), words.line("explanation-result", &result))
}

fn computed(words: &Words, formula: Formula, inputs: Vec<Line>) -> Argument {
    let count = inputs.len() as u64;
    let sum = |inputs: Vec<Line>| joined(inputs, Symbol::Plus);
    let names = ["a", "b", "c"];
    let of = |id: &str, inputs: Vec<Line>| {
        let arguments: Vec<(&'static str, Argument)> =
            names.into_iter().zip(inputs).map(|(name, input)| (name, input.into())).collect();
        words.line(id, &arguments)
    };
    let line = match formula {
        Formula::Observed | Formula::Sum => sum(inputs),
        Formula::Mean => words.line("formula-mean", &[("sum", sum(inputs).into()), ("count", count.into())]),
        Formula::Difference => of("formula-difference", inputs),
        Formula::PercentChange => of("formula-percent", inputs),
        Formula::Quotient => of("formula-quotient", inputs),
        Formula::DifferenceQuotient => of("formula-difference-quotient", inputs),
    };
    line.into()
}

fn input(input: &Input) -> Line {
    name(&match input {
        Input::Observed { index, value } => format!("{value} {}", number(*index as usize)),
        Input::Breakdown { index, of, value } => {
            format!("{value} {} {of}", breakdown_number(*index as usize))
        }
        Input::Figure { figure, value } => format!("{value} ({figure})"),
        Input::Days { since, until, value } => format!("{value} ({since}/{until})"),
    })
}

/// The number by which inputs name an observed value.
fn number(index: usize) -> String {
    format!("[{}]", index + 1)
}

/// The number by which inputs name a breakdown.
fn breakdown_number(index: usize) -> String {
    format!("[P{}]", index + 1)
}

fn stored_line(words: &Words, event: Option<&StoredIn>) -> Line {
    event.map_or_else(
        || words.say("explanation-not-found").into(),
        |event| {
            joined([name(&format!("{} {}", event.stream, event.sequence)), name(&event.source)], Symbol::Dot)
        },
    )
}

fn breakdown_line(words: &Words, at: usize, used: &UsedBreakdown, event: Option<&StoredIn>) -> Line {
    let UsedBreakdown { artist, platform, period, by } = used;
    let parts = [
        name(&artist.name).strong(),
        words.platform(platform).into(),
        name(by),
        name(&format!("{}..{}", period.first, period.last)),
        stored_line(words, event),
    ];
    name(&breakdown_number(at)).then(Symbol::Space).then(joined(parts, Symbol::Dot))
}

fn observed_line(words: &Words, at: usize, value: &ObservedValue, event: Option<&StoredIn>) -> Line {
    let stored = stored_line(words, event);
    let date = value.observed_at.date();
    let dated: Vec<DatedFlag> = value.flags.iter().map(|flag| DatedFlag { date, flag: *flag }).collect();
    let parts = [
        name(&value.artist.name).strong(),
        words.series(&value.platform, &value.metric).into(),
        name(&value.value.to_string()).strong(),
        name(&value.observed_at.to_string()),
        stored,
    ];
    let parts = parts.into_iter().chain(flags::line(words, &dated));
    name(&number(at)).then(Symbol::Space).then(joined(parts, Symbol::Dot))
}

fn unexplained_line(words: &Words, Unexplained { figure, reason }: &Unexplained) -> Line {
    let why = words.say(match reason {
        UnexplainedReason::Forecast => "explanation-forecast",
        UnexplainedReason::Finding => "explanation-finding",
        UnexplainedReason::Pace => "explanation-pace",
        UnexplainedReason::DailySum => "explanation-daily-sum",
        UnexplainedReason::NotReproduced => "explanation-not-reproduced",
        UnexplainedReason::Command => return words.say("explanation-command").into(),
    });
    labelled(words, name(figure), why)
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Artist, Day, Flag, Metric, Observed, Period, Platform, Value};

    use super::*;
    use crate::terminal;
    use crate::words::Locale;

    #[test]
    fn a_figure_stands_with_its_formula_and_a_value_with_its_event() {
        let value = |number| Value::new(number).unwrap();
        let observed = |day: &str, number, flags: &[Flag]| ObservedValue {
            artist: Artist::new("Luz").unwrap(),
            platform: Platform::SPOTIFY,
            metric: Metric::FOLLOWERS,
            observed_at: Observed::parse(day).unwrap(),
            value: value(number),
            flags: flags.to_vec(),
        };
        let of = |figure: &str, number, formula, inputs| Explained {
            figure: figure.to_owned(),
            value: value(number),
            formula,
            inputs,
        };
        let now = || Input::Observed { index: 0, value: value(110.0) };
        let day = |text: &str| Day(Observed::parse(text).unwrap().date());
        let of_period = || Input::Breakdown { index: 0, of: "Japon".to_owned(), value: value(30.0) };
        let before = || Input::Observed { index: 1, value: value(1_000.5) };
        let explanation = Explanation {
            figures: vec![
                of("/a/change", -890.5, Formula::Difference, vec![now(), before()]),
                of("/a/mean", 555.25, Formula::Mean, vec![now(), before()]),
                of("/songs/0/songs/0/streams", 30.0, Formula::Observed, vec![of_period()]),
            ],
            observed: vec![
                observed("2025-09-30", 110.0, &[Flag::LevelChange]),
                observed("2025-08-31", 1_000.5, &[]),
            ],
            breakdowns: vec![UsedBreakdown {
                artist: Artist::new("Luz").unwrap(),
                platform: Platform::SPOTIFY,
                period: Period { first: day("2026-08-01"), last: day("2026-08-28") },
                by: "song".to_owned(),
            }],
            unexplained: vec![Unexplained {
                figure: "/expected".to_owned(),
                reason: UnexplainedReason::Forecast,
            }],
        };
        let stored =
            StoredIn { stream: "VALID".to_owned(), sequence: 1_234, source: "2025-09-30.json".to_owned() };
        for (locale, told) in [(Locale::English, "made by a model"), (Locale::Spanish, "modelo")] {
            let words = Words::of(locale);
            let card = {
                let observed = [Some(stored.clone()), None];
                let events = StoredEvents { observed: &observed, breakdowns: &[None] };
                explanation_card(&explanation, &events, words)
            };
            let text = terminal::draw(&card, words, 200, false);
            for part in [
                "/a/change: -890.5 = 110 [1] − 1000.5 [2]",
                "/a/mean: 555.25 = (110 [1] + 1000.5 [2]) / 2",
                "/songs/0/songs/0/streams: 30 = 30 [P1] Japon",
                "[P1] Luz · Spotify · song · 2026-08-01..2026-08-28 · ",
                "[1] Luz · ",
                " · 110 · 2025-09-30 · VALID 1234 · 2025-09-30.json · ",
                told,
            ] {
                assert!(text.contains(part), "{part:?} is not in {text}");
            }
        }
    }
}
