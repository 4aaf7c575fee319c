//! Whether an account still belongs to whom it belonged: by the name that it goes by.

use std::collections::HashMap;

use casa24_bus::{Bus, BusError, Patience};
use casa24_schemas::{Artist, ArtistId, Platform, ValidSnapshot};

/// The names that accounts of a platform went by when figures of them were last accepted.
#[derive(Debug, Default)]
pub(super) struct KnownNames(HashMap<ArtistId, String>);

impl KnownNames {
    /// Reads them.
    pub(super) async fn read(bus: &Bus, platform: &Platform) -> Result<Self, BusError> {
        let filter = format!("snapshot.valid.{platform}.*");
        let newest = bus.newest_patiently::<ValidSnapshot>(&filter, Patience::COMMAND).await?;
        let name = |snapshot: ValidSnapshot| Some((snapshot.artist.id, snapshot.content?.display_name?));
        Ok(Self(newest.into_iter().filter_map(|stored| name(stored.event)).collect()))
    }

    /// The name that the account went by, where it goes by another one now that is not the artist's either: an id, or a user
    /// name, may belong to somebody else.
    pub(super) fn changed(&self, artist: &Artist, now: Option<&str>) -> Option<&str> {
        let (before, now) = (self.0.get(&artist.id)?, now?);
        let is_known = is_same(before, now) || is_same(&artist.name, now);
        (!is_known).then_some(before.as_str())
    }
}

/// Whether two names are the same but for case, blanks and punctuation.
fn is_same(a: &str, b: &str) -> bool {
    let folded = |name: &str| -> String {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    a == b || (folded(a) == folded(b) && !folded(a).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_neither_the_former_nor_the_artists_is_another_owners() {
        let luz = Artist::new("Luz").unwrap();
        let known = KnownNames([(luz.id.clone(), "Luz Official".to_owned())].into());
        for now in [Some("Luz Official"), Some("LUZ-official"), Some("luz"), None] {
            assert_eq!(known.changed(&luz, now), None, "{now:?}");
        }
        for now in [Some("Crypto Deals"), Some("Luz 2"), Some(""), Some("\u{1f525}")] {
            assert_eq!(known.changed(&luz, now), Some("Luz Official"), "{now:?}");
        }
        assert_eq!(
            known.changed(&Artist::new("Mar").unwrap(), Some("Crypto Deals")),
            None,
            "nothing is known"
        );
    }
}
