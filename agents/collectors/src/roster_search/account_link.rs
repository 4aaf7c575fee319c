//! Accounts by their addresses: from what somebody pastes, and from what `MusicBrainz` and Wikidata hold.

use casa24_schemas::{Platform, platform_info};
use percent_encoding::percent_decode_str;
use reqwest::Url;

/// What a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// An account on a platform. A `MusicBrainz` id is the account on `ListenBrainz`.
    Account {
        /// The platform.
        platform: Platform,
        /// The account's id or user name, as the roster holds it.
        id: String,
    },
    /// An item of Wikidata, such as `Q1`.
    Item(String),
    /// Nothing that is known here: the name of an artist.
    Name,
}

/// Why a link names no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// A channel's handle, which its owner may change.
    #[error(
        "a link with an @ holds no id of a channel: its page has one under \"Share channel\", \"Copy channel ID\""
    )]
    Handle,
    /// A page of a known platform that is no artist's.
    #[error("this page is no artist's: take the address of the artist's own page")]
    OtherPage,
    /// An address of another site.
    #[error(
        "accounts are known by links to Spotify, Deezer, YouTube, Instagram, Wikipedia, Wikidata, MusicBrainz and ListenBrainz; or give the name"
    )]
    UnknownSite,
}

/// What a text names: a link, an id that cannot be a name (a `MusicBrainz` id, an id of Spotify or of a YouTube channel,
/// `PLATFORM=ID`), or otherwise a name. Numbers are names: some artists have none but digits.
///
/// # Errors
/// When it is a link, but not to an account.
pub fn named(text: &str) -> Result<Named, LinkError> {
    let text = text.trim();
    let account = |platform, id| Ok(Named::Account { platform, id });
    if let Some(url) = url(text) {
        return of_url(&url);
    }
    if let Some(id) = text.strip_prefix("spotify:artist:").and_then(|id| checked(&Platform::SPOTIFY, id)) {
        return account(Platform::SPOTIFY, id);
    }
    if let Some((platform, id)) = text.split_once('=')
        && let Ok(platform) = Platform::new(platform)
        && platform_info(&platform).is_some_and(|info| info.of_artists)
        && let Some(id) = checked(&platform, id.trim())
    {
        return account(platform, id);
    }
    let is_mixed = |c: fn(&char) -> bool| text.chars().any(|of| c(&of));
    if let Some(id) = checked(&Platform::LISTENBRAINZ, text) {
        account(Platform::LISTENBRAINZ, id)
    } else if text.starts_with("UC")
        && let Some(id) = checked(&Platform::YOUTUBE, text)
    {
        account(Platform::YOUTUBE, id)
    } else if is_mixed(char::is_ascii_digit)
        && is_mixed(char::is_ascii_lowercase)
        && is_mixed(char::is_ascii_uppercase)
        && let Some(id) = checked(&Platform::SPOTIFY, text)
    {
        account(Platform::SPOTIFY, id)
    } else {
        Ok(Named::Name)
    }
}

/// The text as an address, where it is one; the scheme may be missing before a host of ours.
fn url(text: &str) -> Option<Url> {
    if text.starts_with("https://") || text.starts_with("http://") {
        return Url::parse(text).ok();
    }
    let (host, _) = text.split_once('/')?;
    is_ours(host).then(|| Url::parse(&format!("https://{text}")).ok()).flatten()
}

/// What an address names.
pub(super) fn of_url(url: &Url) -> Result<Named, LinkError> {
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    let path: Vec<String> = url
        .path_segments()
        .into_iter()
        .flatten()
        .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
        .filter(|part| !part.is_empty())
        .collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let account = |platform: Platform, id: &str| {
        let id = checked(&platform, id).ok_or(LinkError::OtherPage)?;
        Ok(Named::Account { platform, id })
    };
    match (host.as_str(), path.as_slice()) {
        ("open.spotify.com", ["artist", id, ..] | [_, "artist", id, ..]) => account(Platform::SPOTIFY, id),
        ("www.deezer.com" | "deezer.com", ["artist", id, ..] | [_, "artist", id, ..]) => {
            account(Platform::DEEZER, id)
        }
        (
            "musicbrainz.org" | "www.musicbrainz.org" | "beta.musicbrainz.org" | "listenbrainz.org",
            ["artist", id, ..],
        ) => account(Platform::LISTENBRAINZ, id),
        ("www.youtube.com" | "youtube.com" | "m.youtube.com" | "music.youtube.com", path) => match path {
            ["channel", id, ..] => account(Platform::YOUTUBE, id),
            [handle, ..] if handle.starts_with('@') => Err(LinkError::Handle),
            _ => Err(LinkError::OtherPage),
        },
        ("www.instagram.com" | "instagram.com", [name]) => account(Platform::INSTAGRAM, name),
        ("www.wikidata.org" | "wikidata.org" | "m.wikidata.org", ["wiki" | "entity", item]) => {
            item_id(item).map(Named::Item).ok_or(LinkError::OtherPage)
        }
        (host, ["wiki", title @ ..]) if host.ends_with(".wikipedia.org") => {
            let edition = host.split('.').next().unwrap_or_default();
            // A title may hold slashes.
            account(Platform::WIKIPEDIA, &format!("{edition}/{}", title.join("/").replace('_', " ")))
        }
        (host, _) if is_ours(host) => Err(LinkError::OtherPage),
        _ => Err(LinkError::UnknownSite),
    }
}

/// An account's id as the roster holds it; `None` where it cannot be one of this platform.
pub(super) fn checked(platform: &Platform, id: &str) -> Option<String> {
    let is_word = |id: &str, extra: &str, length: std::ops::RangeInclusive<usize>| {
        length.contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
    };
    let is_id = match platform.as_str() {
        "spotify" => is_word(id, "", 22..=22),
        "deezer" => {
            (1..=18).contains(&id.len()) && id.bytes().all(|c| c.is_ascii_digit()) && !id.starts_with('0')
        }
        "youtube" => id.starts_with("UC") && is_word(id, "-_", 24..=24),
        "instagram" => is_word(id, "._", 1..=30),
        "listenbrainz" => {
            id.len() == 36
                && id.char_indices().all(|(index, c)| match index {
                    8 | 13 | 18 | 23 => c == '-',
                    _ => c.is_ascii_hexdigit(),
                })
        }
        "wikipedia" => id.split_once('/').is_some_and(|(edition, title)| {
            let is_letter = |c: u8| c.is_ascii_lowercase() || c == b'-';
            (2..=20).contains(&edition.len())
                && edition.bytes().all(is_letter)
                && edition != "www"
                && !title.trim().is_empty()
                && title.chars().count() <= 180
                && !title.chars().any(|c| c.is_control() || "#<>[]|{}".contains(c))
        }),
        _ => false,
    };
    is_id.then(|| match platform.as_str() {
        "instagram" | "listenbrainz" => id.to_ascii_lowercase(),
        _ => id.to_owned(),
    })
}

/// An item's id in Wikidata.
pub(super) fn item_id(text: &str) -> Option<String> {
    let digits = text.strip_prefix('Q')?;
    let is_number = (1..=12).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit());
    is_number.then(|| text.to_owned())
}

/// Addresses under which `MusicBrainz` may hold an account; none where it holds no such addresses.
pub(super) fn addresses(platform: &Platform, id: &str) -> Vec<String> {
    let Some(link) = platform_info(platform).and_then(|info| info.account_link) else { return Vec::new() };
    let address = link.of(id);
    if *platform == Platform::INSTAGRAM {
        // With a slash at the end is how it tidies them.
        let address = address.trim_end_matches('/');
        return vec![format!("{address}/"), address.to_owned()];
    }
    vec![address]
}

/// Sites that have artists' pages.
const SITES: [&str; 8] = [
    "spotify.com",
    "deezer.com",
    "youtube.com",
    "instagram.com",
    "wikipedia.org",
    "wikidata.org",
    "musicbrainz.org",
    "listenbrainz.org",
];

fn is_ours(host: &str) -> bool {
    SITES
        .iter()
        .any(|site| host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MBID: &str = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11";

    fn account(text: &str) -> (String, String) {
        match named(text) {
            Ok(Named::Account { platform, id }) => (platform.to_string(), id),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn links_as_people_paste_them_name_accounts() {
        let spotify = "4vYClJG7K1FGWMMalEW5Hg";
        for (link, platform, id) in [
            (format!("https://open.spotify.com/artist/{spotify}?si=abc"), "spotify", spotify),
            (format!("https://open.spotify.com/intl-es/artist/{spotify}"), "spotify", spotify),
            (format!("open.spotify.com/artist/{spotify}"), "spotify", spotify),
            (format!("spotify:artist:{spotify}"), "spotify", spotify),
            (spotify.to_owned(), "spotify", spotify),
            ("https://www.deezer.com/artist/27".to_owned(), "deezer", "27"),
            ("https://www.deezer.com/en/artist/27/top_track".to_owned(), "deezer", "27"),
            ("deezer=27".to_owned(), "deezer", "27"),
            (format!("https://musicbrainz.org/artist/{}/works", MBID.to_uppercase()), "listenbrainz", MBID),
            (MBID.to_owned(), "listenbrainz", MBID),
            (
                "https://www.youtube.com/channel/UC-lHJZR3Gqxm24_Vd_AJ5Yw/videos".to_owned(),
                "youtube",
                "UC-lHJZR3Gqxm24_Vd_AJ5Yw",
            ),
            ("https://www.instagram.com/Luz.Norte/".to_owned(), "instagram", "luz.norte"),
            ("https://en.wikipedia.org/wiki/Nina_Simone".to_owned(), "wikipedia", "en/Nina Simone"),
            (
                "https://es.m.wikipedia.org/wiki/Rosal%C3%ADa#Discograf%C3%ADa".to_owned(),
                "wikipedia",
                "es/Rosalía",
            ),
            ("https://en.wikipedia.org/wiki/AC/DC".to_owned(), "wikipedia", "en/AC/DC"),
        ] {
            assert_eq!(account(&link), (platform.to_owned(), id.to_owned()), "{link}");
        }
        assert_eq!(named("https://www.wikidata.org/wiki/Q1"), Ok(Named::Item("Q1".to_owned())));
    }

    #[test]
    fn names_stay_names() {
        for name in [
            "27",
            "311",
            "AC/DC",
            "UC",
            "A=B",
            "spotify",
            "Q1",
            "bo.wlie",
            "abcdefghijklmnopqrstuv",
            "\u{1b}[31m",
            "deezer=x",
        ] {
            assert_eq!(named(name), Ok(Named::Name), "{name}");
        }
    }

    #[test]
    fn links_to_something_else_are_told() {
        for (link, error) in [
            ("https://www.youtube.com/@luz", LinkError::Handle),
            ("https://www.youtube.com/watch?v=1", LinkError::OtherPage),
            ("https://open.spotify.com/album/4vYClJG7K1FGWMMalEW5Hg", LinkError::OtherPage),
            ("https://www.deezer.com/artist/27x", LinkError::OtherPage),
            ("https://www.instagram.com/p/abc/", LinkError::OtherPage),
            ("https://en.wikipedia.org/wiki/", LinkError::OtherPage),
            ("https://en.wikipedia.org/wiki/A%0Ab", LinkError::OtherPage),
            ("https://deezer.com.evil.example/artist/27", LinkError::UnknownSite),
            ("https://notdeezer.com/artist/27", LinkError::UnknownSite),
            ("https://example.com/", LinkError::UnknownSite),
        ] {
            assert_eq!(named(link), Err(error), "{link}");
        }
    }

    #[test]
    fn an_account_has_the_addresses_under_which_it_is_held() {
        assert_eq!(addresses(&Platform::DEEZER, "27"), ["https://www.deezer.com/artist/27"]);
        let both = ["https://www.instagram.com/luz/", "https://www.instagram.com/luz"];
        assert_eq!(addresses(&Platform::INSTAGRAM, "luz"), both);
        assert_eq!(addresses(&Platform::WIKIPEDIA, "en/Luz"), Vec::<String>::new());
    }
}
