//! A backup's file: a line with its format, its records compressed (Zstandard, RFC 8878), and the SHA-256 of all that.
//!
//! The digest stands at the end, so that one pass writes the file. It is checked, and every record is read, before anything
//! of a backup is used.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::record::{Message, Record};
use crate::streams::StreamName;
use crate::{BusError, Result};

/// What the first line says before the version.
const FORMAT: &str = "casa24 backup ";
/// Version of the format that is written, and the newest that is read.
const VERSION: u32 = 1;
/// Bytes of the digest.
const DIGEST: u64 = 32;
/// How hard is compressed: the tool's own default.
const LEVEL: i32 = 3;

/// A backup that is whole: its digest is right, and every record can be read.
#[derive(Debug)]
pub struct Backup {
    path: PathBuf,
    made_by: String,
    made_at: OffsetDateTime,
    counts: BTreeMap<String, u64>,
}

impl Backup {
    /// Reads a file to its end.
    ///
    /// # Errors
    /// [`BusError::Backup`] where it cannot be read, is no backup, is of a newer version, is cut off or was altered.
    pub fn verify(path: &Path) -> Result<Self> {
        let mut reader = Reader::open(path)?;
        let Some(Record::Made { by: made_by, at: made_at }) = reader.next()? else {
            return Err(reader.fault("does not say when it was made"));
        };
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let mut stream = None;
        loop {
            match (reader.next()?, &mut stream) {
                (Some(Record::Stream { name }), stream) => {
                    let known = StreamName::ALL.into_iter().find(|known| known.as_str() == name);
                    if !known.is_some_and(StreamName::is_backed_up) {
                        return Err(
                            reader.fault(&format!("has a stream {name:?} that this version does not know"))
                        );
                    }
                    counts.entry(name.clone()).or_default();
                    *stream = Some(name);
                }
                (Some(Record::Message(message)), Some(stream)) => {
                    let of = StreamName::storing(&message.subject).map(StreamName::as_str);
                    if of.ok() != Some(stream.as_str()) {
                        return Err(
                            reader.fault(&format!("has {:?} in the stream {stream}", message.subject))
                        );
                    }
                    *counts.entry(stream.clone()).or_default() += 1;
                }
                (Some(Record::End { counts: written }), _) if written == counts => break,
                _ => return Err(reader.fault("has other records than it should")),
            }
        }
        reader.finish()?;
        Ok(Self { path: path.to_owned(), made_by, made_at, counts })
    }

    /// Messages of each stream.
    pub const fn counts(&self) -> &BTreeMap<String, u64> {
        &self.counts
    }

    /// By which program it was made.
    pub fn made_by(&self) -> &str {
        &self.made_by
    }

    /// When it was made.
    pub const fn made_at(&self) -> OffsetDateTime {
        self.made_at
    }

    /// Its messages, in the order in which they are to be stored.
    pub(super) fn messages(&self) -> Result<impl Iterator<Item = Result<Message>> + use<>> {
        let mut reader = Reader::open(&self.path)?;
        Ok(std::iter::from_fn(move || {
            loop {
                match reader.next() {
                    Ok(Some(Record::Message(message))) => return Some(Ok(message)),
                    Ok(Some(Record::Made { .. } | Record::Stream { .. })) => {}
                    Ok(Some(Record::End { .. }) | None) => return None,
                    Err(error) => return Some(Err(error)),
                }
            }
        }))
    }
}

/// Writes a backup.
pub(super) struct Writer<W: Write> {
    encoder: zstd::Encoder<'static, Hashing<W>>,
    counts: BTreeMap<String, u64>,
    stream: String,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(to: W, by: &str, at: OffsetDateTime) -> Result<Self> {
        let mut to = Hashing { inner: to, digest: Sha256::new() };
        to.write_all(format!("{FORMAT}{VERSION}\n").as_bytes()).map_err(not_written)?;
        let encoder = zstd::Encoder::new(to, LEVEL).map_err(not_written)?;
        let mut writer = Self { encoder, counts: BTreeMap::new(), stream: String::new() };
        writer.write(&Record::Made { by: by.to_owned(), at })?;
        Ok(writer)
    }

    pub(super) fn write(&mut self, record: &Record) -> Result<()> {
        match record {
            Record::Stream { name } => {
                self.counts.insert(name.clone(), 0);
                self.stream.clone_from(name);
            }
            Record::Message(_) => *self.counts.entry(self.stream.clone()).or_default() += 1,
            Record::Made { .. } | Record::End { .. } => {}
        }
        rmp_serde::encode::write_named(&mut self.encoder, record).map_err(not_written)
    }

    /// Ends the file; what was written to, and the messages of each stream.
    pub(super) fn finish(mut self) -> Result<(W, BTreeMap<String, u64>)> {
        let counts = std::mem::take(&mut self.counts);
        self.write(&Record::End { counts: counts.clone() })?;
        let Hashing { mut inner, digest } = self.encoder.finish().map_err(not_written)?;
        inner.write_all(&digest.finalize()).and_then(|()| inner.flush()).map_err(not_written)?;
        Ok((inner, counts))
    }
}

fn not_written(error: impl std::error::Error) -> BusError {
    BusError::Backup { fault: format!("cannot be written: {error}") }
}

/// Reads the records of a backup.
struct Reader {
    path: PathBuf,
    decoder: zstd::Decoder<'static, BufReader<Hashing<std::io::Take<File>>>>,
    digest: [u8; DIGEST as usize],
}

impl Reader {
    fn open(path: &Path) -> Result<Self> {
        let fault = |what: &str| fault(path, what);
        let io = |error: std::io::Error| fault(&format!("cannot be read: {error}"));
        let mut file = File::open(path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        let content =
            length.checked_sub(DIGEST).ok_or_else(|| fault("is no backup of casa24, or is cut off"))?;
        let mut digest = [0; DIGEST as usize];
        file.seek(std::io::SeekFrom::Start(content)).map_err(io)?;
        file.read_exact(&mut digest).map_err(io)?;
        file.rewind().map_err(io)?;
        let mut hashing = BufReader::new(Hashing { inner: file.take(content), digest: Sha256::new() });
        let mut line = Vec::new();
        hashing.by_ref().take(64).read_until(b'\n', &mut line).map_err(io)?;
        let line = String::from_utf8(line).ok();
        let version =
            line.as_deref().and_then(|line| line.strip_prefix(FORMAT)?.trim_end().parse::<u32>().ok());
        match version {
            Some(VERSION) => {}
            Some(version) => {
                return Err(fault(&format!(
                    "has version {version} of the format, of a newer casa24; this one reads {VERSION}"
                )));
            }
            None => return Err(fault("is no backup of casa24")),
        }
        let decoder = zstd::Decoder::with_buffer(hashing).map_err(io)?.single_frame();
        Ok(Self { path: path.to_owned(), decoder, digest })
    }

    /// The next record; `None` behind the last.
    fn next(&mut self) -> Result<Option<Record>> {
        match rmp_serde::decode::from_read(&mut self.decoder) {
            Ok(record) => Ok(Some(record)),
            Err(
                rmp_serde::decode::Error::InvalidMarkerRead(error)
                | rmp_serde::decode::Error::InvalidDataRead(error),
            ) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
            Err(_) => Err(self.fault("is cut off, or was altered")),
        }
    }

    /// Compares the digest, when every record was read.
    fn finish(self) -> Result<()> {
        let Self { path, mut decoder, digest } = self;
        let altered = || fault(&path, "is cut off, or was altered");
        let count =
            |reader: &mut dyn Read| std::io::copy(reader, &mut std::io::sink()).map_err(|_| altered());
        // Nothing stands between the last record and the digest but the end of what is compressed.
        let mut num_left = count(&mut decoder)?;
        let mut rest = decoder.finish();
        num_left += count(&mut rest)?;
        let found = rest.into_inner().digest.finalize();
        if num_left > 0 || found[..] != digest { Err(altered()) } else { Ok(()) }
    }

    fn fault(&self, what: &str) -> BusError {
        fault(&self.path, what)
    }
}

fn fault(path: &Path, what: &str) -> BusError {
    BusError::Backup { fault: format!("{} {what}", path.display()) }
}

/// What passes through is added to a digest.
struct Hashing<T> {
    inner: T,
    digest: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let num = self.inner.write(bytes)?;
        self.digest.update(&bytes[..num]);
        Ok(num)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let num = self.inner.read(buffer)?;
        self.digest.update(&buffer[..num]);
        Ok(num)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn message(subject: &str, body: &[u8]) -> Message {
        let headers = vec![("Nats-Msg-Id".to_owned(), "1".to_owned())];
        let stored_at = datetime!(2026-08-01 02:30:00.25 UTC);
        Message { subject: subject.to_owned(), headers, body: body.to_vec(), stored_at }
    }

    /// A backup of a roster entry and many snapshots.
    fn bytes() -> Vec<u8> {
        let mut writer = Writer::new(Vec::new(), "casa24 test", datetime!(2026-08-02 0:00 UTC)).unwrap();
        writer.write(&Record::Stream { name: "ROSTER".to_owned() }).unwrap();
        writer.write(&Record::Message(message("roster.Uno", b"entry"))).unwrap();
        writer.write(&Record::Stream { name: "RAW".to_owned() }).unwrap();
        for number in 0..500_u32 {
            let body = number.to_le_bytes().repeat(9);
            writer.write(&Record::Message(message("snapshot.raw.spotify.Uno", &body))).unwrap();
        }
        writer.finish().unwrap().0
    }

    fn verify(bytes: &[u8]) -> Result<Backup> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.casa24");
        std::fs::write(&path, bytes).unwrap();
        let backup = Backup::verify(&path)?;
        let num = backup.messages()?.map(|message| message.map(|_| 1)).sum::<Result<u64>>()?;
        assert_eq!(num, backup.counts().values().sum::<u64>());
        Ok(backup)
    }

    #[test]
    fn what_was_written_is_read() {
        let backup = verify(&bytes()).unwrap();
        assert_eq!(backup.counts()["ROSTER"], 1);
        assert_eq!(backup.counts()["RAW"], 500);
        assert_eq!((backup.made_by(), backup.made_at()), ("casa24 test", datetime!(2026-08-02 0:00 UTC)));
    }

    #[test]
    fn a_file_that_is_cut_anywhere_is_no_backup() {
        let bytes = bytes();
        for length in 0..bytes.len() {
            let error = verify(&bytes[..length]).unwrap_err();
            assert!(matches!(error, BusError::Backup { .. }), "{length}: {error}");
        }
    }

    #[test]
    fn a_file_with_any_byte_altered_or_added_is_no_backup() {
        let bytes = bytes();
        for place in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[place] ^= 1;
            assert!(verify(&altered).is_err(), "{place}");
        }
        assert!(verify(&[&bytes[..], b"x"].concat()).is_err());
    }

    #[test]
    fn other_files_and_newer_versions_are_told() {
        let told = |bytes: &[u8]| verify(bytes).unwrap_err().to_string();
        assert!(told(&[b'x'; 100]).ends_with("is no backup of casa24"));
        assert!(told(b"").contains("is no backup of casa24, or is cut off"));
        let newer = [b"casa24 backup 2\n".as_slice(), &[0; 100]].concat();
        assert!(told(&newer).contains("version 2 of the format"));
    }
}
