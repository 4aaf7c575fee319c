//! What is offered while somebody types into an option: texts from outside, which Discord shows without markdown.

use crate::card::Outside;
use crate::visible;
use crate::words::Words;

use super::limits;

/// Several texts as the name of a choice, within Discord's limit: each on one line and in its own direction, cut where
/// they are too long; words for one of which nothing can be seen. Empty ones are left out.
pub fn choice_name(texts: &[&str], words: &Words) -> String {
    let shown = |text: &&str| match visible::complete(&Outside::new(text)) {
        nothing if nothing.is_empty() => words.say("no-visible-name").as_str().to_owned(),
        visible => visible,
    };
    let texts: Vec<String> = texts.iter().filter(|text| !text.is_empty()).map(shown).collect();
    visible::closed(limits::cut(&texts.join(" "), limits::OPTION_TEXT - 1))
}

#[cfg(test)]
mod tests {
    use crate::words::Locale;

    use super::*;

    fn name(texts: &[&str]) -> String {
        let name = choice_name(texts, Words::of(Locale::Spanish));
        assert!((1..=limits::OPTION_TEXT).contains(&limits::length(&name)), "{name:?}");
        name
    }

    #[test]
    fn a_choice_is_never_blank_and_turns_no_text_around() {
        assert_eq!(name(&["", "Luz"]), "Luz");
        assert_eq!(name(&["Luz,", "Mar\n@everyone"]), "Luz, Mar @everyone");
        assert_eq!(name(&["", "\u{200b}\u{3164}"]), "(sin nombre visible)");
        assert_eq!(name(&["عمر,", "Luz\u{202e}"]), "\u{2068}عمر,\u{2069} Luz");
    }

    #[test]
    fn one_that_is_too_long_is_cut_between_characters_and_ends_in_its_own_direction() {
        assert_eq!(name(&["", &"🔥".repeat(60)]), "🔥".repeat(49) + "…");
        let hebrew = name(&["", &"ע".repeat(200)]);
        assert!(hebrew.ends_with("…\u{2069}") && hebrew.starts_with('\u{2068}'), "{hebrew}");
        assert_eq!(name(&["", &"W".repeat(99)]), "W".repeat(99));
    }
}
