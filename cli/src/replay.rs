//! `replay`: what agents publish, made anew from all stored events.

use std::time::Instant;

use casa24_bus::{AgentKind, Renewed, Runner, Shutdown};
use casa24_schemas::{Artist, ArtistId};
use serde_json::json;

use crate::agents;
use crate::catch_up::judge;
use crate::cli::Replay;
use crate::session::Session;
use crate::settings::Settings;
use crate::streams::outln;
use crate::terminal::{UsageError, counted, thousands};

/// Makes the views of the named agents anew, one agent after the other, and prints the counts.
pub(crate) async fn replay(settings: &Settings, options: &Replay) -> anyhow::Result<()> {
    let agents = agents::named(&settings.rules, &options.agents)?;
    if let Some(other) = agents.iter().find(|agent| agent.declaration().kind != AgentKind::View) {
        let views = agents::all(&settings.rules);
        let views = views.iter().map(Runner::declaration).filter(|agent| agent.kind == AgentKind::View);
        let views: Vec<&str> = views.map(|agent| agent.name).collect();
        return Err(UsageError(format!(
            "{} keeps no views that could be made anew; these do: {}",
            other.declaration().name,
            views.join(", ")
        ))
        .into());
    }
    let artists = artist_ids(&options.artists)?;
    let session = Session::open(settings, "replay").await?;
    let outcome = renew(&session, options, agents, artists).await;
    let closed = session.close().await;
    outcome?;
    closed
}

async fn renew(
    session: &Session,
    options: &Replay,
    agents: Vec<Runner>,
    artists: Vec<ArtistId>,
) -> anyhow::Result<()> {
    judge(&session.bus).await?;
    let mut all = Vec::new();
    for agent in agents {
        let name = agent.declaration().name;
        let started = Instant::now();
        let renewed = agent.renew(session.bus.clone(), Shutdown::default(), artists.clone()).await?;
        let Some(renewed) = renewed else { continue };
        let seconds = started.elapsed().as_secs_f64();
        if !options.json {
            outln!("{}", line(name, &renewed, seconds));
        }
        if renewed.num_views == 0 && !artists.is_empty() {
            let names = options.artists.join(", ");
            return Err(UsageError(format!(
                "{name} publishes nothing about {names}: `casa24 roster list` has the names"
            ))
            .into());
        }
        all.push(json!({
            "agent": name,
            "num_events": renewed.num_events,
            "num_views": renewed.num_views,
            "num_changed": renewed.num_changed,
            "num_overtaken": renewed.num_overtaken,
            "seconds": seconds,
        }));
    }
    if options.json {
        outln!("{}", serde_json::to_string_pretty(&all)?);
    }
    Ok(())
}

/// The ids of artists by their names.
fn artist_ids(names: &[String]) -> anyhow::Result<Vec<ArtistId>> {
    let id = |name: &String| match Artist::new(name) {
        Ok(artist) => Ok(artist.id),
        Err(error) => Err(UsageError(format!("--artist {name:?}: {error}")).into()),
    };
    names.iter().map(id).collect()
}

fn line(agent: &str, renewed: &Renewed, seconds: f64) -> String {
    let overtaken = match renewed.num_overtaken {
        0 => String::new(),
        num => {
            format!(", of {} the agent stored something newer meanwhile", counted(num, "artist", "artists"))
        }
    };
    format!(
        "{agent}: {} read, {} made, {} changed{overtaken}; {seconds:.1} s",
        counted(renewed.num_events, "event", "events"),
        counted(renewed.num_views, "view", "views"),
        thousands(renewed.num_changed)
    )
}
