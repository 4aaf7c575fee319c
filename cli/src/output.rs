//! Where a command writes a file: standard output, or a file that appears whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::streams;

/// What is written to.
pub(crate) enum Output {
    /// Standard output.
    Standard(BufWriter<Stdout>),
    /// A file of another name, until all is written.
    Unfinished(Unfinished),
    /// What is no regular file, such as a pipe: it is written as it is.
    Special(BufWriter<File>),
}

/// A file beside its place; gone when dropped.
pub(crate) struct Unfinished {
    writer: BufWriter<File>,
    path: PathBuf,
    place: PathBuf,
}

impl Output {
    /// Opens a file, or standard output.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn open(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = file else { return Ok(Self::Standard(BufWriter::new(io::stdout()))) };
        let cannot = || format!("cannot write {}", file.display());
        // Behind a link it is the file that is replaced.
        let place = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        if place.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            let special = File::options().write(true).open(&place).with_context(cannot)?;
            return Ok(Self::Special(BufWriter::new(special)));
        }
        let mut name = place.file_name().with_context(cannot)?.to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let path = place.with_file_name(name);
        let writer = BufWriter::new(File::create(&path).with_context(cannot)?);
        Ok(Self::Unfinished(Unfinished { writer, path, place }))
    }

    /// Ends the writing: a file is now in its place.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        self.flush().context("cannot write the output")?;
        if let Self::Unfinished(unfinished) = &self {
            let cannot = || format!("cannot write {}", unfinished.place.display());
            unfinished.writer.get_ref().sync_all().with_context(cannot)?;
            std::fs::rename(&unfinished.path, &unfinished.place).with_context(cannot)?;
        }
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Where it was moved to its place, there is nothing to remove.
        std::fs::remove_file(&self.path).ok();
    }
}

impl Output {
    /// What is written for a reader, who may leave: that is remembered.
    fn watched<T>(&self, written: io::Result<T>) -> io::Result<T> {
        let for_reader = matches!(self, Self::Standard(_) | Self::Special(_));
        written.inspect_err(|error| {
            if for_reader && error.kind() == io::ErrorKind::BrokenPipe {
                streams::note(error.kind().into());
            }
        })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match self {
            Self::Standard(standard) => standard.write(bytes),
            Self::Unfinished(unfinished) => unfinished.writer.write(bytes),
            Self::Special(special) => special.write(bytes),
        };
        self.watched(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = match self {
            Self::Standard(standard) => standard.flush(),
            Self::Unfinished(unfinished) => unfinished.writer.flush(),
            Self::Special(special) => special.flush(),
        };
        self.watched(flushed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let names = || std::fs::read_dir(folder.path()).unwrap().count();
        let file = folder.path().join("out.csv");
        std::fs::write(&file, "before").unwrap();
        let mut output = Output::open(Some(&file)).unwrap();
        output.write_all(b"half").unwrap();
        output.flush().unwrap();
        assert_eq!((std::fs::read_to_string(&file).unwrap().as_str(), names()), ("before", 2));
        drop(output);
        assert_eq!((std::fs::read_to_string(&file).unwrap().as_str(), names()), ("before", 1));
        let mut output = Output::open(Some(&file)).unwrap();
        output.write_all(b"whole").unwrap();
        output.finish().unwrap();
        assert_eq!((std::fs::read_to_string(&file).unwrap().as_str(), names()), ("whole", 1));
    }

    #[test]
    fn what_is_no_file_is_not_replaced() {
        let null = Path::new("/dev/null");
        let mut output = Output::open(Some(null)).unwrap();
        output.write_all(b"anything").unwrap();
        output.finish().unwrap();
        assert!(!null.is_file());
        assert!(Output::open(Some(Path::new("/dev"))).is_err());
    }
}
