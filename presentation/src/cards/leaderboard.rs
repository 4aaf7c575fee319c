//! `leaderboard` as a card.

use casa24_answers::Missing;
use casa24_answers::leaderboard::{Answer, Row as Place, Unranked};
use casa24_schemas::{Day, Platform};

use crate::card::{Align, Block, Card, Line, Row, Table};
use crate::words::{Said, Symbol, Words};

use super::frame::{self, days, good_to_know, joined, labelled, name, section, with_age, with_brackets};
use super::{flags, missing};

const COLOUR: u32 = 0xF1_C4_0F;

/// Most artists that a card lists.
const MAX_ROWS: usize = 25;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let ranking = ranking(words, answer);
    let title = words.line("leaderboard-title", &[("ranking", ranking.clone().into())]);
    let method = match answer.metric.as_str() {
        "momentum" => words.say("leaderboard-momentum").into(),
        "engagement" => words.say("leaderboard-engagement").into(),
        _ => words.line("leaderboard-method", &[("days", days(words, answer.period_days).into())]),
    };
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    if let ([_, _, ..], false) = (&answer.sum_of[..], answer.is_rate) {
        let parts = answer.sum_of.iter().map(|part| words.series(&part.platform, &part.metric));
        let parts = joined(parts, Symbol::Plus);
        let sum =
            words.line("leaderboard-sum", &[("ranking", ranking.clone().into()), ("parts", parts.into())]);
        card.lead.push(sum.quiet().into());
        card.lead.push(Line::from(words.say("leaderboard-sum-note")).quiet().into());
    }
    let shown = &answer.rows[..answer.rows.len().min(MAX_ROWS)];
    if shown.is_empty() {
        card.lead.push(Line::from(words.say("leaderboard-none")).into());
    } else {
        let rows = shown.iter().map(|place| row(words, answer, place)).collect();
        card.lead.push(Table { columns: vec![Align::Right; 2], rows }.into());
    }
    let num_more = answer.rows.len() - shown.len();
    if num_more > 0 {
        card.lead.push(words.line("more-lines", &[("count", (num_more as u64).into())]).quiet().into());
    }
    let unranked = answer.unranked.iter().map(|without| unranked_line(words, answer, without));
    card.sections.push(section(words.say("leaderboard-unranked"), unranked.map(Block::from).collect()));
    let has_change = |place: &&Place| place.change.is_some() || answer.is_rate;
    let notes = shown.iter().filter(has_change).filter_map(|place| {
        flags::of_series(words, &place.artist, ranking.clone(), &flags::distorting(&place.flags))
    });
    card.sections.push(good_to_know(words, notes.collect()));
    card
}

/// What is ranked by.
fn ranking(words: &Words, answer: &Answer) -> Line {
    match (&answer.sum_of[..], answer.metric.as_str()) {
        ([only], _) => words.series(&only.platform, &only.metric).capitalised().into(),
        (_, "total-reach") => words.say("choice-total-reach").into(),
        (_, "momentum") => words.say("choice-momentum").into(),
        (_, "engagement") => words.say("choice-engagement").into(),
        (_, other) => name(other),
    }
}

fn row(words: &Words, answer: &Answer, place: &Place) -> Row {
    let change = place.change.filter(|change| change.get() != 0.0).map(|change| words.signed(change));
    let mut line = with_brackets(name(&place.artist).strong(), words, change);
    let moved = match place.rank_change {
        Some(won @ 1..) => Some((Symbol::Up, won.unsigned_abs())),
        Some(lost @ ..=-1) => Some((Symbol::Down, lost.unsigned_abs())),
        Some(0) | None => None,
    };
    if let Some((direction, places)) = moved {
        line = line.then(Symbol::Space).then(direction).then(words.count(places));
    }
    let (num_parts, num_all) = (place.parts.len() as u64, answer.sum_of.len() as u64);
    if num_parts < num_all && answer.metric != "engagement" {
        let (known, all) = (words.count(num_parts), words.count(num_all));
        let parts = words.line("leaderboard-parts", &[("known", known.into()), ("all", all.into())]);
        line = line.then(Symbol::Dot).then(parts);
    }
    let line = with_age(line, words, Some(place.date), answer.head.as_of.0);
    Row {
        cells: vec![words.count(u64::from(place.rank)), value(words, answer, place)],
        line: flags::with_mark(line, &flags::distorting(&place.flags)),
    }
}

fn value(words: &Words, answer: &Answer, place: &Place) -> Said {
    if answer.metric == "momentum" { words.percent(place.value) } else { words.number(place.value) }
}

fn unranked_line(words: &Words, answer: &Answer, without: &Unranked) -> Line {
    let platform = match &answer.sum_of[..] {
        [only] => Some(&only.platform),
        _ => None,
    };
    labelled(words, name(&without.artist), why(words, without, platform))
}

/// Why an artist has no place; `platform` where one metric of one platform is ranked.
fn why(words: &Words, without: &Unranked, platform: Option<&Platform>) -> Line {
    match (&without.missing, platform, without.value) {
        (Missing::NoAccount, None, _) => words.say("leaderboard-no-account").into(),
        (Missing::TooOld { of: Some(Day(day)), no_newer }, platform, Some(value)) => {
            let old = [("value", words.number(value).into()), ("day", words.day(*day).into())];
            let old = words.line("value-too-old", &old);
            missing::with_no_newer(old, words, no_newer.as_ref(), platform.unwrap_or(&Platform::SPOTIFY))
        }
        (reason, platform, _) => missing::line(words, reason, platform.unwrap_or(&Platform::SPOTIFY)),
    }
}
