//! `roster add`: an artist with the accounts that are given, and those that are found.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};

use anyhow::Context;
use casa24_bus::Bus;
use casa24_collectors::platforms::Access;
use casa24_collectors::roster_search::{Candidate, Found, Named, Replaced, RosterSearch, Source, named};
use casa24_schemas::{Artist, Platform, RosterEntry};

use crate::roster_ask::Asker;
use crate::roster_choice::{Accounts, Choice, fits, replace_merged};
use crate::roster_options::RosterAdd;
use crate::roster_store::{store, stored};
use crate::roster_wording::{
    Doubt, account_line, artist_line, as_json, names, open_line, platform_name, problem_line, shown,
};
use crate::streams::{errln, outln};
use crate::terminal::{UsageError, counted, printable};

/// What was asked for.
struct Request {
    /// The text that names the artist.
    asked: String,
    /// The name, where one was given.
    artist: Option<Artist>,
    /// The accounts that were given.
    accounts: Accounts,
    /// An item of Wikidata.
    items: Vec<String>,
    is_searched: bool,
}

/// Who was found, and what is taken.
struct Chosen {
    candidate: Candidate,
    choice: Choice,
    /// Accounts that somebody took by hand, with those who name them.
    asked: BTreeMap<Platform, (String, Vec<Source>)>,
}

/// Adds an artist, or what is found of one who is there.
pub(crate) async fn add(bus: &Bus, access: &Access, options: &RosterAdd) -> anyhow::Result<()> {
    let request = Request::read(options)?;
    let entries = stored(bus).await?;
    let known = request.known(&entries);
    // What the roster says already was given by somebody, or taken before; what is given now wins.
    let mut given = known.map_or_else(Accounts::new, |entry| entry.accounts.clone());
    given.extend(request.accounts.clone());
    let artist = request.artist.clone().or_else(|| known.map(|entry| entry.artist.clone()));
    if !request.is_searched {
        let artist = artist.context("a name was given, as nothing is searched")?;
        return put(bus, artist, given).await.map(|_| ());
    }

    let search = RosterSearch::new(access).map_err(|error| UsageError(error.to_string()))?;
    if io::stderr().is_terminal() {
        errln!("searching …");
    }
    let found = request.search(&search, &given).await;
    for problem in &found.problems {
        errln!("{}", problem_line(problem));
    }
    let mut replaced = found.replaced.clone();
    let chosen = choose(&request.asked, found, given.clone()).await?;
    replaced.extend(
        chosen.candidate.replaced.iter().filter(|of| !replaced.contains(of)).cloned().collect::<Vec<_>>(),
    );
    let merged = Candidate { replaced: replaced.clone(), ..Candidate::default() };
    replace_merged(&merged, &mut given);

    let artist = match artist {
        Some(artist) => artist,
        None => Artist::new(&chosen.candidate.name).map_err(|error| {
            anyhow::anyhow!("no name is known ({error}): `casa24 roster add NAME PLATFORM=ID` gives one")
        })?,
    };
    let mut accounts = given;
    for (platform, (id, _)) in chosen.choice.taken.iter().chain(&chosen.asked) {
        accounts.entry(platform.clone()).or_insert_with(|| Some(id.clone()));
    }
    let entry = put(bus, artist, accounts).await?;
    report(&entry, &chosen, &replaced);
    Ok(())
}

impl Request {
    fn read(options: &RosterAdd) -> anyhow::Result<Self> {
        let mut accounts = Accounts::new();
        let (mut artist, mut items) = (None, Vec::new());
        let asked = options.artist.trim().to_owned();
        match named(&asked).map_err(|error| UsageError(format!("{asked}: {error}")))? {
            Named::Account { platform, id } => {
                accounts.insert(platform, Some(id));
            }
            Named::Item(item) => items.push(item),
            Named::Name => {
                artist = Some(Artist::new(&asked).map_err(|error| UsageError(error.to_string()))?);
            }
        }
        for (platform, id) in &options.accounts {
            let platform =
                Platform::new(platform).map_err(|error| UsageError(format!("platform {error}")))?;
            accounts.insert(platform, (id != "none").then(|| id.clone()));
        }
        if artist.is_none() && options.no_search {
            let what = "a name is needed where nothing is searched: `casa24 roster add NAME PLATFORM=ID`";
            return Err(UsageError(what.to_owned()).into());
        }
        let is_searched =
            !options.no_search && (options.search || artist.is_none() || options.accounts.is_empty());
        Ok(Self { asked, artist, accounts, items, is_searched })
    }

    /// What the roster says already: of the name, or of one of the accounts.
    fn known<'a>(&self, entries: &'a [RosterEntry]) -> Option<&'a RosterEntry> {
        if let Some(artist) = &self.artist {
            return entries.iter().find(|entry| entry.artist.id == artist.id);
        }
        let is_same = |entry: &&RosterEntry| {
            self.accounts
                .iter()
                .any(|(platform, id)| id.is_some() && entry.accounts.get(platform) == Some(id))
        };
        entries.iter().filter(|entry| entry.active).find(is_same)
    }

    /// By the accounts that are known, where somebody knows them; otherwise by name.
    async fn search(&self, search: &RosterSearch, given: &Accounts) -> Found {
        let accounts: Vec<(Platform, String)> =
            given.iter().filter_map(|(platform, id)| Some((platform.clone(), id.clone()?))).collect();
        let Some(artist) = &self.artist else { return search.by_accounts(&accounts, &self.items).await };
        if accounts.is_empty() {
            return search.by_name(&artist.name).await;
        }
        let mut by_accounts = search.by_accounts(&accounts, &self.items).await;
        if !by_accounts.candidates.is_empty() {
            return by_accounts;
        }
        let mut found = search.by_name(&artist.name).await;
        found.is_certain &= found.candidates.iter().all(|candidate| fits(candidate, given));
        by_accounts.problems.retain(|problem| !found.problems.contains(problem));
        found.problems.splice(0..0, by_accounts.problems);
        found.replaced = by_accounts.replaced;
        found
    }
}

/// Who is meant, and what is taken: by what sources agree on, or else by whoever sits at the terminal.
async fn choose(asked: &str, found: Found, given: Accounts) -> anyhow::Result<Chosen> {
    let doubt = doubt(&found, &given);
    let can_ask = io::stdin().is_terminal() && io::stderr().is_terminal();
    if let Some(doubt) = doubt.filter(|doubt| !can_ask || *doubt == Doubt::NotFound) {
        if !can_ask {
            outln!("{}", as_json(asked, doubt, &found)?);
        }
        anyhow::bail!(doubt.sentence(asked));
    }
    if !can_ask {
        let candidate = found.candidates.into_iter().next().context("a candidate without a doubt")?;
        let choice = Choice::of(&candidate, &given);
        return Ok(Chosen { candidate, choice, asked: BTreeMap::new() });
    }
    let asked = asked.to_owned();
    // Reading waits for a person; whoever interrupts meanwhile is heard.
    tokio::task::spawn_blocking(move || {
        let mut asker = Asker { input: io::stdin().lock(), output: io::stderr().lock() };
        ask(&mut asker, &asked, found, doubt, &given)
    })
    .await
    .context("asking")?
}

/// What keeps from taking a candidate without a question.
fn doubt(found: &Found, given: &Accounts) -> Option<Doubt> {
    match found.candidates.as_slice() {
        [] => Some(Doubt::NotFound),
        [only] if found.is_certain => Choice::of(only, given).is_disputed().then_some(Doubt::Disputed),
        _ if !found.is_exact => Some(Doubt::Similar),
        [_] if found.num_more == 0 => Some(Doubt::Unconfirmed),
        _ => Some(Doubt::Several),
    }
}

fn ask<R: io::BufRead, W: io::Write>(
    asker: &mut Asker<R, W>,
    asked: &str,
    found: Found,
    doubt: Option<Doubt>,
    given: &Accounts,
) -> anyhow::Result<Chosen> {
    let mut candidates = found.candidates;
    let is_chosen = !matches!(doubt, None | Some(Doubt::Disputed));
    let index = if is_chosen {
        if found.num_more > 0 {
            let (one, many) =
                ("more has this name and is not shown", "more have this name and are not shown");
            writeln!(asker.output, "{}", counted(found.num_more as u64, one, many))?;
        }
        asker.candidate(&candidates)?
    } else {
        Some(0)
    };
    let Some(index) = index else {
        anyhow::bail!("nobody was chosen for {}; the roster is as it was", shown(asked));
    };
    let candidate = candidates.swap_remove(index);
    if !is_chosen {
        writeln!(asker.output, "{}", artist_line(&candidate))?;
    }
    let choice = Choice::of(&candidate, given);
    let mut taken = BTreeMap::new();
    // Whoever chooses an artist chooses the account by which the artist is known.
    let known_by = [Platform::LISTENBRAINZ, Platform::DEEZER]
        .into_iter()
        .find(|platform| candidate.evidence.ids(platform).next().is_some());
    for open in &choice.open {
        let index = match open.ids.as_slice() {
            [_] if is_chosen && known_by.as_ref() == Some(&open.platform) => Some(0),
            _ => asker.account(open)?,
        };
        if let Some(index) = index {
            taken.insert(open.platform.clone(), open.ids[index].clone());
        }
    }
    Ok(Chosen { candidate, choice, asked: taken })
}

async fn put(bus: &Bus, artist: Artist, accounts: Accounts) -> anyhow::Result<RosterEntry> {
    let entry = RosterEntry { artist, accounts, active: true };
    store(bus, std::slice::from_ref(&entry)).await?;
    outln!("{} is on the roster", printable(&entry.artist.name));
    Ok(entry)
}

/// Who was taken, with which accounts, by whose word; and what was left.
fn report(entry: &RosterEntry, chosen: &Chosen, replaced: &[Replaced]) {
    let Chosen { candidate, choice, asked } = chosen;
    outln!("  {}", artist_line(candidate));
    for (platform, (id, sources)) in choice.taken.iter().chain(asked) {
        outln!("  {}", account_line(platform, id, sources));
    }
    for (platform, id) in &entry.accounts {
        if !choice.taken.contains_key(platform) && !asked.contains_key(platform) {
            outln!("  {} {} (given)", platform_name(platform), shown(id.as_deref().unwrap_or("none")));
        }
    }
    for Replaced { platform, from, to } in replaced {
        outln!("  {}: {from} was merged into {to}", platform_name(platform));
    }
    for gone in &candidate.gone {
        errln!("{}", printable(gone));
    }
    for open in choice.open.iter().filter(|open| !asked.contains_key(&open.platform)) {
        errln!("{}", open_line(open));
    }
    for open in &choice.overruled {
        for (id, sources) in &open.ids {
            let platform = platform_name(&open.platform);
            errln!("{platform}: what was given stays, though {} agree on {}", names(sources), shown(id));
        }
    }
}
