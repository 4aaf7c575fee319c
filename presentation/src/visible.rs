//! What can be seen of a text from outside, before an output escapes it in its own way: the one list of characters that
//! hide, reorder or control text.

use unicode_segmentation::UnicodeSegmentation;

use crate::card::Outside;
use crate::words::Words;

/// Longest name, in characters as a reader counts them; longer ones are cut with an ellipsis.
const NAME_LENGTH: usize = 40;

/// Most code points in one of these characters: an emoji of a family has 10, a letter under a pile of accents hundreds.
const CHARACTER_CODE_POINTS: usize = 16;

/// Begins and ends a stretch of text that cannot reorder what stands beside it (UAX #9).
pub(crate) const ISOLATE: char = '\u{2068}';
pub(crate) const END_OF_ISOLATE: char = '\u{2069}';

/// Begins an emoji tag sequence (UTS #51), such as the flag of Scotland, and ends it.
const BLACK_FLAG: char = '\u{1f3f4}';
const END_OF_TAGS: char = '\u{e007f}';

/// A name as every output shows it before escaping: its visible part on one line, cut where it is very long, isolated
/// where it holds text from right to left; words for a name of which nothing can be seen.
pub(crate) fn name(name: &Outside, words: &Words) -> String {
    let visible = single_line(name.raw());
    if visible.is_empty() { words.say("no-visible-name").as_str().to_owned() } else { isolated(cut(visible)) }
}

/// A text as every output shows it before escaping where all of it counts, such as what to type next.
pub(crate) fn complete(text: &Outside) -> String {
    isolated(single_line(text.raw()))
}

/// The visible part of a text on one line: no control characters, no marks that turn the direction of writing or have
/// no width, blanks as single spaces. Joiners and variation selectors stay inside a script or an emoji.
pub fn single_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in without_hidden(text).chars() {
        if !is_blank(c) {
            line.extend((!c.is_control()).then_some(c));
        } else if !line.is_empty() && !line.ends_with(' ') {
            line.push(' ');
        }
    }
    line.truncate(line.trim_end_matches(|c| c == ' ' || is_joiner(c)).len());
    line
}

/// A text of several lines, such as an error message, in which nothing hides or reorders text and nothing controls a
/// terminal: control characters other than line breaks become U+FFFD.
pub fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c };
    without_hidden(text).chars().map(shown).collect()
}

/// A text without what hides or reorders. Joiners, variation selectors and tags stay where they have a meaning.
fn without_hidden(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let last = kept.chars().next_back().filter(|last| !is_blank(*last) && !last.is_control());
        let has_meaning = match c {
            _ if is_joiner(c) => last.is_some_and(|last| !last.is_ascii() && !is_joiner(last)),
            _ if is_selector(c) => {
                last.is_some_and(|last| !last.is_ascii_alphabetic() && !is_joiner(last) && !is_selector(last))
            }
            _ => !is_hidden(c),
        };
        if has_meaning {
            kept.push(c);
        }
        if c == BLACK_FLAG {
            let (tags, after) = rest.split_at(tags_length(rest));
            kept.push_str(tags);
            rest = after;
        }
    }
    kept
}

/// Length in bytes of the tags at the beginning of a text, where they name a region as emoji do: three to six letters
/// and digits, and the end.
fn tags_length(text: &str) -> usize {
    let is_tag = |c: &char| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    let tags = text.chars().take_while(is_tag).count();
    let is_region = (3..=6).contains(&tags) && text.chars().nth(tags) == Some(END_OF_TAGS);
    if is_region { (tags + 1) * END_OF_TAGS.len_utf8() } else { 0 }
}

/// The beginning of a visible text, with an ellipsis where it was cut.
fn cut(visible: String) -> String {
    if visible.is_ascii() && visible.len() <= NAME_LENGTH {
        return visible;
    }
    let characters: Vec<&str> = visible.graphemes(true).take(NAME_LENGTH + 1).collect();
    let is_long = characters.len() > NAME_LENGTH;
    let num_kept = if is_long { NAME_LENGTH - 1 } else { characters.len() };
    let mut kept: String = characters[..num_kept]
        .iter()
        .flat_map(|character| character.chars().take(CHARACTER_CODE_POINTS))
        .collect();
    if is_long {
        kept.truncate(kept.trim_end_matches(|c| c == ' ' || is_joiner(c)).len());
        kept.push('…');
    }
    kept
}

fn isolated(visible: String) -> String {
    if visible.contains(is_right_to_left) { format!("{ISOLATE}{visible}{END_OF_ISOLATE}") } else { visible }
}

const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Variation selectors: of emoji, and of ideographs as names are written.
const fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{2800}' | '\u{3164}' | '\u{115f}' | '\u{1160}' | '\u{ffa0}')
}

/// Characters that are not shown and may hide or reorder others: Unicode's `Default_Ignorable_Code_Point` and
/// `Bidi_Control`, and the interlinear marks. [`is_joiner`] and [`is_selector`] tell those apart that have a use.
const fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character belongs to a script from right to left, by Unicode's blocks.
const fn is_right_to_left(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::words::Locale;

    use super::*;

    const SCOTLAND: &str = "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}";

    fn shown(text: &str) -> String {
        name(&Outside::new(text), Words::of(Locale::English))
    }

    #[test]
    fn plain_names_stay_as_they_are() {
        for plain in
            ["Casa 24", "bo.wlie", "ROSALÍA", "宇多田ヒカル", "नेहा कक्कड़", "👨‍👩‍👧", "❤️", "葛\u{e0100}城"]
        {
            assert_eq!(shown(plain), plain);
        }
    }

    #[test]
    fn what_cannot_be_seen_is_dropped() {
        assert_eq!(single_line("a\u{202e}b\u{200b}c\u{feff}\u{1b}[31md\u{0}"), "abc[31md");
        assert_eq!(single_line(" \u{2028} a \t b "), "a b");
        assert_eq!(single_line("a\u{200d}b\u{fe0f}\u{fe0f} \u{200d}"), "ab");
    }

    #[test]
    fn a_name_of_which_nothing_can_be_seen_has_words() {
        let nothing = Outside::new("\u{200b}\u{200d}\u{3164}\u{fe0f}\u{e0041}");
        assert_eq!(name(&nothing, Words::of(Locale::English)), "(no visible name)");
        assert_eq!(name(&nothing, Words::of(Locale::Spanish)), "(sin nombre visible)");
    }

    #[test]
    fn flags_of_regions_stay_and_other_tags_go() {
        assert_eq!(single_line(SCOTLAND), SCOTLAND);
        let unfinished = SCOTLAND.trim_end_matches('\u{e007f}');
        assert_eq!(single_line(unfinished), "\u{1f3f4}");
        assert_eq!(single_line("a\u{e0067}\u{e0062}\u{e0073}\u{e007f}"), "a");
        let secret: String =
            "\u{1f3f4}".chars().chain("hiddenmessage".chars().map(tag)).chain(['\u{e007f}']).collect();
        assert_eq!(single_line(&secret), "\u{1f3f4}");
    }

    fn tag(c: char) -> char {
        char::from_u32(0xe0000 + c as u32).unwrap()
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        let cut = shown(&"_".repeat(200));
        assert_eq!(cut, "_".repeat(39) + "…");
        assert_eq!(shown(&SCOTLAND.repeat(41)), SCOTLAND.repeat(39) + "…");
        assert_eq!(shown(&"_".repeat(40)), "_".repeat(40));
        assert_eq!(complete(&Outside::new(&"_".repeat(200))), "_".repeat(200));
    }

    #[test]
    fn accents_do_not_pile_up() {
        assert_eq!(shown(&format!("a{}", "\u{301}".repeat(300))).chars().count(), CHARACTER_CODE_POINTS);
    }

    #[test]
    fn names_from_right_to_left_reorder_nothing_else() {
        assert_eq!(shown("עומר אדם"), "\u{2068}עומר אדם\u{2069}");
        assert_eq!(shown("\u{2069}فيروز\u{202e}"), "\u{2068}فيروز\u{2069}");
    }

    #[test]
    fn a_text_of_several_lines_cannot_drive_a_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\r"), "a\u{fffd}[2Jb\u{fffd}");
        assert_eq!(printable("a  b\n c\u{202e}\u{200b}"), "a  b\n c");
    }

    proptest! {
        #[test]
        fn what_is_visible_stays_visible(text in "(\\PC|\\p{C}|\\p{Z}|[\u{1f3f4}\u{e0061}-\u{e0064}\u{e007f}\u{200d}\u{fe0f}a]){0,60}") {
            let line = single_line(&text);
            prop_assert_eq!(&single_line(&line), &line);
            prop_assert!(!line.contains(|c: char| c.is_control() || c != ' ' && is_blank(c)));
            prop_assert!(!line.starts_with(' ') && !line.ends_with(' ') && !line.contains("  "));
        }

        #[test]
        fn a_shown_name_is_short_and_never_blank(text in "\\PC{0,300}") {
            let shown = shown(&text);
            prop_assert!(!shown.trim().is_empty());
            prop_assert!(shown.graphemes(true).count() <= NAME_LENGTH + 2);
        }
    }
}
