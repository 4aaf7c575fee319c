//! What can be seen of a text from outside, before an output escapes it in its own way: in one line, cut where it is
//! long, and unable to reorder what stands beside it.

use casa24_schemas::{visible_line, without_hidden};
use unicode_segmentation::UnicodeSegmentation;

use crate::card::{Line, Outside, Text};
use crate::words::Words;

/// Longest name, in characters as a reader counts them; longer ones are cut with an ellipsis.
const NAME_LENGTH: usize = 40;

/// Most code points in one of these characters: an emoji of a family has 10, a letter under a pile of accents hundreds.
const CHARACTER_CODE_POINTS: usize = 16;

/// Begins and ends a stretch of text that cannot reorder what stands beside it (UAX #9).
pub(crate) const ISOLATE: char = '\u{2068}';
pub(crate) const END_OF_ISOLATE: char = '\u{2069}';

/// A name as every output shows it before escaping: its visible part on one line, cut where it is very long, isolated
/// where it holds text from right to left; words for a name of which nothing can be seen.
pub(crate) fn name(name: &Outside, words: &Words) -> String {
    let visible = visible_line(name.raw());
    if visible.is_empty() { words.say("no-visible-name").as_str().to_owned() } else { isolated(cut(visible)) }
}

/// What can be seen of a line, without emphasis: for outputs that have none, such as a picture.
pub fn plain(line: &Line, words: &Words) -> String {
    let texts = line.0.iter().map(|span| match &span.text {
        Text::Said(said) => said.as_str().to_owned(),
        Text::Outside(outside) => name(outside, words),
        Text::Channel(id) => id.clone(),
        Text::Command(command) => typed(command),
    });
    texts.collect()
}

/// A command as it is typed.
pub(crate) fn typed(command: &str) -> String {
    format!("/{command}")
}

/// A text as every output shows it before escaping where all of it counts, such as what to type next.
pub(crate) fn complete(text: &Outside) -> String {
    isolated(visible_line(text.raw()))
}

/// A text of several lines, such as an error message, in which nothing hides or reorders text and nothing controls a
/// terminal: control characters other than line breaks become U+FFFD, and what is written from right to left is isolated
/// from the figures beside it.
pub fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c };
    let lines = text.split('\n').map(|line| isolated_runs(&without_hidden(line)));
    lines.collect::<Vec<_>>().join("\n").chars().map(shown).collect()
}

/// A line with each stretch from right to left isolated: from its first letter of such a script to the last one before
/// a letter of another.
fn isolated_runs(line: &str) -> String {
    if !line.contains(is_right_to_left) {
        return line.to_owned();
    }
    let mut isolated = String::with_capacity(line.len() + 6);
    let mut rest = line;
    while let Some(start) = rest.find(is_right_to_left) {
        isolated.push_str(&rest[..start]);
        rest = &rest[start..];
        let others = |c: char| c.is_alphanumeric() && !is_right_to_left(c) || "\"'()[]{}<>:;,/|".contains(c);
        let stretch = &rest[..rest.find(others).unwrap_or(rest.len())];
        let end = stretch.rfind(is_right_to_left).unwrap_or_default();
        let end = end + stretch[end..].chars().next().map_or(0, char::len_utf8);
        isolated.push(ISOLATE);
        isolated.push_str(&rest[..end]);
        isolated.push(END_OF_ISOLATE);
        rest = &rest[end..];
    }
    isolated.push_str(rest);
    isolated
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

/// A text that was cut, with the end of an isolate that has lost it.
pub(crate) fn closed(mut text: String) -> String {
    if text.matches(ISOLATE).count() > text.matches(END_OF_ISOLATE).count() {
        text.push(END_OF_ISOLATE);
    }
    text
}

const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
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
    fn a_name_of_which_nothing_can_be_seen_has_words() {
        let nothing = Outside::new("\u{200b}\u{200d}\u{3164}\u{fe0f}\u{e0041}");
        assert_eq!(name(&nothing, Words::of(Locale::English)), "(no visible name)");
        assert_eq!(name(&nothing, Words::of(Locale::Spanish)), "(sin nombre visible)");
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

    #[test]
    fn figures_beside_text_from_right_to_left_stay_in_their_place() {
        assert_eq!(printable("skipped: פיירוז 12 (+49)"), "skipped: \u{2068}פיירוז\u{2069} 12 (+49)");
        assert_eq!(
            printable("\u{2069}فيروز نجم, Ana, \u{202e}عمر\n7"),
            "\u{2068}فيروز نجم\u{2069}, Ana, \u{2068}عمر\u{2069}\n7"
        );
        assert_eq!(printable(&shown("عمر")), shown("عمر"));
        assert_eq!(printable(SCOTLAND), SCOTLAND);
    }

    proptest! {
        #[test]
        fn a_shown_name_is_short_and_never_blank(text in "\\PC{0,300}") {
            let shown = shown(&text);
            prop_assert!(!shown.trim().is_empty());
            prop_assert!(shown.graphemes(true).count() <= NAME_LENGTH + 2);
        }
    }
}
