//! The texts of one language, read from its Fluent file.

use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use casa24_schemas::Value;

use crate::card::Line;

use super::numbers::Numbers;
use super::{Argument, Locale, Said};

/// Stand for an argument's spans while Fluent arranges a text: private-use characters, which no text of a catalogue
/// holds.
const PLACEHOLDERS: std::ops::RangeInclusive<char> = '\u{e000}'..='\u{f8ff}';

/// The texts of one language.
pub(super) struct Catalogue {
    bundle: FluentBundle<Arc<FluentResource>>,
}

impl Catalogue {
    /// The texts of a language. What its file has wrong is left out; a test finds it.
    pub(super) fn of(locale: Locale) -> Self {
        let resource = match FluentResource::try_new(source(locale).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let mut bundle = FluentBundle::new_concurrent(vec![locale.for_fluent()]);
        bundle.set_use_isolating(false); // the outputs isolate names themselves
        bundle.set_formatter(Some(match locale {
            Locale::English => |value, _| number(Locale::English, value),
            Locale::Spanish => |value, _| number(Locale::Spanish, value),
        }));
        bundle.add_resource_overriding(Arc::new(resource));
        Self { bundle }
    }

    /// Whether there is a text of this id.
    pub(super) fn has(&self, id: &str) -> bool {
        self.bundle.has_message(id)
    }

    /// A text whose variables are filled with texts of this module.
    pub(super) fn said(&self, id: &str, arguments: &[(&'static str, &str)]) -> Said {
        let arguments = arguments.iter().map(|(name, text)| (*name, FluentValue::from(*text))).collect();
        Said::new(self.format(id, &arguments))
    }

    /// A text whose variables are filled with counts.
    pub(super) fn counted(&self, id: &str, counts: &[(&'static str, u64)]) -> Said {
        let arguments = counts.iter().map(|(name, count)| (*name, FluentValue::from(*count))).collect();
        Said::new(self.format(id, &arguments))
    }

    /// A text that stands beside a number and does not show it, in the form that the number asks for; without a number in
    /// the form of many.
    pub(super) fn beside(&self, id: &str, number: Option<Value>) -> Said {
        // A text is no number of any kind, so that Fluent takes the form of all others.
        let number = number.map_or_else(|| FluentValue::from(""), |number| number.get().into());
        Said::new(self.format(id, &[("count", number)].into_iter().collect()))
    }

    /// A text whose variables are filled with spans. Fluent sees a placeholder for each and never the text, and the
    /// spans are set in afterwards.
    pub(super) fn line(&self, id: &str, arguments: &[(&'static str, Argument)]) -> Line {
        let fluent: FluentArgs<'_> = arguments
            .iter()
            .zip(PLACEHOLDERS)
            .map(|((name, argument), placeholder)| match argument {
                Argument::Count(count) => (*name, FluentValue::from(*count)),
                Argument::Number(number) => (*name, FluentValue::from(number.get())),
                Argument::Line(_) => (*name, FluentValue::from(placeholder.to_string())),
            })
            .collect();
        let text = self.format(id, &fluent);
        let mut line = Line::default();
        for piece in text.split_inclusive(|c| PLACEHOLDERS.contains(&c)) {
            let said = piece.trim_end_matches(|c| PLACEHOLDERS.contains(&c));
            if !said.is_empty() {
                line = line.then(Said::new(said.to_owned()));
            }
            let index = PLACEHOLDERS.zip(arguments).find(|(placeholder, _)| piece.ends_with(*placeholder));
            if let Some((_, (_, Argument::Line(spans)))) = index {
                line = line.then(spans.clone());
            }
        }
        line
    }

    /// A text as Fluent arranges it; for an unknown id the id itself, so that the fault can be seen.
    fn format(&self, id: &str, arguments: &FluentArgs<'_>) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            return id.replace(['-', '_'], " ");
        };
        let mut errors = Vec::new(); // a variable that was not filled; a test finds those
        self.bundle.format_pattern(pattern, Some(arguments), &mut errors).into_owned()
    }
}

/// The Fluent file of a language.
const fn source(locale: Locale) -> &'static str {
    match locale {
        Locale::English => include_str!("../../words/en.ftl"),
        Locale::Spanish => include_str!("../../words/es.ftl"),
    }
}

/// How Fluent shows a number.
fn number(locale: Locale, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(Numbers::of(locale).number(Value::new(number.value)?)),
        _ => None,
    }
}
