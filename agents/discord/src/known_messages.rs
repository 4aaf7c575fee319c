//! Messages that were laid out, by what was asked and how it is shown: an answer that is still the same is neither sent
//! over the bus nor laid out again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use casa24_bus::AnswerTag;
use casa24_presentation::discord::{Artists, List};
use casa24_presentation::words::Locale;
use casa24_schemas::{Command, encode};

use crate::question::Question;
use crate::shown::Shown;
use crate::view::{View, Way};

/// Most bytes of messages that are kept, pictures included.
const MAX_BYTES: usize = 8 << 20;

/// What a message depends on, beside the answer and the label's artists.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// All of the question but its id.
    question: Vec<u8>,
    everybody: Locale,
    asker: Locale,
    way: Way,
    page: usize,
    list: List,
    /// Names of the artists with whom lists begin.
    first: Vec<String>,
}

impl Key {
    /// The key of the message that answers a question.
    pub(crate) fn of(question: &Question, view: &View) -> Self {
        Self {
            question: encode(&Command { id: String::new(), ..question.command.clone() }),
            everybody: question.everybody,
            asker: question.asker,
            way: view.way,
            page: view.page,
            list: view.list,
            first: view.first().to_vec(),
        }
    }
}

/// A message.
#[derive(Debug)]
pub(crate) struct KnownMessage {
    /// Tag of the answer that it shows.
    pub(crate) tag: AnswerTag,
    /// The artists that its controls offer.
    pub(crate) artists: Arc<Artists>,
    pub(crate) shown: Arc<Shown>,
}

/// The messages that were laid out last.
#[derive(Debug, Default)]
pub(crate) struct KnownMessages(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    messages: HashMap<Key, Arc<KnownMessage>>,
    num_bytes: usize,
}

impl KnownMessages {
    /// The message of a key, where its controls offer these artists.
    pub(crate) fn get(&self, key: &Key, artists: &Arc<Artists>) -> Option<Arc<KnownMessage>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.messages.get(key).filter(|known| Arc::ptr_eq(&known.artists, artists)).cloned()
    }

    /// Keeps a message; the others go where there is no room for it.
    pub(crate) fn keep(&self, key: Key, message: KnownMessage) {
        let num_bytes = message.shown.num_bytes();
        if num_bytes > MAX_BYTES {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.num_bytes + num_bytes > MAX_BYTES {
            *kept = Kept::default();
        }
        kept.num_bytes += num_bytes;
        if let Some(before) = kept.messages.insert(key, Arc::new(message)) {
            kept.num_bytes -= before.shown.num_bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use casa24_presentation::words::Words;

    use super::*;

    fn question(id: &str, name: &str) -> Question {
        let command = Command::new(id, name, Default::default());
        let (everybody, asker) = Default::default();
        Question { command, everybody, asker }
    }

    fn shown() -> Arc<Shown> {
        Arc::new(Shown::too_fast(Words::of(Locale::English)))
    }

    fn message(artists: &Arc<Artists>, shown: &Arc<Shown>) -> KnownMessage {
        let (artists, shown) = (Arc::clone(artists), Arc::clone(shown));
        KnownMessage { tag: AnswerTag::of(b"a"), artists, shown }
    }

    #[test]
    fn a_message_is_found_by_whoever_asks_the_same_and_is_shown_it_the_same_way() {
        let (known, artists) = (KnownMessages::default(), Arc::<Artists>::default());
        let view = View::default();
        known.keep(Key::of(&question("1", "stats"), &view), message(&artists, &shown()));
        let get = |question: &Question, view: &View| known.get(&Key::of(question, view), &artists).is_some();
        assert!(get(&question("2", "stats"), &view));
        assert!(!get(&question("1", "growth"), &view));
        assert!(!get(&Question { everybody: Locale::Spanish, ..question("1", "stats") }, &view));
        assert!(!get(&question("1", "stats"), &View { page: 1, ..View::default() }));
        assert!(!get(&question("1", "stats"), &View { way: Way::Private, ..View::default() }));
        // The label has other artists now.
        assert!(known.get(&Key::of(&question("1", "stats"), &view), &Arc::default()).is_none());
    }

    #[test]
    fn no_more_bytes_are_kept_than_there_is_room_for() {
        let (known, artists) = (KnownMessages::default(), Arc::<Artists>::default());
        let shown = shown();
        let size = shown.num_bytes();
        let key = |number: usize| Key::of(&question("1", "stats"), &View { page: number, ..View::default() });
        for number in 0..MAX_BYTES / size + 10 {
            // Twice: a message takes the place of the one before.
            known.keep(key(number), message(&artists, &shown));
            known.keep(key(number), message(&artists, &shown));
            let kept = known.0.lock().unwrap();
            assert_eq!(kept.num_bytes, kept.messages.len() * size);
            assert!(kept.num_bytes <= MAX_BYTES);
        }
        assert!(known.get(&key(MAX_BYTES / size + 9), &artists).is_some());
    }
}
