//! The label's roster file: its artists and their accounts, in and out.

use std::collections::BTreeMap;

use casa24_schemas::{Account, AccountKey, Artist, ArtistId, Event, Platform, RosterEntry, platform_info};
use serde_json::Value;

use crate::Error;
use crate::fields::{Fields, place_of, pretty};
use crate::file_text::json_bytes;
use crate::quote::quote;

/// Endings of the fields that name an account: `spotify_id`, `instagram_username`.
const ID: &str = "_id";
const USERNAME: &str = "_username";

/// The artists of the label, in the order of their file, found by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    entries: Vec<RosterEntry>,
    positions: BTreeMap<ArtistId, usize>,
}

impl Roster {
    /// Reads a roster: an array of `{"name", "spotify_id", "youtube_id", "instagram_username"}`.
    ///
    /// An account that is null is known not to exist; a field that is absent says nothing. Any other
    /// `PLATFORM_id` or `PLATFORM_username` names an account on that platform, and `"active": false` an artist
    /// who has left. `file` is what errors call the document.
    ///
    /// # Errors
    /// When it is not JSON, or an entry is not as above, or an artist occurs twice: what collectors fetch
    /// hangs on every line of a roster, so none is skipped.
    pub fn read(bytes: &[u8], file: &str) -> Result<Self, Error> {
        let document: Value =
            serde_json::from_slice(json_bytes(bytes, file)?).map_err(Error::not_json(file))?;
        let fault = |fault: String| Error::NotARoster { file: file.to_owned(), fault };
        let list = document.as_array().ok_or_else(|| fault("expected an array of artists".to_owned()))?;
        let mut roster = Self::default();
        for (index, entry) in list.iter().enumerate() {
            let entry =
                read_entry(entry).map_err(|problem| fault(format!("entry {}: {problem}", index + 1)))?;
            if roster.get(&entry.artist.id).is_some() {
                return Err(fault(format!(
                    "entry {}: {} occurs twice",
                    index + 1,
                    quote(&entry.artist.name)
                )));
            }
            roster.insert(entry);
        }
        Ok(roster)
    }

    /// Adds an artist, or replaces what was said of the artist.
    pub fn insert(&mut self, entry: RosterEntry) {
        match self.positions.get(&entry.artist.id) {
            Some(&position) => self.entries[position] = entry,
            None => {
                self.positions.insert(entry.artist.id.clone(), self.entries.len());
                self.entries.push(entry);
            }
        }
    }

    /// What the roster says of an artist.
    pub fn get(&self, id: &ArtistId) -> Option<&RosterEntry> {
        self.positions.get(id).map(|&position| &self.entries[position])
    }

    /// The account of an artist on a platform; unknown where the artist is not on the roster.
    pub fn account(&self, id: &ArtistId, platform: &Platform) -> Account {
        self.get(id).map_or(Account::Unknown, |entry| entry.account(platform))
    }

    /// All artists, in the order of the file.
    pub fn entries(&self) -> &[RosterEntry] {
        &self.entries
    }

    /// The roster as a file in the format that [`Roster::read`] reads.
    pub fn to_json(&self) -> Vec<u8> {
        let entries: Vec<_> = self.entries.iter().map(entry_fields).collect();
        pretty(&entries)
    }
}

impl FromIterator<RosterEntry> for Roster {
    fn from_iter<I: IntoIterator<Item = RosterEntry>>(entries: I) -> Self {
        let mut roster = Self::default();
        entries.into_iter().for_each(|entry| roster.insert(entry));
        roster
    }
}

fn read_entry(entry: &Value) -> Result<RosterEntry, String> {
    let fields = entry.as_object().ok_or("expected an object")?;
    let name = fields.get("name").and_then(Value::as_str).ok_or("name: expected a text")?;
    let artist = Artist::new(name).map_err(|error| format!("name: {error}"))?;
    let active = match fields.get("active") {
        None => true,
        Some(active) => active.as_bool().ok_or("active: expected true or false")?,
    };
    let mut accounts = BTreeMap::new();
    for (field, value) in fields {
        let Some(token) = field.strip_suffix(ID).or_else(|| field.strip_suffix(USERNAME)) else { continue };
        let platform = Platform::new(token).map_err(|error| format!("{field}: {error}"))?;
        if accounts.insert(platform, read_account(field, value)?).is_some() {
            return Err(format!("{field}: there is a second field for this platform"));
        }
    }
    let entry = RosterEntry { artist, accounts, active };
    entry.check()?;
    Ok(entry)
}

fn read_account(field: &str, value: &Value) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(id) if !id.trim().is_empty() => Ok(Some(id.trim().to_owned())),
        _ => Err(format!("{field}: expected the account's id, or null where there is no account")),
    }
}

/// The fields of an entry in the file's order.
fn entry_fields(entry: &RosterEntry) -> Fields<'_> {
    let mut fields = Fields::default();
    fields.push("name", entry.artist.name.as_str());
    let mut accounts: Vec<_> = entry.accounts.iter().collect();
    accounts.sort_by_key(|(platform, _)| place_of(platform));
    for (platform, id) in accounts {
        let ending = match platform_info(platform).map(|info| info.account_key) {
            Some(AccountKey::Username) => USERNAME,
            Some(AccountKey::Id) | None => ID,
        };
        fields.push(format!("{platform}{ending}"), id.as_deref());
    }
    if !entry.active {
        fields.push("active", false);
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROSTER: &str = r#"[
        {"name": "mo.ssgarden", "spotify_id": "4vYC", "youtube_id": null, "instagram_username": "moss"},
        {"name": "Tinta Lunar", "spotify_id": null, "deezer_id": "77", "active": false}
    ]"#;

    fn roster() -> Roster {
        Roster::read(ROSTER.as_bytes(), "roster.json").unwrap()
    }

    fn fault(text: &str) -> String {
        match Roster::read(text.as_bytes(), "roster.json") {
            Err(Error::NotARoster { fault, .. }) => fault,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn null_is_no_account_and_an_absent_field_says_nothing() {
        let roster = roster();
        let moss = Artist::new("mo.ssgarden").unwrap().id;
        let tinta = Artist::new("Tinta Lunar").unwrap().id;
        assert_eq!(roster.account(&moss, &Platform::SPOTIFY), Account::Present { id: "4vYC".to_owned() });
        assert_eq!(roster.account(&moss, &Platform::YOUTUBE), Account::Absent);
        assert_eq!(roster.account(&tinta, &Platform::YOUTUBE), Account::Unknown);
        assert_eq!(
            roster.account(&tinta, &Platform::new("deezer").unwrap()),
            Account::Present { id: "77".to_owned() }
        );
        let stranger = Artist::new("Somebody Else").unwrap().id;
        assert_eq!(roster.account(&stranger, &Platform::SPOTIFY), Account::Unknown);
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        let written = roster().to_json();
        assert_eq!(Roster::read(&written, "roster.json").unwrap(), roster());
        let expected: Value = serde_json::from_str(ROSTER).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&written).unwrap(), expected);
    }

    #[test]
    fn a_second_word_on_an_artist_replaces_the_first() {
        let mut changed = roster().entries()[1].clone();
        changed.active = true;
        let roster: Roster = roster().entries().iter().cloned().chain([changed.clone()]).collect();
        assert_eq!(roster.entries().len(), 2);
        assert_eq!(roster.get(&changed.artist.id), Some(&changed));
    }

    #[test]
    fn faults_name_the_entry_and_the_field() {
        assert!(fault("{}").contains("array"));
        assert!(fault(r#"[{"name": "A"}, 7]"#).starts_with("entry 2"));
        assert!(fault(r#"[{"spotify_id": "1"}]"#).starts_with("entry 1: name"));
        assert!(fault(r#"[{"name": "A", "youtube_id": 7}]"#).contains("youtube_id"));
        assert!(fault(r#"[{"name": "A", "youtube_id": ""}]"#).contains("youtube_id"));
        assert!(fault(r#"[{"name": "A", "Apple Music_id": "1"}]"#).contains("Apple Music_id"));
        assert!(fault(r#"[{"name": "A"}, {"name": " A "}]"#).contains("twice"));
        assert!(fault(r#"[{"name": "A", "x_id": "1", "x_username": "2"}]"#).contains("second"));
        assert!(fault(&format!(r#"[{{"name": "{}"}}]"#, "x".repeat(201))).contains("201"));
        assert!(fault(r#"[{"name": "A", "active": "yes"}]"#).contains("active"));
    }

    #[test]
    fn a_byte_order_mark_is_no_fault() {
        let marked = format!("\u{feff}{ROSTER}");
        assert_eq!(Roster::read(marked.as_bytes(), "roster.json").unwrap(), roster());
        let utf_16: Vec<u8> = ROSTER.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(Roster::read(&utf_16, "roster.json").unwrap_err().to_string().contains("UTF-8"));
    }

    #[test]
    fn an_artist_named_in_two_forms_of_one_look_occurs_twice() {
        let fault = fault("[{\"name\": \"Be\u{301}la\"}, {\"name\": \"B\u{e9}la\u{200b}\"}]");
        assert!(fault.starts_with("entry 2") && fault.contains("twice"), "{fault}");
    }

    #[test]
    fn broken_json_is_told_with_its_position() {
        let error = Roster::read(b"[{\n\"name\": ", "roster.json").unwrap_err();
        assert!(matches!(error, Error::NotJson { line: 2, .. }), "{error}");
    }
}
