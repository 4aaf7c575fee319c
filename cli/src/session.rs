//! A connection to the bus for the length of a command: the one at NATS_URL, the one that a running `casa24 up`
//! keeps on the same data directory, or one that is started and stopped with the command.

use std::path::PathBuf;

use anyhow::Context;
use casa24_bus::{Bus, BusError, Embedded, NatsServer, Patience};
use casa24_collectors::ImportError;
use secrecy::ExposeSecret;
use tokio::task::JoinHandle;

use crate::agents::{self, Rules};
use crate::faults;
use crate::settings::Settings;
use crate::terminal::{self, UsageError};

/// The bus, and the server behind it where this process keeps one.
pub(crate) struct Session {
    pub(crate) bus: Bus,
    server: Option<NatsServer>,
    /// Watches the owner of a server that this process only uses, and keeps the owner waiting.
    borrowed: Option<JoinHandle<()>>,
    /// Folder of the embedded bus, where it is that one.
    pub(crate) data: Option<PathBuf>,
    /// For people: where the bus is.
    pub(crate) place: String,
}

/// What a process may do on the bus.
#[derive(Clone, Copy)]
enum Role {
    /// Make streams, and the agents' positions in them.
    Operator,
    Agents,
}

impl Role {
    async fn connect(self, connection: &casa24_bus::Settings) -> casa24_bus::Result<Bus> {
        match self {
            Self::Agents => Bus::connect_as_agent(connection).await,
            Self::Operator => {
                let bus = Bus::connect(connection).await?;
                for agent in agents::all(&Rules::default()) {
                    bus.set_up_agent(agent.declaration()).await?;
                }
                Ok(bus)
            }
        }
    }
}

/// Room for the streams of a new embedded bus, on a disk with so many bytes free.
fn room_on_disk(free: u64) -> u64 {
    const AT_MOST: u64 = 20 << 30;
    (free / 4 * 3).min(AT_MOST)
}

impl Session {
    /// Connects under a name, starts what must be started, and makes what is missing on the bus, as an operator may.
    pub(crate) async fn open(settings: &Settings, name: &str) -> anyhow::Result<Self> {
        Self::open_as(settings, name, Role::Operator).await
    }

    /// Connects as these agents do: an operator has set up the bus, where it is not the embedded one.
    pub(crate) async fn open_for_agents(settings: &Settings, name: &str) -> anyhow::Result<Self> {
        let role = if settings.nats_url.is_some() { Role::Agents } else { Role::Operator };
        Self::open_as(settings, name, role).await
    }

    async fn open_as(settings: &Settings, name: &str, role: Role) -> anyhow::Result<Self> {
        let mut borrowed = None;
        let (mut connection, server, place) = match &settings.nats_url {
            Some(url) => {
                let connection = casa24_bus::Settings::new(url.expose_secret(), format!("casa24 {name}"));
                (connection, None, "the bus at NATS_URL".to_owned())
            }
            None => {
                let place = settings.data.display().to_string();
                let embedded = NatsServer::start_or_find(&settings.data).await?;
                let connection = embedded.settings(&format!("casa24 {name}"));
                match embedded {
                    Embedded::Started(server) => (connection, Some(server), place),
                    Embedded::Running { use_of, .. } => {
                        let data = settings.data.clone();
                        let watch = tokio::spawn(async move {
                            let _use_of = use_of; // the owner waits for as long as it is held
                            NatsServer::abandoned(&data).await;
                            // Nothing can be stored or asked any more, whatever is under way.
                            terminal::report(&anyhow::anyhow!(
                                "the casa24 that kept the bus is gone: run this again"
                            ));
                            std::process::exit(1);
                        });
                        borrowed = Some(watch);
                        (connection, None, place)
                    }
                }
            }
        };
        connection.prefix.clone_from(&settings.prefix);
        connection.replicas = settings.replicas;
        connection.credentials.clone_from(&settings.nats_credentials);
        connection.room = settings.room;
        if settings.nats_url.is_none() {
            connection.room_at_first = fs4::available_space(&settings.data).ok().map(room_on_disk);
        }
        // The server of a data folder is there: where it is restarted at this moment, it is waited for.
        let patience = if settings.nats_url.is_none() { Patience::COMMAND } else { Patience::NONE };
        match patience.retry(async || role.connect(&connection).await).await {
            Ok(bus) => {
                let data = settings.nats_url.is_none().then(|| settings.data.clone());
                Ok(Self { bus, server, borrowed, data, place })
            }
            Err(error) => {
                if let Some(server) = server {
                    server.stop().await.ok();
                }
                match error {
                    // The user can correct what was typed or set in the environment.
                    BusError::Setting { setting: "prefix", .. } => Err(UsageError(error.to_string()).into()),
                    _ => Err(error).context("no bus"),
                }
            }
        }
    }

    /// Does something on the bus, unless it cannot store for a minute: then, and where the work fails meanwhile, the
    /// error says why.
    pub(crate) async fn unless_stuck<T>(
        &self,
        work: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        let error = tokio::select! {
            done = work => match done {
                Ok(done) => return Ok(done),
                Err(error) => error,
            },
            fault = faults::lasting(&self.bus, self.data.as_deref()) => return Err(faults::gave_up(fault)),
        };
        match faults::found(&self.bus, self.data.as_deref()).await.first() {
            Some(found) => Err(faults::gave_up(found.fault)),
            None => Err(match error.chain().find_map(|cause| cause.downcast_ref::<ImportError>()) {
                Some(ImportError::Bus(BusError::Store { fault, .. })) => faults::gave_up(*fault),
                _ => error,
            }),
        }
    }

    /// Stops what was started.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        self.bus.close().await;
        if let Some(watch) = self.borrowed {
            watch.abort();
        }
        if let Some(server) = self.server {
            server.stop().await?;
        }
        Ok(())
    }
}
