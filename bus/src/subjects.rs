//! Subjects: those of the events, under the installation's prefix.

use crate::{BusError, Result};

/// Prefix of all subjects of one installation, so that several labels can share a NATS system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subjects {
    prefix: Option<String>,
}

impl Subjects {
    /// Subjects under a prefix such as `my-label`; an empty one means none.
    pub(crate) fn under(prefix: &str) -> Result<Self> {
        if prefix.is_empty() {
            return Ok(Self::default());
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if prefix.len() > 32 || !prefix.chars().all(allowed) {
            return Err(BusError::Setting {
                setting: "prefix",
                fault: format!("{prefix:?} is not 1 to 32 letters, digits, - and _"),
            });
        }
        Ok(Self { prefix: Some(prefix.to_owned()) })
    }

    /// The subject as it is sent.
    pub(crate) fn wire(&self, subject: &str) -> String {
        self.prefix.as_ref().map_or_else(|| subject.to_owned(), |prefix| format!("{prefix}.{subject}"))
    }

    /// The subject of the event, from one as it is sent.
    pub(crate) fn event<'a>(&self, wire: &'a str) -> &'a str {
        let Some(prefix) = &self.prefix else { return wire };
        wire.strip_prefix(prefix.as_str()).and_then(|rest| rest.strip_prefix('.')).unwrap_or(wire)
    }

    /// The name of a stream of this installation.
    pub(crate) fn stream(&self, name: &str) -> String {
        self.prefix.as_ref().map_or_else(|| name.to_owned(), |prefix| format!("{prefix}-{name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_goes_on_and_comes_off() {
        let subjects = Subjects::under("my-label").unwrap();
        assert_eq!(subjects.wire("growth.PYRO"), "my-label.growth.PYRO");
        assert_eq!(subjects.event("my-label.growth.PYRO"), "growth.PYRO");
        assert_eq!(subjects.stream("RAW"), "my-label-RAW");
        assert_eq!(Subjects::default().wire("growth.PYRO"), "growth.PYRO");
    }

    #[test]
    fn a_prefix_that_would_break_subjects_is_refused() {
        for bad in ["a.b", "a b", "*", ">", &"x".repeat(33)] {
            assert!(Subjects::under(bad).is_err(), "{bad}");
        }
    }
}
