//! `stats` as a card.

use casa24_answers::stats::{Answer, Top, Total};
use casa24_answers::{Figure, Missing, NoNewer};
use casa24_schemas::{Date, Day, Platform, is_headline};

use crate::card::{Block, Card, Line, Section};
use crate::words::{Symbol, Words};

use super::frame::{self, artists, days, labelled, name, numbers, of_artists, section, with_age};
use super::{flags, left_out, missing};

const COLOUR: u32 = 0x58_65_F2;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let as_of = answer.head.as_of.0;
    let shown: Vec<&Total> =
        answer.totals.iter().filter(|total| is_headline(&total.platform, &total.metric)).collect();
    let label = answer.label_name.as_deref().map_or_else(|| words.say("the-label").into(), name);
    let title = words.line("stats-title", &[("label", label.into())]);
    let method = words.say("stats-method").into();
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    card.lead.push(artists(words, answer.num_artists).into());
    for totals in shown.chunk_by(|a, b| a.platform == b.platform) {
        let Some(first) = totals.first() else { continue };
        let lines = totals.iter().map(|total| total_line(words, total, as_of).into()).collect();
        card.sections.push(section(words.platform(&first.platform), lines));
    }
    for own in answer.label.chunk_by(|a, b| a.platform == b.platform) {
        let Some(first) = own.first() else { continue };
        let lines = own.iter().flat_map(|figure| own_lines(words, answer, figure)).map(Block::from);
        card.sections.push(section(words.platform(&first.platform), lines.collect()));
    }
    for total in &shown {
        let of_metric = |top: &&Top| top.platform == total.platform && top.metric == total.metric;
        let tops = answer.top_artists.iter().filter(of_metric);
        card.sections.push(top_section(words, total, tops, as_of));
    }
    card.sections.push(section(words.say("stats-left-out"), left_out(words, &shown)));
    card
}

fn total_line(words: &Words, total: &Total, as_of: Date) -> Line {
    let Some(value) = total.value else {
        let metric = words.metric(&total.platform, &total.metric);
        return labelled(words, metric, words.say("no-recent-figures"));
    };
    let metric = words.metric_of(value, &total.platform, &total.metric);
    let line = Line::from(words.number(value)).strong().then(Symbol::Space).then(metric).then(Symbol::Dot);
    let line = line.then(of_artists(words, total.num_artists_added, total.num_artists_eligible));
    match total.oldest_date {
        Some(Day(date)) if date < as_of => {
            let oldest = words.line("oldest-of-day", &[("day", words.day(date).into())]);
            line.then(Symbol::Comma).then(oldest)
        }
        _ => line,
    }
}

/// A figure of the label's own server, and what a reader has to know about it.
fn own_lines(words: &Words, answer: &Answer, figure: &Figure) -> Vec<Line> {
    let Some((current, date)) = figure.current() else { return Vec::new() };
    let metric = words.metric_of(current, &figure.platform, &figure.metric);
    let mut line = Line::from(words.number(current)).strong().then(Symbol::Space).then(metric);
    if let Some(change) = figure.change.filter(|_| is_headline(&figure.platform, &figure.metric)) {
        let period = days(words, answer.period_days);
        let change = [("change", words.signed(change).into()), ("days", period.into())];
        line = line.then(Symbol::Dot).then(words.line("change-in-days", &change));
        line = flags::with_mark(line, &figure.distortions());
    }
    let line = with_age(line, words, Some(Day(date)), answer.head.as_of.0);
    let mut lines = vec![missing::with_no_newer(line, words, figure.no_newer.as_ref(), &figure.platform)];
    lines.extend(flags::line(words, &figure.flags).map(Line::quiet));
    lines
}

fn top_section<'t>(
    words: &Words,
    total: &Total,
    tops: impl Iterator<Item = &'t Top>,
    as_of: Date,
) -> Section {
    let series = words.series(&total.platform, &total.metric);
    let heading = words.line("stats-top", &[("series", series.into())]);
    let row =
        |top: &Top| (words.number(top.value), with_age(name(&top.artist), words, Some(top.date), as_of));
    let rows: Vec<_> = tops.map(row).collect();
    let blocks = if rows.is_empty() { Vec::new() } else { vec![numbers(rows).into()] };
    Section { compact: true, ..Section::new(heading, blocks) }
}

/// What figures that are too old have in common.
#[derive(PartialEq)]
struct Old<'a> {
    artist: &'a str,
    /// What the platform has said since.
    said: Option<(&'a Platform, NoNewer)>,
}

/// A line for each artist with values too old for the totals, and for each other reason.
fn left_out(words: &Words, shown: &[&Total]) -> Vec<Block> {
    let mut old: Vec<(Old<'_>, Day, Vec<Line>)> = Vec::new();
    let mut others = Vec::new();
    for total in shown {
        for left in &total.left_out {
            let Missing::TooOld { of: Some(date), no_newer } = left.missing else {
                others.push((&total.platform, &total.metric, left));
                continue;
            };
            let series = words.series(&total.platform, &total.metric).into();
            // What a platform said is about that one alone.
            let said = no_newer.map(|no_newer| (&total.platform, no_newer));
            let of = Old { artist: &left.artist, said };
            match old.iter_mut().find(|(known, ..)| *known == of) {
                Some((_, newest, metrics)) => {
                    *newest = (*newest).max(date);
                    metrics.push(series);
                }
                None => old.push((of, date, vec![series])),
            }
        }
    }
    let line = |(of, newest, metrics): (Old<'_>, Day, Vec<Line>)| {
        let left = [
            ("artist", name(of.artist).strong().into()),
            ("figures", left_out::figures(words, metrics).into()),
            ("day", words.day(newest.0).into()),
        ];
        let line = words.line("stats-left-out-artist", &left);
        match of.said {
            Some((platform, no_newer)) => missing::with_no_newer(line, words, Some(&no_newer), platform),
            None => line,
        }
    };
    let lines = old.into_iter().map(line).chain(left_out::lines(words, others));
    lines.map(Block::from).collect()
}
