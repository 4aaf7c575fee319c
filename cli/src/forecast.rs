//! `forecast`: a file of series in long format in, forecasts of each out.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use casa24_forecasting::{
    Bounds, ForecastError, Forecasted, Knowledge, Method, Pool, Request, Sequence, Task, forecast_batch,
};
use indicatif::ProgressBar;

use crate::cli::{self, Calendar, Forecast};
use crate::long_format::{self, ForecastWriter, Frequency, LaidSeries, LaidTable};
use crate::output::Output;
use crate::terminal::{printable, progress_bar, thousands};

/// As many series are forecast before they are written: what is held does not grow with the file.
const CHUNK: usize = 256;

/// As many series without a forecast are named.
const MAX_NAMED: usize = 5;

/// Reads, forecasts, writes.
pub(crate) async fn forecast(options: &Forecast) -> anyhow::Result<()> {
    let methods = methods(&options.model);
    let levels = distinct(&options.level);
    let bar = progress_bar(SERIES_BAR);
    let mut table = read_file(&options.file, &options.calendar, &bar).await?;
    let season_length = season_length(&options.calendar, &table);
    bar.suspend(|| print_head(&table, season_length));
    let shares: Vec<f64> = levels.iter().map(|level| level / 100.0).collect();
    let request = |bounds| Request {
        bounds,
        season_length,
        horizon: options.horizon as usize,
        levels: shares.clone(),
        whole_ends: false,
        group: None,
        window_length: None,
        with_track_record: false,
    };
    let task = |series: &mut LaidSeries| {
        let bounds = Bounds::of_values(series.observations.iter().map(|seen| seen.value));
        let sequence = Sequence::new(&series.observations, season_length);
        // From here on only the newest step counts; the values of all series are most of what the file holds.
        series.observations = series.observations.last().copied().into_iter().collect();
        Task { sequence, request: request(bounds) }
    };
    let tasks: Vec<Task> = table.series.iter_mut().map(task).collect();
    let tasks = Arc::new(tasks);
    bar.set_length(tasks.len() as u64);
    bar.set_message("learning how such series move");
    let knowledge = {
        let tasks = tasks.clone();
        let learnt = tokio::task::spawn_blocking(move || {
            let before = Knowledge::built_in();
            // From all of the file, whatever the steps of a series are.
            before.with_pool(Pool::learn(&tasks, before), i64::MAX)
        });
        Arc::new(learnt.await?)
    };
    bar.set_message("forecasting");
    let mut left_out = LeftOut::default();
    let output = Output::open(options.output.as_deref())?;
    let mut writer = ForecastWriter::new(output, table.style, &methods, &levels);
    for start in (0..tasks.len()).step_by(CHUNK) {
        let end = tasks.len().min(start + CHUNK);
        let (tasks, methods, knowledge, bar) =
            (tasks.clone(), methods.clone(), knowledge.clone(), bar.clone());
        // Beside this thread, so that an interrupt is heard.
        let forecasts = tokio::task::spawn_blocking(move || {
            forecast_batch(&tasks[start..end], &methods, &knowledge, || bar.inc(1))
        });
        for (series, mut forecasted) in table.series[start..end].iter().zip(forecasts.await?) {
            left_out.note(&series.name, &mut forecasted);
            writer.write(series, &forecasted).context("cannot write the forecasts")?;
        }
    }
    bar.finish_and_clear();
    left_out.print(table.series.len());
    anyhow::ensure!(left_out.num_series < table.series.len(), "no series could be forecast");
    writer.finish().context("cannot write the forecasts")?.finish()
}

/// The methods of these names, each once.
pub(crate) fn methods(names: &[String]) -> Vec<Method> {
    if names.iter().any(|name| name == "all") {
        return Method::all().collect();
    }
    let mut methods = Vec::new();
    for method in names.iter().filter_map(|name| Method::named(name)) {
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    methods
}

/// What stands beside a bar over series.
pub(crate) const SERIES_BAR: &str = "{pos}/{len} series, {msg}";

/// Reads a file in long format, `-` for standard input.
pub(crate) async fn read_file(
    file: &Path,
    calendar: &Calendar,
    bar: &ProgressBar,
) -> anyhow::Result<LaidTable> {
    let name = if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() };
    let given = calendar.freq.map(frequency);
    let (file, bar) = (file.to_owned(), bar.clone());
    let reading = tokio::task::spawn_blocking(move || {
        let input: Box<dyn Read> = if file == Path::new("-") {
            Box::new(std::io::stdin())
        } else {
            Box::new(std::fs::File::open(&file)?)
        };
        let table = long_format::read(input, |rows| bar.set_message(format!("{} rows", thousands(rows))))?;
        long_format::lay(table, given)
    });
    reading.await?.with_context(|| name)
}

const fn frequency(given: cli::Frequency) -> Frequency {
    match given {
        cli::Frequency::Hourly => Frequency::HOURLY,
        cli::Frequency::Daily => Frequency::DAILY,
        cli::Frequency::Weekly => Frequency::WEEKLY,
        cli::Frequency::Monthly => Frequency::MONTHLY,
        cli::Frequency::Quarterly => Frequency::QUARTERLY,
        cli::Frequency::Yearly => Frequency::YEARLY,
    }
}

/// The season that was asked for, or that of the file's frequency.
pub(crate) fn season_length(calendar: &Calendar, table: &LaidTable) -> usize {
    calendar.season.unwrap_or_else(|| table.frequency.season_length()) as usize
}

/// The season as people say it.
pub(crate) fn season_text(season_length: usize) -> String {
    if season_length > 1 { format!("season {season_length}") } else { "no season".to_owned() }
}

/// Prints what was read and assumed.
fn print_head(table: &LaidTable, season_length: usize) {
    anstream::eprintln!(
        "{} series, {} values, {}, {}",
        thousands(table.series.len() as u64),
        thousands(table.num_values()),
        table.frequency,
        season_text(season_length)
    );
    for note in &table.notes {
        anstream::eprintln!("{}", printable(note));
    }
}

fn distinct(levels: &[f64]) -> Vec<f64> {
    let mut distinct = Vec::new();
    for level in levels {
        if !distinct.contains(level) {
            distinct.push(*level);
        }
    }
    distinct
}

/// Series without a forecast, and why.
#[derive(Debug, Default)]
struct LeftOut {
    num_series: usize,
    named: Vec<String>,
    /// By method that found none while others did: the number of series.
    empty: BTreeMap<Method, u64>,
}

impl LeftOut {
    /// Takes in a series; one that no method could forecast has no forecast.
    fn note(&mut self, name: &str, forecasted: &mut Forecasted) {
        if let Ok(forecasts) = forecasted
            && forecasts.iter().all(Result::is_err)
            && let Some(Err(reason)) = forecasts.first()
        {
            *forecasted = Err(*reason);
        }
        match forecasted {
            Err(reason) => {
                self.num_series += 1;
                if self.named.len() < MAX_NAMED {
                    self.named.push(format!("{name}: {reason}"));
                }
            }
            Ok(forecasts) => {
                for error in forecasts.iter().filter_map(|forecast| forecast.as_ref().err()) {
                    if let ForecastError::NoSolution(method) | ForecastError::OtherSeason { method, .. } =
                        error
                    {
                        *self.empty.entry(*method).or_default() += 1;
                    }
                }
            }
        }
    }

    fn print(&self, num_series: usize) {
        for (method, num) in &self.empty {
            anstream::eprintln!(
                "{method} has no forecast of {} series: its cells are empty",
                thousands(*num)
            );
        }
        if self.num_series > 0 {
            let (left_out, all) = (thousands(self.num_series as u64), thousands(num_series as u64));
            anstream::eprintln!("left out: {left_out} of {all} series");
            for named in &self.named {
                anstream::eprintln!("  {}", printable(named));
            }
            if self.num_series > self.named.len() {
                anstream::eprintln!("  and {} more", thousands((self.num_series - self.named.len()) as u64));
            }
        }
    }
}
