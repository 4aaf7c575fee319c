//! `backtest`: series of a file or of the stored history in, how far off each model would have been out.

use anyhow::Context;
use casa24_analytics::training::{TrainedModel, newest_as_of};
use casa24_forecasting::{BacktestSeries, Bounds, Knowledge, Observation, Plan, Request, Score, evaluate};
use casa24_predictors::stored_weights;
use casa24_schemas::{Date, Observed};
use serde_json::json;

use crate::cli::Backtest;
use crate::forecast::{SERIES_BAR, methods, name_of, print_left_out, read_file, season_length, season_text};
use crate::long_format::{Grid, LaidSeries, LaidTable, Moment, Style};
use crate::published;
use crate::session::Session;
use crate::settings::Settings;
use crate::stored;
use crate::streams::{errln, out, outln};
use crate::terminal::{UsageError, counted, fixed, printable, progress_bar, table, thousands};

/// Levels of the intervals that are scored.
const LEVELS: [f64; 2] = [0.80, 0.95];

/// Evaluates, and prints the scores.
pub(crate) async fn backtest(settings: &Settings, options: &Backtest) -> anyhow::Result<()> {
    if options.published {
        return published::published(settings, options.json).await;
    }
    let (mut laid, trained) = match &options.file {
        Some(file) => {
            let bar = progress_bar(SERIES_BAR);
            let laid = read_file(file, &options.calendar, &bar).await;
            bar.finish_and_clear();
            (laid?, Vec::new())
        }
        None => stored_table(settings, options).await?,
    };
    // Origins and horizons are steps, which only series of one distance have in common.
    laid.keep_one_frequency();
    let season_length = season_length(&options.calendar, laid.frequency);
    let num_values = laid.num_values();
    for note in &laid.notes {
        errln!("{}", printable(note));
    }
    print_left_out(&laid.left_out, laid.left_out.len(), laid.series.len() + laid.left_out.len());
    let window = Window::of(&laid, options).map_err(|error| of_input(options, error))?;
    let horizons = window.horizons.clone();
    let plan = Plan {
        methods: methods(&options.model),
        origins: window.origins.clone(),
        horizons: horizons.clone(),
        min_values: options.min_values as usize,
    };
    let first = window.origins.first().copied().unwrap_or_default();
    // Weights that have learnt from later than an origin would know what comes after it.
    let blind = first_day(&window).and_then(|day| newest_as_of(&trained, day));
    let weights =
        Weights { trained_at: blind.map(|blind| blind.weights.trained_at), num_trained: trained.len() };
    let knowledge = match blind {
        // Until when they have learnt, as a step of these series.
        Some(blind) => {
            let (grid, _) = common_grid(&laid);
            let trained_at = blind.weights.trained_at.date();
            Knowledge { learnt_until: grid.step(Moment::of_date(trained_at)), ..blind.knowledge.clone() }
        }
        None => Knowledge::built_in().clone(),
    };
    let to_evaluate = |series: &mut LaidSeries| {
        let bounds =
            series.known.bounds.unwrap_or_else(|| early_bounds(&series.observations, first, plan.min_values));
        let request = Request {
            bounds,
            season_length,
            horizon: horizons.iter().copied().max().unwrap_or(1),
            levels: LEVELS.to_vec(),
            whole_ends: false,
            group: series.known.group.take(),
            window_length: series.known.window_length,
            with_track_record: false,
        };
        BacktestSeries { observations: std::mem::take(&mut series.observations), request }
    };
    let all: Vec<BacktestSeries> = laid.series.iter_mut().map(to_evaluate).collect();
    let bar = progress_bar("{pos}/{len} forecasts, {eta} left");
    bar.set_length(num_forecasts(&all, &plan));
    let evaluated = {
        let bar = bar.clone();
        // Beside this thread, so that an interrupt is heard.
        tokio::task::spawn_blocking(move || evaluate(&all, &plan, &knowledge, || bar.inc(1)))
    };
    let (scores, by_metric): (Vec<Score>, Vec<Score>) =
        evaluated.await?.into_iter().partition(|score| score.group.is_none());
    bar.finish_and_clear();
    let unreached: Vec<usize> = horizons
        .into_iter()
        .filter(|horizon| !scores.iter().any(|score| score.horizon == *horizon))
        .collect();
    if options.json {
        let plan = json!({
            "num_series": laid.series.len(),
            "num_values": num_values,
            "frequency": laid.frequency.to_string(),
            "season_length": season_length,
            "origins": window.texts,
            "every": window.every,
            "horizons": window.horizons,
            "unreached_horizons": unreached,
            "min_values": options.min_values,
            "weights_trained_at": weights.trained_at,
        });
        outln!(
            "{}",
            serde_json::to_string_pretty(
                &json!({"plan": plan, "scores": scores, "scores_by_metric": by_metric})
            )?
        );
    } else {
        weights.print();
        print(&laid, &window, season_length, &scores, &unreached);
        if options.by_metric {
            print_by_metric(&by_metric);
        }
    }
    if scores.is_empty() {
        let nothing = anyhow::anyhow!(
            "nothing could be scored: no series has {} by an origin, a value on it and one at a horizon after it; \
             --min-values and --horizons ask for less",
            counted(options.min_values.into(), "value", "values")
        );
        return Err(of_input(options, nothing));
    }
    Ok(())
}

/// The error of a history that is too short: where it is a file's, the file cannot be used.
fn of_input(options: &Backtest, error: anyhow::Error) -> anyhow::Error {
    match &options.file {
        Some(file) => UsageError(format!("{}: {error:#}", name_of(file))).into(),
        None => error,
    }
}

/// The series of the stored history, and what was learnt from it.
async fn stored_table(
    settings: &Settings,
    options: &Backtest,
) -> anyhow::Result<(LaidTable, Vec<TrainedModel>)> {
    if options.calendar.freq.is_some() {
        return Err(UsageError("the stored history is daily: --freq is for a file".to_owned()).into());
    }
    let session = Session::open(settings, "backtest").await?;
    let history = stored::history(&session.bus).await;
    let trained = stored_weights(&session.bus).await;
    session.close().await?;
    Ok((stored::table(&history?), trained?))
}

/// Day of the first origin.
fn first_day(window: &Window) -> Option<Date> {
    window.texts.first().and_then(|text| Observed::parse(text).ok()).map(Observed::date)
}

/// Which weights the models use.
struct Weights {
    /// The newest observation that they learnt from; None of those that the program comes with.
    trained_at: Option<Observed>,
    /// Stored ones that could be chosen from.
    num_trained: usize,
}

impl Weights {
    fn print(&self) {
        match self.trained_at {
            Some(trained_at) => outln!("weights: stored, learnt from figures until {trained_at}"),
            None if self.num_trained > 0 => outln!(
                "weights: built in, as all stored ones have learnt from figures after the first origin"
            ),
            None => {}
        }
    }
}

/// Bounds from what is known at the first origin in which a series takes part: nothing later may be known.
fn early_bounds(observations: &[Observation], first_origin: i64, min_values: usize) -> Bounds {
    let num_known = observations.partition_point(|seen| seen.step <= first_origin);
    Bounds::of_values(observations.iter().take(num_known.max(min_values)).map(|seen| seen.value))
}

/// Forecasts that will be made: one for each series that takes part in an origin.
fn num_forecasts(all: &[BacktestSeries], plan: &Plan) -> u64 {
    let takes_part = |series: &BacktestSeries, origin: i64| {
        let num_known = series.observations.partition_point(|seen| seen.step <= origin);
        num_known >= plan.min_values
            && num_known < series.observations.len()
            && series.observations[num_known - 1].step == origin
    };
    let of_origin = |origin: &i64| all.iter().filter(|series| takes_part(series, *origin)).count() as u64;
    plan.origins.iter().map(of_origin).sum()
}

/// What is evaluated where.
#[derive(Debug, PartialEq)]
struct Window {
    /// Steps, ascending.
    origins: Vec<i64>,
    /// The same as written in `ds`.
    texts: Vec<String>,
    every: usize,
    horizons: Vec<usize>,
}

impl Window {
    /// The origins that were asked for. Of what was not asked for, the last origin is the last one after which the
    /// longest horizon that fits is known, and the number is ten at most.
    fn of(laid: &LaidTable, options: &Backtest) -> anyhow::Result<Self> {
        let (usual_horizons, usual_every) = laid.frequency.usual_horizons();
        let mut horizons: Vec<usize> = options.horizons.iter().map(|horizon| *horizon as usize).collect();
        if horizons.is_empty() {
            horizons = usual_horizons.to_vec();
        }
        horizons.sort_unstable();
        horizons.dedup();
        let every = options.every.map_or(usual_every, |every| every as usize);
        let (grid, style) = common_grid(laid);
        let steps = || laid.series.iter().flat_map(|series| &series.observations).map(|seen| seen.step);
        let (oldest, newest) = steps().min().zip(steps().max()).context("no series has a value")?;
        let read = |text: &Option<String>| text.as_ref().map(|text| step_of(text, &grid, style)).transpose();
        let earliest = oldest + i64::from(options.min_values) - 1;
        let from = read(&options.from)?;
        let until = match read(&options.until)? {
            Some(until) => until,
            None => {
                let first = from.unwrap_or(earliest);
                let last = horizons.iter().rev().map(|horizon| newest - *horizon as i64);
                last.into_iter().find(|last| *last >= first).with_context(|| {
                    let shortest = horizons.first().copied().unwrap_or_default();
                    let reason = "too short a history: no origin has";
                    let before = steps_text(options.min_values as usize);
                    format!("{reason} {before} before it and {shortest} after it")
                })?
            }
        };
        let origins: Vec<i64> = match from {
            Some(from) => (from..=until).step_by(every).collect(),
            None => {
                let back = (0..i64::from(options.origins)).map(|index| until - index * every as i64);
                let mut origins: Vec<i64> = back.take_while(|origin| *origin >= earliest).collect();
                origins.reverse();
                origins
            }
        };
        if origins.is_empty() {
            let reason = "there is no origin between --from and --until that has values before it";
            return Err(UsageError(reason.to_owned()).into());
        }
        let texts = origins.iter().map(|origin| text_of(*origin, &grid, style)).collect();
        Ok(Self { origins, texts, every, horizons })
    }
}

/// The grid and the form in which steps are written: those of the series with most values.
fn common_grid(laid: &LaidTable) -> (Grid, Style) {
    let longest = laid.series.iter().max_by_key(|series| series.observations.len());
    longest.map_or_else(
        || (Grid::of(laid.frequency, std::iter::empty()), Style::Date),
        |series: &LaidSeries| (series.grid, series.style),
    )
}

/// The last step until the end of what a text says.
fn step_of(text: &str, grid: &Grid, style: Style) -> anyhow::Result<i64> {
    let wrong = || UsageError(format!("{text:?} is no moment of these series: write it as in ds"));
    Ok(style.read(text).and_then(|moment| grid.step_until(moment)).ok_or_else(wrong)?)
}

fn text_of(step: i64, grid: &Grid, style: Style) -> String {
    grid.moment(step).and_then(|moment| moment.text(style)).unwrap_or_else(|| format!("step {step}"))
}

fn print(laid: &LaidTable, window: &Window, season_length: usize, scores: &[Score], unreached: &[usize]) {
    let (first, last) = (window.texts.first(), window.texts.last());
    outln!(
        "{} series, {}, {}; {} from {} to {}, every {}",
        thousands(laid.series.len() as u64),
        laid.frequency,
        season_text(season_length),
        counted(window.origins.len() as u64, "origin", "origins"),
        first.map_or("", String::as_str),
        last.map_or("", String::as_str),
        if window.every == 1 { "step".to_owned() } else { steps_text(window.every) }
    );
    for horizon in &window.horizons {
        let of_horizon: Vec<&Score> = scores.iter().filter(|score| score.horizon == *horizon).collect();
        if !of_horizon.is_empty() {
            out!("\n{}", block(&format!("{} ahead", steps_text(*horizon)), of_horizon));
        }
    }
    for score in scores.iter().filter(|score| score.num_failed > 0) {
        outln!(
            "\n{} ahead, {} has no forecast of {} of {}: naive stands in for it there",
            steps_text(score.horizon),
            score.model,
            thousands(score.num_failed as u64),
            thousands(score.num_forecasts as u64)
        );
    }
    for horizon in unreached {
        outln!("\n{} ahead: no series has a value that far after an origin", steps_text(*horizon));
    }
    if scores.iter().any(|score| score.owa.is_some()) {
        outln!(
            "\n* best OWA; moving: series that moved in the 28 steps before the origin; same: those of them whose level did \
             not change up to the horizon; an outcome on the end of an interval counts half"
        );
    }
}

fn steps_text(num: usize) -> String {
    counted(num as u64, "step", "steps")
}

/// The scores of each metric of a platform alone.
fn print_by_metric(scores: &[Score]) {
    let of = |one: &Score, other: &Score| one.group == other.group && one.horizon == other.horizon;
    for chunk in scores.chunk_by(of) {
        let Some(first) = chunk.first() else { continue };
        let group = first.group.as_deref().unwrap_or_default();
        let title = format!("{group}, {} ahead", steps_text(first.horizon));
        out!("\n{}", block(&title, chunk.iter().collect()));
    }
}

/// The scores at one horizon, best first.
fn block(title: &str, mut scores: Vec<&Score>) -> String {
    scores.sort_by(|one, other| {
        let key = |score: &Score| score.owa.unwrap_or(f64::INFINITY);
        key(one).total_cmp(&key(other))
    });
    let best = scores.first().and_then(|score| score.owa);
    let row = |score: &&Score| {
        let mark = if score.owa.is_some() && score.owa == best { " *" } else { "" };
        vec![
            format!("{}{mark}", score.model),
            fixed(3, score.owa),
            fixed(3, score.mase),
            fixed(2, Some(score.smape)),
            fixed(1, Some(score.coverage_80)),
            fixed(1, Some(score.coverage_95)),
            fixed(1, score.coverage_80_moving),
            fixed(1, score.coverage_95_moving),
            fixed(1, score.coverage_80_moving_same_level),
            fixed(1, score.coverage_95_moving_same_level),
            fixed(2, score.msis_80),
            fixed(2, score.msis_95),
        ]
    };
    let rows: Vec<Vec<String>> = scores.iter().map(row).collect();
    let heading = [
        "model",
        "OWA",
        "MASE",
        "sMAPE",
        "in 80 %",
        "in 95 %",
        "moving 80",
        "moving 95",
        "same 80",
        "same 95",
        "MSIS 80",
        "MSIS 95",
    ];
    let (num_forecasts, num_series) =
        scores.first().map_or((0, 0), |score| (score.num_forecasts as u64, score.num_series as u64));
    format!(
        "{title}: {} of {} series\n{}",
        counted(num_forecasts, "forecast", "forecasts"),
        thousands(num_series),
        table(&heading, &rows)
    )
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};
    use crate::long_format::{Moment, lay, read};

    fn window(num_days: usize, arguments: &str) -> anyhow::Result<Window> {
        let day =
            |at: usize| Moment::parse("2025-04-26").map(|(first, _)| Moment(first.0 + 86_400 * at as i64));
        let text = |at: usize| day(at).and_then(|day| day.text(Style::Date)).unwrap();
        let rows: String = (0..num_days).map(|at| format!("a,{},{at}\n", text(at))).collect();
        let laid = lay(read(format!("unique_id,ds,y\n{rows}").as_bytes(), |_| {}).unwrap(), None).unwrap();
        let words = ["casa24", "backtest"].into_iter().chain(arguments.split_whitespace());
        match Cli::try_parse_from(words).unwrap().command {
            Command::Backtest(options) => Window::of(&laid, &options),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_longest_horizon_that_fits_sets_the_last_origin() {
        // 158 days, until 2025-09-30.
        let usual = window(158, "").unwrap();
        assert_eq!((usual.horizons, usual.every), (vec![7, 30, 90], 7));
        assert_eq!(usual.texts.last().unwrap(), "2025-07-02");
        assert_eq!(usual.texts.first().unwrap(), "2025-05-14"); // the next one has fewer than 14 days before it
        assert_eq!(usual.texts.len(), 8);
        assert_eq!(window(60, "").unwrap().texts.last().unwrap(), "2025-05-25");
        assert!(window(20, "").is_err());
    }

    #[test]
    fn origins_go_from_the_first_to_the_last_that_are_asked_for() {
        let asked = window(158, "--from 2025-07-06 --until 2025-08-31 --horizons 30,7,7").unwrap();
        assert_eq!((asked.texts.len(), asked.texts[8].as_str()), (9, "2025-08-31"));
        assert_eq!(asked.horizons, [7, 30]);
        let last = window(158, "--until 2025-08-31 --origins 2 --every 10").unwrap();
        assert_eq!(last.texts, ["2025-08-21", "2025-08-31"]);
        for wrong in
            ["--from 2025-09-02 --until 2025-09-01", "--until 2025-04-30", "--from 17", "--from then"]
        {
            assert!(window(158, wrong).unwrap_err().is::<UsageError>(), "{wrong}");
        }
    }

    #[test]
    fn bounds_know_nothing_of_what_comes_later() {
        let observations: Vec<Observation> = (0..20)
            .map(|step| Observation { step, value: if step < 15 { 1.0 } else { -1.0 }, new_level: false })
            .collect();
        assert_eq!(early_bounds(&observations, 12, 3).lowest, 0.0);
        assert_eq!(early_bounds(&observations, 16, 3).lowest, f64::NEG_INFINITY);
        assert_eq!(early_bounds(&observations, -5, 16).lowest, f64::NEG_INFINITY);
    }
}
