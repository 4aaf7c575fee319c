//! `train`: the stored history in, what the models learn from all series together out, as weights on the bus.

use std::ops::ControlFlow;

use anyhow::Context;
use casa24_analytics::training::{Learnt, Progress};
use casa24_bus::{Bus, Outgoing, Patience};
use casa24_forecasting::neural::{HorizonScores, model_card};
use casa24_predictors::{KeptOut, TrainingJob, TrainingPlan};
use casa24_schemas::{ModelWeights, TrainingData};
use indicatif::ProgressBar;
use serde_json::json;

use crate::agents::Rules;
use crate::catch_up::{catch_up, judge};
use crate::cli::{Train, TrainNeural};
use crate::output::Output;
use crate::session::Session;
use crate::settings::Settings;
use crate::streams::{out, outln};
use crate::terminal::{counted, fixed, printable, progress_bar, table, thousands};

/// Trains, stores, and prints the report.
pub(crate) async fn train(settings: &Settings, Train::Neural(options): &Train) -> anyhow::Result<()> {
    // A place that cannot be written is an error before minutes of work, not after.
    let card = options.card.as_deref().map(|file| Output::open(Some(file))).transpose()?;
    let session = Session::open(settings, "train").await?;
    let outcome = learn_and_store(&session.bus, &settings.rules, options).await;
    session.close().await?;
    let (learnt, fate, kept_out) = outcome?;
    if let Some(mut card) = card {
        let page =
            model_card(&learnt.report, &options.to_string()) + &data_in_words(&learnt.weights, &kept_out);
        std::io::Write::write_all(&mut card, page.as_bytes()).context("cannot write the model card")?;
        card.finish()?;
    }
    if options.json {
        outln!("{}", serde_json::to_string_pretty(&as_json(&learnt, fate, &kept_out))?);
    } else {
        print(&learnt, fate, &kept_out);
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

async fn learn_and_store(
    bus: &Bus,
    rules: &Rules,
    options: &TrainNeural,
) -> anyhow::Result<(Learnt, Fate, KeptOut)> {
    judge(bus).await?;
    let plan =
        TrainingPlan { seed: options.seed, from_scratch: options.from_scratch, num_steps: options.steps };
    let job = TrainingJob::prepare(bus, plan).await?;
    let bar = progress_bar("{pos}/{len} steps, {eta} left, {msg}");
    bar.set_message("learning");
    let (job, learnt) = {
        let bar = bar.clone();
        // Beside this thread, so that an interrupt is heard.
        tokio::task::spawn_blocking(move || {
            let learnt = job.learn(|progress| {
                show(&bar, progress);
                ControlFlow::Continue(())
            });
            (job, learnt)
        })
        .await?
    };
    let learnt = learnt?;
    let fate = if options.dry_run {
        Fate::DryRun
    } else if job.is_newest(&learnt) {
        Fate::Known
    } else {
        let num_new = bus.publish(&[Outgoing::root(&learnt.weights)], Patience::COMMAND).await?;
        anyhow::ensure!(
            num_new > 0,
            "the same weights were stored a moment ago, and others since: the server takes them for a repetition; \
             run this again later"
        );
        bar.set_message("making all forecasts again");
        catch_up(bus, rules).await?;
        Fate::Stored
    };
    bar.finish_and_clear();
    Ok((learnt, fate, job.kept_out))
}

fn show(bar: &ProgressBar, progress: Progress) {
    match progress {
        Progress::Network { num_done, num_steps } => {
            bar.set_length(u64::from(num_steps));
            bar.set_position(u64::from(num_done));
        }
        Progress::Kinds => bar.set_message("learning how such series move"),
    }
}

fn as_json(learnt: &Learnt, fate: Fate, kept_out: &KeptOut) -> serde_json::Value {
    let ModelWeights { model, trained_at, trained_on, seed, format, sha256, report, sample, .. } =
        &learnt.weights;
    json!({
        "model": model,
        "trained_at": trained_at,
        "trained_on": trained_on,
        "seed": seed,
        "format": format,
        "num_bytes": learnt.weights.bytes.len(),
        "sha256": sha256,
        "report": report,
        "sample": sample,
        "num_kept_out": kept_out,
        "outcome": fate,
    })
}

/// What the card cannot know: where the values came from.
fn data_in_words(weights: &ModelWeights, kept_out: &KeptOut) -> String {
    let ModelWeights { trained_on: TrainingData { num_series, num_values, from, to }, sample, .. } = weights;
    let made_up = if *sample { " They are sample data: fictional artists, made-up figures." } else { "" };
    format!(
        "\n## The data\n\nThe stored history from {from} to {to}: {num_series} series with {num_values} accepted \
         values.{made_up} Above, each level of a series (from one flagged change of level to the next) counts as a \
         separate series, and days without a value are interpolated.{}\n",
        kept_out_in_words(kept_out).map(|words| format!(" {words}.")).collect::<String>()
    )
}

/// A sentence, without its full stop, for each source.
fn kept_out_in_words(kept_out: &KeptOut) -> impl Iterator<Item = String> {
    kept_out.iter().map(|(source, num)| {
        let values = counted(*num, "value", "values");
        let are = if *num == 1 { "is" } else { "are" };
        format!("{values} of {source} {are} left out, because its terms forbid training")
    })
}

fn print(learnt: &Learnt, fate: Fate, kept_out: &KeptOut) {
    let ModelWeights { trained_on, sha256, bytes, sample, .. } = &learnt.weights;
    let report = &learnt.report;
    if *sample {
        outln!("sample data: fictional artists, made-up figures");
    }
    outln!(
        "learnt from {} series, {}, {} to {}",
        thousands(u64::from(trained_on.num_series)),
        counted(u64::from(trained_on.num_values), "value", "values"),
        trained_on.from,
        trained_on.to
    );
    kept_out_in_words(kept_out).for_each(|words| outln!("{words}"));
    outln!(
        "kept aside to check: {}, the newest of {} of the {} that the series had",
        counted(report.num_held_out_values, "daily value", "daily values"),
        thousands(report.num_held_out_series),
        counted(report.num_series, "level", "levels")
    );
    let start = match &report.started_from {
        Some(fingerprint) => format!("network {fingerprint}"),
        None => "nothing".to_owned(),
    };
    outln!(
        "seed {}, {} from {start}, over {} of these series and {} of {} generated ones",
        report.seed,
        counted(u64::from(report.num_steps), "step", "steps"),
        counted(report.num_windows, "window", "windows"),
        thousands(report.num_generated_windows),
        thousands(report.num_generated_series)
    );
    let heading = ["days", "network", "origins", "MASE", "of naive", "in 80 %", "in 95 %"];
    let scores = report.before.horizons.iter().zip(&report.after.horizons);
    let rows: Vec<Vec<String>> =
        scores.flat_map(|(before, after)| [row("before", before), row("after", after)]).collect();
    out!("\n{}", table(&heading, &rows));
    outln!(
        "mean pinball loss: {} before, {} after",
        fixed(4, report.before.pinball),
        fixed(4, report.after.pinball)
    );
    outln!(
        "\n{}: network {}, {} weights",
        if report.kept_earlier {
            "what was learnt was no better on these values, so the earlier network is kept"
        } else {
            "what was learnt was better on these values and is kept; as they chose it, its scores are slightly too good"
        },
        report.network,
        thousands(report.num_weights)
    );
    outln!(
        "the accuracy on each kind of series comes from {} series",
        thousands(u64::from(learnt.num_pooled))
    );
    let size = thousands(bytes.len() as u64);
    let what = printable(&format!("{size} bytes, SHA-256 {sha256}"));
    match fate {
        Fate::Stored => outln!("stored: {what}"),
        Fate::Known => {
            outln!("the newest stored weights are the same, nothing was stored: {what}")
        }
        Fate::DryRun => outln!("not stored, as asked: {what}"),
    }
}

fn row(network: &str, scores: &HorizonScores) -> Vec<String> {
    let percent = |share: Option<f64>| fixed(1, share.map(|share| share * 100.0));
    vec![
        scores.horizon.to_string(),
        network.to_owned(),
        thousands(scores.num_origins),
        fixed(4, scores.mase),
        fixed(4, scores.mase_naive),
        percent(scores.coverage_80),
        percent(scores.coverage_95),
    ]
}
