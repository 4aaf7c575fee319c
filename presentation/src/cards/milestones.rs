//! `milestones` as a card.

use casa24_answers::Missing;
use casa24_answers::milestones::{Answer, GoalStanding, Outlook, Upcoming};
use casa24_schemas::{Date, Day, Metric, Platform, Value};

use crate::card::{Block, Card, Line, Section};
use crate::words::{Argument, Symbol, Words};

use super::frame::{self, joined, labelled, name, section, with_age};
use super::{finding, goal, missing};

const COLOUR: u32 = 0x1A_BC_9C;

/// Most milestones that each section lists of all artists, and of one.
const MAX_LINES: usize = 10;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let subject = frame::subject(words, answer.artist.as_deref());
    let title = words.line("milestones-title", &[("subject", subject.into())]);
    let method = words.say("milestones-method").into();
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    let as_of = answer.head.as_of.0;
    goals(answer, words, &mut card);
    if answer.which != "achieved" {
        ahead(answer, words, &mut card);
    }
    if answer.which != "upcoming" {
        let line = |noted| finding::line_of(words, noted, answer.artist.as_deref(), as_of);
        let mut lines: Vec<Block> =
            answer.achieved.iter().take(MAX_LINES).map(line).map(Block::from).collect();
        if lines.is_empty() {
            lines.push(Line::from(words.say("milestones-none")).into());
        }
        let num_more = (answer.num_achieved as usize).saturating_sub(MAX_LINES);
        card.sections.push(Section { num_more, ..section(words.say("milestones-reached"), lines) });
    }
    card
}

/// What is next: what has a day, what may come within the forecast, and what is not in sight.
fn ahead(answer: &Answer, words: &Words, card: &mut Card) {
    let as_of = answer.head.as_of.0;
    let has_day = |of: &Upcoming| of.next.as_ref().is_some_and(|next| next.expected.is_some());
    let may_come =
        |of: &Upcoming| !has_day(of) && of.next.as_ref().is_some_and(|next| next.earliest.is_some());
    let rest = |with_forecast: bool| {
        let is_of = move |of: &&Upcoming| {
            let is_far = !has_day(of) && !may_come(of);
            is_far && of.next.as_ref().is_some_and(|next| next.horizon_days.is_some() == with_forecast)
        };
        answer.upcoming.iter().filter(is_of).collect::<Vec<_>>()
    };
    let all = |is_of: &dyn Fn(&Upcoming) -> bool| answer.upcoming.iter().filter(|of| is_of(of)).collect();
    let parts: [(&str, Vec<&Upcoming>); 4] = [
        ("milestones-expected", all(&has_day)),
        ("milestones-possible", all(&may_come)),
        ("milestones-not-in-sight", rest(true)),
        ("milestones-no-forecast", rest(false)),
    ];
    for (heading, of) in parts {
        let lines = of.iter().take(MAX_LINES).map(|of| line(words, answer, of, as_of)).map(Block::from);
        let lines = section(words.say(heading), lines.collect());
        card.sections.push(Section { num_more: of.len().saturating_sub(MAX_LINES), ..lines });
    }
    if answer.artist.is_some() {
        let lacking = answer.upcoming.iter().filter_map(|of| {
            let why = of.missing.as_ref().filter(|why| **why != Missing::NoAccount)?;
            Some(labelled(words, series(words, answer, of), missing::line(words, why, &of.platform)))
        });
        card.sections.push(section(words.say("milestones-unknown"), lacking.map(Block::from).collect()));
    }
}

/// The label's goals: those ahead, and those reached.
fn goals(answer: &Answer, words: &Words, card: &mut Card) {
    let is_reached = |of: &&GoalStanding| reached_line(words, answer, of).is_some();
    let (reached, ahead): (Vec<_>, Vec<_>) = answer.goals.iter().partition(is_reached);
    for (heading, of) in [("milestones-goals", ahead), ("milestones-goals-reached", reached)] {
        let lines = of.iter().take(MAX_LINES).map(|of| goal_line(words, answer, of)).map(Block::from);
        let lines = section(words.say(heading), lines.collect());
        card.sections.push(Section { num_more: of.len().saturating_sub(MAX_LINES), ..lines });
    }
}

/// `Spotify followers: goal 1,000 reached on Sep 20, 2025`; `None` where it was not.
fn reached_line(words: &Words, answer: &Answer, of: &GoalStanding) -> Option<Line> {
    let series = figure(words, answer, &of.artist, &of.platform, &of.metric);
    if let Some(Day(day)) = of.reached_on {
        let said = [
            ("series", series.into()),
            ("goal", words.number(of.value).into()),
            ("day", words.day(day).into()),
        ];
        return Some(words.line("milestones-goal-reached", &said));
    }
    let when = of.when.as_ref().filter(|when| when.reached_since.is_some())?;
    Some(labelled(words, series, goal::line(words, when)))
}

fn goal_line(words: &Words, answer: &Answer, of: &GoalStanding) -> Line {
    let line = reached_line(words, answer, of).unwrap_or_else(|| goal_ahead(words, answer, of));
    let Some((Day(by), outlook)) = of.by.zip(of.outlook) else { return line };
    let id = match outlook {
        Outlook::Kept => "outlook-kept",
        Outlook::Missed => "outlook-missed",
        Outlook::Expected => "outlook-expected",
        Outlook::Possible => "outlook-possible",
        Outlook::Unlikely => "outlook-unlikely",
        Outlook::Unknown => "outlook-unknown",
    };
    line.then(Symbol::Dot).then(words.line(id, &[("day", words.day(by).into())]))
}

/// `Spotify followers: 950, goal 1,000 (50 to go) · expected on Oct 10, 2025 (80 %: …)`.
fn goal_ahead(words: &Words, answer: &Answer, of: &GoalStanding) -> Line {
    let series = figure(words, answer, &of.artist, &of.platform, &of.metric);
    let number = words.number(of.value);
    let Some((current, when)) = of.current.zip(of.when.as_ref()) else {
        let line =
            words.line("milestones-goal-without", &[("series", series.into()), ("goal", number.into())]);
        let why = of.missing.as_ref().map(|why| missing::line(words, why, &of.platform));
        return why.map_or_else(|| line.clone(), |why| line.clone().then(Symbol::Dot).then(why));
    };
    let said = [
        ("series", series.into()),
        ("current", words.number(current).into()),
        ("goal", number.into()),
        ("left", left(of.value, Some(current))),
    ];
    let line = words.line("milestones-goal", &said).then(Symbol::Dot).then(goal::when(words, when));
    with_age(line, words, of.current_date, answer.head.as_of.0)
}

/// What is left to a number from where the figure is; nothing where that is not known.
fn left(number: Value, current: Option<Value>) -> Argument {
    let left = current.and_then(|current| Value::new(number.get() - current.get()));
    left.map_or_else(|| Line::default().into(), Argument::from)
}

fn series(words: &Words, answer: &Answer, of: &Upcoming) -> Line {
    figure(words, answer, &of.artist, &of.platform, &of.metric)
}

/// A figure, and whose it is where the answer is about several artists.
fn figure(words: &Words, answer: &Answer, artist: &str, platform: &Platform, metric: &Metric) -> Line {
    let series = Line::from(words.series(platform, metric).capitalised());
    match answer.artist {
        Some(_) => series.strong(),
        None => joined([name(artist).strong(), series], Symbol::Dot),
    }
}

/// `Luz · Spotify followers: 950, next 1,000 · expected on Oct 10, 2025 (80 %: Oct 8, 2025 to Oct 14, 2025)`.
fn line(words: &Words, answer: &Answer, of: &Upcoming, as_of: Date) -> Line {
    let Some(next) = &of.next else { return Line::default() };
    let current = of.current.map_or_else(Line::default, |current| words.number(current).into());
    let line = words.line(
        "milestones-next",
        &[
            ("series", series(words, answer, of).into()),
            ("current", current.into()),
            ("next", words.number(next.value).into()),
            ("left", left(next.value, of.current)),
        ],
    );
    let is_in_sight = next.expected.is_some() || next.earliest.is_some();
    // That it is not stands in the heading.
    let line = if is_in_sight { line.then(Symbol::Dot).then(goal::when(words, next)) } else { line };
    let line = match of.reached_before {
        Some(Day(day)) => {
            let before = [("day", words.day(day).into())];
            line.then(Symbol::Dot).then(words.line("milestones-before", &before).quiet())
        }
        None => line,
    };
    with_age(line, words, of.current_date, as_of)
}
