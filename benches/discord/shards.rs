//! Twelve shards over three processes: the turns in which their sessions start, and how soon others have the shards of a
//! killed one.

use std::time::{Duration, Instant};

use crate::Outcome;
use crate::label::Label;

const SHARDS: u64 = 12;
const DOORS: usize = 3;
/// Shards of one process.
const SHARE: usize = SHARDS as usize / DOORS;
/// Twelve sessions start within a minute.
const PATIENCE: Duration = Duration::from_secs(180);

pub(crate) async fn shards() -> Outcome<()> {
    let mut label = Label::open(DOORS).await?;
    let gateway = label.discord.gateway.clone();
    gateway.look(|record| record.num_shards = SHARDS);
    for door in 0..DOORS {
        label.start_door(door);
    }
    let started = within(|| gateway.look(|record| record.num_identified) == SHARDS as usize).await?;
    println!("{:60} {:>8.1} s", "12 sessions started, one in 5 s", started.as_secs_f64());
    let before = gateway.look(|record| record.resumed_shards.len());
    label.kill_door(0);
    let resumed = within(|| gateway.look(|record| record.resumed_shards.len()) >= before + SHARE).await?;
    println!("{:60} {:>8.1} s", "the shards of a killed process are resumed", resumed.as_secs_f64());
    let (identified, out_of_turn) = gateway.look(|record| (record.num_identified, record.num_out_of_turn));
    println!("{:60} {:>8}", "sessions started anew", identified - SHARDS as usize);
    println!("{:60} {:>8}", "sessions started out of turn", out_of_turn);
    Ok(())
}

async fn within(mut is_so: impl FnMut() -> bool) -> Outcome<Duration> {
    let begun = Instant::now();
    while !is_so() {
        if begun.elapsed() > PATIENCE {
            return Err(format!("not so within {PATIENCE:?}").into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(begun.elapsed())
}
