//! The artists that controls offer and name, as the responder knows them: asked for on the bus, and kept for a while.

use std::sync::Arc;
use std::time::Duration;

use casa24_answers::Answer;
use casa24_bus::SourceContext;
use casa24_presentation::discord::Artists;
use casa24_schemas::{Artist, Command};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::asking::ask;

/// How long they are kept: an artist who is added can be chosen after this.
const KEPT_FOR: Duration = Duration::from_secs(60);
/// The artists that were asked for last.
#[derive(Debug, Default)]
pub(crate) struct KnownArtists {
    last: Mutex<Option<(Instant, Arc<Artists>)>>,
}

impl KnownArtists {
    /// The artists of the label; those of before where nobody answers in time, and `None` where there are none.
    pub(crate) async fn current(&self, context: &SourceContext, by: Instant) -> Option<Arc<Artists>> {
        // One asks, and the others wait for the same answer.
        let mut last = self.last.lock().await;
        if let Some((asked, artists)) = &*last
            && asked.elapsed() < KEPT_FOR
        {
            return Some(Arc::clone(artists));
        }
        let now = Instant::now();
        let everybody = Command::new("artists", "leaderboard", Default::default());
        let reply = ask(context, &everybody, by).await;
        match reply.and_then(|reply| reply.answer) {
            Some(Answer::Leaderboard(all)) => {
                let ranked = all.rows.into_iter().map(|row| row.artist);
                let names = ranked.chain(all.unranked.into_iter().map(|unranked| unranked.artist));
                let artists = Arc::new(Artists::new(names.filter_map(|name| Artist::new(&name).ok())));
                *last = Some((now, Arc::clone(&artists)));
                Some(artists)
            }
            _ => last.as_ref().map(|(_, artists)| Arc::clone(artists)),
        }
    }
}
