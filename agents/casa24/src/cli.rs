//! The command line: its words, their help, and the shell completions made from them.

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use time::Date;

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

Without NATS_URL, casa24 keeps its own nats-server with its store in the data directory.";

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
    /// List the agents with what each consumes and publishes
    Agents(Output),
    /// Import history files of the earlier bot, through the validator
    Import(Import),
    /// Ask a command as Discord would send it, and get the answer here
    Ask(Ask),
    /// Write latest.json and historical/YYYY-MM-DD.json in the earlier bot's format
    Export(Export),
    /// The artists and their accounts on each platform
    #[command(subcommand)]
    Roster(Roster),
    /// Streams, the agents' lag, and the age of the newest snapshot of each platform
    Status(Output),
    /// Write a fictional label's history in the earlier bot's format, dirt included
    Sample(Sample),
    /// Print the completions of a shell
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
pub(crate) struct Import {
    /// Folders (with historical/YYYY-MM-DD.json) or single files
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The label's roster [default: roster.json beside the history]
    #[arg(long, value_name = "FILE")]
    pub(crate) roster: Option<PathBuf>,
    /// Counts as JSON
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
    /// One object: data (the figures) and message (the Discord message)
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Folder to write into; files of the same days are replaced
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// As collected, instead of what the validator accepted
    #[arg(long)]
    pub(crate) raw: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Roster {
    /// List the artists
    List(Output),
    /// Add an artist, or replace what is known of the artist's accounts
    Add(RosterAdd),
    /// Take an artist off the roster; what was collected stays
    Remove(RosterRemove),
    /// Take in a roster file
    Import(RosterImport),
}

#[derive(Debug, Args)]
pub(crate) struct RosterAdd {
    /// The artist's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// An account, such as spotify=2QpRYjtwNg9z6KwD4fhC5h; PLATFORM=none where the artist has none
    #[arg(value_name = "PLATFORM=ID", value_parser = parse_account)]
    pub(crate) accounts: Vec<(String, String)>,
}

#[derive(Debug, Args)]
pub(crate) struct RosterRemove {
    /// The artist's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct RosterImport {
    /// An array of {"name", "spotify_id", "youtube_id", "instagram_username"}
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
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

fn parse_date(text: &str) -> Result<Date, String> {
    let observed = casa24_schemas::Observed::parse(text).ok().filter(|observed| observed.is_day());
    observed.map(casa24_schemas::Observed::date).ok_or_else(|| "expected a day as YYYY-MM-DD".to_owned())
}

fn parse_account(text: &str) -> Result<(String, String), String> {
    let (platform, id) = text.split_once('=').ok_or("expected PLATFORM=ID")?;
    if id.trim().is_empty() {
        return Err(format!("expected an id after {platform}=, or {platform}=none"));
    }
    Ok((platform.to_owned(), id.trim().to_owned()))
}

/// Prints the completions of a shell.
pub(crate) fn completions(options: &Completions) -> anyhow::Result<()> {
    let mut out = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "casa24", &mut out);
    anstream::print!("{}", String::from_utf8_lossy(&out));
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
