//! `weekly` as a card.

use std::collections::BTreeSet;

use casa24_answers::growth::Total;
use casa24_answers::predict::TotalPrediction;
use casa24_answers::weekly::{Answer, Mover};
use casa24_schemas::{Date, Day, is_headline};
use time::Duration;

use crate::card::{Block, Card, Line, Section};
use crate::words::{Said, Symbol, Words};

use super::frame::{self, artists, labelled, name, numbers, of_artists, section, with_age, with_brackets};
use super::{corrections, flags, left_out, missing, trends};

const COLOUR: u32 = 0x95_75_CD;

/// Most findings that a card lists.
const MAX_LINES: usize = 10;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let (Day(first), Day(last)) = (answer.first, answer.last);
    let title = title(words, first, last);
    let method = words.say("weekly-method").into();
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    if answer.head.as_of < answer.last || answer.num_days_observed < answer.num_days {
        let so_far = [
            ("observed", words.count(answer.num_days_observed.into()).into()),
            ("days", u64::from(answer.num_days).into()),
            ("day", words.day(answer.head.as_of.0).into()),
        ];
        card.lead.push(words.line("weekly-so-far", &so_far).quiet().into());
    }
    let time_zone = [("time_zone", name(&answer.time_zone).into())];
    card.lead.push(words.line("weekly-time-zone", &time_zone).quiet().into());
    let rows: Vec<_> = answer.totals.iter().map(|total| total_row(words, answer, total)).collect();
    if rows.is_empty() {
        card.lead.push(Line::from(words.say("no-figures-of-artists")).into());
    } else {
        card.lead.push(numbers(rows).into());
    }
    card.sections.push(movers(words, answer));
    card.sections.push(own(words, answer));
    card.sections.push(findings(words, answer));
    card.sections.push(left_out(words, answer));
    card.sections.push(expected(words, answer));
    let marked = trends::marked(words, &answer.doubtful, true).into_iter().map(Block::from);
    card.sections.push(section(words.say("trends-doubtful"), marked.collect()));
    card.sections.push(corrections::of(words, &answer.corrections, None, answer.head.as_of.0));
    card
}

/// The card of a week, given by its Monday, of which nothing was observed, for whoever did not ask.
pub fn unobserved_week_card(first: Date, newest: Date, words: &Words) -> Card {
    let last = first.saturating_add(Duration::days(6));
    let unobserved = words.line("weekly-unobserved", &[("day", words.day(newest).into())]);
    let footer = vec![words.say("alert-method").into()];
    Card { lead: vec![unobserved.into()], footer, ..Card::new(COLOUR, title(words, first, last)) }
}

fn title(words: &Words, first: Date, last: Date) -> Line {
    words.line("weekly-title", &[("from", words.day(first).into()), ("to", words.day(last).into())])
}

fn total_row(words: &Words, answer: &Answer, total: &Total) -> (Said, Line) {
    let has_moved = total.change.is_some_and(|change| change.get() != 0.0);
    let pct = total.change_pct.filter(|_| has_moved).map(|pct| words.percent(pct));
    let line = Line::from(words.series(&total.platform, &total.metric)).strong();
    let mut line = with_brackets(line, words, pct);
    if let Some(current) = total.current {
        line = line.then(Symbol::Arrow).then(words.number(current));
    }
    let line = line.then(Symbol::Dot);
    let line = line.then(of_artists(words, total.num_artists_added, total.num_artists_eligible));
    let marked =
        answer.doubtful.iter().filter(|of| of.platform == total.platform && of.metric == total.metric);
    let marks: Vec<_> = marked.flat_map(|of| flags::distorting(&of.flags)).collect();
    let change = total.change.map_or_else(|| Symbol::Dash.into(), |change| words.signed(change));
    (change, flags::with_mark(line, &marks))
}

/// Who is in none of the changes, and why.
fn left_out(words: &Words, answer: &Answer) -> Section {
    let all = answer.totals.iter().flat_map(|total| {
        total.left_out.iter().map(move |left_out| (&total.platform, &total.metric, left_out))
    });
    let lines = left_out::lines(words, all);
    section(words.say("stats-left-out"), lines.into_iter().map(Block::from).collect())
}

/// Whose reach grew and fell most.
fn movers(words: &Words, answer: &Answer) -> Section {
    let line = |id: &str, mover: &Mover| {
        let values = Line::from(words.number(mover.before)).then(Symbol::Arrow).then(words.number(mover.now));
        let said = [
            ("artist", name(&mover.artist).strong().into()),
            ("change", words.signed(mover.change).into()),
            ("values", values.into()),
        ];
        words.line(id, &said)
    };
    let gained = answer.gained_most.iter().map(|mover| line("weekly-gained-most", mover));
    let lost = answer.lost_most.iter().map(|mover| line("weekly-lost-most", mover));
    section(words.say("weekly-reach"), gained.chain(lost).map(Block::from).collect())
}

/// The label's own figures.
fn own(words: &Words, answer: &Answer) -> Section {
    let Some(first) = answer.own.first() else { return Section::new(Line::default(), Vec::new()) };
    let rows = answer.own.iter().filter_map(|figure| {
        let (current, date) = figure.current()?;
        let change = figure.change.filter(|change| change.get() != 0.0).map(|change| words.signed(change));
        let metric = words.metric_of(current, &figure.platform, &figure.metric);
        let line = with_brackets(metric.into(), words, change);
        let line = flags::with_mark(line, &figure.distortions());
        Some((words.number(current), with_age(line, words, Some(Day(date)), answer.head.as_of.0)))
    });
    let rows: Vec<_> = rows.collect();
    let mut blocks: Vec<Block> = if rows.is_empty() { Vec::new() } else { vec![numbers(rows).into()] };
    blocks.extend(answer.own.iter().filter(|figure| figure.current.is_none()).filter_map(|figure| {
        let why = missing::line(words, figure.missing.as_ref()?, &figure.platform);
        Some(labelled(words, words.metric(&figure.platform, &figure.metric), why).into())
    }));
    let heading = Line::from(words.platform(&first.platform)).then(Symbol::Dot).then(name(&first.artist));
    Section::new(heading, blocks)
}

fn findings(words: &Words, answer: &Answer) -> Section {
    let lines = trends::lines(words, &answer.findings, None, answer.head.as_of.0);
    let num_unlisted = answer.num_findings as usize - answer.findings.len();
    let num_more = lines.len().saturating_sub(MAX_LINES) + num_unlisted;
    let lines = lines.into_iter().take(MAX_LINES).map(Block::from).collect();
    Section { num_more, ..section(words.say("weekly-findings"), lines) }
}

/// What is expected of a total; `None` where there is no forecast.
fn expected(words: &Words, answer: &Answer) -> Section {
    let lines = answer.expected.iter().filter_map(|total| Some((day_of(total)?, expected_of(words, total)?)));
    let (days, lines): (BTreeSet<Date>, Vec<Block>) =
        lines.map(|(day, line)| (day, Block::from(line))).unzip();
    let heading = match (days.first(), days.len()) {
        (Some(day), 1) => words.line("weekly-expected", &[("day", words.day(*day).into())]),
        _ => words.say("weekly-expected-each").into(),
    };
    Section::new(heading, lines)
}

/// The day that the total is forecast for.
fn day_of(total: &TotalPrediction) -> Option<Date> {
    let Day(newest) = total.prediction.current_date?;
    newest.checked_add(Duration::days(total.prediction.days_ahead.into()))
}

fn expected_of(words: &Words, total: &TotalPrediction) -> Option<Line> {
    let forecast = &total.prediction;
    if !is_headline(&forecast.platform, &forecast.metric) {
        return None;
    }
    let predicted = [
        ("predicted", Line::from(words.whole(forecast.predicted?)).strong().into()),
        ("lower", words.whole(forecast.lower_80?).into()),
        ("upper", words.whole(forecast.upper_80?).into()),
    ];
    let series = words.series(&forecast.platform, &forecast.metric).capitalised();
    // It may add fewer artists than the change of the week does.
    let now = Line::from(words.number(forecast.current?)).then(Symbol::Arrow);
    let line = now.then(words.line("predicted-80", &predicted)).then(Symbol::Dot);
    Some(labelled(words, series, line.then(artists(words, total.num_artists_added))))
}
