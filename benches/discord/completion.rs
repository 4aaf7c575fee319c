//! Names of artists completed while somebody types: how long that is computed, and how long it takes at a steady pace.

use std::time::{Duration, Instant};

use casa24_answers::ArtistNames;
use casa24_schemas::Artist;
use serde_json::json;
use tokio::time::interval;

use crate::loads::{Quantiles, milliseconds};
use crate::stand_in::{Sender, StandIn};
use crate::{Outcome, artists, import, start, until_connected};

/// Days of the label's history: names need no more.
const NUM_DAYS: u32 = 2;
/// Between two interactions: 200 a second.
const EACH: Duration = Duration::from_millis(5);
const NUM_ASKED: usize = 2_000;
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn completion(num_artists: u32) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    import(folder.path(), num_artists, NUM_DAYS)?;
    let discord = StandIn::start().await;
    let up = start(folder.path(), &["up"], Some(&discord))?;
    until_connected(&discord, 0).await;
    up.until_idle().await?;
    let names = artists(folder.path())?;
    println!("{} artists", names.len());
    let typed: Vec<String> = names.iter().enumerate().map(|(number, name)| type_name(name, number)).collect();
    println!("{:44} {}", "computed, in process", computed(&names, &typed)?);

    let sender = Sender::to(String::new());
    let complete = |word: &str| {
        let options = json!([{ "name": "artist", "type": 3, "value": word, "focused": true }]);
        let (mut interaction, token) = sender.interaction(4, "growth", &options);
        interaction["guild_id"] = json!("1");
        discord.world().add(interaction["id"].as_str().unwrap_or_default(), &token);
        discord.gateway.dispatch("INTERACTION_CREATE", &interaction);
        token
    };
    // The first one waits until the door has asked for the artists.
    wait_for(&discord, &[complete("")]).await?;
    let before = up.cpu()?;
    let mut ticks = interval(EACH);
    let mut tokens = Vec::with_capacity(NUM_ASKED);
    for word in typed.iter().cycle().take(NUM_ASKED) {
        ticks.tick().await;
        tokens.push(complete(word));
    }
    let took = wait_for(&discord, &tokens).await?;
    println!("{:44} {took}", "completed, 200 a second");
    let each = (up.cpu()? - before) / NUM_ASKED as f64 * 1_000.0;
    println!("{:44} {each:>8.2} ms", "processor time of the program, a completion");
    Ok(())
}

/// A name as somebody types it: its beginning, with a letter left out, or in capitals.
fn type_name(name: &str, number: usize) -> String {
    let letters = name.chars().count();
    match number % 4 {
        0 => name.chars().take(3).collect(),
        1 => name.chars().enumerate().filter(|(place, _)| *place != letters / 2).map(|(_, c)| c).collect(),
        2 => name.to_uppercase(),
        _ => name.chars().rev().collect(),
    }
}

/// How long it is computed which artists words mean.
fn computed(names: &[String], typed: &[String]) -> Outcome<Quantiles> {
    let all: Vec<Artist> = names.iter().map(|name| Artist::new(name)).collect::<Result<_, _>>()?;
    let known = ArtistNames::new(all);
    let time = |word: &String| {
        let begun = Instant::now();
        std::hint::black_box(known.find(word).is_ok());
        milliseconds(begun.elapsed())
    };
    Ok(Quantiles::of(typed.iter().map(time).collect()))
}

/// Waits until all of these offer names: how long they took.
async fn wait_for(discord: &StandIn, tokens: &[String]) -> Outcome<Quantiles> {
    let begun = Instant::now();
    loop {
        let took: Option<Vec<f64>> = {
            let world = discord.world();
            tokens.iter().map(|token| world.took(token).0.map(milliseconds)).collect()
        };
        match took {
            Some(took) => return Ok(Quantiles::of(took)),
            None if begun.elapsed() > PATIENCE => return Err("nothing is offered".into()),
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}
