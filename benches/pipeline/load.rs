//! A number of questions in flight for a while: how many were answered a second, and how long the answers took.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use casa24_schemas::{Command as Question, encode};
use futures::StreamExt;
use futures::future::try_join_all;
use futures::stream::FuturesUnordered;

use crate::Outcome;
use crate::questions::Questions;

/// Asks without reading the answers, so that the asker takes little of the processors.
pub(crate) struct Asker {
    client: async_nats::Client,
}

impl Asker {
    pub(crate) async fn connect(url: &str) -> Outcome<Self> {
        let address: async_nats::ServerAddr = url.parse()?;
        let (user, password) =
            (address.username().unwrap_or_default(), address.password().unwrap_or_default());
        let options =
            async_nats::ConnectOptions::with_user_and_password(user.to_owned(), password.to_owned());
        Ok(Self { client: options.connect(address.clone()).await? })
    }

    async fn ask(&self, question: &Question) -> Outcome<()> {
        let request = async_nats::Request::new()
            .payload(encode(question).into())
            .timeout(Some(Duration::from_secs(30)));
        let reply = self.client.send_request(format!("command.{}", question.name), request).await?;
        match reply.headers.as_ref().and_then(|headers| headers.get("Nats-Service-Error")) {
            Some(fault) => Err(format!("{question:?}: {fault}").into()),
            None => Ok(()),
        }
    }
}

/// What was answered.
pub(crate) struct Load {
    /// Milliseconds of each answer, the shortest first.
    times: Vec<f64>,
    seconds: f64,
}

impl Load {
    /// Keeps `in_flight` questions in flight for a while.
    pub(crate) async fn keep_up(
        asker: &Asker,
        questions: &Questions,
        unlike: bool,
        in_flight: usize,
        kept_up: Duration,
    ) -> Outcome<Self> {
        let next = AtomicUsize::new(0);
        let started = Instant::now();
        let ask_on = async || -> Outcome<Vec<f64>> {
            let mut times = Vec::new();
            while started.elapsed() < kept_up {
                let question = questions.next(next.fetch_add(1, Ordering::Relaxed), unlike);
                let asked = Instant::now();
                asker.ask(&question).await?;
                times.push(asked.elapsed().as_secs_f64() * 1_000.0);
            }
            Ok(times)
        };
        let times = try_join_all((0..in_flight).map(|_| ask_on())).await?;
        let mut times: Vec<f64> = times.into_iter().flatten().collect();
        times.sort_by(f64::total_cmp);
        Ok(Self { times, seconds: started.elapsed().as_secs_f64() })
    }

    /// Asks so many questions a second, whatever becomes of the ones before.
    pub(crate) async fn at_rate(
        asker: &Asker,
        questions: &Questions,
        per_second: u32,
        kept_up: Duration,
    ) -> Outcome<Self> {
        let started = Instant::now();
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / per_second);
        let mut asked = FuturesUnordered::new();
        let mut times = Vec::new();
        for index in 0.. {
            loop {
                tokio::select! {
                    biased;
                    Some(time) = asked.next(), if !asked.is_empty() => times.push(time?),
                    _ = ticks.tick() => break,
                }
            }
            if started.elapsed() >= kept_up {
                break;
            }
            let question = questions.next(index, false);
            asked.push(async move {
                let started = Instant::now();
                asker.ask(&question).await.map(|()| started.elapsed().as_secs_f64() * 1_000.0)
            });
        }
        while let Some(time) = asked.next().await {
            times.push(time?);
        }
        times.sort_by(f64::total_cmp);
        Ok(Self { times, seconds: started.elapsed().as_secs_f64() })
    }

    pub(crate) fn p99(&self) -> f64 {
        self.quantile(0.99)
    }

    fn quantile(&self, share: f64) -> f64 {
        let place = (self.times.len() as f64 * share) as usize;
        self.times.get(place.min(self.times.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn print(&self, what: &str) {
        let rate = self.times.len() as f64 / self.seconds;
        let (median, p99) = (self.quantile(0.5), self.p99());
        println!("  {what:68} {rate:>12.0} answers/s, {median:.2} ms median, {p99:.2} ms p99");
    }
}
