//! Headers of a message in addition to those of NATS itself.

/// Schema of the event: `snapshot.raw/1.0`.
pub const SCHEMA: &str = "Casa24-Schema";
/// Sequence, in the stream that the agent reads, of the message from which this event follows.
pub const CAUSE: &str = "Casa24-Cause";
/// How many events of the same subject follow from that message before this one; left out where there is none.
pub(crate) const CAUSE_PART: &str = "Casa24-Cause-Part";
/// Sequence, in its stream, of the event that the agent followed when it made this view.
pub const FOLLOWED: &str = "Casa24-Followed";
/// When a restored message was first stored (RFC 3339): agents judge by that. It counts where it is before the time at
/// which the server stored the message.
pub(crate) const STORED_AT: &str = "Casa24-Stored-At";
/// Encoding of the body.
pub(crate) const CONTENT_TYPE: &str = "Content-Type";
/// W3C Trace Context.
pub(crate) const TRACEPARENT: &str = "traceparent";
/// Identity by which the server drops repeats.
pub(crate) const MESSAGE_ID: &str = "Nats-Msg-Id";
/// Tag of the answer that the asker has; empty where there is none, and a tag is wanted (RFC 9110, 13.1.2).
pub(crate) const IF_NONE_MATCH: &str = "If-None-Match";
/// Tag of an answer. One without a body is the answer that the asker has (RFC 9110, 8.8.3).
pub(crate) const ETAG: &str = "ETag";
/// Why a service could not answer (ADR-32 of NATS).
pub(crate) const SERVICE_ERROR: &str = "Nats-Service-Error";
/// What kind of fault kept a service from answering (ADR-32 of NATS), as in HTTP.
pub(crate) const SERVICE_ERROR_CODE: &str = "Nats-Service-Error-Code";
