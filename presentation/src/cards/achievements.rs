//! `achievements` as a card.

use casa24_answers::achievements::{Achievement, Answer};
use casa24_schemas::{Day, Value};

use crate::card::{Block, Card, Line, Section};
use crate::words::{Argument, Said, Symbol, Words};

use super::frame::{self, labelled, name, numbers, section};

const COLOUR: u32 = 0xD4_AF_37;

/// Most lines that each section lists.
const MAX_LINES: usize = 12;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let subject = frame::subject(words, answer.artist.as_deref());
    let title = words.line("achievements-title", &[("subject", subject.into())]);
    let method = words.say("achievements-method").into();
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    match answer.artist {
        Some(_) => of_artist(answer, words, &mut card),
        None => of_all(answer, words, &mut card),
    }
    let (earned, ahead): (Vec<_>, Vec<_>) = answer.of_label.iter().partition(|of| of.earned.is_some());
    let of_label = earned.into_iter().chain(next(ahead));
    let of_label = of_label.map(|achievement| line(words, achievement)).map(Block::from).collect();
    card.sections.push(section(words.say("achievements-of-label"), of_label));
    card
}

/// One artist: what was earned, what is ahead, and what cannot be told.
fn of_artist(answer: &Answer, words: &Words, card: &mut Card) {
    if let Some(first) = answer.artists.first().filter(|_| answer.num_of_artist > 0) {
        card.lead.push(num_earned(words, first.num_earned, answer.num_of_artist).into());
    }
    let of = |heading: &str, shown: Vec<&Achievement>| {
        section(words.say(heading), shown.into_iter().map(|of| line(words, of)).map(Block::from).collect())
    };
    let all = |is_of: &dyn Fn(&Achievement) -> bool| {
        answer.of_artists.iter().filter(|achievement| is_of(achievement)).collect::<Vec<_>>()
    };
    card.sections.push(of("achievements-earned", all(&|of| of.earned.is_some())));
    card.sections
        .push(of("achievements-ahead", next(all(&|of| of.earned.is_none() && of.missing.is_none()))));
    card.sections.push(of("achievements-unknown", next(all(&|of| of.missing.is_some()))));
}

/// Of those with the same rule the first: the others are farther away.
fn next(mut ahead: Vec<&Achievement>) -> Vec<&Achievement> {
    let mut rules: Vec<&str> = Vec::new();
    ahead.retain(|of| {
        let is_first = !rules.contains(&of.rule.as_str());
        rules.push(&of.rule);
        is_first
    });
    ahead
}

/// All artists: how many each has earned, and the newest of them.
fn of_all(answer: &Answer, words: &Words, card: &mut Card) {
    if answer.num_of_artist > 0 {
        let rows = answer.artists.iter().take(MAX_LINES).map(|of| {
            let earned = words.count(of.num_earned.into());
            (earned, name(&of.artist).strong())
        });
        let all = [("count", u64::from(answer.num_of_artist).into())];
        card.lead.push(words.line("achievements-of", &all).quiet().into());
        card.lead.push(numbers(rows.collect::<Vec<(Said, Line)>>()).into());
        let num_more = answer.artists.len().saturating_sub(MAX_LINES);
        if num_more > 0 {
            card.lead.push(words.line("more-lines", &[("count", (num_more as u64).into())]).quiet().into());
        }
    }
    let newest = answer.of_artists.iter().take(MAX_LINES).map(|of| {
        let artist = of.artist.as_deref().map_or_else(Line::default, name).strong();
        artist.then(Symbol::Dot).then(line(words, of))
    });
    let num_more = (answer.num_earned as usize).saturating_sub(MAX_LINES);
    let newest = newest.map(Block::from).collect();
    card.sections.push(Section { num_more, ..section(words.say("achievements-newest"), newest) });
}

fn num_earned(words: &Words, earned: u32, all: u32) -> Line {
    let (earned, all) = (words.count(earned.into()), words.count(all.into()));
    words.line("achievements-num", &[("earned", earned.into()), ("all", all.into())])
}

/// `1,000 followers on all platforms: earned on Aug 3, 2025`.
fn line(words: &Words, of: &Achievement) -> Line {
    let rule = rule(words, &of.id, &of.rule, of.need);
    match (of.earned, of.have) {
        (Some(Day(day)), _) => {
            let id = if of.or_earlier { "achievements-earned-by" } else { "achievements-earned-on" };
            let earned = words.line(id, &[("day", words.day(day).into())]);
            labelled(words, rule.strong(), earned)
        }
        (None, Some(have)) => {
            let have = [("have", below(words, have))];
            let id = match of.rule.as_str() {
                "times_in_a_year" => "achievements-times-so-far",
                "years_by_chance" => "achievements-years-so-far",
                _ => "achievements-so-far",
            };
            labelled(words, rule, words.line(id, &have))
        }
        (None, None) if of.missing.is_some() => rule,
        (None, None) => labelled(words, rule, Line::from(words.say("achievements-none-so-far"))),
    }
}

/// A number that is still below what is asked for: shown neither as if it were there, nor as none where it is some.
fn below(words: &Words, have: Value) -> Argument {
    let rounded_down = Value::new((have.get() * 10.0).floor() / 10.0).unwrap_or(have);
    if rounded_down.get() == 0.0 && have.get() > 0.0 {
        let limit = Value::new(0.1).unwrap_or(have);
        return words.line("number-under", &[("limit", limit.into())]).into();
    }
    rounded_down.into()
}

/// What earns it.
pub(super) fn rule(words: &Words, id: &str, rule: &str, need: Value) -> Line {
    let count = need.get() as u64;
    let of_number = |id: &str| words.line(id, &[("need", words.number(need).into())]);
    let counted = |id: &str| words.line(id, &[("count", count.into())]);
    match rule {
        "reach" => of_number("achievement-reach"),
        "views" => of_number("achievement-views"),
        "times_in_a_year" => of_number("achievement-times"),
        "num_viral" => counted("achievement-viral"),
        "video_views" => of_number("achievement-video"),
        "streak" => of_number("achievement-streak"),
        "days_observed" => of_number("achievement-observed"),
        "days_on_record" => of_number("achievement-on-record"),
        "artists_with_milestone" => of_number("achievement-milestones-together"),
        "artists_viral" => of_number("achievement-viral-together"),
        "members" => of_number("achievement-members"),
        "years_by_chance" => of_number("achievement-rare"),
        "on_three_platforms" => of_number("achievement-three-platforms"),
        _ => name(id),
    }
}

#[cfg(test)]
mod tests {
    use crate::plain;
    use crate::words::Locale;

    use super::*;

    #[test]
    fn what_is_not_there_yet_is_neither_rounded_up_nor_away() {
        let words = Words::of(Locale::English);
        let shown = |have: f64| {
            let have = [("have", below(words, Value::new(have).unwrap()))];
            plain(&words.line("achievements-years-so-far", &have), words)
        };
        assert_eq!(
            [0.0, 0.04, 0.1, 1.04, 1.99, 9.97, 12_713.0].map(shown),
            ["0 years", "under 0.1 years", "0.1 years", "1 year", "1.9 years", "9.9 years", "12,713 years"]
                .map(|years| format!("once in {years} so far"))
        );
    }
}
