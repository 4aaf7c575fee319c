//! `accuracy` as a card.

use casa24_answers::accuracy::{Answer, SeriesRecord};
use casa24_schemas::{Metric, Platform, is_headline};

use crate::card::{Block, Card, Line, Section};
use crate::words::{Symbol, Words};

use super::frame::{self, joined, name, section};
use super::predict::and_rest;
use super::{missing, models, track_record};

const COLOUR: u32 = 0x8E_44_AD;

/// Most artists that a metric's section lists.
const MAX_LINES: usize = 6;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let subject = frame::subject(words, answer.artist.as_deref());
    let title = words.line("accuracy-title", &[("subject", subject.into()), ("days", answer.days.into())]);
    let shown = answer.records.iter().filter(|record| record.record.num_checked > 0);
    let shown: Vec<&str> = shown.filter_map(|record| record.model.as_deref()).collect();
    let method =
        if shown.is_empty() { models::named(words, &answer.model) } else { models::all_named(words, shown) };
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    card.lead.push(lead(answer, words).into());
    card.sections = if answer.artist.is_some() { of_artist(answer, words) } else { of_all(answer, words) };
    card
}

fn lead(answer: &Answer, words: &Words) -> Line {
    if !answer.records.is_empty() {
        return words.say("accuracy-lead").into();
    }
    let why = answer.missing.iter().map(|found| missing::line(words, &found.missing, &found.platform));
    let why = joined(why, Symbol::Comma);
    if why.is_empty() { words.say("no-figures-yet").into() } else { why }
}

/// One artist: a section for each series, with the whole track record.
fn of_artist(answer: &Answer, words: &Words) -> Vec<Section> {
    let section_of = |record: &SeriesRecord| {
        let lines = match &record.missing {
            Some(reason) => vec![missing::line(words, reason, &record.platform)],
            None => {
                let instead = record.instead_of.as_ref();
                let instead = instead.map(|of| track_record::instead(words, record.model.as_deref(), of));
                let lines = track_record::sentences(
                    words,
                    record.model.as_deref(),
                    &record.record,
                    &record.platform,
                    &record.metric,
                    answer.days,
                );
                instead.into_iter().chain(lines).collect()
            }
        };
        let blocks = lines.into_iter().map(Block::from).collect();
        section(words.series(&record.platform, &record.metric), blocks)
    };
    answer.records.iter().map(section_of).collect()
}

/// All artists: a section for each headline metric, the records of most forecasts first.
fn of_all(answer: &Answer, words: &Words) -> Vec<Section> {
    let mut by_series: Vec<((&Platform, &Metric), Vec<&SeriesRecord>)> = Vec::new();
    for record in answer.records.iter().filter(|record| is_headline(&record.platform, &record.metric)) {
        let key = (&record.platform, &record.metric);
        match by_series.iter_mut().find(|(known, _)| *known == key) {
            Some((_, records)) => records.push(record),
            None => by_series.push((key, vec![record])),
        }
    }
    let section_of = |((platform, metric), mut records): ((&Platform, &Metric), Vec<&SeriesRecord>)| {
        records.sort_by(|a, b| {
            b.record.num_checked.cmp(&a.record.num_checked).then_with(|| a.artist.cmp(&b.artist))
        });
        let (checked, unchecked): (Vec<_>, Vec<_>) =
            records.into_iter().partition(|record| record.record.num_checked > 0);
        let shown = checked.iter().take(MAX_LINES);
        let mut blocks: Vec<Block> = shown.map(|record| line(words, record).into()).collect();
        let hidden = checked.len().saturating_sub(MAX_LINES);
        let rest = [(hidden, "rest-more"), (unchecked.len(), "rest-unchecked")];
        blocks.extend(and_rest(words, &rest).map(Block::from));
        section(words.series(platform, metric), blocks)
    };
    by_series.into_iter().map(section_of).collect()
}

fn line(words: &Words, record: &SeriesRecord) -> Line {
    let line = name(&record.artist).strong().then(Symbol::Space);
    let line = line.then(track_record::short(words, &record.record));
    let line = models::beside_instead(words, line, record.model.as_deref(), record.instead_of.as_ref());
    match track_record::held(words, &record.record) {
        Some(held) => line.then(Symbol::Semicolon).then(held),
        None => line,
    }
}
