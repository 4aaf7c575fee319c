//! Backs a label up and restores it elsewhere, and compares the replies to every command before and after, byte for byte:
//! about today and about two earlier days. Prints what it took; ends with an error where a reply differs.
//!
//! Run with `cargo bench --package casa24 --bench restore -- ARTISTS DAYS`, 100 and 1826 where they are left out.

#![allow(clippy::print_stdout, reason = "a report is printed")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use casa24_answers::COMMANDS;
use serde_json::Value;

/// Questions of every command; the artists' names are put in.
const QUESTIONS: [&str; 22] = [
    "stats",
    "artist name:ONE",
    "growth artist:ONE period:30",
    "growth period:7",
    "predict artist:ONE models:all",
    "predict",
    "accuracy",
    "battle artist1:ONE artist2:OTHER",
    "compare artists:ONE,OTHER",
    "chart artists:ONE",
    "chart",
    "leaderboard metric:spotify-followers",
    "trends",
    "momentum",
    "viral",
    "milestones artist:ONE",
    "milestones",
    "achievements",
    "spotlight",
    "recap",
    "weekly",
    "help",
];
/// How many days before the newest one questions are asked about as well.
const DAYS_BEFORE: [i64; 2] = [7, 30];

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    // Cargo itself passes `--bench`.
    let sizes: Vec<u32> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let num_artists = sizes.first().copied().unwrap_or(100);
    let num_days = sizes.get(1).copied().unwrap_or(1_826);
    let asked: BTreeSet<&str> =
        QUESTIONS.iter().filter_map(|question| question.split_whitespace().next()).collect();
    let left_out: Vec<&str> =
        COMMANDS.iter().map(|command| command.name).filter(|name| !asked.contains(name)).collect();
    if !left_out.is_empty() {
        return Err(format!("no question of {}", left_out.join(", ")).into());
    }
    println!("{num_artists} artists, {num_days} days");
    let folder = tempfile::tempdir()?;
    let label = Label { folder: folder.path().to_owned(), data: folder.path().join("data") };
    let elsewhere = Label { data: folder.path().join("elsewhere"), ..label.clone() };
    let (artists, days) = (num_artists.to_string(), num_days.to_string());
    label.run(&["sample", "history", "--artists", &artists, "--days", &days])?;
    timed("import", || label.run(&["import", "history"]))?;
    let names = label.names()?;
    let [one, other, ..] = &names[..] else { return Err("two artists are needed".into()) };
    std::fs::write(folder.path().join("songs.csv"), "song,listeners,streams\nNorte,40,90\nSur,31,77\n")?;
    let period = ["--period", "2025-09-01..2025-09-28"];
    label.run(&[&["import", "songs.csv", "--artist", one], &period[..]].concat())?;
    let questions = QUESTIONS.map(|question| question.replace("ONE", one).replace("OTHER", other));
    let before = timed("replies before", || label.replies(&questions))?;
    timed("backup", || label.run(&["backup", "label.casa24"]))?;
    let size = std::fs::metadata(folder.path().join("label.casa24"))?.len();
    println!("{:50} {:>12.2} MB", "size of the backup", size as f64 / 1e6);
    timed("restore, with everything rebuilt", || elsewhere.run(&["restore", "label.casa24"]))?;
    let after = timed("replies after", || elsewhere.replies(&questions))?;
    let differ: Vec<&String> =
        before.iter().zip(&after).filter(|(one, other)| one != other).map(|((asked, _), _)| asked).collect();
    println!(
        "{:50} {:>12} of {}",
        "replies that are the same, byte for byte",
        before.len() - differ.len(),
        before.len()
    );
    if before.len() == after.len() && differ.is_empty() {
        return Ok(());
    }
    Err(format!("these replies differ: {differ:?}").into())
}

fn timed<T>(what: &str, run: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    let started = Instant::now();
    let done = run()?;
    println!("{what:50} {:>12.2} s", started.elapsed().as_secs_f64());
    Ok(done)
}

/// A data folder, and where the files are.
#[derive(Debug, Clone)]
struct Label {
    folder: PathBuf,
    data: PathBuf,
}

impl Label {
    fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_casa24"));
        command.current_dir(&self.folder).env_remove("NATS_URL").env("LOG_LEVEL", "error");
        command.env("CASA24_SCHEDULE", "off").env("CASA24_TRAIN", "off").env("CASA24_DATA", &self.data);
        if let Ok(server) = casa24_bus::find_nats_server() {
            command.env("NATS_SERVER", server.canonicalize().unwrap_or(server));
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Outcome<Vec<u8>> {
        let output = self.program().args(arguments).stderr(Stdio::inherit()).output()?;
        if output.status.success() { Ok(output.stdout) } else { Err(format!("{arguments:?} failed").into()) }
    }

    fn names(&self) -> Outcome<Vec<String>> {
        let roster: Value = serde_json::from_slice(&self.run(&["roster", "list", "--json"])?)?;
        let names = roster.as_array().into_iter().flatten();
        Ok(names.filter_map(|entry| Some(entry["artist"]["name"].as_str()?.to_owned())).collect())
    }

    /// What each question is answered, with the question: a refusal is an answer too.
    fn replies(&self, questions: &[String]) -> Outcome<Vec<(String, Vec<u8>)>> {
        let _up = Up::start(self.program())?;
        let stats: Value = serde_json::from_slice(&self.run(&["ask", "stats", "--json"])?)?;
        let newest = stats["data"]["as_of"].as_str().ok_or("no day")?.to_owned();
        let newest = casa24_schemas::Observed::parse(&newest)?.date();
        let mut replies = Vec::new();
        for question in questions {
            let days = DAYS_BEFORE.iter().filter_map(|days| newest.checked_sub(time::Duration::days(*days)));
            for day in std::iter::once(None).chain(days.map(Some)) {
                let day = day.map(|day| casa24_schemas::Day(day).to_string());
                let mut command = self.program();
                command.args(["ask", question, "--json", "--locale", "en"]);
                command.args(day.iter().flat_map(|day| ["--as-of", day]));
                let output = command.output()?;
                if output.stdout.is_empty() {
                    let why = String::from_utf8_lossy(&output.stderr).into_owned();
                    return Err(format!("{question} is not answered: {why}").into());
                }
                replies.push((format!("{question} {}", day.unwrap_or_default()), output.stdout));
            }
        }
        Ok(replies)
    }
}

/// `casa24 up`, stopped when it goes.
struct Up(Child);

impl Up {
    fn start(mut program: Command) -> Outcome<Self> {
        let mut up = Self(program.arg("up").stdout(Stdio::piped()).spawn()?);
        let output = up.0.stdout.take().ok_or("no output")?;
        BufReader::new(output).read_line(&mut String::new())?;
        Ok(up)
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        // Not a kill: the program stops its server first.
        Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().ok();
        self.0.wait().ok();
    }
}
