//! Why a question cannot be answered, as a card and as one line.

use casa24_answers::Refusal;
use casa24_schemas::Day;

use crate::card::{Card, Line, Outside};
use crate::words::{Argument, Symbol, Words};

use super::frame::{joined, name};

const COLOUR: u32 = 0xC0_39_2B;

/// The card of a refusal, for the asker alone; `sample` where figures are made up.
pub fn refusal_card(refusal: &Refusal, sample: bool, words: &Words) -> Card {
    Card {
        colour: COLOUR,
        title: words.say("refusal-title").into(),
        lead: vec![refusal_line(refusal, words).into()],
        sections: Vec::new(),
        footer: sample.then(|| words.say("sample-data").into()).into_iter().collect(),
        picture: None,
        picture_text: None,
        controls: Vec::new(),
        private: true,
    }
}

/// What is wrong with a question, and what to do.
pub fn refusal_line(refusal: &Refusal, words: &Words) -> Line {
    let text = |text: &String| -> Argument { Outside::new(text).into() };
    let integer = |number: &i64| -> Argument { Outside::new(&number.to_string()).into() };
    match refusal {
        Refusal::Empty { commands } => words.line("refusal-empty", &[("commands", list(commands).into())]),
        Refusal::UnknownCommand { found, nearest } => {
            words.line("refusal-unknown-command", &[("found", text(found)), ("nearest", text(nearest))])
        }
        Refusal::StrayText { found, command, options } => words.line(
            "refusal-stray-text",
            &[
                ("found", text(found)),
                ("command", text(command)),
                ("options", options_line(words, options).into()),
            ],
        ),
        Refusal::UnknownOption { command, found, options } => words.line(
            "refusal-unknown-option",
            &[
                ("found", text(found)),
                ("command", text(command)),
                ("options", options_line(words, options).into()),
            ],
        ),
        Refusal::RepeatedOption { option } => {
            words.line("refusal-repeated-option", &[("option", text(option))])
        }
        Refusal::EmptyOption { option } => words.line("refusal-empty-option", &[("option", text(option))]),
        Refusal::MissingOption { command, option, example } => words.line(
            "refusal-missing-option",
            &[("command", text(command)), ("option", text(option)), ("example", text(example))],
        ),
        Refusal::NotDays { option, found, min, max } => words.line(
            "refusal-not-days",
            &[("option", text(option)), ("found", text(found)), ("min", integer(min)), ("max", integer(max))],
        ),
        Refusal::NotANumber { option, found, min, max } => words.line(
            "refusal-not-a-number",
            &[("option", text(option)), ("found", text(found)), ("min", integer(min)), ("max", integer(max))],
        ),
        Refusal::NeedsToo { given, needed, example } => words.line(
            "refusal-needs-too",
            &[("given", text(given)), ("needed", text(needed)), ("example", text(example))],
        ),
        Refusal::NotAChoice { option, found, choices } => words.line(
            "refusal-not-a-choice",
            &[("option", text(option)), ("found", text(found)), ("choices", list(choices).into())],
        ),
        Refusal::UnknownArtist { found, nearest } if nearest.is_empty() => {
            words.line("refusal-no-artists", &[("found", text(found))])
        }
        Refusal::UnknownArtist { found, nearest } => {
            let nearest = words.list_or(nearest.iter().map(|artist| name(artist)).collect());
            words.line("refusal-unknown-artist", &[("found", text(found)), ("nearest", nearest.into())])
        }
        Refusal::AmbiguousArtist { found, candidates, ids, num_fitting } => {
            let more = (*num_fitting as usize).saturating_sub(candidates.len()) as u64;
            let confusable = !ids.is_empty();
            let listed: Vec<Line> = match confusable {
                true => {
                    candidates.iter().zip(ids).map(|(artist, id)| name_and_id(artist, id, words)).collect()
                }
                false => candidates.iter().map(|artist| name(artist)).collect(),
            };
            let names = joined(listed, Symbol::Comma);
            let names = match more {
                0 => names,
                _ => words.line("names-and-more", &[("names", names.into()), ("count", more.into())]),
            };
            let fitting = words.count(u64::from(*num_fitting));
            words.line(
                if confusable { "refusal-confusable-artists" } else { "refusal-ambiguous-artist" },
                &[("found", text(found)), ("fitting", fitting.into()), ("artists", names.into())],
            )
        }
        Refusal::UnknownTimeZone { found } => {
            words.line("refusal-unknown-time-zone", &[("found", text(found))])
        }
        Refusal::SameArtist { artist } => words.line("refusal-same-artist", &[("artist", text(artist))]),
        Refusal::NumArtists { option, found, min, max } => {
            let count = |number: u32| words.count(number.into()).into();
            let numbers = [
                ("option", text(option)),
                ("found", count(*found)),
                ("min", count(*min)),
                ("max", count(*max)),
            ];
            words.line("refusal-num-artists", &numbers)
        }
        Refusal::NothingCollected => words.say("refusal-nothing-collected").into(),
        Refusal::NothingBy { as_of: Day(as_of), first: Day(first) } => words.line(
            "refusal-nothing-by",
            &[("day", words.day(*as_of).into()), ("first", words.day(*first).into())],
        ),
    }
}

fn list(tokens: &[String]) -> Line {
    joined(tokens.iter().map(|token| Line::from(Outside::new(token))), Symbol::Comma)
}

/// `Mar Rojo (Mar-Rojo)`: a name and the id to ask by. The id is whole however long it is, as it is to be typed.
fn name_and_id(artist: &str, id: &str, words: &Words) -> Line {
    const PIECE: usize = 30;
    let id: Vec<char> = id.chars().collect();
    let pieces = id.chunks(PIECE).map(|piece| Line::from(Outside::new(&String::from_iter(piece))));
    let id = Line(pieces.flat_map(|piece| piece.0).collect());
    name(artist).then(Symbol::Space).then(words.line("in-brackets", &[("text", id.into())]))
}

/// The options of a command, as they are typed.
fn options_line(words: &Words, options: &[String]) -> Line {
    if options.is_empty() {
        return words.say("refusal-no-options").into();
    }
    let options = options.iter().map(|option| Line::from(Outside::new(&format!("{option}:"))));
    words.line("refusal-options", &[("options", joined(options, Symbol::Space).into())])
}

#[cfg(test)]
mod tests {
    use crate::words::Locale;
    use crate::{plain, visible};

    use super::*;

    #[test]
    fn artists_that_look_the_same_are_told_apart_by_whole_ids() {
        let id = format!("{}_0123456789ab", "y".repeat(48));
        let refusal = Refusal::AmbiguousArtist {
            found: "y".to_owned(),
            candidates: vec!["y".repeat(60), "y".repeat(61)],
            ids: vec![id.clone(), "Other".to_owned()],
            num_fitting: 2,
        };
        for locale in Locale::ALL {
            let words = Words::of(*locale);
            let line = plain(&refusal_line(&refusal, words), words);
            let shown = visible::name(&Outside::new(&"y".repeat(60)), words);
            assert!(line.contains(&format!("{shown} ({id}), {shown} (Other)")), "{line}");
        }
    }
}
