//! `forecast`: a file of series in long format in, forecasts of each out.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use anyhow::Context;
use casa24_forecasting::{Bounds, ForecastError, Forecasted, Method, Request, Sequence, Task};
use indicatif::ProgressBar;

use crate::cli::{self, Calendar, Forecast};
use crate::groups::Groups;
use crate::long_format::{self, ForecastWriter, Frequency, LaidSeries, LaidTable, shown};
use crate::output::Output;
use crate::streams::errln;
use crate::terminal::{UsageError, counted, printable, progress_bar, thousands};

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
    bar.suspend(|| print_head(&table, &options.calendar));
    let shares: Vec<f64> = levels.iter().map(|level| level / 100.0).collect();
    let request = |bounds, season_length| Request {
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
        let season_length = season_length(&options.calendar, series.grid.frequency());
        let sequence = Sequence::new(&series.observations, season_length);
        // From here on only the newest step counts; the values of all series are most of what the file holds.
        series.observations = series.observations.last().copied().into_iter().collect();
        Task { sequence, request: request(bounds, season_length) }
    };
    let mut groups = Groups::default();
    for series in &mut table.series {
        groups.add(series.grid.frequency(), task(series));
    }
    let mut groups = groups.learn(&bar).await?;
    bar.set_length(table.series.len() as u64);
    bar.set_message("forecasting");
    let mut left_out = LeftOut::of(&table);
    let output = Output::open(options.output.as_deref())?;
    let mut writer = ForecastWriter::new(output, &methods, &levels);
    for chunk in table.series.chunks(CHUNK) {
        let forecasts = groups.forecast(chunk, &methods, &bar).await?;
        for (series, mut forecasted) in chunk.iter().zip(forecasts) {
            left_out.note(&series.name, &mut forecasted);
            writer.write(series, &forecasted).context("cannot write the forecasts")?;
        }
    }
    bar.finish_and_clear();
    left_out.print();
    if let Some(reason) = left_out.nothing_left() {
        return Err(UsageError(format!(
            "{}: no series could be forecast ({reason})",
            name_of(&options.file)
        ))
        .into());
    }
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
    let name = name_of(file);
    let given = calendar.freq.map(frequency);
    let (file, bar) = (file.to_owned(), bar.clone());
    let reading = tokio::task::spawn_blocking(move || {
        let input: Box<dyn Read> = if file == Path::new("-") {
            Box::new(std::io::stdin())
        } else {
            Box::new(std::fs::File::open(&file)?)
        };
        let table = long_format::read(input, |rows| bar.set_message(counted(rows, "row", "rows")))?;
        long_format::lay(table, given)
    });
    reading.await?.with_context(|| name)
}

/// A file as people name it.
pub(crate) fn name_of(file: &Path) -> String {
    if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() }
}

const fn frequency(given: cli::Frequency) -> Frequency {
    match given {
        cli::Frequency::Hourly => Frequency::HOURLY,
        cli::Frequency::Daily => Frequency::DAILY,
        cli::Frequency::Business => Frequency::BusinessDays,
        cli::Frequency::Weekly => Frequency::WEEKLY,
        cli::Frequency::Monthly => Frequency::MONTHLY,
        cli::Frequency::Quarterly => Frequency::QUARTERLY,
        cli::Frequency::Yearly => Frequency::YEARLY,
    }
}

/// The season that was asked for, or that of a frequency.
pub(crate) fn season_length(calendar: &Calendar, frequency: Frequency) -> usize {
    calendar.season.unwrap_or_else(|| frequency.season_length()) as usize
}

/// The season as people say it.
pub(crate) fn season_text(season_length: usize) -> String {
    if season_length > 1 { format!("season {season_length}") } else { "no season".to_owned() }
}

/// Prints what was read and assumed.
fn print_head(table: &LaidTable, calendar: &Calendar) {
    let text = |frequency| format!("{frequency}, {}", season_text(season_length(calendar, frequency)));
    let frequencies = table.frequencies();
    let of_each =
        |(frequency, num): &(Frequency, u64)| format!("\n  {} {}", thousands(*num), text(*frequency));
    let calendar = match frequencies.as_slice() {
        [(frequency, _)] => format!(", {}", text(*frequency)),
        several => format!(", of several frequencies:{}", several.iter().map(of_each).collect::<String>()),
    };
    let num_series = thousands(table.series.len() as u64);
    errln!("{num_series} series, {}{calendar}", counted(table.num_values(), "value", "values"));
    for note in &table.notes {
        errln!("{}", printable(note));
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
    num_all: usize,
    num_series: usize,
    named: Vec<String>,
    /// By method that found none while others did: the number of series.
    empty: BTreeMap<Method, u64>,
}

impl LeftOut {
    /// The series that lie on no grid.
    fn of(table: &LaidTable) -> Self {
        let num_series = table.left_out.len();
        let named = table.left_out.iter().take(MAX_NAMED).cloned().collect();
        Self { num_all: table.series.len() + num_series, num_series, named, empty: BTreeMap::new() }
    }

    /// Why the first series has no forecast, where none has.
    fn nothing_left(&self) -> Option<&str> {
        let reason = self.named.first().map_or("", String::as_str);
        (self.num_series == self.num_all).then_some(reason)
    }

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
                    self.named.push(format!("{}: {reason}", shown(name)));
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

    fn print(&self) {
        for (method, num) in &self.empty {
            errln!("{method} has no forecast of {} series: its cells are empty", thousands(*num));
        }
        print_left_out(&self.named, self.num_series, self.num_all);
    }
}

/// Prints why series are left out, of the first of them, and how many they are.
pub(crate) fn print_left_out(reasons: &[String], num_series: usize, num_all: usize) {
    if num_series == 0 {
        return;
    }
    let (left_out, all) = (thousands(num_series as u64), thousands(num_all as u64));
    errln!("left out: {left_out} of {all} series");
    let named = &reasons[..reasons.len().min(MAX_NAMED)];
    for reason in named {
        errln!("  {}", printable(reason));
    }
    if num_series > named.len() {
        errln!("  and {} more", thousands((num_series - named.len()) as u64));
    }
}
