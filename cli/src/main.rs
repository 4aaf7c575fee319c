//! Casa 24: artist analytics for record labels. One program: it starts any set of agents, and is the operator's
//! command line.

mod agents;
mod ask;
mod backtest;
mod backup;
mod catch_up;
mod check;
mod cli;
mod cli_days;
mod cli_files;
mod collect;
mod discord_api;
mod discord_id;
mod explain;
mod export;
mod export_breakdowns;
mod exports;
mod faults;
mod findings;
mod forecast;
mod forget;
mod goal;
mod goal_options;
mod groups;
mod growth_of_store;
mod import;
mod import_outcome;
mod known_by;
mod logging;
mod long_format;
mod metrics;
mod newest_figures;
mod output;
mod published;
mod register;
mod repeated;
mod replay;
mod roster;
mod roster_add;
mod roster_ask;
mod roster_choice;
mod roster_options;
mod roster_store;
mod roster_wording;
mod run;
mod sample;
mod session;
mod settings;
mod setup;
mod status;
mod stored;
mod streams;
mod terminal;
mod train;
mod trainings;
mod variables;

use std::process::ExitCode;
use std::time::Duration;

use agents::Reach;
use clap::Parser;
use clap::error::ErrorKind;

use cli::{Cli, Command};
use settings::Settings;

/// Events are many small allocations, made in one thread and freed in another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            error.print().ok();
            return ExitCode::from(if is_answer { 0 } else { terminal::USAGE });
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return terminal::report(&anyhow::Error::new(error).context("cannot start")),
    };
    // Agents finish what they hold when they are interrupted; everything else just ends, and its server with it.
    let ends_itself = matches!(cli.command, Command::Up | Command::Run(_));
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = dispatch(cli) => outcome,
            () = casa24_bus::interrupted(), if !ends_itself => Err(anyhow::anyhow!("interrupted; what is stored stays")),
        }
    });
    // A reader of files may still be at work when the command failed; it is not waited for.
    runtime.shutdown_timeout(Duration::from_millis(500));
    terminal::ended(outcome)
}

async fn dispatch(cli: Cli) -> anyhow::Result<()> {
    let reach = match &cli.command {
        Command::Up => Reach { platforms: true, discord: true },
        Command::Run(options) => agents::reach(&options.agents),
        Command::Check(_) | Command::Collect(_) | Command::Roster(_) => {
            Reach { platforms: true, discord: false }
        }
        Command::Register(_) => Reach { platforms: false, discord: true },
        _ => Reach::default(),
    };
    let settings = Settings::read(&cli.global, reach).await?;
    logging::start(&settings)?;
    match cli.command {
        Command::Up => {
            metrics::start(&settings).await?;
            run::up(&settings).await
        }
        Command::Run(options) => {
            metrics::start(&settings).await?;
            run::run(&settings, &options).await
        }
        Command::Replay(options) => replay::replay(&settings, &options).await,
        Command::Setup(options) => setup::setup(&settings, &options).await,
        Command::Agents(options) => agents::list(&options),
        Command::Import(options) => import::import(&settings, &options).await,
        Command::Check(options) => check::check(&settings, &options).await,
        Command::Collect(options) => collect::collect(&settings, &options).await,
        Command::Ask(options) => ask::ask(&settings, &options).await,
        Command::Findings(options) => findings::findings(&settings, &options).await,
        Command::Forecast(options) => forecast::forecast(&options).await,
        Command::Backtest(options) => backtest::backtest(&settings, &options).await,
        Command::Train(options) => train::train(&settings, &options).await,
        Command::Export(options) => export::export(&settings, &options).await,
        Command::Backup(options) => backup::backup(&settings, &options).await,
        Command::Restore(options) => backup::restore(&settings, &options).await,
        Command::Forget(options) => forget::forget(&settings, &options).await,
        Command::Roster(options) => roster::roster(&settings, &options).await,
        Command::Goal(options) => goal::goal(&settings, &options).await,
        Command::Register(options) => register::register(&options).await,
        Command::Status(options) => status::status(&settings, &options).await,
        Command::Sample(options) => sample::sample(&options),
        Command::Completions(options) => cli::completions(&options),
    }
}
