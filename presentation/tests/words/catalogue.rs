//! The languages have the same texts, and the texts are those that the sources use.

use std::collections::{BTreeMap, BTreeSet};

use casa24_answers::{COMMANDS, OptionKind};
use casa24_schemas::{Flag, MetricInfo, PlatformInfo, Reason};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::sources::{self, is_group, is_punct, text};

const LANGUAGES: [(&str, &str); 2] =
    [("en", include_str!("../../words/en.ftl")), ("es", include_str!("../../words/es.ftl"))];

/// What would be markdown, or one of the placeholders of `Words::line`.
const FORBIDDEN: &str = "*_~|`>#[]<@\\\n";

/// A text of a catalogue.
#[derive(Debug, Default)]
struct Entries {
    /// Names of the variables of each id.
    variables: BTreeMap<String, BTreeSet<String>>,
    /// The texts of each id, its plurals apart, with a digit for each variable.
    texts: Vec<(String, String)>,
}

impl Entries {
    /// Reads a Fluent file, which must not hold an error or an id twice.
    fn read(source: &str) -> Self {
        let resource =
            fluent_syntax::parser::parse(source).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
        let mut entries = Self::default();
        for entry in resource.body {
            match entry {
                Entry::Message(message) => {
                    let id = message.id.name.to_owned();
                    assert!(message.attributes.is_empty(), "{id} has attributes");
                    assert!(!entries.variables.contains_key(&id), "{id} is there twice");
                    entries.variables.insert(id.clone(), BTreeSet::new());
                    let pattern = message.value.unwrap_or_else(|| panic!("{id} has no text"));
                    entries.read_pattern(&id, &pattern);
                }
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
                Entry::Term(_) | Entry::Junk { .. } => panic!("neither a text nor a comment: {entry:?}"),
            }
        }
        entries
    }

    fn read_pattern(&mut self, id: &str, pattern: &Pattern<&str>) {
        let mut text = String::new();
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => text.push_str(value),
                PatternElement::Placeable { expression } => {
                    text.push('1');
                    self.read_placeable(id, expression);
                }
            }
        }
        self.texts.push((id.to_owned(), text));
    }

    fn read_placeable(&mut self, id: &str, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.read_inline(id, inline),
            Expression::Select { selector, variants } => {
                self.read_inline(id, selector);
                for variant in variants {
                    self.read_pattern(id, &variant.value);
                }
            }
        }
    }

    fn read_inline(&mut self, id: &str, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id: variable } => {
                self.variables.get_mut(id).unwrap().insert(variable.name.to_owned());
            }
            other => panic!("{id}: only variables are used in texts, not {other:?}"),
        }
    }
}

fn english() -> Entries {
    Entries::read(LANGUAGES[0].1)
}

/// A call that shows a text: the id, and the names of its variables where they can be seen.
struct Call {
    place: String,
    id: String,
    variables: Option<BTreeSet<String>>,
}

/// The calls of `say`, `line` and `said` with a literal id.
fn calls(place: &str, tokens: TokenStream, calls_so_far: &mut Vec<Call>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        calls(place, group.stream(), calls_so_far);
        let method = index.checked_sub(1).map(|before| tokens[before].to_string()).unwrap_or_default();
        let is_method = index >= 2 && is_punct(&tokens[index - 2], '.');
        if !is_method || group.delimiter() != Delimiter::Parenthesis {
            continue;
        }
        let arguments: Vec<TokenTree> = group.stream().into_iter().collect();
        let Some(id) = arguments.first().and_then(text) else { continue };
        let variables = match method.as_str() {
            "say" => Some(BTreeSet::new()),
            "line" | "said" => match &arguments[1..] {
                [comma, and, TokenTree::Group(list), ..]
                    if is_punct(comma, ',')
                        && is_punct(and, '&')
                        && list.delimiter() == Delimiter::Bracket =>
                {
                    Some(names(list.stream()))
                }
                _ => None,
            },
            _ => continue,
        };
        calls_so_far.push(Call { place: place.to_owned(), id, variables });
    }
}

/// The first texts of the pairs of a list.
fn names(list: TokenStream) -> BTreeSet<String> {
    let pairs = list.into_iter().filter(|token| is_group(token, Delimiter::Parenthesis));
    let first = |pair: TokenTree| match pair {
        TokenTree::Group(pair) => pair.stream().into_iter().next().as_ref().and_then(text),
        _ => None,
    };
    pairs.filter_map(first).collect()
}

/// Every string literal.
fn literals(tokens: TokenStream, found: &mut BTreeSet<String>) {
    for token in tokens {
        match &token {
            TokenTree::Group(group) => literals(group.stream(), found),
            token => found.extend(text(token)),
        }
    }
}

/// Ids that are put together from a closed list. A figure that arrived late is no worse for it, so nobody is told.
fn ids_of_closed_lists() -> Vec<(&'static str, BTreeSet<String>)> {
    let flags = Flag::ALL.iter().filter(|flag| **flag != Flag::OutOfOrder).map(|flag| format!("flag-{flag}"));
    let metrics = MetricInfo::all().map(|info| format!("metric-{}-{}", info.platform, info.metric));
    let commands = COMMANDS.iter().flat_map(|command| {
        let options =
            command.options.iter().map(|option| format!("command-{}-{}", command.name, option.name));
        [format!("command-{}", command.name)].into_iter().chain(options)
    });
    let choices = COMMANDS.iter().flat_map(|command| command.options).flat_map(|option| {
        let values = match option.kind {
            OptionKind::Choice { choices, .. } => choices(),
            _ => Vec::new(),
        };
        values.into_iter().filter_map(|value| match value {
            "all" => Some(format!("choice-{}-all", option.name)),
            // Metrics and platforms have names of their own.
            value if MetricInfo::of_choice(value).is_some() => None,
            value if PlatformInfo::ALL.iter().any(|info| info.token.as_str() == value) => None,
            value => Some(format!("choice-{value}")),
        })
    });
    vec![
        ("flag-", flags.collect()),
        ("withheld-", Reason::ALL.iter().map(|reason| format!("withheld-{reason}")).collect()),
        ("metric-", metrics.collect()),
        ("command-", commands.collect()),
        ("choice-", choices.collect()),
    ]
}

#[test]
fn every_language_has_the_same_texts_with_the_same_variables() {
    let english = english().variables;
    for (language, source) in LANGUAGES {
        let texts = Entries::read(source).variables;
        let missing: Vec<&String> = english.keys().filter(|id| !texts.contains_key(*id)).collect();
        assert!(missing.is_empty(), "{language} lacks {missing:?}");
        for (id, variables) in texts {
            assert_eq!(Some(&variables), english.get(&id), "{language}: {id}");
        }
    }
}

#[test]
fn no_text_is_markdown_or_can_become_it() {
    for (language, source) in LANGUAGES {
        for (id, text) in Entries::read(source).texts {
            let is_forbidden =
                |c: char| FORBIDDEN.contains(c) || c.is_control() || ('\u{e000}'..='\u{f8ff}').contains(&c);
            assert!(!text.contains(is_forbidden), "{language}: {id}: {text:?}");
            let after_digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
            let is_list = text.starts_with("- ") || text.starts_with("+ ") || after_digits.starts_with(". ");
            assert!(!is_list && !text.contains("://"), "{language}: {id}: {text:?}");
        }
    }
}

#[test]
fn spanish_texts_quote_as_spanish_does() {
    for (id, text) in Entries::read(LANGUAGES[1].1).texts {
        assert!(!text.contains('"'), "{id}: {text:?}");
    }
}

#[test]
fn the_sources_use_texts_that_exist_with_all_their_variables() {
    let known = english().variables;
    let mut found = Vec::new();
    for source in sources::of_crate("presentation") {
        calls(&source.path.display().to_string(), source.tokens, &mut found);
    }
    assert!(found.len() > 5, "the calls are no longer found");
    for Call { place, id, variables } in found {
        let expected = known.get(&id).unwrap_or_else(|| panic!("{place}: there is no text {id}"));
        assert!(
            variables.is_none_or(|variables| variables == *expected),
            "{place}: {id} has the variables {expected:?}"
        );
    }
}

#[test]
fn no_text_is_unused() {
    let mut used = BTreeSet::new();
    for source in sources::of_crate("presentation") {
        literals(source.tokens, &mut used);
    }
    let lists = ids_of_closed_lists();
    for id in english().variables.keys() {
        let is_used = used.contains(id) || lists.iter().any(|(_, ids)| ids.contains(id));
        assert!(is_used, "{id} is not used");
    }
}

#[test]
fn a_closed_list_has_a_text_for_each_of_its_words() {
    let known = english().variables;
    for (prefix, ids) in ids_of_closed_lists() {
        let missing: Vec<&String> = ids.iter().filter(|id| !known.contains_key(*id)).collect();
        assert!(missing.is_empty(), "{prefix}: {missing:?}");
    }
}
