//! A card as a page: the same elements whatever a name holds, and each name as it is in an element of its own.

use std::cell::RefCell;
use std::collections::BTreeSet;

use casa24_presentation::card::Card;
use casa24_presentation::words::Words;
use casa24_presentation::{html, plain};
use casa24_schemas::visible_line;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};

use crate::cards::{neutral, outsides};
use crate::discord_message::CHANNEL;

/// Elements of a page and of a picture in it.
const ELEMENTS: [&str; 29] = [
    "html", "head", "meta", "title", "style", "body", "main", "article", "h1", "h2", "div", "figure",
    "section", "p", "footer", "nav", "ul", "li", "code", "table", "tbody", "tr", "td", "strong", "small",
    "bdi", "svg", "path", "g",
];

/// Attributes of these.
const ATTRIBUTES: [&str; 22] = [
    "lang",
    "style",
    "class",
    "charset",
    "http-equiv",
    "content",
    "name",
    "xmlns",
    "width",
    "height",
    "viewBox",
    "viewbox",
    "role",
    "d",
    "fill",
    "stroke",
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-dasharray",
    "fill-opacity",
    "stroke-opacity",
];

/// Around a name from right to left.
const ISOLATES: [char; 2] = ['\u{2068}', '\u{2069}'];

struct Tokens(RefCell<Vec<Token>>);

impl TokenSink for Tokens {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        self.0.borrow_mut().push(token);
        TokenSinkResult::Continue
    }
}

/// What a reader of HTML finds in a page.
#[derive(Default)]
pub(crate) struct Page {
    /// Tags with their attributes.
    tags: Vec<String>,
    /// The texts of isolated names.
    names: Vec<String>,
    /// All text but that of the style sheet.
    pub(crate) text: String,
}

/// Reads a page; it must hold nothing but known elements, known attributes and text.
pub(crate) fn read(page: &str) -> Page {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(page));
    let tokenizer = Tokenizer::new(Tokens(RefCell::default()), Default::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut read = Page::default();
    let mut text = String::new();
    for token in tokenizer.sink.0.into_inner() {
        match token {
            Token::TagToken(tag) => {
                assert!(ELEMENTS.contains(&&*tag.name), "{tag:?} in {page}");
                for attribute in &tag.attrs {
                    assert!(ATTRIBUTES.contains(&&*attribute.name.local), "{tag:?} in {page}");
                }
                let is_end = tag.kind == TagKind::EndTag;
                if !(is_end && &*tag.name == "style") {
                    read.text.push_str(&text);
                    read.text.push(' ');
                }
                let name = std::mem::take(&mut text);
                if is_end && &*tag.name == "bdi" {
                    read.names.push(name);
                }
                read.tags.push(format!("{:?} {} {:?}", tag.kind, tag.name, tag.attrs));
            }
            Token::CharacterTokens(more) => text.push_str(&more),
            Token::DoctypeToken(_) | Token::EOFToken => {}
            other => panic!("{other:?} in {page}"),
        }
    }
    read
}

/// `names` are those of the label: what to type next is there as a whole.
pub(crate) fn check(card: &Card, words: &Words, names: &[String]) {
    let (page, harmless) =
        (read(&html::page(card, words, None)), read(&html::page(&neutral(card), words, None)));
    assert_eq!(page.tags, harmless.tags);
    let outsides = outsides(card);
    let names_of_page: Vec<String> = page.names.into_iter().filter(|name| name != CHANNEL).collect();
    assert_eq!(names_of_page.len(), outsides.len(), "each text from outside has an element");
    let shown: BTreeSet<String> =
        outsides.into_iter().map(|outside| plain(&outside.clone().into(), words)).collect();
    for name in names_of_page {
        let is_whole = || names.iter().any(|known| visible_line(known) == name.replace(ISOLATES, ""));
        assert!(shown.contains(&name) || is_whole(), "{name:?}");
    }
}

/// A picture has known elements and attributes, and stands in a page as it is.
pub(crate) fn check_picture(card: &Card, words: &Words, svg: &str) {
    let (page, picture) = (read(&html::page(card, words, Some(svg))), read(svg));
    assert!(page.tags.len() == picture.tags.len() + read(&html::page(card, words, None)).tags.len() + 2);
    assert!(page.tags.windows(picture.tags.len()).any(|tags| tags == picture.tags));
}
