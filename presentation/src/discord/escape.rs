//! Names from outside made harmless in Discord: they cannot format, mention or link.

use crate::card::Outside;
use crate::visible;
use crate::words::Words;

/// A name as Discord shows it letter by letter: the only way for a text from outside into formatted text.
pub(super) fn outside(name: &Outside, words: &Words) -> String {
    escape(&visible::name(name, words))
}

/// A text on one line without any formatting, mention or link.
///
/// A backslash goes before each character that means something anywhere (`\ * _ ~ | < > [ ] @ :` and the backtick) and
/// before those that mean something at the start (`# - + .` and the full stop after a number).
fn escape(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len() + 8);
    let num_digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (index, c) in line.char_indices() {
        let anywhere = matches!(c, '\\' | '*' | '_' | '~' | '|' | '<' | '>' | '[' | ']' | '@' | ':' | '`');
        let at_start = index == 0 && matches!(c, '#' | '-' | '+');
        let in_list = c == '.' && index == num_digits;
        if anywhere || at_start || in_list {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::words::Locale;

    use super::*;

    fn shown(name: &str) -> String {
        outside(&Outside::new(name), Words::of(Locale::English))
    }

    #[test]
    fn plain_names_stay_as_they_are() {
        for plain in ["Casa 24", "bo.wlie", "ROSALÍA", "宇多田ヒカル", "AC/DC", "P!nk", "Bob-Esponja", "👨‍👩‍👧"]
        {
            assert_eq!(shown(plain), plain);
        }
    }

    #[test]
    fn names_cannot_format_mention_or_link() {
        assert_eq!(
            shown("**bold** __u__ ~~s~~ ||spoiler||"),
            r"\*\*bold\*\* \_\_u\_\_ \~\~s\~\~ \|\|spoiler\|\|"
        );
        assert_eq!(shown("@everyone <@1> <#2> <@&3>"), r"\@everyone \<\@1\> \<#2\> \<\@&3\>");
        assert_eq!(shown("[free](https://x.example)"), r"\[free\](https\://x.example)");
        assert_eq!(shown("`code` :smile: \\"), r"\`code\` \:smile\: \\");
        assert_eq!(shown("zacko.____"), r"zacko.\_\_\_\_");
    }

    #[test]
    fn names_cannot_open_a_heading_a_list_or_a_quote() {
        for (raw, harmless) in [
            ("# big", r"\# big"),
            ("-# small", r"\-# small"),
            ("- a", r"\- a"),
            ("+ a", r"\+ a"),
            ("> q", r"\> q"),
            ("24. list", r"24\. list"),
            (". after a number", r"\. after a number"),
            ("a\n# big\r\n- b", "a # big - b"),
        ] {
            assert_eq!(shown(raw), harmless);
        }
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
                    prop_assert!(!"*_~|<>[]@:`".contains(c), "{}", escaped);
                    unescaped.push(c);
                }
            }
            prop_assert_eq!(unescaped, raw);
        }
    }
}
