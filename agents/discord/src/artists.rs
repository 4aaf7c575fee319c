//! The artists that controls offer and name, as the responder knows them: asked for on the bus, and kept for a while.

use std::sync::Arc;
use std::time::Duration;

use casa24_answers::{Answer, leaderboard};
use casa24_bus::{AnswerTag, Asked, SourceContext};
use casa24_presentation::discord::Artists;
use casa24_schemas::{Artist, Command};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::asking::ask_unless;

/// How long they are kept: an artist who is added can be chosen after this.
const KEPT_FOR: Duration = Duration::from_secs(60);

/// The artists that were asked for last.
#[derive(Debug, Default)]
pub(crate) struct KnownArtists {
    last: Mutex<Option<Known>>,
}

#[derive(Debug)]
struct Known {
    asked: Instant,
    /// Of the answer that they are from.
    tag: Option<AnswerTag>,
    /// The same for as long as the label has the same artists.
    artists: Arc<Artists>,
}

impl KnownArtists {
    /// The artists of the label; those of before where nobody answers in time, and `None` where there are none.
    pub(crate) async fn current(&self, context: &SourceContext, by: Instant) -> Option<Arc<Artists>> {
        // One asks, and the others wait for the same answer.
        let mut last = self.last.lock().await;
        if let Some(known) = last.as_ref().filter(|known| known.is_fresh()) {
            return Some(Arc::clone(&known.artists));
        }
        let now = Instant::now();
        let everybody = Command::new("artists", "leaderboard", Default::default());
        let tag = last.as_ref().and_then(|known| known.tag.as_ref());
        match ask_unless(context, &everybody, tag, by).await {
            Some(Asked::New(reply, tag)) => {
                if let Some(Answer::Leaderboard(all)) = reply.answer {
                    let found = Artists::new(artists(&all));
                    let before = last.take().map(|known| known.artists);
                    let same = before.filter(|known| known.names().artists() == found.names().artists());
                    *last = Some(Known { asked: now, tag, artists: same.unwrap_or_else(|| Arc::new(found)) });
                }
            }
            Some(Asked::Unchanged) => {
                if let Some(known) = last.as_mut() {
                    known.asked = now;
                }
            }
            None => {}
        }
        last.as_ref().map(|known| Arc::clone(&known.artists))
    }

    /// The artists where they are known, and nobody need be asked.
    pub(crate) fn fresh(&self) -> Option<Arc<Artists>> {
        // Somebody who asks for them holds it.
        let last = self.last.try_lock().ok()?;
        last.as_ref().filter(|known| known.is_fresh()).map(|known| Arc::clone(&known.artists))
    }
}

impl Known {
    fn is_fresh(&self) -> bool {
        self.asked.elapsed() < KEPT_FOR
    }
}

fn artists(all: &leaderboard::Answer) -> impl Iterator<Item = Artist> {
    let ranked = all.rows.iter().map(|row| &row.artist);
    let names = ranked.chain(all.unranked.iter().map(|unranked| &unranked.artist));
    names.filter_map(|name| Artist::new(name).ok())
}
