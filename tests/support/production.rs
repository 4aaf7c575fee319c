//! A nats-server as production runs it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use super::{House, Running, checkout, until};

pub fn text(name: &str) -> String {
    std::fs::read_to_string(checkout().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub fn agents() -> BTreeSet<String> {
    let agents = House::new().json(&["agents", "--json"]);
    agents.as_array().unwrap().iter().map(|agent| agent["name"].as_str().unwrap().to_owned()).collect()
}

/// Users of nats.conf, each with the variable that holds the password.
pub fn users() -> BTreeMap<String, String> {
    let conf = text("nats.conf");
    let values = |key: &str| -> Vec<String> {
        conf.lines()
            .filter_map(|line| line.trim().strip_prefix(key))
            .map(|value| value.trim().to_owned())
            .collect()
    };
    let passwords = values("password: $");
    let users = values("user:");
    assert_eq!(users.len(), passwords.len());
    users.into_iter().zip(passwords).collect()
}

/// A nats-server with the project's nats.conf; only places are other ones.
pub struct Production {
    server: Running,
    pub address: String,
}

impl Production {
    pub fn start(house: &House) -> Self {
        let mut conf = text("nats.conf");
        let ports = house.path("ports");
        std::fs::create_dir_all(&ports).unwrap();
        for (there, here) in [
            ("port: 4222".to_owned(), format!("listen: \"127.0.0.1:-1\"\nports_file_dir: {ports:?}")),
            ("http: \"127.0.0.1:8222\"".to_owned(), "http: \"127.0.0.1:-1\"".to_owned()),
            ("store_dir: /data".to_owned(), format!("store_dir: {:?}", house.path("store"))),
        ] {
            assert_eq!(conf.matches(&there).count(), 1, "nats.conf has {there} once");
            conf = conf.replace(&there, &here);
        }
        let path = house.write("nats.conf", conf);
        let mut command = nats_server();
        command.arg("--config").arg(path);
        let server = Running::start(house, "nats-server", command);
        let mut address = None;
        until("nats-server tells its port", || {
            let files = std::fs::read_dir(&ports).unwrap().filter_map(Result::ok);
            let file =
                files.map(|entry| std::fs::read(entry.path()).unwrap_or_default()).next().unwrap_or_default();
            let ports: Value = serde_json::from_slice(&file).unwrap_or_default();
            address =
                ports["nats"][0].as_str().and_then(|url| url.strip_prefix("nats://")).map(str::to_owned);
            address.is_some()
        });
        Self { server, address: address.unwrap() }
    }

    pub fn url(&self, user: &str) -> String {
        format!("nats://{user}:{}@{}", password(user), self.address)
    }

    /// The program as this user.
    pub fn casa24(&self, house: &House, user: &str, arguments: &[&str]) -> Command {
        let mut command = house.casa24(arguments);
        command.env("NATS_URL", self.url(user));
        command
    }

    /// What the operator's command answers.
    pub fn operator(&self, house: &House, arguments: &[&str]) -> Value {
        let output = self.casa24(house, "operator", arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Every agent, each in a process of its own under its own user.
    pub fn agents(&self, house: &House) -> Vec<Running> {
        let start = |agent: String| {
            let mut command = self.casa24(house, &agent, &["run", &agent]);
            command.env_remove("CASA24_SCHEDULE").env_remove("CASA24_TRAIN");
            // A key of RFC 8032; without one there is nothing that Discord's agent could do.
            command.env(
                "DISCORD_PUBLIC_KEY",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            );
            command.env("CASA24_DISCORD_MODE", "http");
            command.env("CASA24_FILES", house.path("files"));
            command.env("CASA24_DISCORD_LISTEN", "127.0.0.1:0");
            let mut running = Running::start(house, &agent, command);
            running.until_says("ready");
            running
        };
        agents().into_iter().map(start).collect()
    }

    /// What somebody tried and may not, as the server logged it.
    pub fn violations(&self) -> Vec<String> {
        let log = std::fs::read_to_string(&self.server.stderr).unwrap();
        log.lines().filter(|line| line.contains("Violation")).map(str::to_owned).collect()
    }
}

pub fn nats_server() -> Command {
    let program = House::new().casa24([""; 0]);
    let named = program.get_envs().find(|(name, _)| *name == "NATS_SERVER").and_then(|(_, value)| value);
    let mut command = Command::new(named.unwrap_or_else(|| "nats-server".as_ref()));
    command.envs(users().into_iter().map(|(user, variable)| (variable, password(&user))));
    command
}

pub fn password(user: &str) -> String {
    format!("p0{user}")
}
