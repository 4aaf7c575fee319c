//! The source text of crates as tokens, without tests and attributes.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::Lit;

/// A source file.
pub(crate) struct Source {
    /// Its path from the workspace on.
    pub(crate) path: PathBuf,
    /// Its tokens, without tests and attributes.
    pub(crate) tokens: TokenStream,
}

/// The sources of a crate, given its folder from the workspace on. Modules of tests are left out.
pub(crate) fn of_crate(folder: &str) -> Vec<Source> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut sources = Vec::new();
    let mut test_modules = Vec::new();
    let mut folders = vec![workspace.join(folder).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let tokens = fs::read_to_string(&path).unwrap().parse().unwrap();
                let (tokens, modules) = without_tests(tokens);
                test_modules.extend(modules.iter().map(|module| module_folder(&path).join(module)));
                sources.push(Source { path, tokens });
            }
        }
    }
    sources.retain(|source| !test_modules.iter().any(|module| is_of_module(&source.path, module)));
    for source in &mut sources {
        source.path = source.path.strip_prefix(workspace).unwrap().to_owned();
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// The folder that holds the modules which a file declares.
fn module_folder(file: &Path) -> PathBuf {
    let is_root =
        ["lib", "main", "mod"].iter().any(|root| file.file_stem().is_some_and(|stem| stem == *root));
    if is_root { file.parent().unwrap().to_owned() } else { file.with_extension("") }
}

fn is_of_module(file: &Path, module: &Path) -> bool {
    file == module.with_extension("rs") || file.starts_with(module)
}

/// Tokens without attributes and without what is built for tests only; and the names of modules for tests whose text is
/// in other files.
fn without_tests(tokens: TokenStream) -> (TokenStream, Vec<String>) {
    let mut kept = TokenStream::new();
    let mut modules = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(hash) if hash.as_char() == '#' => {
                tokens.next_if(|token| is_punct(token, '!'));
                let attribute = tokens.next_if(|token| is_group(token, Delimiter::Bracket));
                if attribute.is_some_and(|attribute| is_for_tests(&attribute.to_string())) {
                    let item: Vec<TokenTree> = take_item(&mut tokens);
                    modules.extend(
                        item.windows(2)
                            .filter(|pair| pair[0].to_string() == "mod")
                            .map(|pair| pair[1].to_string()),
                    );
                }
            }
            TokenTree::Group(group) => {
                let (inner, more) = without_tests(group.stream());
                modules.extend(more);
                kept.extend([TokenTree::from(Group::new(group.delimiter(), inner))]);
            }
            token => kept.extend([token]),
        }
    }
    (kept, modules)
}

fn is_for_tests(attribute: &str) -> bool {
    let attribute = attribute.replace(' ', "");
    attribute.starts_with("[cfg(") && attribute.contains("test") && !attribute.contains("not(test)")
}

/// Takes the tokens of one item: up to its body or a semicolon.
fn take_item(tokens: &mut impl Iterator<Item = TokenTree>) -> Vec<TokenTree> {
    let mut item = Vec::new();
    for token in tokens {
        let is_end = is_group(&token, Delimiter::Brace) || is_punct(&token, ';');
        item.push(token);
        if is_end {
            break;
        }
    }
    item
}

pub(crate) fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}

pub(crate) fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

/// The text of a string literal.
pub(crate) fn text(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Literal(literal) => match Lit::new(literal.clone()) {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn tests_and_attributes_are_left_out() {
    let code = "#![allow(a)] #[doc = \"b c\"] fn d() { #[cfg(test)] let e = 1; } #[cfg(test)] mod f { g } #[cfg(test)] mod h; i";
    let (kept, modules) = without_tests(code.parse().unwrap());
    assert_eq!(kept.to_string().replace(' ', ""), "fnd(){}i");
    assert_eq!(modules, ["f", "h"]);
}
