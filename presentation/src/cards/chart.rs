//! `chart` as a card: what its lines show, in words.

use casa24_answers::chart::{Answer, Charted};
use casa24_schemas::{Date, Platform, Value};

use crate::card::{Block, Card, Line};
use crate::words::{Symbol, Words};

use super::frame::{self, artists, days, joined, labelled, name, with_brackets};
use super::{flags, missing};

const COLOUR: u32 = 0x4F_A8_FF;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let about = if answer.artists.is_empty() {
        words.say("chart-title-all").into()
    } else {
        words.list(answer.artists.iter().map(|artist| name(artist)).collect())
    };
    let title = [("about", about.into()), ("days", days(words, answer.period_days).into())];
    let title = words.line("chart-title", &title);
    let method = words.say("chart-method").into();
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    if answer.series.is_empty() {
        card.lead.push(Line::from(words.say("leaderboard-none")).into());
    }
    let lines = answer
        .series
        .iter()
        .map(|charted| labelled(words, heading(answer, charted, words).strong(), line(charted, words)));
    card.lead.extend(lines.map(Block::from));
    if answer.num_more > 0 {
        let more = words.line("more-lines", &[("count", u64::from(answer.num_more).into())]);
        card.lead.push(more.quiet().into());
    }
    card
}

/// The series, and whose it is where there are several artists.
fn heading(answer: &Answer, charted: &Charted, words: &Words) -> Line {
    let series = Line::from(words.series(&charted.platform, &charted.metric).capitalised());
    match &charted.artist {
        Some(artist) if answer.artists.len() > 1 => joined([name(artist), series], Symbol::Dot),
        _ => series,
    }
}

/// The text alternative of the picture: the same lines.
pub(super) fn described(answer: &Answer, words: &Words) -> Line {
    let drawn = answer.series.iter().filter(|charted| charted.last.is_some());
    let lines = drawn.map(|charted| labelled(words, heading(answer, charted, words), line(charted, words)));
    joined(lines, Symbol::Semicolon)
}

/// What a line of the picture shows.
fn line(charted: &Charted, words: &Words) -> Line {
    let Charted { platform, first, last, change, .. } = charted;
    let Some((first, last)) = first.zip(*last) else { return why(charted, platform, words) };
    let change = change.filter(|change| change.get() != 0.0).map(|change| words.signed(change));
    let ends = Line::from(words.number(first)).then(Symbol::Arrow).then(words.number(last));
    let ends = with_brackets(ends, words, change);
    let mut parts = vec![match charted.num_artists_added {
        Some(added) => {
            words.line("chart-sum", &[("line", ends.into()), ("artists", artists(words, added).into())])
        }
        None => ends,
    }];
    parts.extend(charted.milestones.iter().map(|passed| {
        let passed = [
            ("number", words.number(passed.threshold).into()),
            ("day", words.day_short(passed.date.0).into()),
        ];
        words.line("chart-passed", &passed)
    }));
    parts.extend(charted.expected.as_ref().map(|expected| {
        expected_then(words, [expected.value, expected.lower, expected.upper], expected.date.0)
    }));
    parts.extend(flags::line(words, &charted.flags));
    joined(parts, Symbol::Dot)
}

/// `3,041 expected on Oct 30 (80 %: 3,023–3,083)`: an expected value with the ends of its interval, and its day.
pub(super) fn expected_then(words: &Words, values: [Value; 3], day: Date) -> Line {
    let [predicted, lower, upper] = values.map(|value| words.whole(value).into());
    let day = words.day_short(day).into();
    let point = [("predicted", predicted), ("day", day), ("lower", lower), ("upper", upper)];
    words.line("chart-expected-then", &point)
}

fn why(charted: &Charted, platform: &Platform, words: &Words) -> Line {
    let why = charted.missing.as_ref();
    why.map(|why| missing::line(words, why, platform)).unwrap_or_default()
}
