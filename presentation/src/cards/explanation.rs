//! How the figures of an answer come about, as a card.

use casa24_answers::{
    Computed, Explained, ExplainedDay, Explanation, ObservedValue, SpanPace, Step, StoredEvent,
    UndoneFinding, Unexplained, UnexplainedReason, UsedBreakdown, UsedFinding, UsedForecast, UsedGoal,
    UsedMethod, UsedSeries, WithheldFigure,
};
use casa24_schemas::DatedFlag;

use crate::card::{Block, Card, Line};
use crate::words::{Argument, Said, Symbol, Words};

use super::flags;
use super::formula::{List, computed, counted_otherwise, number, quantity, span, text};
use super::frame::{joined, labelled, name, section};

const COLOUR: u32 = 0x95_A5_A6;

/// The card of an explanation. Numbers and places are those of the typed answer.
pub fn explanation_card(explanation: &Explanation, words: &Words) -> Card {
    let mut card = Card::new(COLOUR, words.say("explanation-title").into());
    card.lead.push(Line::from(words.say("explanation-how")).quiet().into());
    let mut add = |heading: Said, lines: Vec<Line>| {
        let blocks: Vec<Block> = lines.into_iter().map(Block::from).collect();
        card.sections.push(section(heading, blocks));
    };
    add(words.say("explanation-figures"), each(&explanation.figures, |figure| figure_line(words, figure)));
    add(words.say("explanation-days"), each(&explanation.days, |day| day_line(words, day)));
    add(words.say("explanation-methods"), each(&explanation.methods, method_line));
    add(words.say("explanation-steps"), numbered(words, &explanation.steps, step_line));
    add(words.say("explanation-observed"), numbered(words, &explanation.observed, observed_line));
    add(words.say("explanation-series"), numbered(words, &explanation.series, series_line));
    add(words.say("explanation-breakdowns"), numbered(words, &explanation.breakdowns, breakdown_line));
    add(words.say("explanation-goals"), numbered(words, &explanation.goals, goal_line));
    add(words.say("explanation-forecasts"), numbered(words, &explanation.forecasts, forecast_line));
    add(words.say("explanation-counted"), numbered(words, &explanation.findings, finding_line));
    add(words.say("explanation-undone"), each(&explanation.undone, |undone| undone_line(words, undone)));
    add(
        words.say("explanation-withheld"),
        each(&explanation.withheld, |figure| withheld_line(words, figure)),
    );
    let unexplained = each(&explanation.unexplained, |figure| unexplained_line(words, figure));
    add(words.say("explanation-none"), unexplained);
    card
}

fn each<T>(entries: &[T], line: impl Fn(&T) -> Line) -> Vec<Line> {
    entries.iter().map(line).collect()
}

fn numbered<T>(words: &Words, entries: &[T], line: fn(&Words, usize, &T) -> Line) -> Vec<Line> {
    entries.iter().enumerate().map(|(at, entry)| line(words, at, entry)).collect()
}

fn figure_line(words: &Words, Explained { figure, value, formula, inputs }: &Explained) -> Line {
    let formula = computed(words, *formula, inputs);
    let result = [("value", name(&number(*value)).strong().into()), ("formula", formula.into())];
    labelled(words, text(figure), words.line("explanation-result", &result))
}

fn day_line(words: &Words, ExplainedDay { figure, day, at_least, reached, before }: &ExplainedDay) -> Line {
    let arguments = [
        ("day", name(&day.to_string()).strong().into()),
        ("reached", number_line(words, reached).into()),
        ("needed", name(&number(*at_least)).into()),
    ];
    let reached = words.line("explanation-day", &arguments);
    let before = before
        .as_ref()
        .map(|before| words.line("explanation-day-before", &[("before", number_line(words, before).into())]));
    labelled(words, text(figure), joined([reached].into_iter().chain(before), Symbol::Semicolon))
}

/// A number with its formula, where that is not the number itself.
fn number_line(words: &Words, Computed { value, formula, inputs }: &Computed) -> Line {
    let formula_line = computed(words, *formula, inputs);
    if inputs.len() == 1 && inputs[0].value() == *value {
        return formula_line;
    }
    let result = [("value", name(&number(*value)).into()), ("formula", formula_line.into())];
    words.line("explanation-result", &result)
}

fn method_line(UsedMethod { figure, kind, name: method, parameters, sources }: &UsedMethod) -> Line {
    let parameters = parameters.iter().map(|(parameter, value)| text(&format!("{parameter} {value}")));
    let parameters = joined(parameters, Symbol::Comma);
    let sources = joined(sources.iter().map(|source| text(source)), Symbol::Semicolon);
    let parts = [text(figure), name(kind.as_str()), name(method).strong(), parameters, sources.quiet()];
    joined(parts.into_iter().filter(|part| !part.is_empty()), Symbol::Dot)
}

fn step_line(words: &Words, at: usize, Step { what, value, formula, inputs }: &Step) -> Line {
    let formula = computed(words, *formula, inputs);
    let result = [("value", name(&number(*value)).strong().into()), ("formula", formula.into())];
    let line = labelled(words, quantity(words, *what), words.line("explanation-result", &result));
    entry(List::Steps, at, [line])
}

/// A line of a list, with its number.
fn entry(list: List, at: usize, parts: impl IntoIterator<Item = Line>) -> Line {
    name(&list.number(at)).then(Symbol::Space).then(joined(parts, Symbol::Dot))
}

fn stored_line(words: &Words, event: Option<&StoredEvent>) -> Line {
    let Some(event) = event else { return words.say("explanation-not-found").into() };
    let place = name(&format!("{} {}", event.stream, event.sequence));
    joined([place].into_iter().chain(event.source.as_deref().map(name)), Symbol::Dot)
}

fn breakdown_line(words: &Words, at: usize, used: &UsedBreakdown) -> Line {
    let UsedBreakdown { artist, platform, period, by, event } = used;
    let parts = [
        name(&artist.name).strong(),
        words.platform(platform).into(),
        name(by),
        name(&format!("{}..{}", period.first, period.last)),
        stored_line(words, event.as_ref()),
    ];
    entry(List::Breakdowns, at, parts)
}

fn observed_line(words: &Words, at: usize, value: &ObservedValue) -> Line {
    let date = value.observed_at.date();
    let dated: Vec<DatedFlag> = value.flags.iter().map(|flag| DatedFlag { date, flag: *flag }).collect();
    let parts = [name(&value.artist.name).strong(), words.series(&value.platform, &value.metric).into()];
    let rest = [
        name(&value.value.to_string()).strong(),
        name(&value.observed_at.to_string()),
        stored_line(words, value.event.as_ref()),
    ];
    let parts = parts.into_iter().chain(value.item.as_deref().map(name)).chain(rest);
    entry(List::Observed, at, parts.chain(flags::line(words, &dated)))
}

fn series_line(words: &Words, at: usize, used: &UsedSeries) -> Line {
    let UsedSeries { artist, platform, metric, item, first, last, num_used, weekday, weeks, events } = used;
    let events = events.as_ref().map_or_else(
        || words.say("explanation-not-found").into(),
        |events| {
            let of = |text: &str| Argument::from(name(text));
            let arguments = [
                ("stream", of(&events.stream)),
                ("first", of(&events.first_sequence.to_string())),
                ("last", of(&events.last_sequence.to_string())),
                ("count", events.num_events.into()),
            ];
            words.line("explanation-events", &arguments)
        },
    );
    let count = name(&num_used.to_string());
    let parts = [name(&artist.name).strong(), words.series(platform, metric).into()];
    let rest = [
        name(&format!("{first}..{last}")),
        words.line("explanation-used", &[("count", count.into())]),
        events,
    ];
    let weekday = weekday.map(|number| {
        let number = name(&number.to_string());
        words.line("explanation-weekday", &[("number", number.into())])
    });
    let weeks = weeks.iter().map(|week| week_line(words, week));
    let weeks = Some(joined(weeks, Symbol::Semicolon)).filter(|weeks| !weeks.is_empty());
    let parts = parts.into_iter().chain(item.as_deref().map(name)).chain(rest);
    entry(List::Series, at, parts.chain(weekday).chain(weeks))
}

fn week_line(words: &Words, SpanPace { after, until, per_day, otherwise }: &SpanPace) -> Line {
    let otherwise = otherwise.iter().map(|change| counted_otherwise(words, change));
    let pace = text(&format!("{} ({})", number(*per_day), span(*after, *until)));
    joined([pace].into_iter().chain(otherwise), Symbol::Comma)
}

fn goal_line(words: &Words, at: usize, goal: &UsedGoal) -> Line {
    let UsedGoal { artist, platform, metric, value, since, by, event } = goal;
    let value = Argument::from(name(&value.to_string()).strong());
    let since = Argument::from(name(&since.to_string()));
    let set = match by {
        None => words.line("explanation-goal", &[("value", value), ("since", since)]),
        Some(by) => {
            let by = Argument::from(name(&by.to_string()));
            words.line("explanation-goal-by", &[("value", value), ("since", since), ("by", by)])
        }
    };
    let series = words.series(platform, metric).into();
    let parts = [name(&artist.name).strong(), series, set, stored_line(words, event.as_ref())];
    entry(List::Goals, at, parts)
}

fn forecast_line(words: &Words, at: usize, forecast: &UsedForecast) -> Line {
    let UsedForecast { artist, platform, metric, model, generated_at, current, series, event } = forecast;
    let stored = match event {
        Some(event) => stored_line(words, Some(event)),
        None => words.say("explanation-computed").into(),
    };
    let whose = artist.as_ref().map_or_else(|| words.say("total").into(), |artist| name(&artist.name));
    let whose: Line = whose.strong();
    let parts = [
        whose,
        words.series(platform, metric).into(),
        name(model),
        text(&format!("{current} ({generated_at})")),
        joined(series.iter().map(|at| name(&List::Series.number(*at as usize))), Symbol::Space),
        stored,
    ];
    entry(List::Forecasts, at, parts)
}

fn finding_line(words: &Words, at: usize, finding: &UsedFinding) -> Line {
    let UsedFinding { artist, kind, platform, metric, date, event } = finding;
    let parts = [
        name(&artist.name).strong(),
        name(kind.as_str()),
        name(&format!("{platform}.{metric}")),
        name(&date.to_string()),
        stored_line(words, event.as_ref()),
    ];
    entry(List::Findings, at, parts)
}

/// `/corrections/taken_back/0 · Luz · streak · spotify.followers · 2025-03-09 · [1], [2] · TRENDS 12`.
fn undone_line(words: &Words, undone: &UndoneFinding) -> Line {
    let UndoneFinding { figure, artist, kind, platform, metric, date, values, num_values, event } = undone;
    let num_more = u64::from(*num_values) - values.len() as u64;
    let mut values =
        joined(values.iter().map(|index| name(&List::Observed.number(*index as usize))), Symbol::Comma);
    if num_more > 0 {
        values = words.line("names-and-more", &[("names", values.into()), ("count", num_more.into())]);
    }
    let parts = [
        text(figure),
        name(&artist.name).strong(),
        name(kind.as_str()),
        name(&format!("{platform}.{metric}")),
        name(&date.to_string()),
        values,
        stored_line(words, event.as_ref()),
    ];
    joined(parts.into_iter().filter(|part| !part.is_empty()), Symbol::Dot)
}

/// `/corrections/revised/0 · Luz · Spotify followers · 2025-03-09 · REJECTED 12 · 2025-03-09.json`.
fn withheld_line(words: &Words, withheld: &WithheldFigure) -> Line {
    let WithheldFigure { figure, artist, platform, metric, observed_at, event } = withheld;
    let parts = [
        text(figure),
        name(&artist.name).strong(),
        words.series(platform, metric).into(),
        name(&observed_at.to_string()),
        stored_line(words, event.as_ref()),
    ];
    joined(parts, Symbol::Dot)
}

fn unexplained_line(words: &Words, Unexplained { figure, reason }: &Unexplained) -> Line {
    let why = words.say(match reason {
        UnexplainedReason::TakenBack => "explanation-taken-back",
        UnexplainedReason::NotReproduced => "explanation-not-reproduced",
        UnexplainedReason::Command => return words.say("explanation-command").into(),
    });
    labelled(words, text(figure), why)
}

#[cfg(test)]
mod tests {
    use casa24_answers::{CountedOtherwise, Formula, Input, Quantity, StoredRange};
    use casa24_schemas::{Artist, Day, Flag, Metric, Observed, Period, Platform, TrendKind, Value};

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
            item: None,
            event: None,
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
        let likelihood = || Input::Figure {
            figure: "/because/finding/facts/parts/0/likelihood".to_owned(),
            value: value(1.5e-9),
        };
        let step = || Input::Step { index: 0, value: value(0.5) };
        let before = || Input::Observed { index: 1, value: value(1_000.5) };
        let stored = StoredEvent {
            stream: "VALID".to_owned(),
            sequence: 1_234,
            subject: "snapshot.valid.spotify.Luz".to_owned(),
            source: Some("2025-09-30.json".to_owned()),
            revision: Some(0),
        };
        let computed = |number, formula, inputs| Computed { value: value(number), formula, inputs };
        let explanation = Explanation {
            figures: vec![
                of("/a/change", -890.5, Formula::Difference, vec![now(), before()]),
                of("/a/mean", 555.25, Formula::Mean, vec![now(), before()]),
                of("/songs/0/songs/0/streams", 30.0, Formula::Observed, vec![of_period()]),
                of("/because/finding/by_chance", 1.5e-9, Formula::Observed, vec![likelihood()]),
            ],
            days: vec![ExplainedDay {
                figure: "/achieved/0/date".to_owned(),
                day: day("2025-09-30"),
                at_least: value(100.0),
                reached: computed(110.0, Formula::Observed, vec![now()]),
                before: Some(computed(
                    90.5,
                    Formula::Sum,
                    vec![Input::Number { what: Quantity::NumDays, value: value(90.0) }, step()],
                )),
            }],
            steps: vec![Step {
                what: Quantity::Usual,
                value: value(0.5),
                formula: Formula::MedianOfChanges,
                inputs: vec![Input::Series { index: 0, value: value(56.0) }],
            }],
            methods: vec![UsedMethod {
                figure: "/findings/0".to_owned(),
                kind: TrendKind::SPIKE,
                name: "peaks_over_threshold".to_owned(),
                parameters: [("by_chance".to_owned(), value(0.2))].into(),
                sources: vec![
                    "Hampel 1974, The influence curve and its role in robust estimation".to_owned(),
                ],
            }],
            series: vec![UsedSeries {
                artist: Artist::new("Luz").unwrap(),
                platform: Platform::SPOTIFY,
                metric: Metric::FOLLOWERS,
                item: None,
                first: day("2025-07-01"),
                last: day("2025-09-29"),
                num_used: 56,
                weekday: Some(2),
                weeks: vec![SpanPace {
                    after: day("2025-09-22"),
                    until: day("2025-09-29"),
                    per_day: value(3.5),
                    otherwise: vec![CountedOtherwise {
                        after: day("2025-09-23"),
                        until: day("2025-09-24"),
                        num_days: 1,
                        per_day: value(400.0),
                        counted: value(12.0),
                    }],
                }],
                events: Some(StoredRange {
                    stream: "VALID".to_owned(),
                    subject: "snapshot.valid.spotify.Luz".to_owned(),
                    first_sequence: 7,
                    last_sequence: 1_233,
                    num_events: 1,
                }),
            }],
            observed: vec![
                ObservedValue {
                    event: Some(stored.clone()),
                    ..observed("2025-09-30", 110.0, &[Flag::LevelChange])
                },
                observed("2025-08-31", 1_000.5, &[]),
            ],
            breakdowns: vec![UsedBreakdown {
                artist: Artist::new("Luz").unwrap(),
                platform: Platform::SPOTIFY,
                period: Period { first: day("2026-08-01"), last: day("2026-08-28") },
                by: "song".to_owned(),
                event: None,
            }],
            goals: vec![UsedGoal {
                artist: Artist::new("Luz").unwrap(),
                platform: Platform::SPOTIFY,
                metric: Metric::FOLLOWERS,
                value: value(300.0),
                since: day("2025-07-01"),
                by: Some(day("2025-12-01")),
                event: Some(StoredEvent {
                    stream: "ROSTER".to_owned(),
                    sequence: 9,
                    source: None,
                    revision: None,
                    ..stored
                }),
            }],
            forecasts: vec![UsedForecast {
                artist: Some(Artist::new("Luz").unwrap()),
                platform: Platform::SPOTIFY,
                metric: Metric::FOLLOWERS,
                model: "ensemble".to_owned(),
                generated_at: Observed::parse("2025-09-30").unwrap(),
                current: value(110.0),
                series: vec![0, 0],
                event: None,
            }],
            findings: vec![UsedFinding {
                artist: Artist::new("Luz").unwrap(),
                kind: TrendKind::VIRAL,
                platform: Platform::ALL_TOGETHER,
                metric: Metric::ALL_TOGETHER,
                date: day("2025-08-01"),
                event: None,
            }],
            undone: vec![UndoneFinding {
                figure: "/corrections/taken_back/0".to_owned(),
                artist: Artist::new("Luz").unwrap(),
                kind: TrendKind::STREAK,
                platform: Platform::SPOTIFY,
                metric: Metric::FOLLOWERS,
                date: day("2025-09-28"),
                values: vec![0, 1],
                num_values: 5,
                event: Some(StoredEvent {
                    stream: "TRENDS".to_owned(),
                    sequence: 12,
                    source: None,
                    revision: None,
                    subject: "trend.streak.Luz.spotify.followers".to_owned(),
                }),
            }],
            withheld: vec![WithheldFigure {
                figure: "/corrections/revised/0".to_owned(),
                artist: Artist::new("Luz").unwrap(),
                platform: Platform::SPOTIFY,
                metric: Metric::FOLLOWERS,
                observed_at: Observed::parse("2025-09-27").unwrap(),
                event: Some(StoredEvent {
                    stream: "REJECTED".to_owned(),
                    sequence: 5,
                    source: Some("2025-09-27.json".to_owned()),
                    revision: None,
                    subject: "snapshot.rejected.spotify.Luz".to_owned(),
                }),
            }],
            unexplained: vec![Unexplained {
                figure: "/expected".to_owned(),
                reason: UnexplainedReason::TakenBack,
            }],
        };
        for (locale, told) in [
            (Locale::English, "by what was known before it was taken back"),
            (Locale::Spanish, "según lo que se sabía antes de retirarlo"),
        ] {
            let words = Words::of(locale);
            let card = explanation_card(&explanation, words);
            let text = terminal::draw(&card, words, 100, false);
            let lines = text.lines().map(|line| line.trim_start_matches('│').trim());
            let text = lines.collect::<Vec<_>>().join(" ");
            for part in [
                "/a/change: -890.5 = 110 [1] − 1000.5 [2]",
                "/a/mean: 555.25 = (110 [1] + 1000.5 [2]) / 2",
                "/songs/0/songs/0/streams: 30 = 30 [P1] Japon",
                "[P1] Luz · Spotify · song · 2026-08-01..2026-08-28 · ",
                "[1] Luz · ",
                " · 110 · 2025-09-30 · VALID 1234 · 2025-09-30.json · ",
                "/because/finding/by_chance: 1.5e-9 = 1.5e-9 (/because/finding/facts/parts/0/likelihood)",
                "/achieved/0/date: 2025-09-30: 110 [1] ",
                "90.5 = 90 (",
                ") + 0.5 [N1]",
                "/findings/0 · spike · peaks_over_threshold · by_chance 0.2 · Hampel 1974, The influence curve",
                "[N1] ",
                ": 0.5 = median",
                " [S1]",
                "2025-07-01..2025-09-29 · 56 ",
                "VALID 7 ",
                "3.5 (2025-09-22/2025-09-29), 2025-09-23/2025-09-24 ",
                "[G1] Luz · ",
                "ROSTER 9",
                "[F1] Luz · ",
                " · ensemble · 110 (2025-09-30) · [S1] [S1] · ",
                "[H1] Luz · viral · all.all · 2025-08-01 · ",
                "/corrections/taken_back/0 · Luz · streak · spotify.followers · 2025-09-28 · [1], [2] ",
                " 3 ",
                " · TRENDS 12",
                "/corrections/revised/0 · Luz · ",
                " · 2025-09-27 · REJECTED 5 · 2025-09-27.json",
                told,
            ] {
                assert!(text.contains(part), "{part:?} is not in {text}");
            }
        }
    }
}
