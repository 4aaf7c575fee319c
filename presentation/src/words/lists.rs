//! Items as a list in the form of a language: `a, b and c`, `España e Italia`.

use std::fmt;

use icu_list::options::{ListFormatterOptions, ListLength};
use icu_list::{ListFormatter, parts};
use icu_locale_core::{Locale as IcuLocale, locale};
use writeable::{Part, PartsWrite, Writeable};

use crate::card::{Line, Text};

use super::{Locale, Said};

/// Writes lists in the form of one language.
pub(super) struct Lists {
    and: ListFormatter,
    or: ListFormatter,
}

impl Lists {
    pub(super) fn of(locale: Locale) -> Self {
        let options = ListFormatterOptions::default().with_length(ListLength::Wide);
        let and = ListFormatter::try_new_and(form(locale).into(), options);
        let or = ListFormatter::try_new_or(form(locale).into(), options);
        Self {
            and: and.expect("the compiled data holds every locale, or its fallback"),
            or: or.expect("the compiled data holds every locale, or its fallback"),
        }
    }

    /// The items with commas and a last "and" between them.
    pub(super) fn and(&self, items: Vec<Line>) -> Line {
        join(&self.and, items)
    }

    /// The items with commas and a last "or" between them.
    pub(super) fn or(&self, items: Vec<Line>) -> Line {
        join(&self.or, items)
    }
}

/// The items with what the language puts between them. ICU sees their texts, since the Spanish "and" and "or" depend on
/// the word after them, but gives back only what goes between them.
fn join(formatter: &ListFormatter, items: Vec<Line>) -> Line {
    let texts: Vec<String> = items.iter().map(text).collect();
    let mut between = Between::default();
    // `Between` takes everything.
    let _ = formatter.format(texts.iter().map(String::as_str)).write_to_parts(&mut between);
    let mut items = items.into_iter();
    let mut line = Line::default();
    for piece in between.pieces {
        match piece {
            Some(literal) if literal.is_empty() => {}
            Some(literal) => line = line.then(Said::new(literal)),
            None => line = line.then(items.next().unwrap_or_default()),
        }
    }
    line
}

/// International English, as in the catalogue: no comma before "and".
const fn form(locale: Locale) -> IcuLocale {
    match locale {
        Locale::English => locale!("en-001"),
        Locale::Spanish => locale!("es"),
    }
}

fn text(line: &Line) -> String {
    let texts = line.0.iter().map(|span| match &span.text {
        Text::Said(said) => said.as_str(),
        Text::Outside(outside) => outside.raw(),
        Text::Channel(id) => id,
        Text::Command(command) => command,
    });
    texts.collect()
}

/// What ICU writes between the items; `None` stands for an item.
#[derive(Default)]
struct Between {
    pieces: Vec<Option<String>>,
}

impl fmt::Write for Between {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if let Some(Some(literal)) = self.pieces.last_mut() {
            literal.push_str(text);
        }
        Ok(())
    }
}

impl PartsWrite for Between {
    type SubPartsWrite = Self;

    fn with_part(&mut self, part: Part, mut write: impl FnMut(&mut Self) -> fmt::Result) -> fmt::Result {
        self.pieces.push((part != parts::ELEMENT).then(String::new));
        write(self)
    }
}
