//! A label whose agents each have a process of their own, beside a nats-server that can be restarted.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::stand_in::StandIn;
use crate::support::{House, Running};

/// The label, and Discord.
pub(crate) struct Label {
    pub(crate) discord: Arc<StandIn>,
    pub(crate) doors: Vec<Door>,
    pub(crate) responder: Option<Running>,
    server: Option<Running>,
    port: u16,
    _validator: Running,
    pub(crate) house: House,
}

/// A process that takes interactions.
pub(crate) struct Door {
    pub(crate) process: Option<Running>,
    /// Where it serves its metrics.
    metrics: String,
    name: String,
    /// Drops that earlier processes of this door have counted.
    before: u64,
}

impl Label {
    /// A sample label with a responder, and so many doors that have not been started.
    pub(crate) async fn open(num_doors: usize) -> Outcome<Self> {
        // The clients that read metrics find it.
        rustls::crypto::ring::default_provider().install_default().ok();
        let house = House::new();
        let port = free_address()?.1;
        let store = house.path("store");
        house.write(
            "server.conf",
            format!(
                "listen: \"127.0.0.1:{port}\"\njetstream {{ store_dir: {store:?}, sync_interval: always }}\n"
            ),
        );
        let server = Some(serve(&house)?);
        let run = |arguments: &[&str]| -> Outcome<()> {
            let output = program(&house, port, arguments).output()?;
            let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
            output.status.success().then_some(()).ok_or_else(|| format!("{arguments:?}: {complaint}").into())
        };
        run(&["setup"])?;
        let mut validator = Running::start(&house, "validator", program(&house, port, &["run", "validator"]));
        validator.until_says("ready");
        run(&["sample", "label", "--days", "60", "--seed", "1"])?;
        run(&["import", "label"])?;
        let door = |number: usize| {
            let metrics = free_address()?.0;
            Ok(Door { process: None, metrics, name: format!("door-{number}"), before: 0 })
        };
        let doors = (0..num_doors).map(door).collect::<Outcome<Vec<Door>>>()?;
        let discord = Arc::new(StandIn::start().await);
        let mut label = Self { discord, doors, responder: None, server, port, _validator: validator, house };
        label.start_responder();
        Ok(label)
    }

    pub(crate) fn start_responder(&mut self) {
        let command = program(&self.house, self.port, &["run", "responder"]);
        let mut responder = Running::start(&self.house, "responder", command);
        responder.until_says("ready");
        self.responder = Some(responder);
    }

    /// Starts a door, anew where it ran before.
    pub(crate) fn start_door(&mut self, index: usize) {
        let mut command = program(&self.house, self.port, &["run", "discord"]);
        command.env("DISCORD_API_URL", &self.discord.url).env("DISCORD_BOT_TOKEN", "token");
        command.env("LOG_LEVEL", "warn");
        let door = &mut self.doors[index];
        command.env("CASA24_METRICS", &door.metrics);
        let mut process = Running::start(&self.house, &door.name, command);
        process.until_says("ready");
        door.process = Some(process);
    }

    /// Ends the server, as its operator would, and starts it again with what it has stored.
    pub(crate) fn restart_server(&mut self) -> Outcome<()> {
        if let Some(server) = self.server.take() {
            server.terminate();
        }
        self.server = Some(serve(&self.house)?);
        Ok(())
    }

    /// Kills a door; what it has counted is read before.
    pub(crate) async fn kill_door(&mut self, index: usize) {
        self.doors[index].before = self.doors[index].num_dropped().await;
        self.doors[index].process = None;
    }

    /// Ends a door, as its operator would.
    pub(crate) async fn stop_door(&mut self, index: usize) {
        self.doors[index].before = self.doors[index].num_dropped().await;
        if let Some(process) = self.doors[index].process.take() {
            tokio::task::block_in_place(|| process.terminate());
        }
    }

    /// Interactions that show nothing, for a reason that the doors have counted.
    pub(crate) async fn num_dropped(&self) -> u64 {
        let mut num = 0;
        for door in &self.doors {
            num += door.num_dropped().await;
        }
        num
    }
}

impl Door {
    async fn num_dropped(&self) -> u64 {
        let address = format!("http://{}/metrics", self.metrics);
        let text = match reqwest::get(address).await {
            Ok(response) => response.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        };
        let dropped = text.lines().filter(|line| line.starts_with("discord_dropped_total{"));
        let counted = dropped.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
        self.before + counted.sum::<u64>()
    }
}

fn serve(house: &House) -> Outcome<Running> {
    let mut command = Command::new(casa24_bus::find_nats_server()?);
    command.arg("--config").arg(house.path("server.conf"));
    let server = Running::start(house, "server", command);
    let begun = Instant::now();
    while !std::fs::read_to_string(&server.stderr)?.contains("Server is ready") {
        if begun.elapsed() > Duration::from_secs(30) {
            return Err("nats-server does not start".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(server)
}

fn program(house: &House, port: u16, arguments: &[&str]) -> Command {
    let mut command = house.casa24(arguments);
    command.env("NATS_URL", format!("nats://127.0.0.1:{port}"));
    command
}

fn free_address() -> Outcome<(String, u16)> {
    let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    Ok((address.to_string(), address.port()))
}
