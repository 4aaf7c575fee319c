//! Whether two spellings are one name.

use casa24_schemas::Artist;

/// Whether two texts are the same name: in any case, and with typographic apostrophes and hyphens, which `MusicBrainz`
/// prefers (<https://musicbrainz.org/doc/Style/Miscellaneous>), as with plain ones. Accents count: they tell artists apart.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    matches!((folded(one), folded(other)), (Some(one), Some(other)) if one == other)
}

fn folded(name: &str) -> Option<String> {
    let visible = Artist::new(name).ok()?.name;
    let plain = visible.chars().map(|c| match c {
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{2010}'..='\u{2013}' => '-',
        other => other,
    });
    Some(plain.collect::<String>().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_typography_do_not_count_but_accents_and_scripts_do() {
        for (one, other) in [
            ("Nina Simone", "NINA  SIMONE "),
            ("Guns N' Roses", "guns n\u{2019} roses"),
            ("a\u{2010}ha", "A-ha"),
            ("ROSALI\u{301}A", "Rosal\u{ed}a"),
            ("宇多田ヒカル", "宇多田ヒカル"),
            ("Эпидемия", "ЭПИДЕМИЯ"),
        ] {
            assert!(same_name(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("Rosalia", "ROSALÍA"),
            ("Luz", "L\u{438}z"),
            ("Luz", "Luz Casal"),
            ("", ""),
            ("宇多田ヒカル", "Utada Hikaru"),
        ] {
            assert!(!same_name(one, other), "{one} {other}");
        }
    }
}
