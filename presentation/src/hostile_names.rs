//! Names that try to break out, everywhere in a card, in every output and language.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use proptest::prelude::*;
use serde_json::Value as Json;
use unicode_width::UnicodeWidthStr;

use crate::card::{Align, Card, Control, Line, Outside, Row, Section, Table};
use crate::discord::limits;
use crate::words::{Locale, Words};
use crate::{discord, html, terminal, visible};

const HOSTILE: [&str; 22] = [
    "",
    " \u{200b}\u{3164}\u{2800}",
    "**bold** _it_ ~~s~~ ||spoiler|| `code` ```block```",
    "*",
    "**",
    "\\",
    "`",
    "# heading\n- list\n> quote\n-# small",
    "1. list",
    "[free](https://evil.example) <https://evil.example>",
    "@everyone <@1> <#2> <@&3> </growth:4> <t:5:R> <:emoji:6>",
    "evil\u{202e}3pm.exe\u{2066}\u{2069}\u{2069}",
    "עומר אדם",
    "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\r\u{8}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' autofocus onfocus='alert(1)",
    "</title></style></bdi></article>&lt;!--",
    "&amp;&#x3c;script&#x3e;",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}\u{1f3f4}\u{e0068}\u{e0069}",
    "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}\u{30a}\u{30b}\u{30c}\u{30d}\u{30e}\u{30f}\u{310}",
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
];

/// A name in every place of a card that takes one.
fn card(name: &str, words: &Words) -> Card {
    let line = || Line::from(Outside::new(name));
    let next_to_each_other = line().then(line().strong()).then(line().quiet()).then(line());
    let in_a_text = words.line("more-lines", &[("count", Outside::new(name).into())]).strong();
    let row =
        |count: u64| Row { cells: vec![words.count(count)], line: line().strong().then(in_a_text.clone()) };
    let table = Table { columns: vec![Align::Right], rows: vec![row(1), row(1_000_000)] };
    let compact = || Section { compact: true, ..Section::new(line(), vec![line().into()]) };
    // The Spanish "and" would depend on a name that is the last.
    let list = words.list(vec![line(), line().quiet(), words.count(1).into()]);
    Card {
        lead: vec![next_to_each_other.into(), list.into(), table.into()],
        sections: vec![compact(), compact(), Section::new(line().strong(), vec![line().quiet().into()])],
        footer: vec![line(), line()],
        controls: vec![Control {
            label: line(),
            command: "growth",
            options: vec![("artist", Outside::new(name)), ("other", Outside::new(name))],
        }],
        ..Card::new(0xff_00_00, line())
    }
}

/// A text without Discord's marks, and the number of marks.
fn unmarked(text: &str) -> (String, usize) {
    let (mut unmarked, mut num_marks) = (String::new(), 0);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => unmarked.extend(chars.next()),
            '*' | '`' => num_marks += 1,
            '\u{200b}' => {}
            _ => {
                assert!(!"_~|<>[]@:".contains(c), "{text}");
                unmarked.push(c);
            }
        }
    }
    (unmarked, num_marks)
}

/// The formatted texts of a message, without the marks at their beginning.
fn formatted(message: &Json) -> Vec<String> {
    let components = message["components"][0]["components"].as_array().cloned().unwrap_or_default();
    let texts = components.iter().filter_map(|component| component["content"].as_str());
    let unmarked = |line: &str| {
        let mark = ["## ", "### ", "-# "].into_iter().find(|mark| line.starts_with(mark)).unwrap_or_default();
        line[mark.len()..].to_owned()
    };
    texts.map(|text| text.split('\n').map(unmarked).collect::<Vec<_>>().join("\n")).collect()
}

/// What Discord shows of a name is the name, and it adds no mark to those that a plain name has.
fn check_discord(name: &str, words: &Words) {
    let message = discord::message(&card(name, words), words);
    assert_eq!(limits::check(&message), Ok(()), "{message}");
    let shown = visible::name(&Outside::new(name), words);
    let plain = discord::message(&card("NAME", words), words);
    let (texts, plain) = (formatted(&message), formatted(&plain));
    assert_eq!(texts.len(), plain.len(), "{message}");
    for (text, plain) in texts.iter().zip(plain) {
        let (plain, num_marks) = unmarked(&plain);
        assert_eq!(unmarked(text), (plain.replace("NAME", &shown), num_marks));
    }
}

/// Drops this program's own escape sequences.
fn uncoloured(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut uncoloured = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (codes, text) = part.split_once('m').unwrap();
        assert!(codes.chars().all(|c| c.is_ascii_digit() || c == ';'), "{part:?}");
        uncoloured.push_str(text);
    }
    uncoloured
}

/// Nothing but line breaks reaches the terminal as a control character, no line is too wide, and all of it is there.
fn check_terminal(name: &str, words: &Words) {
    let card = card(name, words);
    let shown = visible::name(&Outside::new(name), words);
    for width in [24, 40, 80, 100] {
        let drawn = terminal::draw(&card, words, width, false);
        assert!(drawn.chars().all(|c| c == '\n' || !c.is_control()), "{drawn:?}");
        assert_eq!(uncoloured(&terminal::draw(&card, words, width, true)).replace('▌', "│"), drawn);
        for line in drawn.lines() {
            assert!(line.width() <= width, "{width}: {line:?}");
            let (opened, closed) = (line.matches(visible::ISOLATE), line.matches(visible::END_OF_ISOLATE));
            assert_eq!(opened.count(), closed.count(), "{line:?}");
        }
    }
    let bare = |text: &str| text.replace(['│', ' ', '\n', visible::ISOLATE, visible::END_OF_ISOLATE], "");
    let wide =
        terminal::draw(&Card { lead: card.lead.clone(), ..Card::new(1, card.title) }, words, 80, false);
    // Title, four beside each other, two of a list, two in each of two rows. A title that takes no column, such as an accent
    // without a letter, has no line.
    assert!(bare(&shown).width() == 0 || bare(&wide).matches(&bare(&shown)).count() >= 11, "{wide}");
}

struct Tokens(RefCell<Vec<Token>>);

impl TokenSink for Tokens {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        self.0.borrow_mut().push(token);
        TokenSinkResult::Continue
    }
}

/// The tags of a page with their attributes, and the text of every isolated name and of the title.
fn tags_and_names(page: &str) -> (Vec<String>, Vec<String>) {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(page));
    let tokenizer = Tokenizer::new(Tokens(RefCell::default()), Default::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let (mut tags, mut names) = (Vec::new(), Vec::new());
    let mut text = String::new();
    for token in tokenizer.sink.0.into_inner() {
        match token {
            Token::TagToken(tag) => {
                let is_name = tag.kind == TagKind::EndTag && matches!(&*tag.name, "bdi" | "title");
                names.extend(is_name.then(|| std::mem::take(&mut text)));
                text.clear();
                tags.push(format!("{:?} {} {:?}", tag.kind, tag.name, tag.attrs));
            }
            Token::CharacterTokens(more) => text.push_str(&more),
            Token::DoctypeToken(_) | Token::EOFToken => {}
            other => panic!("{other:?} in {page}"),
        }
    }
    (tags, names)
}

/// A name adds no tag and no attribute, and stands in the page as it is.
fn check_html(name: &str, words: &Words) {
    let (plain_tags, plain_names) = tags_and_names(&html::page(&card("NAME", words), words, None));
    let (tags, names) = tags_and_names(&html::page(&card(name, words), words, None));
    assert_eq!(tags, plain_tags);
    assert_eq!(names.len(), plain_names.len());
    let (shown, complete) =
        (visible::name(&Outside::new(name), words), visible::complete(&Outside::new(name)));
    assert!(names.iter().all(|name| *name == shown || *name == complete), "{names:?}");
}

fn check(name: &str) {
    for words in Locale::ALL.iter().map(|locale| Words::of(*locale)) {
        check_discord(name, words);
        check_terminal(name, words);
        check_html(name, words);
    }
}

#[test]
fn no_hostile_name_breaks_out() {
    for name in HOSTILE {
        check(name);
        check(&name.repeat(4));
    }
    check(&"W".repeat(200));
    check(&"宇".repeat(200));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_name_breaks_out(
        any in "\\PC{0,200}",
        parts in proptest::collection::vec((0..HOSTILE.len(), "[-*_`~|<>@:#+.0-9\\\\ \n\u{5d0}\u{200d}\u{202e}]{0,6}"), 0..6),
    ) {
        check(&any);
        check(&parts.iter().map(|(index, more)| format!("{}{more}", HOSTILE[*index])).collect::<String>());
    }
}
