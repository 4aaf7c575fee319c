//! Why the bus does not store, told from what the server, the client or the system says.

use std::io;

use async_nats::client::RequestErrorKind;
use serde::Serialize;

/// Why something is not stored. Its text says what is wrong, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum StoreFault {
    /// The disk has no room, or the user's quota is used up.
    #[error("the disk of the bus is full: free some space")]
    DiskFull,
    /// The disk is mounted read-only.
    #[error("the disk of the bus is read-only: make it writable")]
    ReadOnlyDisk,
    /// The server may not write its files.
    #[error("the bus may not write its files: give its folder back to the user it runs as")]
    FilesRefused,
    /// A limit that was set for the server, the account or the stream is reached.
    #[error(
        "the bus has reached a limit that is set for what it stores: raise max_file_store, or max_bytes of the stream"
    )]
    StoreLimit,
    /// The user of this connection may not do it.
    #[error("the bus refuses it to this user: see the permissions in its configuration")]
    Refused,
    /// No server takes it in.
    #[error("no server of the bus leads the stream: start those that are down, more than half must run")]
    NoLeader,
    /// The connection is lost.
    #[error("the bus is gone: start it, or look at the network on the way to it")]
    Gone,
    /// The server runs, and does not confirm what it was given to store.
    #[error(
        "the bus does not confirm what it is to store: look at its log, its disk and the permissions of this user"
    )]
    Unconfirmed,
    /// Anything else.
    #[error("the bus cannot store it: look at its log")]
    Other,
}

impl StoreFault {
    /// From an error code of the server (`err_code`) and its description.
    pub(crate) fn of_server(code: u64, description: &str) -> Self {
        // What the system said to the server comes as text, under several codes.
        if let Some(fault) = of_system_text(description) {
            return fault;
        }
        match code {
            // insufficient resources; resource limits exceeded for account; insufficient storage resources;
            // maximum bytes or messages of a stream that discards new ones
            10_002 | 10_023 | 10_028 | 10_047 | 10_077 => Self::StoreLimit,
            // system temporarily unavailable; not leader; no quorum of peers
            // atomic publish batch is incomplete: what the streams of a stuck store say
            10_176 => Self::Unconfirmed,
            10_005 | 10_008 | 10_009 | 10_010 => Self::NoLeader,
            _ if is_refusal(description) => Self::Refused,
            _ => Self::Other,
        }
    }

    /// From a request of the client that failed.
    pub(crate) fn of_request(kind: RequestErrorKind, text: &str) -> Self {
        match kind {
            _ if is_refusal(text) => Self::Refused,
            RequestErrorKind::TimedOut => Self::Unconfirmed,
            RequestErrorKind::NoResponders => Self::NoLeader,
            _ => Self::Gone,
        }
    }

    /// From an error of the system on a file.
    pub(crate) fn of_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::DiskFull
            }
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnlyDisk,
            io::ErrorKind::PermissionDenied => Self::FilesRefused,
            _ => of_system_text(&error.to_string()).unwrap_or(Self::Other),
        }
    }
}

/// What Go's and Rust's texts of a system's error mean.
fn of_system_text(text: &str) -> Option<StoreFault> {
    const TEXTS: [(&str, StoreFault); 7] = [
        ("no space left on device", StoreFault::DiskFull),
        ("not enough space on the disk", StoreFault::DiskFull),
        ("disk quota exceeded", StoreFault::DiskFull),
        ("file too large", StoreFault::DiskFull),
        ("read-only file system", StoreFault::ReadOnlyDisk),
        ("permission denied", StoreFault::FilesRefused),
        ("access is denied", StoreFault::FilesRefused),
    ];
    let text = text.to_lowercase();
    TEXTS.into_iter().find_map(|(part, fault)| text.contains(part).then_some(fault))
}

fn is_refusal(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("permissions violation") || text.contains("authorization violation")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_says_has_one_meaning() {
        let said = [
            (10_077, "write /d/msgs/31.blk: no space left on device", StoreFault::DiskFull),
            (10_051, "open /d/msgs/4.blk: read-only file system", StoreFault::ReadOnlyDisk),
            (10_057, "open /d/msgs/7.blk: permission denied", StoreFault::FilesRefused),
            (10_077, "write /d/2.blk: disk quota exceeded", StoreFault::DiskFull),
            (10_077, "maximum bytes exceeded", StoreFault::StoreLimit),
            (10_023, "insufficient resources", StoreFault::StoreLimit),
            (10_047, "insufficient storage resources available", StoreFault::StoreLimit),
            (10_008, "JetStream system temporarily unavailable", StoreFault::NoLeader),
            (10_071, "wrong last sequence: 167", StoreFault::Other),
        ];
        for (code, description, fault) in said {
            assert_eq!(StoreFault::of_server(code, description), fault, "{code} {description}");
        }
    }

    #[test]
    fn an_error_on_a_file_and_one_of_the_client_have_one_too() {
        let of_kind = |kind: io::ErrorKind| StoreFault::of_io(&kind.into());
        assert_eq!(of_kind(io::ErrorKind::StorageFull), StoreFault::DiskFull);
        assert_eq!(of_kind(io::ErrorKind::QuotaExceeded), StoreFault::DiskFull);
        assert_eq!(of_kind(io::ErrorKind::ReadOnlyFilesystem), StoreFault::ReadOnlyDisk);
        assert_eq!(of_kind(io::ErrorKind::PermissionDenied), StoreFault::FilesRefused);
        assert_eq!(of_kind(io::ErrorKind::NotFound), StoreFault::Other);
        let of_request = |kind, text| StoreFault::of_request(kind, text);
        assert_eq!(of_request(RequestErrorKind::TimedOut, "request timed out"), StoreFault::Unconfirmed);
        assert_eq!(of_request(RequestErrorKind::NoResponders, "no responders"), StoreFault::NoLeader);
        assert_eq!(of_request(RequestErrorKind::Other, "broken pipe"), StoreFault::Gone);
    }
}
