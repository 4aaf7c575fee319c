//! `battle` as a card.

use casa24_answers::Missing;
use casa24_answers::battle::{Answer, Comparison, Side};
use casa24_schemas::Day;

use crate::card::{Block, Card, Line, Section};
use crate::words::{Argument, Said, Symbol, Words};

use super::frame::{self, joined, labelled, name, numbers, section, with_age};
use super::missing;

const COLOUR: u32 = 0xE6_7E_22;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let compared = answer.comparisons.iter().filter(|c| c.not_compared.is_none());
    let names = [name(&answer.artist1), name(&answer.artist2)];
    let [one, two] = names.clone();
    let title = words.line("battle-title", &[("one", one.into()), ("two", two.into())]);
    let method = words.say("battle-method").into();
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    card.lead.push(result(words, answer).into());
    for comparison in compared {
        let heading = words.series(&comparison.platform, &comparison.metric);
        let blocks = vec![sides(words, answer, comparison)];
        card.sections.push(Section { compact: true, ..section(heading, blocks) });
    }
    card.sections.push(section(words.say("battle-not-compared"), not_compared(words, answer)));
    card
}

/// Who leads, in one sentence.
fn result(words: &Words, answer: &Answer) -> Line {
    let figures = words.line("figures-count", &[("count", u64::from(answer.num_compared).into())]);
    let (won1, won2) = (u64::from(answer.num_won1), u64::from(answer.num_won2));
    let leads = |winner: &str, won: u64, lost: u64| {
        let (winner, won, lost) = (name(winner).strong(), words.count(won), words.count(lost));
        let leads = [
            ("artist", winner.into()),
            ("won", won.into()),
            ("lost", lost.into()),
            ("figures", figures.clone().into()),
        ];
        words.line("battle-leads", &leads)
    };
    match &answer.winner {
        _ if answer.num_compared == 0 => words.say("battle-nobody").into(),
        Some(winner) if *winner == answer.artist1 => leads(winner, won1, won2),
        Some(winner) => leads(winner, won2, won1),
        None => {
            let won = words.count(won1);
            words.line("battle-tie", &[("won", won.into()), ("figures", figures.into())])
        }
    }
}

/// A row for each artist, the leader emphasised.
fn sides(words: &Words, answer: &Answer, comparison: &Comparison) -> Block {
    let rows = [(&answer.artist1, &comparison.artist1), (&answer.artist2, &comparison.artist2)];
    let row = |(artist, side): &(&String, &Side)| {
        let value = side.value.map_or_else(|| Symbol::Dash.into(), |value| words.number(value));
        let leads = comparison.leader.as_ref() == Some(*artist);
        let line = if leads { name(artist).strong() } else { name(artist) };
        (value, with_age(line, words, side.date, answer.head.as_of.0))
    };
    numbers(rows.iter().map(row).collect()).into()
}

/// A line for each reason, with every metric that it holds for.
fn not_compared(words: &Words, answer: &Answer) -> Vec<Block> {
    let mut reasons: Vec<(Line, Vec<Said>)> = Vec::new();
    for comparison in answer.comparisons.iter().filter(|c| c.not_compared.is_some()) {
        let reason = reason(words, answer, comparison);
        let series = words.series(&comparison.platform, &comparison.metric);
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, metrics)) => metrics.push(series),
            None => reasons.push((reason, vec![series])),
        }
    }
    let line =
        |(reason, metrics): (Line, Vec<Said>)| labelled(words, joined(metrics, Symbol::Comma), reason).into();
    reasons.into_iter().map(line).collect()
}

/// Why a metric was not compared.
fn reason(words: &Words, answer: &Answer, comparison: &Comparison) -> Line {
    let why = |missing: &Missing| missing::line(words, missing, &comparison.platform);
    let [one, two] = [&comparison.artist1, &comparison.artist2];
    match (&one.missing, &two.missing) {
        (Some(first), Some(second)) if first == second && is_lacking(first) => {
            words.line("battle-both-have", &[("missing", why(first).into())])
        }
        _ => {
            let of_side = |side: &Side, artist: &str| {
                let named = Argument::from(name(artist));
                Some(match side.missing.as_ref()? {
                    Missing::TooOld { of: Some(Day(day)), no_newer } => {
                        let old = [("artist", named), ("day", words.day(*day).into())];
                        let old = words.line("battle-too-old", &old);
                        missing::with_no_newer(old, words, no_newer.as_ref(), &comparison.platform)
                    }
                    Missing::UnconfirmedZero => words.line("battle-zero", &[("artist", named)]),
                    Missing::CurrentCopied => {
                        labelled(words, name(artist), words.say("missing-current-copied"))
                    }
                    lacking => {
                        words.line("battle-has", &[("artist", named), ("missing", why(lacking).into())])
                    }
                })
            };
            let sides = [(one, &answer.artist1), (two, &answer.artist2)];
            joined(sides.iter().filter_map(|(side, artist)| of_side(side, artist)), Symbol::Comma)
        }
    }
}

/// Whether there is no figure at all, rather than one that does not count.
const fn is_lacking(missing: &Missing) -> bool {
    !matches!(missing, Missing::TooOld { .. } | Missing::UnconfirmedZero | Missing::CurrentCopied)
}
