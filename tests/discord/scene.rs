//! A label whose questions come from Discord.

use serde_json::{Value, json};

use crate::stand_in::{Message, Sender, StandIn};
use crate::support::{House, PATIENCE, Running, until};

/// Discord's numbers of kinds of interactions.
pub(crate) const COMMAND: u8 = 2;
pub(crate) const COMPLETION: u8 = 4;

/// Ways in.
pub(crate) const HTTP: &str = "http";
pub(crate) const GATEWAY: &str = "gateway";

/// A label with its agents, each in a process of its own, and Discord.
pub(crate) struct Scene {
    pub(crate) discord: StandIn,
    pub(crate) sender: Sender,
    pub(crate) mode: &'static str,
    /// Where the agent serves its metrics.
    pub(crate) metrics: String,
    pub(crate) agent: Option<Running>,
    /// `CASA24_DISCORD_SERVERS`.
    pub(crate) servers: Option<&'static str>,
    pub(crate) responder: Option<Running>,
    pub(crate) url: String,
    _up: Running,
    pub(crate) house: House,
}

impl Scene {
    /// A sample label, whose responder runs.
    pub(crate) async fn open(mode: &'static str) -> Self {
        let mut scene = Self::without_responder(mode).await;
        scene.answer();
        scene
    }

    pub(crate) async fn without_responder(mode: &'static str) -> Self {
        let mut scene = Self::without_agent(mode).await;
        scene.listen();
        scene
    }

    pub(crate) async fn without_agent(mode: &'static str) -> Self {
        Self::of_sample(mode, &["--artists", "8", "--days", "60", "--seed", "1"]).await
    }

    /// A sample label of so many artists and days.
    pub(crate) async fn of_sample(mode: &'static str, options: &[&str]) -> Self {
        let house = House::new();
        house.text(&[&["sample", "sample"], options].concat());
        house.text(&["import", "sample"]);
        // Whoever keeps the bus answers nothing.
        let mut up = Running::start(&house, "bus", house.casa24(["run", "validator"]));
        up.until_says("ready");
        let (url, _) = house.server().unwrap();
        let discord = StandIn::start().await;
        let sender = Sender::to(String::new());
        Self {
            discord,
            sender,
            mode,
            metrics: free_address(),
            agent: None,
            servers: None,
            responder: None,
            url,
            _up: up,
            house,
        }
    }

    /// Starts the agent, anew.
    pub(crate) fn listen(&mut self) {
        let num_sessions = self.discord.gateway.num_sessions();
        let agent = self.door("discord", &self.metrics);
        if self.mode == "gateway" {
            let gateway = self.discord.gateway.clone();
            until("it has a session", || gateway.num_sessions() > num_sessions);
        } else {
            let mut address = None;
            until("it listens", || {
                let log = std::fs::read_to_string(&agent.stderr).unwrap();
                let line = log.lines().find(|line| line.contains("listening for interactions"));
                address = line.and_then(|line| Some(line.split_once("address=")?.1.trim().to_owned()));
                address.is_some()
            });
            self.sender.endpoint = format!("http://{}/interactions", address.unwrap());
        }
        self.agent = Some(agent);
    }

    /// One more process of the agent.
    pub(crate) fn door(&self, name: &str, metrics: &str) -> Running {
        let mut agent = self.house.casa24(["run", "discord"]);
        agent.env("DISCORD_API_URL", &self.discord.url);
        agent.env("DISCORD_PUBLIC_KEY", Sender::public_key());
        agent.env("CASA24_DISCORD_MODE", self.mode);
        agent.env("CASA24_DISCORD_LISTEN", "127.0.0.1:0");
        agent.env("DISCORD_BOT_TOKEN", "bot-token-that-nobody-may-see");
        agent.env("CASA24_METRICS", metrics);
        agent.env("LOG_LEVEL", "trace");
        agent.envs(self.servers.map(|servers| ("CASA24_DISCORD_SERVERS", servers)));
        Running::start(&self.house, name, agent)
    }

    /// Starts the responder.
    pub(crate) fn answer(&mut self) {
        let mut responder = Running::start(&self.house, "responder", self.house.casa24(["run", "responder"]));
        responder.until_says("ready");
        self.responder = Some(responder);
    }

    pub(crate) async fn ask(&self, name: &str, options: &Value) -> String {
        self.sender.ask(&self.discord, COMMAND, name, options).await
    }

    /// What an interaction shows, once it shows something.
    pub(crate) async fn shown(&self, token: &str) -> Vec<Message> {
        let mut handled = self.discord.handled();
        let shows = handled.wait_for(|_| !self.discord.shown(token).is_empty());
        let waited = tokio::time::timeout(PATIENCE, shows).await.is_ok();
        assert!(waited, "{token} shows nothing");
        self.discord.shown(token)
    }

    /// What the agent has counted, a line for each.
    pub(crate) async fn counted(&self) -> String {
        reqwest::get(format!("http://{}/metrics", self.metrics)).await.unwrap().text().await.unwrap()
    }

    /// Ends the agent; what it has logged.
    pub(crate) fn log(self) -> String {
        let agent = self.agent.unwrap();
        let log = agent.stderr.clone();
        assert!(agent.terminate().success());
        std::fs::read_to_string(log).unwrap()
    }
}

/// An address that nobody listened at a moment ago.
pub(crate) fn free_address() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

pub(crate) fn none() -> Value {
    json!([])
}
