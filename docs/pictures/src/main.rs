//! `casa24-pictures FOLDER`: draws the messages of a folder into `docs/commands`, and writes `docs/commands.md`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use casa24_pictures::{Browser, Record, commands_page, document, finished};

fn main() -> anyhow::Result<()> {
    let Some(from) = std::env::args_os().nth(1).map(PathBuf::from) else {
        bail!("name the folder with the messages; `make pictures` does so");
    };
    let browser = Browser::find()?;
    let (mut records, mut written) = (BTreeMap::new(), Vec::new());
    for path in files(&from)? {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = name_of(&path.with_extension(""))?;
        let (record, digest) = Record::read(&path)?;
        let page = document(&record, &attached(&from.join(&name))?).with_context(|| format!("/{name}"))?;
        let picture = finished(&browser.draw(&page)?, &digest).with_context(|| format!("/{name}"))?;
        written.push((format!("{name}.png"), picture));
        written.push((format!("{name}.json"), std::fs::read(&path)?));
        records.insert(name, record);
    }
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (page, to) = (commands_page(&records)?, docs.join("commands"));
    // Commands that are no more leave nothing behind.
    if to.exists() {
        std::fs::remove_dir_all(&to)?;
    }
    std::fs::create_dir_all(&to)?;
    for (name, bytes) in written {
        std::fs::write(to.join(name), bytes)?;
    }
    std::fs::write(docs.join("commands.md"), page)?;
    Ok(())
}

/// The files that a message attaches, by their names; they lie in a folder of its own.
fn attached(folder: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    if !folder.is_dir() {
        return Ok(BTreeMap::new());
    }
    let read = |path: PathBuf| Ok((name_of(&path)?, std::fs::read(&path)?));
    files(folder)?.into_iter().map(read).collect()
}

/// The last part of a path.
fn name_of(path: &Path) -> anyhow::Result<String> {
    let name = path.file_name().and_then(|name| name.to_str());
    Ok(name.with_context(|| format!("{} is no name in UTF-8", path.display()))?.to_owned())
}

/// The paths of a folder, in order.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<PathBuf>>>()?;
    paths.sort();
    Ok(paths)
}
