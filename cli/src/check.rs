//! `check`: whether the platforms answer with the access that is set, and what they give.

use casa24_collectors::collect::Collector;
use casa24_collectors::platforms::Listed;
use casa24_schemas::{Absence, Platform};
use futures::future::join_all;
use serde::Serialize;

use crate::cli::Output;
use crate::settings::Settings;
use crate::streams::{out, outln};
use crate::terminal::{UsageError, printable, table};

/// What a platform answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// It gives figures.
    Works,
    /// It answers, and gives no figures to this access.
    NoFigures,
    /// It refuses, or does not answer.
    Fails,
    /// Something is not set.
    NotSet,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::NoFigures => "gives no figures",
            Self::Fails => "fails",
            Self::NotSet => "not set",
        }
    }
}

/// One platform.
#[derive(Debug, Serialize)]
struct Checked {
    platform: Platform,
    state: State,
    /// What it gives, what it says, or what to set.
    what: String,
    /// Address of its terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<&'static str>,
}

/// Asks every platform for an account that everybody can see.
pub(crate) async fn check(settings: &Settings, options: &Output) -> anyhow::Result<()> {
    let listed = settings.rules.collecting.access.collectors();
    let listed = listed.map_err(|error| UsageError(error.to_string()))?;
    let checked: Vec<Checked> = join_all(listed.iter().map(try_out)).await;
    if options.json {
        outln!("{}", serde_json::to_string_pretty(&checked)?);
    } else {
        let rows: Vec<Vec<String>> = checked
            .iter()
            .map(|of| {
                let terms = of.terms.unwrap_or_default().to_owned();
                vec![of.platform.to_string(), of.state.as_str().to_owned(), printable(&of.what), terms]
            })
            .collect();
        out!("{}", table(&["PLATFORM", "", "WHAT", "TERMS"], &rows));
    }
    let failing = checked.iter().filter(|of| of.state == State::Fails);
    let failing: Vec<&str> = failing.map(|of| of.platform.as_str()).collect();
    if failing.is_empty() { Ok(()) } else { anyhow::bail!("{} cannot be asked", failing.join(", ")) }
}

async fn try_out(listed: &Listed) -> Checked {
    match listed {
        Listed::Ready(collector) => try_collector(collector.as_ref()).await,
        Listed::Lacks { platform, what } => Checked {
            platform: platform.clone(),
            state: State::NotSet,
            what: (*what).to_owned(),
            terms: None,
        },
    }
}

async fn try_collector(collector: &dyn Collector) -> Checked {
    let ids = [collector.well_known().to_owned()];
    let (state, what) = match collector.fetch(&ids).await {
        Err(fault) => (State::Fails, fault.to_string()),
        Ok(accounts) => {
            let seen = accounts.into_iter().flatten().next_back().unwrap_or_default();
            let is_offered = seen.absent.values().all(|reason| *reason != Absence::NotOffered);
            if !seen.metrics.is_empty() {
                let metrics: Vec<&str> = seen.metrics.keys().map(|metric| metric.as_str()).collect();
                let rest = if is_offered { String::new() } else { format!("; {}", collector.not_offered()) };
                (State::Works, metrics.join(", ") + &rest)
            } else if is_offered {
                (State::NoFigures, format!("nothing of {:?}, which everybody can see", ids[0]))
            } else {
                (State::NoFigures, collector.not_offered().to_owned())
            }
        }
    };
    let what = [vec![what], collector.notices()].concat().join("; ");
    Checked { platform: collector.platform(), state, what, terms: Some(collector.terms()) }
}
