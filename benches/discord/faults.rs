//! What becomes of 100 interactions a second while something fails: one final answer each, or a reason that is counted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::block_in_place;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::Outcome;
use crate::label::Label;
use crate::questions::MIXED;
use crate::questions::none;
use crate::stand_in::{Order, Sender};

/// Doors; each has a shard.
const DOORS: usize = 2;
/// Between two interactions.
const EACH: Duration = Duration::from_millis(10);
/// How long interactions come before a fault, and after it.
const AROUND: Duration = Duration::from_secs(3);
/// How long Discord's interface is away, and for how long it limits the bot.
const DOWN_FOR: Duration = Duration::from_secs(60);
const LIMITED_FOR: Duration = Duration::from_secs(5);
/// How long what is asked may take to its end.
const SETTLE_WITHIN: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    Closes,
    Invalid,
    Silence,
    Some,
    ResponderKilled,
    DoorKilled,
    RollingRestart,
    ServerRestarted,
    Down,
    Limited,
}

impl Fault {
    const ALL: [Self; 11] = [
        Self::None,
        Self::Closes,
        Self::Invalid,
        Self::Silence,
        Self::Some,
        Self::ResponderKilled,
        Self::DoorKilled,
        Self::RollingRestart,
        Self::ServerRestarted,
        Self::Down,
        Self::Limited,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Closes => "connections closed",
            Self::Invalid => "sessions invalid",
            Self::Silence => "a silent connection",
            Self::Some => "1 request in 20 fails",
            Self::ResponderKilled => "the responder killed",
            Self::DoorKilled => "a door killed",
            Self::RollingRestart => "doors restarted in turn",
            Self::ServerRestarted => "nats-server restarted",
            Self::Down => "requests fail for 60 s",
            Self::Limited => "a global limit of 5 s",
        }
    }

    /// Lets it befall and pass.
    async fn strike(self, label: &mut Label) -> Outcome<()> {
        let gateway = label.discord.gateway.clone();
        match self {
            Self::None => {}
            Self::Closes => {
                for (shard, order) in [
                    (0, Order::Close(4_000)),
                    (1, Order::Reconnect),
                    (0, Order::Close(1_001)),
                    (1, Order::Close(4_000)),
                ] {
                    gateway.order(shard, order);
                    sleep(Duration::from_millis(700)).await;
                }
            }
            Self::Invalid => {
                gateway.order(0, Order::Invalid(true));
                gateway.order(1, Order::Invalid(false));
                sleep(Duration::from_secs(8)).await;
            }
            Self::Silence => {
                gateway.order(0, Order::Silence);
                sleep(Duration::from_secs(4)).await;
            }
            Self::Some => {
                label.discord.world().fails_each = Some(20);
                sleep(Duration::from_secs(10)).await;
                label.discord.world().fails_each = None;
            }
            Self::ResponderKilled => {
                label.responder = None;
                block_in_place(|| label.start_responder());
            }
            Self::DoorKilled => {
                label.kill_door(0);
                block_in_place(|| label.start_door(0));
            }
            Self::RollingRestart => {
                for door in 0..DOORS {
                    label.stop_door(door);
                    block_in_place(|| label.start_door(door));
                    sleep(Duration::from_secs(3)).await;
                }
            }
            Self::ServerRestarted => block_in_place(|| label.restart_server())?,
            Self::Down => {
                label.discord.world().is_down = true;
                sleep(DOWN_FOR).await;
                label.discord.world().is_down = false;
            }
            Self::Limited => {
                label.discord.limit_all(LIMITED_FOR);
                sleep(LIMITED_FOR).await;
            }
        }
        Ok(())
    }
}

/// Prints a row for each fault, or for those whose names hold one of these texts.
pub(crate) async fn faults(wanted: &[String]) -> Outcome<()> {
    let mut label = Label::open(DOORS).await?;
    let gateway = label.discord.gateway.clone();
    // A heartbeat that is not acknowledged is seen soon.
    gateway.look(|record| {
        (record.num_shards, record.max_concurrency, record.heartbeat) =
            (DOORS as u64, DOORS as u64, Duration::from_secs(1));
    });
    for door in 0..DOORS {
        block_in_place(|| label.start_door(door));
    }
    while gateway.num_sessions() < DOORS {
        sleep(Duration::from_millis(20)).await;
    }
    println!(
        "{:26} {:>12} {:>14} {:>15} {:>5} {:>8} {:>8} {:>5}",
        "fault", "interactions", "final answers", "counted reasons", "both", "doubled", "missing", "429"
    );
    let sender = Sender::to(String::new());
    let is_wanted =
        |fault: &Fault| wanted.is_empty() || wanted.iter().any(|text| fault.name().contains(text));
    for fault in Fault::ALL.into_iter().filter(is_wanted) {
        through(fault, &mut label, &sender).await?;
    }
    Ok(())
}

/// Asks steadily before, while and after something fails, and prints what became of it.
async fn through(fault: Fault, label: &mut Label, sender: &Sender) -> Outcome<()> {
    let num_requests = label.discord.requests().len();
    let discord = Arc::clone(&label.discord);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let asking = async {
        let mut ticks = interval(EACH);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let (mut tokens, mut number) = (Vec::new(), 0_usize);
        tokio::pin!(stopped);
        loop {
            tokio::select! {
                biased;
                _ = &mut stopped => return tokens,
                _ = ticks.tick() => {}
            }
            // A shard without a session is told nothing, by Discord either.
            let (shard, name) = ((number % DOORS) as u64, MIXED[number % MIXED.len()]);
            tokens.extend(sender.try_dispatch_to(&discord, shard, name, &none()));
            number += 1;
        }
    };
    let striking = async {
        sleep(AROUND).await;
        let struck = fault.strike(label).await;
        sleep(AROUND).await;
        stop.send(()).ok();
        struck
    };
    let (tokens, struck) = tokio::join!(asking, striking);
    struck?;
    let begun = Instant::now();
    // Each by its id: one that is both shown and counted hides no other that is neither.
    let fates = loop {
        let dropped = label.dropped();
        let fate = |token: &String| {
            let is_dropped = token.rsplit('-').next().is_some_and(|id| dropped.contains(id));
            (discord.shown(token).len(), is_dropped)
        };
        let fates: Vec<(usize, bool)> = tokens.iter().map(fate).collect();
        if !fates.contains(&(0, false)) || begun.elapsed() > SETTLE_WITHIN {
            break fates;
        }
        sleep(Duration::from_millis(100)).await;
    };
    let num = |is_so: &dyn Fn(usize, bool) -> bool| {
        fates.iter().filter(|(num_shown, is_dropped)| is_so(*num_shown, *is_dropped)).count()
    };
    let num_shown = num(&|num_shown, _| num_shown > 0);
    let num_dropped = num(&|_, is_dropped| is_dropped);
    let num_both = num(&|num_shown, is_dropped| num_shown > 0 && is_dropped);
    let num_doubled = num(&|num_shown, _| num_shown > 1);
    let num_missing = num(&|num_shown, is_dropped| num_shown == 0 && !is_dropped);
    let num_limited =
        discord.requests().iter().skip(num_requests).filter(|request| request.status == 429).count();
    println!(
        "{:26} {:>12} {num_shown:>14} {num_dropped:>15} {num_both:>5} {num_doubled:>8} {num_missing:>8} {num_limited:>5}",
        fault.name(),
        tokens.len(),
    );
    Ok(())
}
