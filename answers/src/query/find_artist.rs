//! Which artist a name means: any case, accents left out, or a part that fits one artist only.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::nearest::distance;
use crate::refusal::{Refusal, cut};

/// Most artists that an ambiguous name lists.
const MAX_CANDIDATES: usize = 10;

/// Most artists that an unknown name suggests.
const MAX_NEAREST: usize = 3;

/// A name and how it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoldedName {
    name: String,
    /// Without accents, lower case, single blanks.
    folded: String,
}

impl FoldedName {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), folded: fold(name) }
    }
}

/// The place in the list of the artist that a name means. An exact name wins, then the same name in another case or
/// without accents, then the only name that contains it.
///
/// # Errors
/// When no artist or more than one fits.
pub(crate) fn find_folded(asked: &str, names: &[&FoldedName]) -> Result<usize, Refusal> {
    let exact: String = asked.trim().nfc().collect();
    if let Some(place) = names.iter().position(|known| known.name == exact) {
        return Ok(place);
    }
    let folded = fold(asked);
    if folded.is_empty() {
        return Err(unknown(asked, &folded, names));
    }
    let places = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
        names.iter().enumerate().filter(|(_, known)| fits(&known.folded)).map(|(place, _)| place).collect()
    };
    let mut fitting = places(&|known| known == folded);
    if fitting.is_empty() {
        fitting = places(&|known| known.contains(&folded));
    }
    match fitting[..] {
        [] => Err(unknown(asked, &folded, names)),
        [place] => Ok(place),
        _ => {
            let mut candidates: Vec<&FoldedName> = fitting.iter().map(|place| names[*place]).collect();
            candidates.sort_by_key(|known| (&known.folded, &known.name));
            candidates.truncate(MAX_CANDIDATES);
            Err(Refusal::AmbiguousArtist {
                found: cut(asked),
                candidates: candidates.iter().map(|known| known.name.clone()).collect(),
                num_fitting: fitting.len() as u32,
            })
        }
    }
}

fn fold(name: &str) -> String {
    let plain: String = name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unknown(asked: &str, folded: &str, names: &[&FoldedName]) -> Refusal {
    let mut nearest: Vec<(usize, &FoldedName)> =
        names.iter().map(|known| (distance(folded, &known.folded), *known)).collect();
    nearest.sort_by_key(|(distance, known)| (*distance, &known.folded));
    let nearest = nearest.iter().take(MAX_NEAREST).map(|(_, known)| known.name.clone()).collect();
    Refusal::UnknownArtist { found: cut(asked), nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'a>(asked: &str, names: &[&'a str]) -> Result<&'a str, Refusal> {
        let folded: Vec<_> = names.iter().map(|name| FoldedName::new(name)).collect();
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
        let ambiguous = Refusal::AmbiguousArtist { found: "casa".to_owned(), candidates, num_fitting: 2 };
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
