//! Names from outside made harmless: they cannot format, mention, link, break lines or turn the text around.

/// Longest name in a line, in characters; longer ones are cut with an ellipsis.
const NAME_CHARS: usize = 40;

/// What stands for a name of which nothing is visible.
const INVISIBLE: &str = "(no visible name)";

/// The visible part of a text on one line: no control characters, no marks that turn the direction of writing
/// or have no width (joiners inside a script or an emoji stay), blanks as single spaces.
fn visible(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        if is_blank(c) {
            if !kept.is_empty() && !kept.ends_with(' ') {
                kept.push(' ');
            }
        } else if is_joiner(c) {
            // After an ASCII letter a joiner has nothing to join.
            if kept.chars().next_back().is_some_and(|last| !last.is_ascii() && !is_joiner(last)) {
                kept.push(c);
            }
        } else if !is_invisible(c) {
            kept.push(c);
        }
    }
    let end = kept.trim_end_matches(|c| c == ' ' || is_joiner(c)).len();
    kept.truncate(end);
    kept
}

/// A text as Discord shows it letter by letter, on one line, without any formatting, mention or link.
///
/// A backslash goes before each character that means something anywhere (`\ * _ ~ | < > [ ] @ :` and the
/// backtick) and before those that mean something at the start (`# - +` and a number's full stop).
pub fn escape(text: &str) -> String {
    let visible = visible(text);
    let mut escaped = String::with_capacity(visible.len() + 8);
    let num_digits = visible.len() - visible.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (index, c) in visible.char_indices() {
        let anywhere = matches!(c, '\\' | '*' | '_' | '~' | '|' | '<' | '>' | '[' | ']' | '@' | ':' | '`');
        let at_start = index == 0 && matches!(c, '#' | '-' | '+');
        let in_list = c == '.' && index == num_digits && num_digits > 0;
        if anywhere || at_start || in_list {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A name for a line of a message: escaped, and cut where it is very long.
pub(crate) fn name(name: &str) -> String {
    let visible = visible(name);
    if visible.is_empty() {
        return INVISIBLE.to_owned();
    }
    if visible.chars().count() <= NAME_CHARS {
        return escape(&visible);
    }
    let cut: String = visible.chars().take(NAME_CHARS - 1).collect();
    escape(&cut) + "…"
}

const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{2800}' | '\u{3164}' | '\u{115f}' | '\u{1160}' | '\u{ffa0}')
}

/// Control characters, and those of no width that hide or reorder text.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_names_stay_as_they_are() {
        for plain in ["Casa 24", "bo.wlie", "ROSALÍA", "宇多田ヒカル", "AC/DC", "P!nk", "Bob-Esponja", "👨‍👩‍👧"]
        {
            assert_eq!(escape(plain), plain);
        }
    }

    #[test]
    fn names_cannot_format_mention_or_link() {
        assert_eq!(
            escape("**bold** __u__ ~~s~~ ||spoiler||"),
            r"\*\*bold\*\* \_\_u\_\_ \~\~s\~\~ \|\|spoiler\|\|"
        );
        assert_eq!(escape("@everyone <@1> <#2> <@&3>"), r"\@everyone \<\@1\> \<#2\> \<\@&3\>");
        assert_eq!(escape("[free](https://x.example)"), r"\[free\](https\://x.example)");
        assert_eq!(escape("`code` :smile: \\"), r"\`code\` \:smile\: \\");
        assert_eq!(escape("zacko.____"), r"zacko.\_\_\_\_");
    }

    #[test]
    fn names_cannot_open_a_heading_a_list_or_a_quote() {
        for (raw, harmless) in [
            ("# big", r"\# big"),
            ("-# small", r"\-# small"),
            ("- a", r"\- a"),
            ("+ a", r"\+ a"),
            ("> q", r"\> q"),
        ] {
            assert_eq!(escape(raw), harmless);
        }
        assert_eq!(escape("24. list"), r"24\. list");
        assert_eq!(escape("a\n# big\r\n- b"), "a # big - b");
    }

    #[test]
    fn what_cannot_be_seen_is_dropped() {
        assert_eq!(escape("a\u{202e}b\u{200b}c\u{feff}\u{1b}[31md\u{0}"), r"abc\[31md");
        assert_eq!(escape(" \u{2028} a \t b "), "a b");
        assert_eq!(name("\u{200b}\u{200d}\u{3164}"), INVISIBLE);
    }

    #[test]
    fn long_names_are_cut() {
        let long = name(&"_".repeat(200));
        assert_eq!(long.matches(r"\_").count(), 39);
        assert!(long.ends_with('…'));
    }

    proptest! {
        #[test]
        fn every_special_character_is_escaped(raw in "\\PC{0,60}|[-*_`~|<>@:#+.0-9\\\\ \n]{0,60}") {
            let escaped = escape(&raw);
            let mut chars = escaped.chars();
            let mut unescaped = String::new();
            while let Some(c) = chars.next() {
                if c == '\\' {
                    unescaped.extend(chars.next());
                } else {
                    prop_assert!(!"*_~|<>[]@:`\n".contains(c), "{}", escaped);
                    unescaped.push(c);
                }
            }
            prop_assert_eq!(unescaped, visible(&raw));
        }
    }
}
