//! Which artist a name means: any case, accents left out, or a part that fits one artist only.

use casa24_schemas::Artist;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::error::{QuestionError, cut};

/// Most artists that an ambiguous name lists.
const MAX_CANDIDATES: usize = 10;

/// Most artists that an unknown name suggests.
const MAX_NEAREST: usize = 3;

/// Longest text that is compared letter by letter.
const MAX_COMPARED: usize = 100;

/// The artist that a name means. An exact name wins, then the same name in another case or without accents, then
/// the only name that has it as a part.
///
/// # Errors
/// When no artist or more than one fits.
pub fn find_artist<'a>(asked: &str, artists: &[&'a Artist]) -> Result<&'a Artist, QuestionError> {
    let exact: String = asked.trim().nfc().collect();
    if let Some(artist) = artists.iter().find(|artist| artist.name == exact) {
        return Ok(artist);
    }
    let folded_name = fold(asked);
    let folded: Vec<(String, &'a Artist)> =
        artists.iter().map(|artist| (fold(&artist.name), *artist)).collect();
    if folded_name.is_empty() {
        return Err(unknown(asked, &folded_name, &folded));
    }
    let same = |(name, _): &&(String, &'a Artist)| *name == folded_name;
    let part = |(name, _): &&(String, &'a Artist)| name.contains(&folded_name);
    let mut fitting: Vec<&'a Artist> = folded.iter().filter(same).map(|(_, artist)| *artist).collect();
    if fitting.is_empty() {
        fitting = folded.iter().filter(part).map(|(_, artist)| *artist).collect();
    }
    match fitting[..] {
        [] => Err(unknown(asked, &folded_name, &folded)),
        [artist] => Ok(artist),
        _ => {
            let num_fitting = fitting.len();
            let mut candidates: Vec<String> = fitting.iter().map(|artist| artist.name.clone()).collect();
            candidates.sort_by_key(|name| (fold(name), name.clone()));
            candidates.truncate(MAX_CANDIDATES);
            Err(QuestionError::AmbiguousArtist { found: cut(asked), candidates, num_fitting })
        }
    }
}

/// A name as it is compared: accents taken off, lower case, single blanks.
fn fold(name: &str) -> String {
    let plain: String = name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unknown(asked: &str, folded_name: &str, folded: &[(String, &Artist)]) -> QuestionError {
    let mut nearest: Vec<(usize, &String, &Artist)> =
        folded.iter().map(|(name, artist)| (distance(folded_name, name), name, *artist)).collect();
    nearest.sort_by_key(|(distance, name, _)| (*distance, *name));
    let nearest = nearest.iter().take(MAX_NEAREST).map(|(_, _, artist)| artist.name.clone()).collect();
    QuestionError::UnknownArtist { found: cut(asked), nearest }
}

/// Levenshtein's distance: letters to put in, take out or change to make one text of the other.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(MAX_COMPARED).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, c) in a.chars().take(MAX_COMPARED).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, d) in b.iter().enumerate() {
            let changed = diagonal + usize::from(c != *d);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(asked: &str, names: &[&str]) -> Result<String, QuestionError> {
        let artists: Vec<Artist> = names.iter().map(|name| Artist::new(name).unwrap()).collect();
        find_artist(asked, &artists.iter().collect::<Vec<_>>()).map(|artist| artist.name.clone())
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
            assert_eq!(find(asked, &LABEL).as_deref(), Ok(name));
        }
    }

    #[test]
    fn a_part_that_fits_one_artist_is_enough() {
        assert_eq!(find("beats", &LABEL).as_deref(), Ok("Casa 24Beats"));
        assert_eq!(find("ヒカル", &LABEL).as_deref(), Ok("宇多田ヒカル"));
        assert_eq!(find("  ROSA ", &LABEL).as_deref(), Ok("ROSALÍA"));
    }

    #[test]
    fn a_whole_name_wins_over_a_part_of_another() {
        assert_eq!(find("CASA  24", &LABEL).as_deref(), Ok("Casa 24"));
        assert_eq!(find("Bó", &["Bo", "Bó", "BO"]).as_deref(), Ok("Bó"));
    }

    #[test]
    fn a_part_that_fits_several_lists_them() {
        let Err(QuestionError::AmbiguousArtist { candidates, num_fitting, .. }) = find("casa", &LABEL) else {
            panic!("casa fits two artists");
        };
        assert_eq!((candidates, num_fitting), (vec!["Casa 24".to_owned(), "Casa 24Beats".to_owned()], 2));
        let many: Vec<String> = (0..40).map(|i| format!("DJ {i:02}")).collect();
        let error = find("dj", &many.iter().map(String::as_str).collect::<Vec<_>>()).unwrap_err();
        assert!(error.to_string().ends_with("DJ 09 and 30 more"), "{error}");
    }

    #[test]
    fn an_unknown_name_suggests_the_nearest() {
        let error = find("Cassa 24", &LABEL).unwrap_err();
        assert!(
            error.to_string().starts_with("no artist is called \"Cassa 24\": did you mean Casa 24"),
            "{error}"
        );
        assert!(matches!(find("anything", &[]), Err(QuestionError::UnknownArtist { .. })));
        assert!(matches!(find(" \u{301} ", &LABEL), Err(QuestionError::UnknownArtist { .. })));
    }

    #[test]
    fn distances_are_levenshteins() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }
}
