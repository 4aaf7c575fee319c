//! Whether an account still belongs to whom it belonged: by the name that it goes by.

use std::collections::HashMap;

use casa24_bus::{Bus, BusError, Patience};
use casa24_schemas::{Account, Artist, ArtistId, MAX_NAME_CHARS, Platform, ValidSnapshot};

/// How accounts of a platform went by when figures of them were last accepted.
#[derive(Debug, Default)]
pub(super) struct KnownNames(HashMap<ArtistId, Known>);

#[derive(Debug)]
struct Known {
    name: String,
    account: Account,
}

impl KnownNames {
    /// Reads them.
    pub(super) async fn read(bus: &Bus, platform: &Platform) -> Result<Self, BusError> {
        let filter = format!("snapshot.valid.{platform}.*");
        let newest = bus.newest_patiently::<ValidSnapshot>(&filter, Patience::COMMAND).await?;
        let known = |snapshot: ValidSnapshot| {
            let known = Known { name: snapshot.content?.display_name?, account: snapshot.account };
            Some((snapshot.artist.id, known))
        };
        Ok(Self(newest.into_iter().filter_map(|stored| known(stored.event)).collect()))
    }

    /// The label, by the name that its account shows now, or else by that of before.
    pub(super) fn label(&self, now: Option<&str>) -> Artist {
        let is_name = |name: &&str| !name.trim().is_empty() && name.chars().count() <= MAX_NAME_CHARS;
        let label = Artist::label(Artist::LABEL_NAME);
        let before = self.0.get(&label.id).map(|known| known.name.as_str());
        now.filter(is_name).or(before).map_or(label, Artist::label)
    }

    /// What tells that the account is another's than before: an artist's, that it goes by another name, which is not the
    /// artist's either, because an id, or a user name, may belong to somebody else; the label's own, that it is another
    /// one, because the label may call its own as it likes.
    pub(super) fn another_owner(&self, artist: &Artist, id: &str, now: Option<&str>) -> Option<String> {
        let before = self.0.get(&artist.id)?;
        if artist.is_label() {
            let Account::Present { id: before } = &before.account else { return None };
            return (before != id).then(|| {
                format!(
                    "the figures so far are of {before}, and {id} is asked for now; if it takes its place, collect it once with --renamed"
                )
            });
        }
        let (before, now) = (&before.name, now?);
        let is_known = is_same(before, now) || is_same(&artist.name, now);
        (!is_known).then(|| {
            format!(
                "the account {id:?} goes by {now:?} now, before by {before:?}; if it is still the artist's, collect it once with --renamed"
            )
        })
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

    fn known(artist: &Artist, name: &str, id: &str) -> KnownNames {
        let account = Account::Present { id: id.to_owned() };
        KnownNames([(artist.id.clone(), Known { name: name.to_owned(), account })].into())
    }

    #[test]
    fn a_name_that_is_neither_the_former_nor_the_artists_is_another_owners() {
        let luz = Artist::new("Luz").unwrap();
        let known = known(&luz, "Luz Official", "7");
        for now in [Some("Luz Official"), Some("LUZ-official"), Some("luz"), None] {
            assert_eq!(known.another_owner(&luz, "7", now), None, "{now:?}");
        }
        for now in [Some("Crypto Deals"), Some("Luz 2"), Some(""), Some("\u{1f525}")] {
            let fault = known.another_owner(&luz, "7", now).unwrap();
            assert!(fault.contains("Luz Official") && fault.contains("--renamed"), "{fault}");
        }
        let mar = Artist::new("Mar").unwrap();
        assert_eq!(known.another_owner(&mar, "7", Some("Crypto Deals")), None, "nothing is known");
    }

    #[test]
    fn the_labels_own_account_may_be_called_anything_but_be_no_other() {
        let label = Artist::label("Casa");
        let known = known(&label, "Casa", "1000");
        assert_eq!(known.another_owner(&label, "1000", Some("Casa, on tour")), None);
        let fault = known.another_owner(&label, "2000", Some("Casa")).unwrap();
        assert!(fault.contains("1000") && fault.contains("2000"), "{fault}");
    }

    #[test]
    fn the_label_has_a_name_whatever_its_account_shows() {
        let label = Artist::label("Casa");
        let known = known(&label, "Casa", "1000");
        assert_eq!(known.label(Some("Marisma")).name, "Marisma");
        for no_name in [None, Some(" "), Some(&*"x".repeat(MAX_NAME_CHARS + 1))] {
            assert_eq!(known.label(no_name), label);
        }
        assert_eq!(KnownNames::default().label(None).name, Artist::LABEL_NAME);
    }
}
