//! Which of the accounts that were found are taken, and which somebody has to decide on.

use std::collections::BTreeMap;

use casa24_collectors::roster_search::{Candidate, Source, Standing};
use casa24_schemas::Platform;

/// Accounts as the roster has them; `None` where the artist is known to have none.
pub(crate) type Accounts = BTreeMap<Platform, Option<String>>;

/// What follows for a candidate's accounts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    /// Accounts on which two sources agree, with those who name them.
    pub(crate) taken: BTreeMap<Platform, (String, Vec<Source>)>,
    /// Accounts that are not taken without a question.
    pub(crate) open: Vec<Open>,
    /// Accounts that were given, where sources agree on another one.
    pub(crate) overruled: Vec<Open>,
}

/// A platform with the accounts that are named there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) platform: Platform,
    pub(crate) ids: Vec<(String, Vec<Source>)>,
    /// Sources name different ones.
    pub(crate) is_disputed: bool,
}

impl Choice {
    /// What is taken of a candidate's accounts. What was given by hand is left alone.
    pub(crate) fn of(candidate: &Candidate, given: &Accounts) -> Self {
        let mut choice = Self::default();
        let evidence = &candidate.evidence;
        for (platform, _) in evidence.platforms() {
            let with_sources = |id: String| {
                let sources = evidence.sources(platform, &id).collect();
                (id, sources)
            };
            let open = |ids: Vec<String>, is_disputed| Open {
                platform: platform.clone(),
                ids: ids.into_iter().map(with_sources).collect(),
                is_disputed,
            };
            match (evidence.standing(platform), given.get(platform)) {
                (Some(Standing::Agreed(id)), Some(by_hand)) if by_hand.as_ref() != Some(&id) => {
                    choice.overruled.push(open(vec![id], false));
                }
                (None, _) | (_, Some(_)) => {}
                (Some(Standing::Agreed(id)), None) => {
                    choice.taken.insert(platform.clone(), with_sources(id));
                }
                (Some(Standing::OneSource(id)), None) => choice.open.push(open(vec![id], false)),
                (Some(Standing::Several(ids)), None) => choice.open.push(open(ids, false)),
                (Some(Standing::Disputed(ids)), None) => choice.open.push(open(ids, true)),
            }
        }
        choice
    }

    /// Whether sources contradict each other on an account that nobody gave.
    pub(crate) fn is_disputed(&self) -> bool {
        self.open.iter().any(|open| open.is_disputed)
    }
}

/// Whether what was given and what is named of a candidate go together.
pub(crate) fn fits(candidate: &Candidate, given: &Accounts) -> bool {
    given.iter().all(|(platform, id)| {
        let mut ids = candidate.evidence.ids(platform).peekable();
        ids.peek().is_none() || id.as_deref().is_none_or(|id| ids.any(|named| named == id))
    })
}

/// Puts ids in the place of those that were merged into them.
pub(crate) fn replace_merged(candidate: &Candidate, accounts: &mut Accounts) {
    for replaced in &candidate.replaced {
        if let Some(Some(id)) = accounts.get_mut(&replaced.platform)
            && *id == replaced.from
        {
            id.clone_from(&replaced.to);
        }
    }
}
