//! Which servers may ask.

use std::collections::BTreeSet;

use crate::settings::SettingsError;

/// The servers that may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OpenTo {
    /// Every server, and people who have installed the bot to their own account.
    All,
    /// These, by their ids.
    These(BTreeSet<String>),
}

impl OpenTo {
    /// What a setting says: `own` (the default), `all`, or ids. Where nobody says which servers are the label's own, and
    /// nobody asks for those alone, all may ask.
    pub(crate) fn of(servers: Option<&str>, own: Option<&str>) -> Result<Self, SettingsError> {
        let fault = || SettingsError::Servers { found: servers.unwrap_or_default().to_owned() };
        match (servers.map(str::trim), own) {
            (Some("all"), _) | (None | Some(""), None) => Ok(Self::All),
            (None | Some("" | "own"), Some(own)) => ids(own).map(Self::These).ok_or_else(fault),
            (Some("own"), None) => Err(fault()),
            (Some(list), _) => ids(list).map(Self::These).ok_or_else(fault),
        }
    }

    /// Whether a server may ask; `None` stands for a conversation outside servers.
    pub(crate) fn has(&self, server: Option<&str>) -> bool {
        match self {
            Self::All => true,
            Self::These(ids) => server.is_some_and(|server| ids.contains(server)),
        }
    }
}

/// Ids with commas between; `None` where one is none.
fn ids(list: &str) -> Option<BTreeSet<String>> {
    let is_id = |id: &str| (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    list.split(',').map(str::trim).map(|id| is_id(id).then(|| id.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_servers_ask_alone_once_they_are_named() {
        assert_eq!(OpenTo::of(None, None), Ok(OpenTo::All));
        assert_eq!(OpenTo::of(Some("all"), Some("1")), Ok(OpenTo::All));
        for (servers, own) in [(None, "1, 2"), (Some("own"), "1,2"), (Some("1,2"), "3")] {
            let open = OpenTo::of(servers, Some(own)).unwrap();
            assert_eq!(["1", "2", "3"].map(|id| open.has(Some(id))), [true, true, false]);
            assert!(!open.has(None));
        }
        for (servers, own) in [(Some("own"), None), (Some("mine"), None), (Some("1,,2"), None)] {
            assert!(OpenTo::of(servers, own).is_err(), "{servers:?}");
        }
    }
}
