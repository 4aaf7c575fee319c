//! The command line: its words, their help, and the shell completions made from them.

use std::path::PathBuf;

use casa24_answers::TimeZone;
use casa24_forecasting::Method;
use casa24_predictors::TrainingPlan;
use casa24_schemas::Observed;
use clap::builder::PossibleValuesParser;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use time::Date;

use crate::cli_days::{parse_date, parse_moment, parse_time_zone};
pub(crate) use crate::cli_files::{Backup, Export, Import, Restore};
use crate::discord_id::is_id;
use crate::goal_options::Goal;
use crate::roster_options::{RosterAdd, RosterImport, RosterRemove};
use crate::streams::out;

/// Artist analytics for record labels.
///
/// Collects the figures of a label's artists, checks them, works out growth and forecasts, and answers questions
/// with numbers that can be traced to their source. What is missing is shown as missing.
#[derive(Debug, Parser)]
#[command(name = "casa24", version, arg_required_else_help = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Try it with a fictional label:
  casa24 sample demo/history
  casa24 --data demo/data import demo/history
  casa24 --data demo/data ask \"leaderboard metric:spotify-listeners\"

Without NATS_URL, casa24 runs its own nats-server, with its store in the data directory.";

#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Folder of the embedded bus and its store [env: CASA24_DATA] [default: the platform's data folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Prefix of all subjects and streams, where several labels share a NATS system [env: CASA24_PREFIX]
    #[arg(long, global = true, value_name = "PREFIX")]
    pub(crate) prefix: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run everything in one process until interrupted; prints one line when it is ready
    Up,
    /// Run only these agents (what a container runs)
    Run(Run),
    /// Make the streams and the agents' positions on a bus, or bring them up to date; agents themselves make nothing
    Setup(Setup),
    /// List the agents with what each consumes and publishes
    Agents(Output),
    /// Make what these agents publish anew from all stored events, after a change of their code or rules
    Replay(Replay),
    /// Import history files of the earlier bot, or a platform's own exports, through the validator
    Import(Import),
    /// Ask the platforms for the figures of the roster's artists now
    Collect(Collect),
    /// Try the access to each platform: whether it answers, and what it gives
    Check(Output),
    /// Ask a question as in Discord, and get the answer here
    Ask(Ask),
    /// Write everything noteworthy that was found in the figures, as one document
    Findings(Findings),
    /// Forecast any series in a CSV file in long format, with intervals
    Forecast(Forecast),
    /// Measure how far off each model would have been, on a CSV file or the stored history
    Backtest(Backtest),
    /// Train the models on all stored series together; later forecasts use the result
    #[command(subcommand)]
    Train(Train),
    /// Write latest.json and historical/YYYY-MM-DD.json in the earlier bot's format, or one CSV file
    Export(Export),
    /// Write all that cannot be rebuilt into one file
    Backup(Backup),
    /// Store a backup on an empty bus; everything else is rebuilt from it
    Restore(Restore),
    /// Delete what a platform gave before a day, and what was made of it, where its terms demand that
    Forget(Forget),
    /// List or change the artists and their accounts on each platform
    #[command(subcommand)]
    Roster(Roster),
    /// List or change the numbers that figures are to reach
    #[command(subcommand)]
    Goal(Goal),
    /// Make the commands known to Discord, where they are not known as they are
    Register(Register),
    /// Show the streams, the agents' lag, and the age of each platform's newest snapshot
    Status(Output),
    /// Write a fictional label's history in the earlier bot's format, with the faults of real data
    Sample(Sample),
    /// Print completions for a shell
    Completions(Completions),
}

#[derive(Debug, Args)]
pub(crate) struct Output {
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Names of agents, as `casa24 agents` lists them
    #[arg(required = true, value_name = "AGENT")]
    pub(crate) agents: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Forget {
    /// Token of the platform, such as youtube
    #[arg(value_name = "PLATFORM")]
    pub(crate) platform: String,
    /// What was observed before this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(crate) before: Date,
    /// Delete it; without this, only say what would be deleted
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Names of agents that keep views, as `casa24 agents` lists them
    #[arg(required = true, value_name = "AGENT")]
    pub(crate) agents: Vec<String>,
    /// Only what they publish of this artist; may be repeated
    #[arg(long = "artist", value_name = "NAME")]
    pub(crate) artists: Vec<String>,
    /// Counts as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Setup {
    /// An agent of another program, and the filter of the subjects that it consumes; may be repeated
    #[arg(long = "agent", value_name = "NAME=FILTER", value_parser = parse_other_agent)]
    pub(crate) agents: Vec<(String, String)>,
}

/// An agent's name and its filter of subjects.
fn parse_other_agent(text: &str) -> Result<(String, String), String> {
    let (name, filter) = text.split_once('=').ok_or("write NAME=FILTER, such as trend=snapshot.valid.>")?;
    let is_token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(is_token) {
        return Err(format!("{name:?}: a name has letters, digits, - and _"));
    }
    Ok((name.to_owned(), filter.to_owned()))
}

#[derive(Debug, Args)]
pub(crate) struct Collect {
    /// Platforms to ask [default: all that can be asked and where an artist, or the label, has an account]
    #[arg(value_name = "PLATFORM")]
    pub(crate) platforms: Vec<String>,
    /// Only this artist
    #[arg(long, value_name = "NAME")]
    pub(crate) artist: Option<String>,
    /// From this day on, of platforms that tell of earlier days (Wikipedia: from 2015-07-01 on) [default: 7 days]
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) since: Option<Date>,
    /// Take figures of accounts too that go by another name than before
    #[arg(long)]
    pub(crate) renamed: bool,
    /// What came, as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Ask {
    /// The command with its options, such as "growth artist:Casa 24 period:30"
    #[arg(required = true, value_name = "COMMAND")]
    pub(crate) words: Vec<String>,
    /// Answer as if it were the end of this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(crate) as_of: Option<Date>,
    /// Answer as before the corrections that were made after this day or moment
    #[arg(long, value_name = "MOMENT", value_parser = parse_moment)]
    pub(crate) known_by: Option<Observed>,
    /// One object: data (the typed answer) and message (the Discord message), with --explain also explanation; refusal
    /// where there is no answer
    #[arg(long)]
    pub(crate) json: bool,
    /// Say of each figure, finding, milestone and achievement from which stored events it comes, and by which formula
    /// or method; what is not explained is named
    #[arg(long)]
    pub(crate) explain: bool,
    /// Language of the answer, such as en or es-419; otherwise that of the terminal (LC_ALL, LC_MESSAGES, LANG)
    #[arg(long, value_name = "TAG")]
    pub(crate) locale: Option<String>,
    /// Time zone of the week that is asked for, such as America/Bogota; otherwise the label's
    #[arg(long, value_name = "NAME", value_parser = parse_time_zone)]
    pub(crate) time_zone: Option<TimeZone>,
    /// Write the answer as a page, with its picture where it has one
    #[arg(long, value_name = "FILE.html")]
    pub(crate) html: Option<PathBuf>,
    /// Write the answer's picture, an SVG where the name ends so; it appears when it is complete
    #[arg(long, value_name = "FILE.png")]
    pub(crate) image: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = FORECAST_HELP)]
pub(crate) struct Forecast {
    /// CSV with the columns unique_id, ds and y, in any order; - for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Steps ahead
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) horizon: u32,
    /// Models, or all of them
    #[arg(long, value_name = "MODEL", value_delimiter = ',', default_value = ENSEMBLE, value_parser = models())]
    pub(crate) model: Vec<String>,
    #[command(flatten)]
    pub(crate) calendar: Calendar,
    /// Levels of the intervals in percent
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', default_value = "80,95", value_parser = parse_level)]
    pub(crate) level: Vec<f64>,
    /// File to write; it appears when it is complete [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

const FORECAST_HELP: &str = "\
Examples:
  casa24 forecast sales.csv --horizon 28 -o forecasts.csv
  casa24 forecast hourly.csv --horizon 48 --season 168 --model all --level 50,90
  casa24 export --csv - | casa24 forecast - --horizon 90 > forecasts.csv

The columns written are unique_id, ds, and for each model MODEL, MODEL-lo-80, MODEL-hi-80, and so on.
An empty, NaN or infinite y is a missing value. Series that cannot be forecast are left out and named.

Column ds holds dates (2025-07-06), times (2025-07-06 13:00:00, 2025-07-06T13:00:00+02:00), months (2025-07),
quarters (2025Q3, 2025-Q3), weeks (2025-W27) or whole numbers, and is written in the same form. Whole numbers are dates
where all of them can be (20250706, 202507, 2025070613, up to seconds), Unix times where they are as large (in seconds
to nanoseconds, a minute apart or more), Excel's days where they are months apart or --freq is given, and count
otherwise. Daily values at uneven times count for their day. What was assumed is said on standard error.

A file that cannot be understood ends with exit code 2, and the line is named.";

#[derive(Debug, Args)]
pub(crate) struct Calendar {
    /// Steps after which a pattern may repeat [default: 24 hourly, 7 daily, 5 on business days, 52 weekly, 12 monthly, 4 quarterly, else 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) season: Option<u32>,
    /// Distance between values [default: the most common one of each series]
    #[arg(long, value_name = "FREQUENCY")]
    pub(crate) freq: Option<Frequency>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Frequency {
    Hourly,
    /// One value a day; of several the last one counts
    Daily,
    /// From Monday to Friday
    Business,
    Weekly,
    Monthly,
    Quarterly,
    Yearly,
}

#[derive(Debug, Args)]
pub(crate) struct Findings {
    /// Only about this artist, named as in `casa24 roster list`
    #[arg(long, value_name = "NAME")]
    pub(crate) artist: Option<String>,
    /// Only from this day on
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(crate) since: Option<Date>,
    /// File to write, in Markdown [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = BACKTEST_HELP)]
pub(crate) struct Backtest {
    /// CSV with the columns unique_id, ds and y; - for standard input [default: the stored history]
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Models, or all of them
    #[arg(long, value_name = "MODEL", value_delimiter = ',', default_value = "all", value_parser = models())]
    pub(crate) model: Vec<String>,
    /// Steps ahead that are scored [default: 7,30,90 daily]
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) horizons: Vec<u32>,
    /// Steps from one origin to the next [default: 7 daily]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) every: Option<u32>,
    /// First origin, as written in ds
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Last origin, or the last day before it [default: the last one after which the longest horizon is known]
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<String>,
    /// Number of origins, counted from the last
    #[arg(long, value_name = "N", default_value_t = 10, conflicts_with = "from", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) origins: u32,
    /// Values that a series must have by an origin to take part in it
    #[arg(long, value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u32).range(3..=10_000))]
    pub(crate) min_values: u32,
    #[command(flatten)]
    pub(crate) calendar: Calendar,
    /// Also the scores of each metric of a platform alone, of the stored history
    #[arg(long)]
    pub(crate) by_metric: bool,
    /// Check the forecasts that were published instead: every stored one against the values that came since
    #[arg(long, conflicts_with_all = ["file", "model", "horizons", "every", "from", "until", "origins", "min_values", "season", "freq", "by_metric"])]
    pub(crate) published: bool,
    /// Plan and scores as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const BACKTEST_HELP: &str = "\
Examples:
  casa24 backtest
  casa24 backtest --from 2025-07-06 --until 2025-08-31 --horizons 7,30 --model ensemble,drift --json
  casa24 backtest sales.csv
  casa24 backtest --published

At each origin every model sees nothing later, and its forecasts are compared with what came. OWA is the mean of
sMAPE and MASE relative to \"it stays as it is\" (naive): below 1 is better. Coverage is the share of outcomes within
the interval in percent, those on its ends by half; MSIS the width of the interval with a penalty for outcomes outside:
smaller is better. Where a model has no forecast, naive stands in, so that all are scored on the same ones.";

#[derive(Debug, Subcommand)]
pub(crate) enum Train {
    /// The neural network, and the accuracy of each model on each kind of series
    Neural(TrainNeural),
}

#[derive(Debug, Args)]
#[command(after_help = TRAIN_HELP)]
pub(crate) struct TrainNeural {
    /// The same seed and history give the same weights
    #[arg(long, value_name = "N", default_value_t = TrainingPlan::DEFAULT.seed)]
    pub(crate) seed: u64,
    /// Start from an untrained network: takes minutes, and needs a long history
    #[arg(long)]
    pub(crate) from_scratch: bool,
    /// Training steps [default: 600, from scratch 16000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(i64::from(*TrainingPlan::STEPS.start())..=i64::from(*TrainingPlan::STEPS.end())))]
    pub(crate) steps: Option<u32>,
    /// Store nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write the model card as Markdown: what the network was trained on, and how well it did
    #[arg(long, value_name = "FILE.md")]
    pub(crate) card: Option<PathBuf>,
    /// The report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const TRAIN_HELP: &str = "\
Continues from the newest stored weights, or from the built-in ones. The newest fifth of each series (of each level,
where it had several) is held out: if the new network is no better on it, the earlier one is kept. The weights are
stored on the bus with a description of what they were trained on, and every agent that forecasts switches to the
newest ones at once. The agent trainer does the same at the times of\nCASA24_TRAIN.";

/// The command that gives the same weights again.
impl std::fmt::Display for TrainNeural {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "casa24 train neural --seed {}", self.seed)?;
        if let Some(steps) = self.steps {
            write!(f, " --steps {steps}")?;
        }
        if self.from_scratch { f.write_str(" --from-scratch") } else { Ok(()) }
    }
}

/// The model that is used where none is named.
const ENSEMBLE: &str = Method::Ensemble.name();

/// Names of models, and `all`.
fn models() -> PossibleValuesParser {
    PossibleValuesParser::new(Method::all().map(Method::name).chain(["all"]))
}

fn parse_level(text: &str) -> Result<f64, String> {
    let level: Option<f64> = text.trim().parse().ok();
    level
        .filter(|level| (1.0..100.0).contains(level))
        .ok_or_else(|| "expected a percentage such as 95".to_owned())
}

#[derive(Debug, Subcommand)]
pub(crate) enum Roster {
    /// List the artists
    List(Output),
    /// Add an artist with the accounts that are found or given, or replace what is known of them
    Add(RosterAdd),
    /// Remove an artist from the roster; collected figures stay
    Remove(RosterRemove),
    /// Import a roster file
    Import(RosterImport),
}

#[derive(Debug, Args)]
#[command(after_help = REGISTER_HELP)]
pub(crate) struct Register {
    /// Only in this server, where they appear at once; by default in all servers of the bot
    #[arg(long, value_name = "ID", value_parser = parse_discord_id)]
    pub(crate) guild: Option<String>,
    /// Also for people who install the bot to their own account
    #[arg(long, conflicts_with = "guild")]
    pub(crate) user_install: bool,
    /// Only say what would change
    #[arg(long)]
    pub(crate) dry_run: bool,
}

const REGISTER_HELP: &str = "\
Needs DISCORD_CLIENT_ID and DISCORD_BOT_TOKEN. Commands that are registered and are none of these are removed;
what servers have set for a command stays.";

fn parse_discord_id(text: &str) -> Result<String, String> {
    match is_id(text) {
        true => Ok(text.to_owned()),
        false => Err("expected the id of a server, which has digits only".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(crate) struct Sample {
    /// Folder to write into
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Number of artists
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    pub(crate) artists: u32,
    /// Number of days
    #[arg(long, value_name = "N", default_value_t = 240, value_parser = clap::value_parser!(u32).range(1..=7_305))]
    pub(crate) days: u32,
    /// The same seed gives the same label
    #[arg(long, value_name = "N", default_value_t = 24)]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: Shell,
}

/// Prints the completions of a shell.
pub(crate) fn completions(options: &Completions) -> anyhow::Result<()> {
    let mut out = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "casa24", &mut out);
    out!("{}", String::from_utf8_lossy(&out));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
