//! The artists that can be asked for, found by what is typed, for those who have a roster and no read model.

use casa24_schemas::Artist;

use super::find_artist::{FoldedName, find_folded};
use super::names::{is_one_name, names_in};
use crate::refusal::Refusal;

/// Artists in alphabetical order, each once.
#[derive(Debug, Clone, Default)]
pub struct ArtistNames {
    artists: Vec<Artist>,
    /// Of each artist.
    folded: Vec<FoldedName>,
}

impl ArtistNames {
    /// These artists; the label itself is left out.
    pub fn new(artists: impl IntoIterator<Item = Artist>) -> Self {
        let artists = artists.into_iter().filter(|artist| !artist.is_label());
        let mut named: Vec<(FoldedName, Artist)> =
            artists.map(|artist| (FoldedName::new(&artist), artist)).collect();
        named.sort_by(|(a, _), (b, _)| a.order().cmp(&b.order()));
        named.dedup_by(|(_, a), (_, b)| a.id == b.id);
        let (folded, artists) = named.into_iter().unzip();
        Self { artists, folded }
    }

    /// All of them.
    pub fn artists(&self) -> &[Artist] {
        &self.artists
    }

    /// The artist that a name means, by the same rules as in an answer.
    ///
    /// # Errors
    /// When no artist or more than one fits.
    pub fn find(&self, name: &str) -> Result<&Artist, Refusal> {
        let folded: Vec<&FoldedName> = self.folded.iter().collect();
        find_folded(name, &folded).map(|place| &self.artists[place])
    }

    /// The artists that several names mean, as they are typed into one option.
    ///
    /// # Errors
    /// When one of the names means no artist or more than one.
    pub fn find_several(&self, names: &str) -> Result<Vec<&Artist>, Refusal> {
        names_in(names).iter().map(|name| self.find(name)).collect()
    }
}

/// Several artists as they would be typed into one option: by their names, and by their ids where a name would be taken
/// for several.
pub fn several<'a>(artists: impl IntoIterator<Item = &'a Artist>) -> String {
    let typed = |artist: &'a Artist| {
        if is_one_name(&artist.name) { artist.name.as_str() } else { artist.id.as_str() }
    };
    artists.into_iter().map(typed).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> ArtistNames {
        ArtistNames::new(names.iter().map(|name| Artist::new(name).unwrap()))
    }

    #[test]
    fn artists_are_in_alphabetical_order_and_each_is_there_once() {
        let label = ["Zoé", "ábaco", "Luz", "Luz", "ZOE"];
        let shown: Vec<String> = names(&label).artists().iter().map(|artist| artist.name.clone()).collect();
        assert_eq!(shown, ["ábaco", "Luz", "ZOE", "Zoé"]);
        let with_label = [Artist::label("Casa"), Artist::new("Luz").unwrap()];
        assert_eq!(ArtistNames::new(with_label).artists().len(), 1);
    }

    #[test]
    fn artists_are_found_as_in_an_answer() {
        let label = names(&["ROSALÍA", "Casa 24", "Casa 24Beats"]);
        assert_eq!(label.find("rosal").unwrap().name, "ROSALÍA");
        assert!(matches!(label.find("casa"), Err(Refusal::AmbiguousArtist { .. })));
        assert!(matches!(label.find("nobody at all"), Err(Refusal::UnknownArtist { .. })));
    }

    #[test]
    fn what_is_written_for_several_artists_means_them_again() {
        let label =
            names(&["Mar, y Sol", "The \"Real\" One", "“Luz”", "a、b", "Plain", "24", "\"", "x \"y, z\""]);
        let all: Vec<&Artist> = label.artists().iter().collect();
        assert_eq!(label.find_several(&several(all.iter().copied())), Ok(all));
    }
}
