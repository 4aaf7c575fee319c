//! Which artist a name means: any case, accents left out, or a part that fits one artist only.

use std::collections::HashSet;

use casa24_schemas::{Artist, look, visible_line};
use icu_casemap::CaseMapper;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

use super::nearest::distance;
use crate::refusal::{Refusal, cut};

/// Most artists that an ambiguous name lists.
const MAX_CANDIDATES: usize = 10;

/// Most artists that an unknown name suggests.
const MAX_NEAREST: usize = 3;

/// As much of a name as every output shows: names that differ only behind it look the same too.
const SHOWN_CHARACTERS: usize = 39;

/// A name and how it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoldedName {
    id: String,
    name: String,
    /// Without accents, case and kinds of quotes, with single blanks.
    folded: String,
}

impl FoldedName {
    pub(crate) fn new(artist: &Artist) -> Self {
        Self {
            id: artist.id.as_str().to_owned(),
            name: artist.name.clone(),
            folded: fold(&visible_line(&artist.name)),
        }
    }

    /// By what names are sorted.
    pub(super) fn order(&self) -> (&str, &str) {
        (&self.folded, &self.name)
    }

    /// The same for names that a reader cannot tell apart, as far as they are shown.
    fn look(&self) -> String {
        look(&self.name.graphemes(true).take(SHOWN_CHARACTERS).collect::<String>())
    }
}

/// The place in the list of the artist that a name means. An exact name wins, then an artist's id, then the same name
/// in another case or without accents or quotes, then the only name that contains it.
///
/// # Errors
/// When no artist or more than one fits.
pub(crate) fn find_folded(asked: &str, names: &[&FoldedName]) -> Result<usize, Refusal> {
    let exact = visible_line(asked).nfc().collect::<String>();
    let same = |known: &&FoldedName| known.name == exact || known.name == asked;
    let by_name = names.iter().position(same);
    if let Some(place) = by_name.or_else(|| names.iter().position(|known| known.id == exact)) {
        return Ok(place);
    }
    let folded = fold(&exact);
    let bare = without_quotes(&folded);
    if bare.is_empty() {
        return Err(unknown(asked, &folded, names));
    }
    let places = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
        names.iter().enumerate().filter(|(_, known)| fits(&known.folded)).map(|(place, _)| place).collect()
    };
    let fits: [&dyn Fn(&str) -> bool; 4] = [
        &|known| known == folded,
        &|known| without_quotes(known) == bare,
        &|known| known.contains(&folded),
        &|known| without_quotes(known).contains(&bare),
    ];
    let fitting =
        fits.iter().map(|fits| places(fits)).find(|fitting| !fitting.is_empty()).unwrap_or_default();
    match fitting[..] {
        [] => Err(unknown(asked, &folded, names)),
        [place] => Ok(place),
        _ => {
            let mut candidates: Vec<&FoldedName> = fitting.iter().map(|place| names[*place]).collect();
            candidates.sort_by_key(|known| (&known.folded, &known.name));
            candidates.truncate(MAX_CANDIDATES);
            // More of the name would not tell these apart, whether they look the same or differ in case alone.
            let looks: HashSet<String> = candidates.iter().map(|known| known.look()).collect();
            let folded: HashSet<&str> = candidates.iter().map(|known| known.folded.as_str()).collect();
            let confusable = looks.len().min(folded.len()) < candidates.len();
            Err(Refusal::AmbiguousArtist {
                found: cut(asked),
                candidates: candidates.iter().map(|known| known.name.clone()).collect(),
                ids: candidates.iter().filter(|_| confusable).map(|known| known.id.clone()).collect(),
                num_fitting: fitting.len() as u32,
            })
        }
    }
}

/// A name as it is compared: no accents, no case (Unicode's full folding), one kind of quotes.
fn fold(name: &str) -> String {
    let plain = without_marks(name);
    // Folding writes marks of its own, as in the Turkish capital İ; its small ı differs from i by a dot alone.
    let folded = without_marks(&CaseMapper::new().fold_string(&plain));
    let unified = folded.chars().map(|c| match c {
        'ı' => 'i',
        _ if is_quote(c) => '\'',
        _ => c,
    });
    unified.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn without_marks(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).collect()
}

/// Quotes and apostrophes, which are typed one for the other.
const fn is_quote(c: char) -> bool {
    matches!(c,
        '"' | '\'' | '`' | '´' | '«' | '»' | '\u{2b9}'..='\u{2bf}' | '\u{2018}'..='\u{201f}'
        | '\u{2032}'..='\u{2036}' | '‹' | '›' | '\u{300c}'..='\u{300f}' | '\u{301d}'..='\u{301f}')
}

/// A folded text without its quotes.
fn without_quotes(folded: &str) -> String {
    folded.replace('\'', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unknown(asked: &str, folded: &str, names: &[&FoldedName]) -> Refusal {
    let mut nearest: Vec<(usize, &FoldedName)> =
        names.iter().map(|known| (distance(folded, &known.folded), *known)).collect();
    nearest.sort_by_key(|(distance, known)| (*distance, &known.folded));
    // Of names that look the same one is enough: who asks for it is told which there are.
    let mut shown: Vec<&FoldedName> = Vec::with_capacity(MAX_NEAREST);
    for (_, known) in nearest {
        if shown.len() < MAX_NEAREST && shown.iter().all(|shown| shown.look() != known.look()) {
            shown.push(known);
        }
    }
    Refusal::UnknownArtist {
        found: cut(asked),
        nearest: shown.iter().map(|known| known.name.clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'a>(asked: &str, names: &[&'a str]) -> Result<&'a str, Refusal> {
        let folded: Vec<_> = names.iter().map(|name| FoldedName::new(&Artist::new(name).unwrap())).collect();
        let folded: Vec<&FoldedName> = folded.iter().collect();
        find_folded(asked, &folded).map(|place| names[place])
    }

    const LABEL: [&str; 5] = ["Casa 24", "Casa 24Beats", "bo.wlie", "ROSALÍA", "宇多田ヒカル"];

    #[test]
    fn case_and_accents_do_not_matter() {
        for (asked, name) in [
            ("casa 24", "Casa 24"),
            ("rosalia", "ROSALÍA"),
            ("BO.WLIE", "bo.wlie"),
            ("宇多田ヒカル", "宇多田ヒカル"),
        ] {
            assert_eq!(find(asked, &LABEL), Ok(name));
        }
    }

    #[test]
    fn case_is_folded_in_full() {
        let label = ["Στέφανος", "Gruß", "İpek Işık", "Žižka", "ﬁord", "Ǆ Ego"];
        for (asked, name) in [
            ("ΣΤΕΦΑΝΟΣ", "Στέφανος"),
            ("στεφανοσ", "Στέφανος"),
            ("GRUSS", "Gruß"),
            ("gruẞ", "Gruß"),
            ("ipek ışık", "İpek Işık"),
            ("IPEK ISIK", "İpek Işık"),
            ("İPEK IŞIK", "İpek Işık"),
            ("FIORD", "ﬁord"),
            ("ǆ ego", "Ǆ Ego"),
        ] {
            assert_eq!(find(asked, &label), Ok(name), "{asked}");
        }
        assert_eq!(find("Straße", &["STRASSE", "Strasbourg"]), Ok("STRASSE"));
    }

    #[test]
    fn quotes_of_every_kind_are_one_and_may_be_left_out() {
        let label = ["\"Big\" Sur", "Guns N’ Oaks", "O'Hara", "Big Surf"];
        for (asked, name) in [
            ("“Big” Sur", label[0]),
            ("«big» sur", label[0]),
            ("big sur", label[0]),
            ("guns n' oaks", label[1]),
            ("o’hara", label[2]),
            ("OHARA", label[2]),
            ("big surf", label[3]),
        ] {
            assert_eq!(find(asked, &label), Ok(name), "{asked}");
        }
        assert!(matches!(find("\"'", &label), Err(Refusal::UnknownArtist { .. })));
    }

    #[test]
    fn what_cannot_be_seen_does_not_matter() {
        assert_eq!(find("Casa\u{a0}24\u{200b}", &LABEL), Ok("Casa 24"));
        assert_eq!(find("\u{202e}bo.wl\u{ad}ie", &LABEL), Ok("bo.wlie"));
    }

    #[test]
    fn names_that_look_the_same_are_told_apart_by_their_ids() {
        let label = ["Mar Rojo", "M\u{430}r Rojo", "Otra"]; // the second a is Cyrillic
        assert_eq!(find("Mar Rojo", &label), Ok(label[0]));
        let Err(Refusal::AmbiguousArtist { candidates, ids, .. }) = find("rojo", &label) else {
            panic!("one was chosen")
        };
        assert_eq!(candidates.len(), 2);
        assert!(ids[0] != ids[1]);
        for (id, name) in ids.iter().zip(&candidates) {
            assert_eq!(find(id, &label).as_deref(), Ok(name.as_str()));
        }
        let Err(Refusal::UnknownArtist { nearest, .. }) = find("Mur Rojo", &label) else { panic!("found") };
        assert_eq!(nearest, [label[0], label[2]]);
        let cases = ["Luz", "LUZ", "Luz Norte"];
        let refusal = find("luz", &cases).unwrap_err();
        assert!(
            matches!(&refusal, Refusal::AmbiguousArtist { ids, .. } if *ids == ["LUZ", "Luz"]),
            "{refusal:?}"
        );
        let long = |end: &str| format!("{}{end}", "y".repeat(60));
        let (one, other) = (long("1"), long("2"));
        let refusal = find("yy", &[&one, &other]).unwrap_err();
        assert!(matches!(refusal, Refusal::AmbiguousArtist { ids, .. } if ids.len() == 2));
    }

    #[test]
    fn a_part_that_fits_one_artist_is_enough() {
        assert_eq!(find("beats", &LABEL), Ok("Casa 24Beats"));
        assert_eq!(find("ヒカル", &LABEL), Ok("宇多田ヒカル"));
        assert_eq!(find("  ROSA ", &LABEL), Ok("ROSALÍA"));
    }

    #[test]
    fn a_whole_name_wins_over_a_part_of_another() {
        assert_eq!(find("CASA  24", &LABEL), Ok("Casa 24"));
        assert_eq!(find("Bó", &["Bo", "Bó", "BO"]), Ok("Bó"));
    }

    #[test]
    fn a_part_that_fits_several_lists_them() {
        let candidates = vec!["Casa 24".to_owned(), "Casa 24Beats".to_owned()];
        let (found, ids) = ("casa".to_owned(), Vec::new());
        let ambiguous = Refusal::AmbiguousArtist { found, candidates, ids, num_fitting: 2 };
        assert_eq!(find("casa", &LABEL), Err(ambiguous));
        let many: Vec<String> = (0..40).map(|i| format!("DJ {i:02}")).collect();
        let refusal = find("dj", &many.iter().map(String::as_str).collect::<Vec<_>>()).unwrap_err();
        let Refusal::AmbiguousArtist { candidates, num_fitting, .. } = refusal else { panic!("{refusal:?}") };
        assert_eq!((candidates.len(), candidates[9].as_str(), num_fitting), (10, "DJ 09", 40));
    }

    #[test]
    fn an_unknown_name_suggests_the_nearest() {
        let refusal = find("Cassa 24", &LABEL).unwrap_err();
        let Refusal::UnknownArtist { nearest, .. } = refusal else { panic!("{refusal:?}") };
        assert_eq!(nearest[0], "Casa 24");
        assert!(matches!(find("anything", &[]), Err(Refusal::UnknownArtist { .. })));
        assert!(matches!(find(" \u{301} ", &LABEL), Err(Refusal::UnknownArtist { .. })));
    }
}
