//! The words of `roster add`, `remove` and `import`.

use std::path::PathBuf;

use casa24_collectors::roster_search::{Named, named};
use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = ADD_HELP)]
pub(crate) struct RosterAdd {
    /// The artist's name, or a link to an account, or an id (PLATFORM=ID)
    #[arg(value_name = "NAME|LINK|ID")]
    pub(crate) artist: String,
    /// An account, such as spotify=2QpRYjtwNg9z6KwD4fhC5h, or a link to it; PLATFORM=none where the artist has none
    #[arg(value_name = "PLATFORM=ID", value_parser = parse_account)]
    pub(crate) accounts: Vec<(String, String)>,
    /// Search for the other accounts, also where a name and an account are given
    #[arg(long, conflicts_with = "no_search")]
    pub(crate) search: bool,
    /// Take only what is given, and ask nobody
    #[arg(long)]
    pub(crate) no_search: bool,
}

const ADD_HELP: &str = "\
Examples:
  casa24 roster add \"Nina Simone\"
  casa24 roster add https://www.deezer.com/artist/1234
  casa24 roster add \"Nina Simone\" deezer=1234 instagram=none

A name alone, or a link, is looked up at MusicBrainz, Wikidata and Deezer, and at Spotify and YouTube where their keys
are set; a name with accounts is not, unless with --search. An account is taken without a question only where two of them agree on it. Otherwise you are asked; where
nobody can be asked, the candidates are written as JSON and the exit code is 1. What you give wins over what is found.";

#[derive(Debug, Args)]
pub(crate) struct RosterRemove {
    /// The artist's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct RosterImport {
    /// An array of {"name", "spotify_id", "youtube_id", "instagram_username"}
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// A platform and an id: `PLATFORM=ID`, `PLATFORM=LINK` or a link alone.
fn parse_account(text: &str) -> Result<(String, String), String> {
    let is_link = |text: &str| text.starts_with("https://") || text.starts_with("http://");
    let of_link = |link: &str| match named(link) {
        Ok(Named::Account { platform, id }) => Ok((platform.to_string(), id)),
        Ok(Named::Item(_) | Named::Name) => Err("this is no account".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    if is_link(text) {
        return of_link(text);
    }
    let (platform, id) = text.split_once('=').ok_or("expected PLATFORM=ID")?;
    let id = id.trim();
    if id.is_empty() {
        return Err(format!("expected an id after {platform}=, or {platform}=none"));
    }
    if !is_link(id) {
        return Ok((platform.to_owned(), id.to_owned()));
    }
    let (of, id) = of_link(id)?;
    if of == platform { Ok((of, id)) } else { Err(format!("this is a link to {of}, not to {platform}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_ids_or_links() {
        let deezer = Ok(("deezer".to_owned(), "27".to_owned()));
        for text in [
            "deezer=27",
            "deezer= 27 ",
            "deezer=https://www.deezer.com/artist/27",
            "https://www.deezer.com/artist/27?a=b",
        ] {
            assert_eq!(parse_account(text), deezer, "{text}");
        }
        for text in
            ["deezer", "deezer=", "spotify=https://www.deezer.com/artist/27", "https://example.com/?a=b"]
        {
            assert!(parse_account(text).is_err(), "{text}");
        }
    }
}
