//! The ids of registered commands, so that their names can be clicked: asked for where somebody wants help, and kept.

use std::sync::Arc;
use std::time::Duration;

use casa24_presentation::discord::CommandIds;
use secrecy::SecretString;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::rest::Rest;

/// How long they are kept: a new registration may give others.
const KEPT_FOR: Duration = Duration::from_secs(600);
/// How long Discord is asked.
const WITHIN: Duration = Duration::from_millis(1_000);

/// The ids that were asked for last.
#[derive(Debug)]
pub(crate) struct Mentions {
    /// The bot's token; interactions by HTTP can be answered without one.
    token: Option<SecretString>,
    last: Mutex<Option<(Instant, Arc<CommandIds>)>>,
}

impl Mentions {
    pub(crate) fn new(token: Option<SecretString>) -> Self {
        Self { token, last: Mutex::default() }
    }

    /// The ids of an application's commands; those of before where Discord does not tell, and none where they are not
    /// known: names then stand as they are typed.
    pub(crate) async fn current(&self, rest: &Rest, application: &str) -> Option<Arc<CommandIds>> {
        let token = self.token.as_ref()?;
        // One asks, and the others wait for the same answer.
        let mut last = self.last.lock().await;
        if let Some((asked, ids)) = &*last
            && asked.elapsed() < KEPT_FOR
        {
            return Some(Arc::clone(ids));
        }
        let now = Instant::now();
        match rest.commands(token, application, now + WITHIN).await {
            Some(ids) => {
                let ids = Arc::new(ids);
                *last = Some((now, Arc::clone(&ids)));
                Some(ids)
            }
            None => last.as_ref().map(|(_, ids)| Arc::clone(ids)),
        }
    }
}
