//! No source that an answer passes through has a text for people: those are in the catalogue.

use proc_macro2::{TokenStream, TokenTree};

use crate::sources::{self, is_punct, text};

/// Crates that answers pass through, by their folders.
const CRATES: [&str; 4] = ["presentation", "answers", "charts", "agents/responder"];

/// Macros whose texts are for those who run or develop the program.
const FOR_OPERATORS: [&str; 11] = [
    "assert",
    "debug",
    "debug_assert",
    "error",
    "info",
    "info_span",
    "panic",
    "trace",
    "unreachable",
    "warn",
    "warn_span",
];

/// Literals of several words that are not for people.
const NOT_FOR_PEOPLE: [&str; 4] = [
    "Name of the command that is answered.",
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
    "light dark",
    "width=device-width, initial-scale=1",
];

/// The literals of several words, except the reasons of `expect` and what is for operators.
fn texts(tokens: TokenStream, found: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        let before = |distance: usize| index.checked_sub(distance).map(|before| &tokens[before]);
        let is_word = |distance, words: &[&str]| {
            before(distance).is_some_and(|token| words.contains(&token.to_string().as_str()))
        };
        match token {
            TokenTree::Group(_)
                if is_word(1, &["expect"]) && before(2).is_some_and(|token| is_punct(token, '.')) => {}
            TokenTree::Group(_)
                if before(1).is_some_and(|token| is_punct(token, '!')) && is_word(2, &FOR_OPERATORS) => {}
            TokenTree::Group(group) => texts(group.stream(), found),
            token => found.extend(text(token).filter(|text| has_several_words(text))),
        }
    }
}

/// Whether a literal has two or more words, not counting what a format fills in.
fn has_several_words(text: &str) -> bool {
    if text.starts_with('<') {
        return false; // markup
    }
    let mut rest = text;
    let mut fixed = String::new();
    while let Some((before, after)) = rest.split_once('{') {
        fixed.push_str(before);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    fixed.push_str(rest);
    let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    fixed.split_whitespace().filter(is_word).count() >= 2
}

#[test]
fn texts_for_people_are_in_the_catalogue_alone() {
    let mut allowed = NOT_FOR_PEOPLE.to_vec();
    for source in CRATES.iter().flat_map(|folder| sources::of_crate(folder)) {
        let mut found = Vec::new();
        texts(source.tokens, &mut found);
        for text in found {
            assert!(
                NOT_FOR_PEOPLE.contains(&text.as_str()),
                "{}: move {text:?} to the catalogue",
                source.path.display()
            );
            allowed.retain(|allowed| *allowed != text);
        }
    }
    assert!(allowed.is_empty(), "no longer there: {allowed:?}");
}

#[test]
fn texts_are_found_wherever_they_are_written() {
    let code = r##"
        const A: &str = "two words";
        fn f() { g.expect("a reason why"); warn!(h, "a log line"); format!("{} of {name}", x); i(r#"raw text"#) }
        html! { p { "in markup" } }
    "##;
    let mut found = Vec::new();
    texts(code.parse().unwrap(), &mut found);
    assert_eq!(found, ["two words", "raw text", "in markup"]);
}
