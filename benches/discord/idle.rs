//! Waits until a process has come to rest.

use std::time::Duration;

use crate::{Outcome, spent};

/// A process that uses less of a processor than this over several looks prepares nothing any more.
const IDLE: f64 = 0.05;
/// How often is looked, how many looks it takes, and after how many it is measured all the same.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const NUM_LOOKS: usize = 4;
const MOST_LOOKS: usize = 120;

/// Waits until a process does nothing any more; of one that does not come to rest it says so.
pub(crate) async fn until_idle(pid: u32) -> Outcome<()> {
    let (mut num_idle, mut used, mut before) = (0, 0.0, spent::cpu(pid)?);
    for _ in 0..MOST_LOOKS {
        if num_idle == NUM_LOOKS {
            return Ok(());
        }
        tokio::time::sleep(LOOK_EVERY).await;
        let now = spent::cpu(pid)?;
        used = (now - before) / LOOK_EVERY.as_secs_f64();
        num_idle = if used < IDLE { num_idle + 1 } else { 0 };
        before = now;
    }
    println!("measured while the program uses {:.0} % of a processor by itself", used * 100.0);
    Ok(())
}
