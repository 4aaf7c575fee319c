//! What can be seen of a text: the one rule by which names are kept, compared and shown.

use icu_properties::props::{
    CanonicalCombiningClass, DefaultIgnorableCodePoint, Emoji, EmojiModifier, ExtendedPictographic,
    Ideographic, JoiningType,
};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_security::skeleton;

/// Begins an emoji tag sequence (UTS #51), such as the flag of Scotland, and ends it.
const BLACK_FLAG: char = '\u{1f3f4}';
const END_OF_TAGS: char = '\u{e007f}';

const ZERO_WIDTH_JOINER: char = '\u{200d}';
/// Makes a keycap of a digit.
const KEYCAP: char = '\u{20e3}';

/// The visible part of a text on one line: no control characters, no marks that turn the direction of writing or
/// have no width, blanks of every kind as single spaces, none at either end. [`without_hidden`] says what of the
/// invisible has a meaning and stays. Applied twice it changes nothing more.
pub fn visible_line(text: &str) -> String {
    let characters = text.chars().filter_map(|c| match c {
        _ if is_blank(c) => Some(' '),
        _ if c.is_control() => None,
        _ => Some(c),
    });
    let shown =
        if text.is_ascii() { characters.collect() } else { without_hidden(&characters.collect::<String>()) };
    let mut line = String::with_capacity(shown.len());
    for word in shown.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Whether there is nothing in a text that [`visible_line`] folds or might leave out: most names are such, and this is
/// soon known.
pub(crate) fn is_visible_line(text: &str) -> bool {
    let mut last = ' ';
    let is_kept = |c: char| {
        let kept = if c == ' ' { last != ' ' } else { !c.is_control() && !is_blank(c) && !is_hidden(c) };
        last = c;
        kept
    };
    !text.ends_with(' ') && text.chars().all(is_kept)
}

/// A text without characters that are not shown and hide or reorder others: Unicode's
/// `Default_Ignorable_Code_Point` (with every bidi control) and the interlinear marks.
///
/// Of these stay what changes how a text looks: joiners inside emoji (UTS #51), beside a virama, and where they
/// change the joining of letters (the contexts of UAX #31 and RFC 5892); variation selectors after emoji and
/// ideographs; Mongolian ones after Mongolian letters; and the tags of a flag.
pub fn without_hidden(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    // What never stays goes first, so that the contexts of what may stay are those of the result.
    let text: String = text.chars().filter(|c| !is_hidden(*c) || may_stay(*c)).collect();
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if !is_hidden(c) || has_meaning(&kept, c, rest) {
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

/// The same text for names that a reader can hardly tell apart (the skeletons of UTS #39). These leave out what is not
/// shown, so joiners and the tags of flags, which make other pictures and other letters, stand behind.
pub fn look(name: &str) -> String {
    let changes_look = |c: &char| is_joiner(*c) || matches!(c, '\u{e0030}'..='\u{e007a}');
    skeleton(name).chain(name.chars().filter(changes_look)).collect()
}

/// Whether a character looks like a blank.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{2800}' | '\u{3164}' | '\u{115f}' | '\u{1160}' | '\u{ffa0}')
}

fn is_hidden(c: char) -> bool {
    const IGNORABLE: icu_properties::CodePointSetDataBorrowed<'static> =
        CodePointSetData::new::<DefaultIgnorableCodePoint>();
    !c.is_ascii() && (IGNORABLE.contains(c) || matches!(c, '\u{fff9}'..='\u{fffb}'))
}

/// Whether a hidden character has a meaning in some place.
const fn may_stay(c: char) -> bool {
    is_joiner(c)
        || is_selector(c)
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}' | END_OF_TAGS)
}

const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | ZERO_WIDTH_JOINER)
}

/// Variation selectors: of emoji, and of ideographs as names are written.
const fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a hidden character changes the look of what stands around it.
fn has_meaning(kept: &str, c: char, rest: &str) -> bool {
    let Some(last) = kept.chars().next_back() else { return false };
    let next = rest.chars().find(|c| !is_hidden(*c));
    if is_joiner(last) {
        return false;
    }
    match c {
        '\u{fe0e}' | '\u{fe0f}' => {
            CodePointSetData::new::<Emoji>().contains(last) && (!last.is_ascii() || next == Some(KEYCAP))
        }
        '\u{fe00}'..='\u{fe0d}' => {
            is_ideograph(last) || matches!(last, '\u{1000}'..='\u{109f}' | '\u{a840}'..='\u{a87f}')
        }
        _ if is_selector(c) => is_ideograph(last),
        '\u{180b}'..='\u{180f}' => matches!(last, '\u{1820}'..='\u{18aa}'),
        _ if is_joiner(c) => {
            let beside_virama =
                is_virama(last) || c == ZERO_WIDTH_JOINER && next.is_some_and(is_virama) && !is_blank(last);
            let (before, after) = (joins_on(kept), joins_back(rest));
            let of_letters = if c == ZERO_WIDTH_JOINER { before != after } else { before && after };
            beside_virama || of_letters || c == ZERO_WIDTH_JOINER && joins_emoji(kept, next)
        }
        _ => false,
    }
}

fn is_ideograph(c: char) -> bool {
    CodePointSetData::new::<Ideographic>().contains(c)
}

fn is_virama(c: char) -> bool {
    CodePointMapData::<CanonicalCombiningClass>::new().get(c) == CanonicalCombiningClass::Virama
}

fn joining(c: char) -> JoiningType {
    CodePointMapData::<JoiningType>::new().get(c)
}

/// Whether the last letter of a text joins the one after it.
fn joins_on(text: &str) -> bool {
    let letter = text.chars().rev().map(joining).find(|kind| *kind != JoiningType::Transparent);
    letter.is_some_and(|kind| {
        matches!(kind, JoiningType::LeftJoining | JoiningType::DualJoining | JoiningType::JoinCausing)
    })
}

/// Whether the first letter of a text joins the one before it.
fn joins_back(text: &str) -> bool {
    let shown = text.chars().filter(|c| !is_hidden(*c));
    let letter = shown.map(joining).find(|kind| *kind != JoiningType::Transparent);
    letter.is_some_and(|kind| {
        matches!(kind, JoiningType::RightJoining | JoiningType::DualJoining | JoiningType::JoinCausing)
    })
}

/// Whether a joiner between these makes one emoji of two.
fn joins_emoji(kept: &str, next: Option<char>) -> bool {
    let is_pictograph = |c: char| CodePointSetData::new::<ExtendedPictographic>().contains(c);
    let ends_emoji = |c: char| {
        is_pictograph(c)
            || c == '\u{fe0f}'
            || c == END_OF_TAGS
            || CodePointSetData::new::<EmojiModifier>().contains(c)
    };
    kept.chars().next_back().is_some_and(ends_emoji) && next.is_some_and(is_pictograph)
}

/// Length in bytes of the tags at the beginning of a text, where they name a region as emoji do: three to six letters
/// and digits, and the end.
fn tags_length(text: &str) -> usize {
    let is_tag = |c: &char| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    let tags = text.chars().take_while(is_tag).count();
    let is_region = (3..=6).contains(&tags) && text.chars().nth(tags) == Some(END_OF_TAGS);
    if is_region { (tags + 1) * END_OF_TAGS.len_utf8() } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WALES: &str = "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}";

    #[test]
    fn blanks_of_every_kind_are_single_spaces() {
        for blank in
            ["\u{a0}", "\u{2007}", "\u{202f}", "\t", "  ", "\u{3000}", "\u{2800}", " \u{200b} ", "\r\n"]
        {
            assert_eq!(visible_line(&format!("{blank}Rio{blank}Alto{blank}")), "Rio Alto", "{blank:?}");
        }
    }

    #[test]
    fn what_has_no_width_and_no_meaning_is_left_out() {
        for hidden in [
            "\u{200b}",
            "\u{200c}",
            "\u{200d}",
            "\u{feff}",
            "\u{ad}",
            "\u{2060}",
            "\u{202e}",
            "\u{2066}",
            "\u{61c}",
            "\u{34f}",
            "\u{fe0f}",
            "\u{fe00}",
            "\u{e0100}",
            "\u{e0061}",
            "\u{180e}",
            "\u{180b}",
            "\u{0}",
            "\u{1b}",
            "\u{fff9}",
        ] {
            assert_eq!(visible_line(&format!("{hidden}Ri{hidden}ó 7{hidden}")), "Rió 7", "{hidden:?}");
        }
    }

    #[test]
    fn joiners_stay_where_they_change_the_look() {
        for meant in [
            "👩\u{200d}🎤",
            "🏳\u{fe0f}\u{200d}🌈",
            "👩🏽\u{200d}🚀",
            "नक्\u{200d}ष",
            "ক\u{9cd}\u{200c}ষ",
            "র\u{200d}\u{9cd}য",
            "می\u{200c}خواهم",
            "ه\u{200d}",
            WALES,
            "❤\u{fe0f}",
            "7\u{fe0f}\u{20e3}",
            "葛\u{e0100}城",
            "ᠠ\u{180b}",
        ] {
            assert_eq!(visible_line(meant), meant, "{meant:?}");
        }
        // Alef joins nothing after it, and two letters that join do so without a joiner.
        assert_eq!(visible_line("کا\u{200c}ر"), "کار");
        assert_eq!(visible_line("ب\u{200d}ب"), "بب");
        assert_eq!(visible_line("👩\u{200d}\u{200d}🎤\u{200d}"), "👩\u{200d}🎤");
    }

    #[test]
    fn tags_stay_only_in_a_flag() {
        assert_eq!(visible_line(&format!("{WALES}{WALES}")), format!("{WALES}{WALES}"));
        assert_eq!(visible_line(WALES.trim_end_matches('\u{e007f}')), "\u{1f3f4}");
        assert_eq!(visible_line("\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}"), "\u{1f3f4}");
    }

    #[test]
    fn letters_of_two_scripts_look_the_same_and_two_flags_do_not() {
        assert_eq!(look("Mar"), look("M\u{430}r"));
        assert_ne!(look("Mar"), look("MAR"));
        assert_ne!(look(WALES), look("\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}"));
        assert_ne!(look(WALES), look("\u{1f3f4}"));
        assert_ne!(look("👩\u{200d}🎤"), look("👩🎤"));
    }

    proptest! {
        #[test]
        fn what_is_visible_stays_visible(
            text in "(\\PC|\\p{C}|\\p{Z}|[\u{1f3f4}\u{e0061}-\u{e0064}\u{e007f}\u{200c}\u{200d}\u{fe0f}\u{9cd}\u{628}\u{627}\u{301}👩a1]){0,40}"
        ) {
            let line = visible_line(&text);
            prop_assert_eq!(&visible_line(&line), &line);
            prop_assert!(!is_visible_line(&text) || line == text);
            prop_assert!(!line.contains(|c: char| c.is_control() || c != ' ' && is_blank(c)));
            prop_assert!(!line.starts_with(' ') && !line.ends_with(' ') && !line.contains("  "));
        }
    }
}
