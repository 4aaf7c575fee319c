//! Interactions alone, many at once and in a burst: how many a second, and how long each takes to what it shows.

use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval};

use crate::Outcome;
use crate::questions::{Asked, repeated};
use crate::stand_in::{Sender, StandIn};

/// How long a load may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What interactions took, in milliseconds.
pub(crate) struct Took {
    pub(crate) a_second: f64,
    pub(crate) first: Quantiles,
    pub(crate) last: Quantiles,
}

/// Asks all of these, so many at once.
pub(crate) async fn ask(
    discord: &StandIn,
    sender: &Sender,
    questions: impl IntoIterator<Item = Asked>,
    in_flight: usize,
) -> Outcome<Took> {
    let begun = Instant::now();
    let mut questions = questions.into_iter().peekable();
    let (mut open, mut first, mut last) = (Vec::<String>::new(), Vec::new(), Vec::new());
    while questions.peek().is_some() || !open.is_empty() {
        while open.len() < in_flight
            && let Some((name, options)) = questions.next()
        {
            open.push(sender.dispatch(discord, &name, &options));
        }
        tokio::time::sleep(Duration::from_micros(500)).await;
        let world = discord.world();
        open.retain(|token| match world.took(token) {
            (Some(acknowledged), Some(shown)) => {
                first.push(milliseconds(acknowledged));
                last.push(milliseconds(shown));
                false
            }
            _ => true,
        });
        if begun.elapsed() > PATIENCE {
            return Err(format!("{} interactions show nothing", open.len()).into());
        }
    }
    let a_second = last.len() as f64 / begun.elapsed().as_secs_f64();
    Ok(Took { a_second, first: Quantiles::of(first), last: Quantiles::of(last) })
}

/// The same, printed; the final answer's 99th percentile.
pub(crate) async fn measure(
    what: &str,
    discord: &StandIn,
    sender: &Sender,
    questions: impl IntoIterator<Item = Asked>,
    in_flight: usize,
) -> Outcome<f64> {
    let took = ask(discord, sender, questions, in_flight).await?;
    let Took { a_second, first, last } = &took;
    println!("{what:44} {a_second:>8.0}/s   first answer {first}   final answer {last}");
    Ok(last.p99)
}

/// Asks the repeated questions at a steady pace until something is so, and waits for the answers: what they took.
pub(crate) async fn keep_asking(
    discord: &StandIn,
    sender: &Sender,
    every: Duration,
    mut is_over: impl FnMut() -> bool,
) -> Outcome<Quantiles> {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut tokens = Vec::new();
    for (name, options) in repeated(usize::MAX) {
        ticks.tick().await;
        if is_over() {
            break;
        }
        tokens.push(sender.dispatch(discord, &name, &options));
    }
    let begun = Instant::now();
    loop {
        let took: Option<Vec<f64>> = {
            let world = discord.world();
            tokens.iter().map(|token| world.took(token).1.map(milliseconds)).collect()
        };
        match took {
            Some(took) => return Ok(Quantiles::of(took)),
            None if begun.elapsed() > PATIENCE => return Err("an interaction shows nothing".into()),
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// Of times in milliseconds.
pub(crate) struct Quantiles {
    p50: f64,
    pub(crate) p99: f64,
    worst: f64,
}

impl Quantiles {
    /// Of at least one time.
    pub(crate) fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        Self { p50: at(0.5), p99: at(0.99), worst: at(1.0) }
    }
}

impl std::fmt::Display for Quantiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "p50 {:.1} p99 {:.1} worst {:.1} ms", self.p50, self.p99, self.worst)
    }
}
