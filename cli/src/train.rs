//! `train`: the stored history in, what the models learn from all series together out, as weights on the bus.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use casa24_analytics::History;
use casa24_analytics::forecast::{observations, request};
use casa24_bus::{Bus, Outgoing};
use casa24_forecasting::neural::{HorizonScores, Network, Neural, Training, TrainingReport, model_card};
use casa24_forecasting::{KNOWLEDGE_FORMAT, Knowledge, Pool, Sequence, Task};
use casa24_schemas::{Date, Event, ModelWeights, Observed, TrainingData};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::catch_up::catch_up;
use crate::cli::{Train, TrainNeural};
use crate::output::Output;
use crate::session::Session;
use crate::settings::Settings;
use crate::stored;
use crate::terminal::{self, printable, table, thousands};
use crate::weights::{self, Trained};

/// Times that storing is tried, with growing delay.
const STORE_TRIES: usize = 10;

/// Windows of the stored series that are learnt from at most; it bounds time and memory.
const MOST_WINDOWS: usize = 60_000;

/// Trains, stores, and tells.
pub(crate) async fn train(settings: &Settings, Train::Neural(options): &Train) -> anyhow::Result<()> {
    // A place that cannot be written is told before minutes of work.
    let card = options.card.as_deref().map(|file| Output::open(Some(file))).transpose()?;
    let session = Session::open(settings, "train").await?;
    let outcome = learn_and_store(&session.bus, options).await;
    session.close().await?;
    let (learnt, fate) = outcome?;
    if let Some(mut card) = card {
        let page = model_card(&learnt.report, &options.to_string()) + &learnt.data_in_words();
        std::io::Write::write_all(&mut card, page.as_bytes()).context("cannot write the model card")?;
        card.finish()?;
    }
    if options.json {
        anstream::println!("{}", serde_json::to_string_pretty(&learnt.as_json(fate))?);
    } else {
        learnt.tell(fate);
    }
    Ok(())
}

/// What became of the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum Fate {
    Stored,
    /// The newest stored ones are the same.
    Known,
    /// Nothing was to be stored.
    DryRun,
}

/// What came of a training.
struct Learnt {
    weights: ModelWeights,
    report: TrainingReport,
    /// Series whose record stands behind each kind of series.
    num_pooled: u32,
}

async fn learn_and_store(bus: &Bus, options: &TrainNeural) -> anyhow::Result<(Learnt, Fate)> {
    let lessons = Lessons::of(&stored::history(bus).await?)?;
    let stored = weights::stored(bus).await?;
    let newest = stored.last().map(|trained| trained.weights.identity());
    let training = training(options, &lessons, &stored)?;
    let bar = progress_bar();
    let learnt = {
        let bar = bar.clone();
        // Beside this thread, so that an interrupt is heard.
        tokio::task::spawn_blocking(move || lessons.learn(&training, &bar)).await??
    };
    learnt.weights.check().map_err(|why| anyhow::anyhow!("what was learnt cannot be stored: {why}"))?;
    let fate = if options.dry_run {
        Fate::DryRun
    } else if newest == Some(learnt.weights.identity()) {
        Fate::Known
    } else {
        let num_new = bus.publish(&[Outgoing::root(&learnt.weights)], STORE_TRIES).await?;
        anyhow::ensure!(
            num_new > 0,
            "the same weights were stored a moment ago, and others since: the server takes them for a repetition; \
             run this again later"
        );
        bar.set_message("making all forecasts anew");
        catch_up(bus).await?;
        Fate::Stored
    };
    bar.finish_and_clear();
    Ok((learnt, fate))
}

/// The training that was asked for. It goes on from the newest stored weights. What these have learnt from is not
/// learnt from twice: on the same data it begins where they began, so that the same command gives the same bytes.
fn training(options: &TrainNeural, lessons: &Lessons, stored: &[Trained]) -> anyhow::Result<Training> {
    let built_in = Network::built_in()?;
    let mut training = if options.from_scratch {
        Training { most_windows: MOST_WINDOWS, ..Training::from_scratch(options.seed) }
    } else {
        let network = |trained: &Trained| trained.knowledge.neural.network().clone();
        let start = match stored.last() {
            None => built_in,
            Some(newest) if newest.weights.report["data_sha256"] == *lessons.data_sha256 => {
                let began = &newest.weights.report["training"]["started_from"];
                let mut known = stored.iter().map(network).chain([built_in]);
                known.find(|known| *began == known.fingerprint()).unwrap_or_else(|| network(newest))
            }
            Some(newest) => network(newest),
        };
        Training::on_from(start, options.seed)
    };
    training.num_steps = options.steps.unwrap_or(training.num_steps);
    Ok(training)
}

/// What there is to learn from.
struct Lessons {
    tasks: Vec<Task>,
    trained_at: Observed,
    trained_on: TrainingData,
    /// Fingerprint of every name, day and value.
    data_sha256: String,
    sample: bool,
}

impl Lessons {
    /// Every series of a history.
    ///
    /// # Errors
    /// When all of them are too short.
    fn of(history: &History) -> anyhow::Result<Self> {
        let (mut tasks, mut bytes, mut num_values) = (Vec::new(), Vec::new(), 0_u32);
        let mut days = Vec::new();
        let trained_at = history.newest().context("nothing is stored yet")?;
        for artist in history.artists() {
            for (platform, metric, series) in artist.all_series() {
                let observations = observations(series, trained_at.date());
                let request = request(platform, metric, &observations);
                let sequence = Sequence::new(&observations, request.season_length);
                let Some(sequence) = sequence else { continue };
                bytes.extend(format!("{}/{platform}/{metric}\n", artist.artist.id).into_bytes());
                // Of a long series models see the newest part.
                let seen = &observations[observations.partition_point(|seen| seen.step < sequence.step(0))..];
                for seen in seen {
                    bytes.extend(seen.step.to_le_bytes());
                    bytes.extend(seen.value.to_le_bytes());
                    bytes.push(u8::from(seen.new_level));
                }
                num_values += seen.len() as u32;
                days.extend(seen.first().and_then(|first| i32::try_from(first.step).ok()));
                tasks.push(Task { sequence: Some(sequence), request });
            }
        }
        let longest = tasks.iter().flat_map(levels).map(<[f64]>::len).max().unwrap_or_default();
        anyhow::ensure!(
            longest >= Training::MIN_VALUES,
            "too little history to learn from: the longest series spans {longest} days without a change of level, and \
             one of {} days or more is needed, because the newest fifth is kept aside to check what was learnt",
            Training::MIN_VALUES
        );
        let to = trained_at.date();
        let from = days.into_iter().min().and_then(|day| Date::from_julian_day(day).ok()).unwrap_or(to);
        let trained_on = TrainingData { num_series: tasks.len() as u32, num_values, from, to };
        let sample = history.artists().any(|artist| artist.sample);
        Ok(Self { tasks, trained_at, trained_on, data_sha256: ModelWeights::sha256(&bytes), sample })
    }

    fn learn(self, training: &Training, bar: &ProgressBar) -> anyhow::Result<Learnt> {
        let series: Vec<&[f64]> = self.tasks.iter().flat_map(levels).collect();
        bar.set_message("learning");
        let (network, report) = training.train(&series, |done, of| {
            bar.set_length(u64::from(of));
            bar.set_position(u64::from(done));
        })?;
        bar.set_message("learning how such series move");
        // By the network that the program comes with, which has seen none of these values: on what it has learnt
        // from, the new one would look better than it is.
        let built_in = Knowledge::built_in();
        let pool = Pool::learn(&self.tasks, built_in);
        let num_pooled = pool.num_series();
        let bytes = Knowledge { pool, neural: Neural::new(Arc::new(network)) }.to_bytes();
        let weights = ModelWeights {
            model: "neural".to_owned(),
            trained_at: self.trained_at,
            seed: report.seed,
            trained_on: self.trained_on,
            format: KNOWLEDGE_FORMAT,
            sha256: ModelWeights::sha256(&bytes),
            bytes,
            report: json!({
                "training": report,
                "num_pooled_series": num_pooled,
                "data_sha256": self.data_sha256,
            }),
            sample: self.sample,
        };
        Ok(Learnt { weights, report, num_pooled })
    }
}

/// The values of a series, one for each day, of each of its levels: no model sees beyond a change of level either.
fn levels(task: &Task) -> Vec<&[f64]> {
    let Some(sequence) = &task.sequence else { return Vec::new() };
    let mut rest = sequence.values();
    let mut levels = Vec::new();
    while !rest.is_empty() {
        let (before, level) = rest.split_at(sequence.level_start(rest.len() - 1));
        levels.push(level);
        rest = before;
    }
    levels
}

fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} steps, {eta} left, {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::with_draw_target(Some(0), terminal::progress_target()).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

impl Learnt {
    fn as_json(&self, fate: Fate) -> serde_json::Value {
        let ModelWeights { model, trained_at, trained_on, seed, format, sha256, report, sample, .. } =
            &self.weights;
        json!({
            "model": model,
            "trained_at": trained_at,
            "trained_on": trained_on,
            "seed": seed,
            "format": format,
            "num_bytes": self.weights.bytes.len(),
            "sha256": sha256,
            "report": report,
            "sample": sample,
            "outcome": fate,
        })
    }

    /// What the card cannot know: where the values came from.
    fn data_in_words(&self) -> String {
        let ModelWeights { trained_on: TrainingData { num_series, num_values, from, to }, sample, .. } =
            &self.weights;
        let made_up = if *sample { " They are sample data: fictional artists, made-up figures." } else { "" };
        format!(
            "\n## The data\n\nThe stored history from {from} to {to}: {num_series} series with {num_values} accepted \
             values.{made_up} Above, each level of a series (from one flagged change of level to the next) counts as a \
             series of its own, and days without a value lie on the line between those around them.\n"
        )
    }

    fn tell(&self, fate: Fate) {
        let ModelWeights { trained_on, sha256, bytes, sample, .. } = &self.weights;
        let report = &self.report;
        if *sample {
            anstream::println!("sample data: fictional artists, made-up figures");
        }
        anstream::println!(
            "learnt from {} series, {} values, {} to {}",
            thousands(u64::from(trained_on.num_series)),
            thousands(u64::from(trained_on.num_values)),
            trained_on.from,
            trained_on.to
        );
        anstream::println!(
            "kept aside to check: {} daily values, the newest of {} of the {} levels that the series had",
            thousands(report.num_held_out_values),
            thousands(report.num_held_out_series),
            thousands(report.num_series)
        );
        let start = match &report.started_from {
            Some(fingerprint) => format!("network {fingerprint}"),
            None => "nothing".to_owned(),
        };
        anstream::println!(
            "seed {}, {} steps from {start}, over {} windows of these series and {} of {} generated ones",
            report.seed,
            thousands(u64::from(report.num_steps)),
            thousands(report.num_windows),
            thousands(report.num_generated_windows),
            thousands(report.num_generated_series)
        );
        let heading = ["days", "network", "origins", "MASE", "of naive", "in 80 %", "in 95 %"];
        let scores = report.before.horizons.iter().zip(&report.after.horizons);
        let rows: Vec<Vec<String>> =
            scores.flat_map(|(before, after)| [row("before", before), row("after", after)]).collect();
        anstream::print!("\n{}", table(&heading, &rows));
        anstream::println!(
            "mean pinball loss: {} before, {} after",
            number(report.before.pinball),
            number(report.after.pinball)
        );
        anstream::println!(
            "\n{}: network {}, {} weights",
            if report.kept_earlier {
                "what was learnt was no better on these values, so the earlier network is kept"
            } else {
                "what was learnt was better on these values and is kept; as they chose it, its scores are slightly too good"
            },
            report.network,
            thousands(report.num_weights)
        );
        anstream::println!(
            "the record of each kind of series comes from {} series",
            thousands(u64::from(self.num_pooled))
        );
        let size = thousands(bytes.len() as u64);
        let what = printable(&format!("{size} bytes, SHA-256 {sha256}"));
        match fate {
            Fate::Stored => anstream::println!("stored: {what}"),
            Fate::Known => {
                anstream::println!("the newest stored weights are the same, nothing was stored: {what}")
            }
            Fate::DryRun => anstream::println!("not stored, as asked: {what}"),
        }
    }
}

fn row(network: &str, scores: &HorizonScores) -> Vec<String> {
    let percent =
        |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{:.1}", share * 100.0));
    vec![
        scores.horizon.to_string(),
        network.to_owned(),
        thousands(scores.num_origins),
        number(scores.mase),
        number(scores.mase_naive),
        percent(scores.coverage_80),
        percent(scores.coverage_95),
    ]
}

fn number(score: Option<f64>) -> String {
    score.map_or("–".to_owned(), |score| format!("{score:.4}"))
}
