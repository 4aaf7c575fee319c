//! The requests that a source holds: in order on each subject, and one of a subject at a time.

use std::collections::{BTreeSet, HashMap, VecDeque};

/// Sequences of requests by subject.
#[derive(Debug, Default)]
pub(crate) struct RequestQueues {
    /// The requests of a subject, oldest first; the first is being handled where the subject is busy.
    waiting: HashMap<String, VecDeque<u64>>,
    /// First request of each subject that is not busy.
    ready: BTreeSet<(u64, String)>,
}

impl RequestQueues {
    /// A request has come.
    pub(crate) fn push(&mut self, subject: &str, sequence: u64) {
        let queue = self.waiting.entry(subject.to_owned()).or_default();
        queue.push_back(sequence);
        if queue.len() == 1 {
            self.ready.insert((sequence, subject.to_owned()));
        }
    }

    /// The oldest request whose subject is not busy; from now on it is.
    pub(crate) fn start_next(&mut self) -> Option<u64> {
        self.ready.pop_first().map(|(sequence, _)| sequence)
    }

    /// The first request of a subject is to be tried again.
    pub(crate) fn try_again(&mut self, subject: &str) {
        if let Some(sequence) = self.waiting.get(subject).and_then(|queue| queue.front()) {
            self.ready.insert((*sequence, subject.to_owned()));
        }
    }

    /// The first request of a subject is done.
    pub(crate) fn finish(&mut self, subject: &str) {
        let Some(queue) = self.waiting.get_mut(subject) else { return };
        queue.pop_front();
        match queue.front() {
            Some(sequence) => {
                self.ready.insert((*sequence, subject.to_owned()));
            }
            None => {
                self.waiting.remove(subject);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_has_one_request_under_way_and_keeps_its_order() {
        let mut queues = RequestQueues::default();
        for (subject, sequence) in [("a", 1), ("a", 2), ("b", 3), ("a", 4)] {
            queues.push(subject, sequence);
        }
        assert_eq!([queues.start_next(), queues.start_next(), queues.start_next()], [Some(1), Some(3), None]);
        queues.finish("a");
        assert_eq!([queues.start_next(), queues.start_next()], [Some(2), None]);
        queues.finish("b");
        queues.finish("a");
        assert_eq!([queues.start_next(), queues.start_next()], [Some(4), None]);
        queues.finish("a");
        assert!(queues.waiting.is_empty());
    }

    #[test]
    fn a_request_that_is_tried_again_is_not_overtaken() {
        let mut queues = RequestQueues::default();
        queues.push("a", 1);
        queues.push("a", 2);
        assert_eq!(queues.start_next(), Some(1));
        assert_eq!(queues.start_next(), None);
        queues.try_again("a");
        assert_eq!(queues.start_next(), Some(1));
    }
}
