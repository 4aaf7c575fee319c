//! W3C Trace Context, derived from events: a replay carries the same trace as the first run.

use std::fmt;
use std::str::FromStr;

use casa24_schemas::{SchemaId, content_id};

/// Trace and span of an event, as the `traceparent` header carries them.
///
/// The trace is named by the event that began it, the span by the event itself: see
/// <https://www.w3.org/TR/trace-context/>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: String,
    span_id: String,
}

const SPAN: SchemaId = SchemaId { name: "span", major: 1, minor: 0 };

impl TraceContext {
    /// The trace that the event of this message id begins.
    pub fn root(message_id: &str) -> Self {
        Self { trace_id: content_id(&SPAN, message_id), span_id: span_id(message_id) }
    }

    /// The span of an event that follows within this trace.
    #[must_use]
    pub fn child(&self, message_id: &str) -> Self {
        Self { trace_id: self.trace_id.clone(), span_id: span_id(message_id) }
    }

    /// Id of the trace, 32 hexadecimal digits.
    pub fn trace_id(&self) -> &str {
        &self.trace_id
    }

    /// Id of the span, 16 hexadecimal digits.
    pub fn span_id(&self) -> &str {
        &self.span_id
    }
}

fn span_id(message_id: &str) -> String {
    let mut id = content_id(&SPAN, message_id);
    id.drain(..16);
    id
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-01", self.trace_id, self.span_id)
    }
}

impl FromStr for TraceContext {
    type Err = ();

    fn from_str(header: &str) -> Result<Self, ()> {
        let hex = |part: &str, len: usize| {
            part.len() == len
                && part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
                && part.bytes().any(|byte| byte != b'0')
        };
        let mut parts = header.split('-');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("00"), Some(trace), Some(span), Some(_flags)) if hex(trace, 32) && hex(span, 16) => {
                Ok(Self { trace_id: trace.to_owned(), span_id: span.to_owned() })
            }
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_written_and_the_child_stays_in_the_trace() {
        let root = TraceContext::root("0123");
        assert_eq!(root.to_string().parse(), Ok(root.clone()));
        let child = root.child("4567");
        assert_eq!(child.trace_id(), root.trace_id());
        assert_ne!(child.span_id(), root.span_id());
    }

    #[test]
    fn what_is_not_a_traceparent_is_refused() {
        let zeros = format!("00-{}-{}-01", "0".repeat(32), "1".repeat(16));
        for bad in ["", "00-12-34-01", zeros.as_str(), "01-x-y-z"] {
            assert_eq!(bad.parse::<TraceContext>(), Err(()), "{bad}");
        }
    }
}
