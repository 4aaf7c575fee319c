//! Agents with views that follow the newest event of another subject.

use casa24_bus::{FOLLOWED, StreamName};
use casa24_schemas::DeadLetterReason;

use crate::agents::multiplier;
use crate::events::{Factor, Note, Product, note, notes};
use crate::support::{Gate, Running, Site};

/// More artists than have their views made in one go, and one in the middle whose view waits for the gate.
const ARTISTS: [&str; 19] =
    ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "slow", "t", "u", "v", "w", "x", "y", "z"];

fn factor(serial: u64, factor: u64) -> Factor {
    Factor { serial, factor }
}

/// Every artist's newest view, where each has notes 1 to `num`.
fn expected(num: u64, factor: u64) -> Vec<(String, u64)> {
    ARTISTS.map(|artist| (artist.to_owned(), factor * num * (num + 1) / 2)).into()
}

/// Artist and product of each newest view.
async fn newest(site: &Site) -> Vec<(String, u64)> {
    let views = site.bus.newest::<Product>("growth.*").await.unwrap();
    let mut views: Vec<_> = views.into_iter().map(|view| (view.event.artist, view.event.product)).collect();
    views.sort();
    views
}

/// The agent's positions are lost, as when an operator deletes its consumers.
async fn lose_positions(site: &Site) {
    let jetstream = async_nats::jetstream::new(site.client().await);
    for (stream, consumer) in [("RAW", "multiplier"), ("MODELS", "follow-multiplier")] {
        jetstream.get_stream(stream).await.unwrap().delete_consumer(consumer).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_is_there_before_the_first_view_is_made() {
    let site = Site::new().await;
    site.publish(&notes(&ARTISTS, 3)).await;
    site.publish(&[factor(1, 2), factor(2, 3)]).await;
    let agent = Running::start(&site.bus, multiplier(&Gate::default()));
    site.until_done("multiplier").await;
    assert_eq!(newest(&site).await, expected(3, 3));
    assert!(site.numbers("VIEWS", FOLLOWED).await.iter().all(|followed| *followed == 2));
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_one_makes_all_views_anew_once() {
    let site = Site::new().await;
    site.publish(&[factor(1, 2)]).await;
    site.publish(&notes(&ARTISTS, 3)).await;
    let agent = Running::start(&site.bus, multiplier(&Gate::default()));
    site.until_done("multiplier").await;
    let before = site.num_ever_stored(StreamName::Views).await;
    site.publish(&[factor(2, 5)]).await;
    site.until_done("multiplier").await;
    assert_eq!(newest(&site).await, expected(3, 5));
    assert_eq!(site.num_ever_stored(StreamName::Views).await, before + ARTISTS.len() as u64);
    assert_eq!(site.numbers("VIEWS", FOLLOWED).await, [2; ARTISTS.len()]);
    site.publish(&[note("a", 4)]).await;
    site.until_done("multiplier").await;
    assert_eq!(newest(&site).await[0], ("a".to_owned(), 50));
    agent.stop().await;

    // It comes back to what it knew, and has nothing to say.
    let stored = site.num_ever_stored(StreamName::Views).await;
    for loses_positions in [false, true] {
        if loses_positions {
            lose_positions(&site).await;
        }
        let agent = Running::start(&site.connect().await, multiplier(&Gate::default()));
        site.until_done("multiplier").await;
        agent.stop().await;
        assert_eq!(site.num_ever_stored(StreamName::Views).await, stored);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_it_was_away_is_work_that_waits() {
    let site = Site::new().await;
    site.publish(&[factor(1, 2)]).await;
    site.publish(&notes(&ARTISTS, 3)).await;
    let agent = Running::start(&site.bus, multiplier(&Gate::default()));
    site.until_done("multiplier").await;
    agent.stop().await;
    site.publish(&[factor(2, 5), factor(3, 7)]).await;
    let consumers = site.bus.consumers().await.unwrap();
    let lags: Vec<_> = consumers.iter().map(|consumer| (consumer.agent.as_str(), consumer.lag)).collect();
    assert_eq!(lags, [("multiplier", 2)]);
    let agent = Running::start(&site.bus, multiplier(&Gate::default()));
    site.until_done("multiplier").await;
    assert_eq!(newest(&site).await, expected(3, 7));
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_views_are_made_anew_it_finishes_and_doubles_none() {
    let site = Site::new().await;
    site.publish(&[factor(1, 2)]).await;
    site.publish(&notes(&ARTISTS, 3)).await;
    let agent = Running::start(&site.connect().await, multiplier(&Gate::default()));
    site.until_done("multiplier").await;
    agent.stop().await;
    let before = site.num_ever_stored(StreamName::Views).await;
    site.publish(&[factor(2, 5)]).await;
    let gate = Gate::shut();
    let agent = Running::start(&site.connect().await, multiplier(&gate));
    gate.until_reached().await;
    let made = site.num_ever_stored(StreamName::Views).await - before;
    assert!(made > 0 && made < ARTISTS.len() as u64, "{made} views");
    agent.kill().await;
    gate.open();

    let agent = Running::start(&site.connect().await, multiplier(&Gate::default()));
    site.until_done("multiplier").await;
    assert_eq!(newest(&site).await, expected(3, 5));
    assert_eq!(site.num_ever_stored(StreamName::Views).await, before + ARTISTS.len() as u64);
    assert_eq!(site.numbers("VIEWS", FOLLOWED).await, [2; ARTISTS.len()]);
    agent.stop().await;
}

/// One agent runs when everything is stored; another is killed, loses its positions and its server in between.
#[tokio::test(flavor = "multi_thread")]
async fn after_any_mix_of_restarts_the_newest_views_are_the_same() {
    let factors = [factor(1, 2), factor(2, 5), factor(3, 7)];
    let notes: Vec<Note> = notes(&ARTISTS, 90);
    let straight = Site::new().await;
    straight.publish(&factors).await;
    straight.publish(&notes).await;
    let agent = Running::start(&straight.bus, multiplier(&Gate::default()));
    straight.until_done("multiplier").await;
    agent.stop().await;

    let mixed = Site::new().await;
    let mut agent = Running::start(&mixed.connect().await, multiplier(&Gate::default()));
    for (index, (part, factor)) in notes.chunks(notes.len().div_ceil(3)).zip(&factors).enumerate() {
        let (before, after) = part.split_at(part.len() / 2);
        mixed.publish(before).await;
        mixed.publish(std::slice::from_ref(factor)).await;
        let num_views = mixed.num_ever_stored(StreamName::Views).await;
        mixed.publish(after).await;
        mixed.until_stored(StreamName::Views, num_views + 1).await;
        match index {
            0 => agent.kill().await,
            1 => {
                agent.kill().await;
                lose_positions(&mixed).await;
            }
            _ => {
                mixed.kill_server().await;
                continue;
            }
        }
        agent = Running::start(&mixed.connect().await, multiplier(&Gate::default()));
    }
    mixed.until_done("multiplier").await;
    assert_eq!(newest(&mixed).await, newest(&straight).await);
    assert_eq!(newest(&mixed).await, expected(90, 7));
    // Asserts that none is there twice.
    mixed.causes("VIEWS").await;
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_cannot_use_goes_to_the_dead_letters_and_the_one_before_stays_in_use() {
    let site = Site::new().await;
    site.publish(&[factor(1, 2)]).await;
    site.publish(&notes(&ARTISTS, 3)).await;
    let mut agent = Running::start(&site.connect().await, multiplier(&Gate::default()));
    site.until_done("multiplier").await;
    // Refused; a cause of panics; nonsense.
    site.publish(&[factor(2, 0)]).await;
    site.publish(&[factor(3, 13)]).await;
    let jetstream = async_nats::jetstream::new(site.client().await);
    jetstream.publish("model.test", "nonsense".into()).await.unwrap().await.unwrap();
    site.until_done("multiplier").await;
    let letters =
        [(2, DeadLetterReason::Refused), (3, DeadLetterReason::Panicked), (4, DeadLetterReason::Undecodable)];
    for number in 4..=6 {
        let mut found: Vec<_> =
            site.letters().await.into_iter().map(|letter| (letter.sequence, letter.reason)).collect();
        found.sort_by_key(|(sequence, _)| *sequence);
        assert_eq!(found, letters);
        site.publish(&notes(&ARTISTS, number)[(number as usize - 1) * ARTISTS.len()..]).await;
        site.until_done("multiplier").await;
        assert_eq!(newest(&site).await, expected(number, 2));
        agent.stop().await;
        if number == 5 {
            lose_positions(&site).await;
        }
        agent = Running::start(&site.connect().await, multiplier(&Gate::default()));
    }
    site.publish(&[factor(4, 3)]).await;
    site.until_done("multiplier").await;
    assert_eq!(newest(&site).await, expected(6, 3));
    agent.stop().await;
}
