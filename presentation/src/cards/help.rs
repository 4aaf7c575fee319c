//! `help` as a card.

use casa24_answers::help::{Answer, Described};
use casa24_answers::{COMMANDS, definition_of};

use crate::card::{Card, Line, Outside, Text};
use crate::words::{Symbol, Words};

use super::frame::{self, joined, labelled};

const COLOUR: u32 = 0x95_A5_A6;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let method = words.say("help-method").into();
    let title = words.say("help-title").into();
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    card.lead.extend(answer.commands.iter().map(|command| command_line(command, words).into()));
    card
}

/// The same for a label of which nothing is known yet: what can be asked, about no day.
pub fn commands_card(words: &Words) -> Card {
    let lines = COMMANDS.iter().map(|command| command_line(&Described::of(command), words).into());
    Card { lead: lines.collect(), ..Card::new(COLOUR, words.say("help-title").into()) }
}

/// `/growth: what changed · artist: period:`. A command that this version does not know has no description.
fn command_line(command: &Described, words: &Words) -> Line {
    let line = match definition_of(&command.name) {
        Ok(known) => {
            let description = words.say(&format!("command-{}", known.name));
            labelled(words, Text::Command(known.name), description)
        }
        Err(_) => Outside::new(&command.name).into(),
    };
    if command.options.is_empty() {
        return line;
    }
    let options = command.options.iter().map(|option| Outside::new(&format!("{}:", option.name)));
    line.then(Symbol::Dot).then(joined(options, Symbol::Space).quiet())
}
