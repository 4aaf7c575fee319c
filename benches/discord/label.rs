//! A label whose agents each have a process of their own, beside a nats-server that can be restarted.

use std::collections::BTreeSet;
use std::path::PathBuf;
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
    name: String,
    /// Logs of its processes, of earlier ones too.
    logs: Vec<PathBuf>,
}

impl Label {
    /// A sample label with a responder, and so many doors that have not been started.
    pub(crate) async fn open(num_doors: usize) -> Outcome<Self> {
        let house = House::new();
        let port = free_port()?;
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
        let door = |number: usize| Door { process: None, name: format!("door-{number}"), logs: Vec::new() };
        let doors = (0..num_doors).map(door).collect();
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
        let name = format!("{}-{}", door.name, door.logs.len());
        let mut process = Running::start(&self.house, &name, command);
        door.logs.push(process.stderr.clone());
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

    /// Kills a door.
    pub(crate) fn kill_door(&mut self, index: usize) {
        self.doors[index].process = None;
    }

    /// Ends a door, as its operator would.
    pub(crate) fn stop_door(&mut self, index: usize) {
        if let Some(process) = self.doors[index].process.take() {
            tokio::task::block_in_place(|| process.terminate());
        }
    }

    /// Ids of the interactions that show nothing for a reason that a door has counted: it logs each.
    pub(crate) fn dropped(&self) -> BTreeSet<String> {
        let logs = self.doors.iter().flat_map(|door| &door.logs);
        let logs: Vec<String> = logs.map(|log| std::fs::read_to_string(log).unwrap_or_default()).collect();
        let lines = logs.iter().flat_map(|log| log.lines()).filter(|line| line.contains("not answered"));
        let id = |line: &str| {
            let (_, after) = line.split_once("interaction=")?;
            let digits = after.trim_start_matches('"').chars().take_while(char::is_ascii_digit);
            Some(digits.collect::<String>()).filter(|id| !id.is_empty())
        };
        lines.filter_map(id).collect()
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

fn free_port() -> Outcome<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
