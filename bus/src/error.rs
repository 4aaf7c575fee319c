//! What can go wrong on the way to and from the bus.

use crate::store_fault::StoreFault;

/// Result of a call on the bus.
pub type Result<T, E = BusError> = std::result::Result<T, E>;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A fault of the bus, naming what was tried.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// No connection.
    #[error("cannot connect to nats at {address}")]
    Connect {
        /// Address without credentials.
        address: String,
        /// What the client says.
        source: Source,
    },
    /// An impossible setting.
    #[error("{setting}: {fault}")]
    Setting {
        /// Name of the setting.
        setting: &'static str,
        /// What is wrong with it.
        fault: String,
    },
    /// A stream could not be made, changed or looked at.
    #[error("stream {stream}: cannot {action}")]
    Stream {
        /// Name of the stream.
        stream: String,
        /// What was tried.
        action: &'static str,
        /// What the server says.
        source: Source,
    },
    /// A consumer could not be made or read.
    #[error("consumer {consumer}: cannot {action}")]
    Consumer {
        /// Name of the consumer.
        consumer: String,
        /// What was tried.
        action: &'static str,
        /// What the server says.
        source: Source,
    },
    /// No stream stores the subject.
    #[error("no stream stores {subject}")]
    NotStored {
        /// The subject, or a filter of subjects.
        subject: String,
    },
    /// Messages could not be stored.
    #[error("cannot store {subject}: {fault}")]
    Publish {
        /// Subject of the message, or of the first of a batch.
        subject: String,
        /// What the server or client says.
        fault: String,
        /// Whether the same again may succeed.
        passing: bool,
    },
    /// Another process has stored newer messages where only one is to store them.
    #[error("cannot store {subject}: another process has stored something newer there")]
    Overtaken {
        /// Subject of the message, or of one of a batch.
        subject: String,
    },
    /// Messages are not stored, for a reason that may pass.
    #[error("cannot store {subject}: {fault}")]
    Store {
        /// Subject of the message, or of the first of a batch.
        subject: String,
        /// Why, and what to do.
        fault: StoreFault,
        /// What the server or client says.
        said: String,
    },
    /// A backup that cannot be written, or cannot be used.
    #[error("the backup {fault}")]
    Backup {
        /// What is wrong with it, as words that follow.
        fault: String,
    },
    /// A bus that is not empty, where it has to be.
    #[error(
        "the bus is not empty ({num_events} event{} in {stream}): a backup is restored into a new data folder \
         (--data DIR), or under another prefix (--prefix)",
        if *.num_events == 1 { "" } else { "s" }
    )]
    NotEmpty {
        /// A stream that holds something, without the installation's prefix.
        stream: &'static str,
        /// Events in it.
        num_events: u64,
    },
    /// No answer came, or none that can be read.
    #[error("no answer on {subject}: {fault}")]
    Request {
        /// Subject of the question.
        subject: String,
        /// What the client says.
        fault: String,
    },
    /// A service could not answer: it could not read the question, or failed over it.
    #[error("{subject}: {fault}")]
    Service {
        /// Subject of the question.
        subject: String,
        /// What kind of fault it was, as in HTTP: 400 for the question, 500 for the service, 504 for its deadline.
        code: u16,
        /// What the service says.
        fault: String,
    },
    /// Nobody listens for a question.
    #[error("nobody listens on {subject}")]
    NobodyListens {
        /// Subject of the question.
        subject: String,
    },
    /// The embedded server did not start or does not run.
    #[error("nats-server: {fault}")]
    Server {
        /// What happened and what to do.
        fault: String,
    },
    /// A file or folder of the embedded server.
    #[error("{path}")]
    File {
        /// The file or folder.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
}

impl BusError {
    /// Whether the same call may succeed later.
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Publish { passing, .. } => *passing,
            Self::Setting { .. } | Self::NotStored { .. } | Self::Overtaken { .. } => false,
            Self::Service { code, .. } => *code >= 500,
            _ => true,
        }
    }
}

/// An error with all its causes, in one line.
pub fn explain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_names_every_cause() {
        #[derive(Debug, thiserror::Error)]
        #[error("cannot read")]
        struct Outer(#[source] std::fmt::Error);
        let text = explain(&Outer(std::fmt::Error));
        assert_eq!(text, format!("cannot read: {}", std::fmt::Error));
    }
}
