//! `compare` as a card.

use casa24_answers::compare::{Answer, Row as Compared};

use crate::card::{Align, Block, Card, Line, Row, Table};
use crate::words::{Symbol, Words};

use super::daily_change::rate;
use super::frame::{self, days, good_to_know, labelled, name, section, with_age, with_brackets};
use super::{flags, missing};

const COLOUR: u32 = 0x00_AC_C1;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let series = words.series(&answer.series.platform, &answer.series.metric);
    let period = days(words, answer.period_days);
    let compared =
        [("series", Line::from(series.clone().capitalised()).into()), ("days", period.clone().into())];
    let title = words.line("compare-title", &compared);
    let method = words.line("compare-method", &[("days", period.into())]);
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    let (ranked, unranked): (Vec<&Compared>, Vec<&Compared>) =
        answer.rows.iter().partition(|row| row.rank.is_some());
    if ranked.is_empty() {
        card.lead.push(Line::from(words.say("leaderboard-none")).into());
    } else {
        let rows = ranked.iter().map(|row| self::row(words, answer, row)).collect();
        card.lead.push(Table { columns: vec![Align::Right; 2], rows }.into());
    }
    let overtakes = answer.overtakes.iter().map(|overtake| {
        let said = [
            ("artist", name(&overtake.artist).strong().into()),
            ("overtaken", name(&overtake.overtaken).strong().into()),
            ("day", words.day(overtake.on.0).into()),
        ];
        Block::from(words.line("compare-overtakes", &said))
    });
    card.sections.push(section(words.say("compare-at-this-pace"), overtakes.collect()));
    let lacking = unranked.iter().map(|row| {
        let why = row.missing.as_ref();
        let why = why.map(|why| missing::line(words, why, &answer.series.platform)).unwrap_or_default();
        Block::from(labelled(words, name(&row.artist), why))
    });
    card.sections.push(section(words.say("leaderboard-unranked"), lacking.collect()));
    let notes = ranked.iter().filter_map(|row| {
        flags::of_series(words, &row.artist, series.clone().into(), &flags::distorting(&row.flags))
    });
    card.sections.push(good_to_know(words, notes.collect()));
    card
}

fn row(words: &Words, answer: &Answer, row: &Compared) -> Row {
    let change = row.change.filter(|change| change.get() != 0.0).map(|change| words.signed(change));
    let mut line = with_brackets(name(&row.artist).strong(), words, change);
    if let Some(per_day) = row.per_day.filter(|per_day| per_day.get() != 0.0) {
        let (platform, metric) = (&answer.series.platform, &answer.series.metric);
        let per_day = [("rate", rate(words, platform, metric, per_day).into())];
        line = line.then(Symbol::Dot).then(words.line("compare-per-day", &per_day));
    }
    if let (None, Some(why)) = (row.change, &row.missing) {
        line = line.then(Symbol::Dot).then(missing::line(words, why, &answer.series.platform).quiet());
    }
    let line = with_age(line, words, row.date, answer.head.as_of.0);
    let rank = row.rank.map_or_else(|| Symbol::Dash.into(), |rank| words.count(rank.into()));
    let value = row.value.map_or_else(|| Symbol::Dash.into(), |value| words.number(value));
    Row { cells: vec![rank, value], line: flags::with_mark(line, &flags::distorting(&row.flags)) }
}
