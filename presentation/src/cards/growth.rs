//! `growth` as a card.

use casa24_answers::growth::{Answer, Total};
use casa24_answers::{Figure, Missing, Owner};
use casa24_schemas::{Date, Day, is_headline};

use crate::card::{Block, Card, Line, Section};
use crate::words::{Said, Symbol, Words};

use super::frame::{
    self, days, good_to_know, joined, labelled, name, numbers, of_artists, section, with_age, with_brackets,
};
use super::{flags, left_out, missing, platforms};

const COLOUR: u32 = 0x2E_CC_71;

/// Most artists that a metric's section lists as rising, and as falling.
const MAX_RISING: usize = 5;
const MAX_FALLING: usize = 3;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let period = days(words, answer.period_days);
    let subject = frame::subject(words, answer.artist.as_deref());
    let title = words.line("growth-title", &[("subject", subject.into()), ("days", period.clone().into())]);
    let method = words.line("growth-method", &[("days", period.into())]);
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    match answer.artist {
        Some(_) => of_artist(answer, words, &mut card),
        None => of_all(answer, words, &mut card),
    }
    card
}

/// One artist: a section for each platform, a row for each metric.
fn of_artist(answer: &Answer, words: &Words, card: &mut Card) {
    card.sections = platforms::sections(words, &answer.figures, |figures| {
        artist_blocks(words, figures, answer.head.as_of.0)
    });
    if card.sections.is_empty() {
        card.lead.push(Line::from(words.say("no-figures-yet")).into());
    }
}

/// An artist's figures on one platform: changes aligned, the days once where all are the same.
fn artist_blocks(words: &Words, figures: &[&Figure], as_of: Date) -> Vec<Block> {
    let span = |figure: &Figure| Some((figure.baseline_date?, figure.current_date?));
    let shared = figures.first().and_then(|first| span(first));
    let shared = shared.filter(|_| figures.iter().all(|figure| span(figure) == shared));
    let from_to = |(from, to): (Day, Day)| {
        words.line("from-to", &[("from", words.day(from.0).into()), ("to", words.day(to.0).into())])
    };
    let row = |figure: &&Figure| {
        let (current, date) = figure.current()?;
        let now = words.number(current);
        Some(match (figure.change, figure.baseline, span(figure)) {
            (Some(change), Some(baseline), Some(dates)) => {
                let mut line = Line::from(words.metric(&figure.platform, &figure.metric)).strong();
                line = with_brackets(line, words, platforms::percent(words, figure)).then(Symbol::Space);
                line = line.then(words.number(baseline)).then(Symbol::Arrow).then(now);
                if let Some(num_days) = figure.mean_of_days {
                    let mean = words.line("mean-of-days", &[("days", days(words, num_days).into())]);
                    line = line.then(Symbol::Space).then(words.line("in-brackets", &[("text", mean.into())]));
                }
                if shared.is_none() {
                    line = line.then(Symbol::Dot).then(from_to(dates));
                }
                (words.signed(change), flags::with_mark(line, &figure.distortions()))
            }
            _ => {
                let metric = words.metric_of(current, &figure.platform, &figure.metric);
                let line = Line::from(now).then(Symbol::Space).then(metric);
                let why = figure.missing.as_ref().unwrap_or(&Missing::NoBaseline);
                let is_about_age = matches!(why, Missing::TooOld { .. });
                let why = missing::line(words, why, &figure.platform);
                let line = labelled(words, with_age(line, words, Some(Day(date)), as_of), why);
                // A reason that is about the age says it already.
                let no_newer = figure.no_newer.as_ref().filter(|_| !is_about_age);
                (Symbol::Dash.into(), missing::with_no_newer(line, words, no_newer, &figure.platform))
            }
        })
    };
    let mut blocks: Vec<Block> = vec![numbers(figures.iter().filter_map(row).collect()).into()];
    blocks.extend(shared.map(|span| from_to(span).quiet().into()));
    let mut notes: Vec<(Line, Vec<Said>)> = Vec::new();
    for figure in figures {
        let Some(said) = flags::line(words, &figure.flags) else { continue };
        let metric = words.metric(&figure.platform, &figure.metric);
        match notes.iter_mut().find(|(known, _)| *known == said) {
            Some((_, metrics)) => metrics.push(metric),
            None => notes.push((said, vec![metric])),
        }
    }
    let note = |(said, metrics)| labelled(words, joined::<Said>(metrics, Symbol::Comma), said);
    blocks.extend(notes.into_iter().map(|found| note(found).quiet().into()));
    blocks
}

/// All artists: totals first, then who leads and who fell by each metric.
fn of_all(answer: &Answer, words: &Words, card: &mut Card) {
    let as_of = answer.head.as_of.0;
    let shown: Vec<&Total> =
        answer.totals.iter().filter(|total| is_headline(&total.platform, &total.metric)).collect();
    if shown.is_empty() {
        card.lead.push(Line::from(words.say("no-figures-of-artists")).into());
    } else {
        let rows = shown.iter().map(|total| total_row(words, answer, total)).collect();
        card.lead.push(numbers(rows).into());
    }
    for total in &shown {
        let of_metric = |f: &&Figure| f.platform == total.platform && f.metric == total.metric;
        let figures: Vec<&Figure> =
            answer.figures.iter().filter(of_metric).filter(|f| f.owner == Owner::Artist).collect();
        card.sections.extend(metric_section(words, total, &figures, as_of));
    }
    let own = answer.figures.iter().filter(|figure| figure.owner == Owner::Label);
    let own: Vec<&Figure> = own.filter(|f| is_headline(&f.platform, &f.metric)).collect();
    if let Some(first) = own.first() {
        let heading = Line::from(words.platform(&first.platform)).then(Symbol::Dot).then(name(&first.artist));
        card.sections.push(Section::new(heading, artist_blocks(words, &own, as_of)));
    }
    let changed = answer.figures.iter().filter(|f| f.change.is_some() && is_headline(&f.platform, &f.metric));
    let mut notes: Vec<Line> = changed
        .filter_map(|f| {
            let series = words.series(&f.platform, &f.metric).into();
            flags::of_series(words, &f.artist, series, &f.distortions())
        })
        .collect();
    let oldest = shown.iter().filter_map(|total| total.oldest_current_date).min();
    let oldest = oldest.filter(|Day(date)| *date < as_of);
    notes.extend(oldest.map(|Day(date)| words.line("growth-oldest", &[("day", words.day(date).into())])));
    let left_out = left_out::lines(
        words,
        shown.iter().flat_map(|total| {
            total.left_out.iter().map(|left_out| (&total.platform, &total.metric, left_out))
        }),
    );
    let left_out = left_out.into_iter().map(Block::from).collect();
    card.sections.push(section(words.say("stats-left-out"), left_out));
    card.sections.push(good_to_know(words, notes));
}

fn total_row(words: &Words, answer: &Answer, total: &Total) -> (Said, Line) {
    let in_total = |f: &&Figure| {
        f.owner == Owner::Artist
            && f.platform == total.platform
            && f.metric == total.metric
            && f.change.is_some()
            && !is_left_out(total, f)
    };
    let distortions: Vec<_> =
        answer.figures.iter().filter(in_total).flat_map(|figure| figure.distortions()).collect();
    let has_moved = total.change.is_some_and(|change| change.get() != 0.0);
    let pct = total.change_pct.filter(|_| has_moved).map(|pct| words.percent(pct));
    let line = Line::from(words.series(&total.platform, &total.metric)).strong();
    let line = with_brackets(line, words, pct).then(Symbol::Dot);
    let line = line.then(of_artists(words, total.num_artists_added, total.num_artists_eligible));
    let change = total.change.map_or_else(|| Symbol::Dash.into(), |change| words.signed(change));
    (change, flags::with_mark(line, &distortions))
}

/// Whether a total leaves a figure out.
fn is_left_out(total: &Total, figure: &Figure) -> bool {
    total.left_out.iter().any(|left_out| left_out.artist == figure.artist)
}

/// The section of one metric: rising artists first, then falling ones; `None` where no artist has a change.
fn metric_section(words: &Words, total: &Total, figures: &[&Figure], as_of: Date) -> Option<Section> {
    let added = figures.iter().filter(|figure| !is_left_out(total, figure));
    let mut changed: Vec<(f64, &Figure)> =
        added.filter_map(|figure| Some((figure.change?.get(), *figure))).collect();
    changed.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.artist.cmp(&y.artist)));
    if changed.is_empty() {
        return None;
    }
    let rising: Vec<_> = changed.iter().filter(|(change, _)| *change > 0.0).collect();
    let falling: Vec<_> = changed.iter().rev().filter(|(change, _)| *change < 0.0).collect();
    let shown: Vec<_> = rising.iter().take(MAX_RISING).chain(falling.iter().take(MAX_FALLING)).collect();
    let row = |figure: &Figure| {
        let mut line = name(&figure.artist).strong();
        line = with_brackets(line, words, figure.change_pct.map(|pct| words.percent(pct)));
        if let Some(current) = figure.current {
            line = line.then(Symbol::Arrow).then(words.number(current));
        }
        line = with_age(line, words, figure.current_date, as_of);
        Some((words.signed(figure.change?), flags::with_mark(line, &figure.distortions())))
    };
    let rows: Vec<_> = shown.iter().filter_map(|(_, figure)| row(figure)).collect();
    let mut blocks: Vec<Block> = if rows.is_empty() { Vec::new() } else { vec![numbers(rows).into()] };
    let num_hidden = rising.len() + falling.len() - shown.len();
    let num_same = changed.len() - rising.len() - falling.len();
    let is_too_old = |missing: &Missing| matches!(missing, Missing::TooOld { .. });
    let num_unknown = total.left_out.iter().filter(|left_out| !is_too_old(&left_out.missing)).count();
    let rest: Vec<Line> = [
        (num_hidden, "growth-more-moved"),
        (num_same, "growth-unchanged"),
        (num_unknown, "growth-not-comparable"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, id)| words.line(id, &[("count", (count as u64).into())]))
    .collect();
    if !rest.is_empty() {
        blocks.push(joined(rest, Symbol::Dot).quiet().into());
    }
    Some(section(words.series(&total.platform, &total.metric), blocks))
}
