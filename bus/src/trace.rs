//! W3C Trace Context, derived from events: a replay carries the same trace as the first run.

use std::fmt;
use std::str::FromStr;

use casa24_schemas::{SchemaId, content_hash};

/// Trace and span of an event, as the `traceparent` header carries them.
///
/// The trace is named by the event that began it, the span by the event itself: see
/// <https://www.w3.org/TR/trace-context/>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: TraceId,
    span_id: SpanId,
}

/// Id of a trace, shown as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId(u128);

/// Id of a span, shown as 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId(u64);

const SPAN: SchemaId = SchemaId { name: "span", major: 1, minor: 0 };

impl TraceContext {
    /// The trace that the event of this message id begins.
    pub fn root(message_id: &str) -> Self {
        Self { trace_id: TraceId(content_hash(&SPAN, message_id)), span_id: SpanId::of(message_id) }
    }

    /// The span of an event that follows within this trace.
    #[must_use]
    pub fn child(&self, message_id: &str) -> Self {
        Self { trace_id: self.trace_id, span_id: SpanId::of(message_id) }
    }

    /// Id of the trace.
    pub const fn trace_id(&self) -> TraceId {
        self.trace_id
    }

    /// Id of the span.
    pub const fn span_id(&self) -> SpanId {
        self.span_id
    }
}

impl SpanId {
    /// The lower half of the hash.
    #[allow(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
    fn of(message_id: &str) -> Self {
        Self(content_hash(&SPAN, message_id) as u64)
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
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
            let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            let number = u128::from_str_radix(part, 16).ok()?;
            (part.len() == len && part.bytes().all(is_hex) && number != 0).then_some(number)
        };
        let mut parts = header.split('-');
        let (Some("00"), Some(trace), Some(span), Some(_flags)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(());
        };
        let trace_id = hex(trace, 32).map(TraceId).ok_or(())?;
        let span_id = hex(span, 16).and_then(|span| span.try_into().ok()).map(SpanId).ok_or(())?;
        Ok(Self { trace_id, span_id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_written_and_the_child_stays_in_the_trace() {
        let root = TraceContext::root("0123");
        assert_eq!(root.to_string().parse(), Ok(root));
        let header = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
        assert_eq!(header.parse::<TraceContext>().unwrap().to_string(), header);
        let child = root.child("4567");
        assert_eq!(child.trace_id(), root.trace_id());
        assert_ne!(child.span_id(), root.span_id());
    }

    #[test]
    fn what_is_not_a_traceparent_is_refused() {
        let zeros = format!("00-{}-{}-01", "0".repeat(32), "1".repeat(16));
        let capital = format!("00-{}-{}-01", "A".repeat(32), "1".repeat(16));
        let signed = format!("00-+{}-{}-01", "1".repeat(31), "1".repeat(16));
        for bad in ["", "00-12-34-01", zeros.as_str(), capital.as_str(), signed.as_str(), "01-x-y-z"] {
            assert_eq!(bad.parse::<TraceContext>(), Err(()), "{bad}");
        }
    }
}
