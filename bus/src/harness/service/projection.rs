//! What a service is: a projection of stored events, and answers from its read model.

use std::sync::Arc;

use casa24_schemas::Event;

use crate::harness::received::Received;

use super::answer_tag::AnswerTag;

/// Builds a read model from stored events and hands out immutable snapshots of it.
///
/// It lives in an actor, with a thread of its own; questions are answered on other threads, from a snapshot. A
/// projection that panics is made afresh and given every event again; until then questions are answered from the
/// newest snapshot of the one before.
pub trait Projection: Unpin + 'static {
    /// The snapshot, which several questions may hold at once while newer events are applied: share what does not
    /// change, such as an `Arc` for each part.
    type ReadModel: Send + Sync + 'static;

    /// The current read model; cheap when nothing changed since the last call. It is asked for when a question comes
    /// after an event, and when events have stopped coming for a moment.
    fn read_model(&mut self) -> Arc<Self::ReadModel>;

    /// Prepares expensive figures before a question needs them: called with a fresh read model, on a thread of its
    /// own, when events came and none has followed for a moment. Questions are answered meanwhile.
    fn warm(_model: &Self::ReadModel) {}
}

/// A projection of events of one type.
pub trait Projects<E: Event>: Projection {
    /// Takes in an event, in the order in which events of this type were stored. The same event may come again.
    fn apply(&mut self, received: &Received<E>);
}

/// A projection from whose read model questions are answered.
pub trait Answers<Q: Event, R: Event>: Projection {
    /// The answer. Called on one of several threads; it may take its time, and a panic costs this question only.
    fn answer(question: &Q, model: &Self::ReadModel) -> R;

    /// Whether the answer takes much longer than others, as one with a chart does. It is computed on other threads, one
    /// fewer than processors, so that it does not hold up the rest.
    fn is_expensive(_question: &Q) -> bool {
        false
    }

    /// The tag of an answer that was just given. It does not depend on what the question is called, so that it names the
    /// answer to every equal question. By default answers have none.
    fn tag(_question: &Q, _answer: &R, _model: &Self::ReadModel) -> Option<AnswerTag> {
        None
    }

    /// The tag of the answer to a question that was given from this read model before: who has that answer is told so, and
    /// nothing is computed.
    fn known_tag(_question: &Q, _model: &Self::ReadModel) -> Option<AnswerTag> {
        None
    }
}
