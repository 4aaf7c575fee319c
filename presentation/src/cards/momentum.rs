//! `momentum` as a card.

use casa24_answers::momentum::Answer;
use casa24_answers::{Missing, PaceFigure, Paces};
use casa24_schemas::{Date, TrendKind, is_headline};

use crate::card::{Block, Card, Line, Section};
use crate::words::{Said, Symbol, Words};

use super::frame::{self, days, joined, labelled, name, section, with_age};
use super::{missing, pace};

const COLOUR: u32 = 0xF3_9C_12;
/// Days of a week.
const WEEK: u32 = 7;

/// Most figures that each section lists.
const MAX_LINES: usize = 6;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let period = days(words, answer.num_weeks * WEEK);
    let subject = frame::subject(words, answer.artist.as_deref());
    let title = words.line("momentum-title", &[("subject", subject.into()), ("days", period.clone().into())]);
    let method = words.line("momentum-method", &[("days", period.into())]);
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    match answer.artist {
        Some(_) => of_artist(answer, words, &mut card),
        None => of_all(answer, words, &mut card),
    }
    card
}

/// One artist: a section for each platform, a line for each metric; what is missing comes last, each reason once.
fn of_artist(answer: &Answer, words: &Words, card: &mut Card) {
    let as_of = answer.head.as_of.0;
    let of_platform = |figures: &[PaceFigure]| {
        let metric =
            |figure: &PaceFigure| Line::from(words.metric(&figure.platform, &figure.metric)).strong();
        let paced =
            |figure: &PaceFigure| Some(of_pace(words, metric(figure), figure, figure.pace.as_ref()?, as_of));
        let mut lines: Vec<Line> = figures.iter().filter_map(paced).collect();
        let mut reasons: Vec<(&Missing, Vec<Said>)> = Vec::new();
        for figure in figures {
            let Some(why) = &figure.missing else { continue };
            let metric = words.metric(&figure.platform, &figure.metric);
            match reasons.iter_mut().find(|(known, _)| *known == why) {
                Some((_, metrics)) => metrics.push(metric),
                None => reasons.push((why, vec![metric])),
            }
        }
        lines.extend(reasons.into_iter().map(|(why, metrics)| {
            let why = missing::line(words, why, &figures[0].platform);
            labelled(words, joined(metrics, Symbol::Comma), why).quiet()
        }));
        let platform = words.platform(&figures[0].platform);
        section(platform, lines.into_iter().map(Block::from).collect())
    };
    let chunks = answer.figures.chunk_by(|a, b| a.platform == b.platform);
    card.sections = chunks.map(of_platform).collect();
    if card.sections.is_empty() {
        card.lead.push(Line::from(words.say("no-figures-yet")).into());
    }
}

/// All artists: what has changed its pace, by how, the least likely first.
fn of_all(answer: &Answer, words: &Words, card: &mut Card) {
    let is_shown = |figure: &&PaceFigure| {
        is_headline(&figure.platform, &figure.metric) && figure.missing != Some(Missing::NoAccount)
    };
    let shown: Vec<&PaceFigure> = answer.figures.iter().filter(is_shown).collect();
    let kinds = [
        (TrendKind::TURN, "momentum-turning"),
        (TrendKind::ACCELERATING, "momentum-accelerating"),
        (TrendKind::SLOWING, "momentum-slowing"),
    ];
    for (kind, heading) in kinds {
        let of_kind = shown.iter().filter(|figure| figure.change() == Some(&kind)).copied();
        card.sections.push(changed(words, heading, of_kind.collect(), answer.head.as_of.0));
    }
    let count = |is: &dyn Fn(&PaceFigure) -> bool| shown.iter().filter(|figure| is(figure)).count() as u64;
    let num_changed = count(&|figure| figure.change().is_some());
    let num_compared = count(&|figure| figure.pace.is_some());
    if num_changed == 0 && num_compared > 0 {
        card.lead.push(Line::from(words.say("momentum-none")).into());
    }
    let rest: Vec<Line> = [
        (num_compared - num_changed, "momentum-as-before"),
        (shown.len() as u64 - num_compared, "momentum-not-comparable"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, id)| words.line(id, &[("count", count.into())]))
    .collect();
    if !rest.is_empty() {
        card.lead.push(joined(rest, Symbol::Dot).quiet().into());
    }
}

fn changed(words: &Words, heading: &str, mut figures: Vec<&PaceFigure>, as_of: Date) -> Section {
    let likelihood = |figure: &PaceFigure| figure.pace.as_ref().map_or(1.0, |pace| pace.likelihood.get());
    figures.sort_by(|a, b| likelihood(a).total_cmp(&likelihood(b)).then_with(|| a.artist.cmp(&b.artist)));
    let line = |figure: &&PaceFigure| {
        let series = Line::from(words.series(&figure.platform, &figure.metric));
        let series = name(&figure.artist).strong().then(Symbol::Space).then(series);
        Some(of_pace(words, series, figure, figure.pace.as_ref()?, as_of))
    };
    let lines = figures.iter().take(MAX_LINES).filter_map(line).map(Block::from).collect();
    Section { num_more: figures.len().saturating_sub(MAX_LINES), ..section(words.say(heading), lines) }
}

fn of_pace(words: &Words, series: Line, figure: &PaceFigure, paces: &Paces, as_of: Date) -> Line {
    with_age(pace::line(words, series, figure, paces, as_of), words, Some(paces.until), as_of)
}
