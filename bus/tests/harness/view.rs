//! Agents with state that keep one view of each artist.

use casa24_bus::StreamName;

use crate::agents::summer;
use crate::events::{Sum, note, notes};
use crate::support::{Gate, Running, Site, newest};

#[tokio::test(flavor = "multi_thread")]
async fn catching_up_it_skips_views_and_the_newest_is_right() {
    let site = Site::new().await;
    site.publish(&notes(&["a", "b"], 2_000)).await;
    let agent = Running::start(&site.bus, summer(&Gate::default()));
    site.until_done("summer").await;
    assert_eq!(newest(&site).await, [("a".to_owned(), 2_001_000), ("b".to_owned(), 2_001_000)]);
    let num_views = site.num_ever_stored(StreamName::Views).await;
    assert!(num_views < 40, "{num_views} views of 4,000 events");
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn caught_up_it_answers_each_event() {
    let site = Site::new().await;
    let agent = Running::start(&site.bus, summer(&Gate::default()));
    let mut sums = Vec::new();
    for number in 1..=5 {
        site.publish(&[note("a", number)]).await;
        site.until_stored(StreamName::Views, number).await;
        sums.extend(site.stored::<Sum>("growth.a").await.into_iter().map(|view| view.sum));
    }
    assert_eq!(sums, [1, 3, 6, 10, 15]);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_over_which_it_panics_costs_only_itself() {
    let site = Site::new().await;
    site.publish(&notes(&["a", "fragile", "z"], 100)).await;
    let agent = Running::start(&site.bus, summer(&Gate::default()));
    site.until_done("summer").await;
    assert_eq!(newest(&site).await, [("a".to_owned(), 5_050), ("z".to_owned(), 5_050)]);
    site.publish(&[note("a", 101)]).await;
    site.until_done("summer").await;
    assert_eq!(newest(&site).await, [("a".to_owned(), 5_151), ("z".to_owned(), 5_050)]);
    assert!(agent.counters.snapshot().num_restarts > 0);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_and_begun_again_it_publishes_no_view_twice() {
    let site = Site::new().await;
    let agent = Running::start(&site.connect().await, summer(&Gate::default()));
    site.publish(&notes(&["a", "b"], 300)).await;
    site.until_stored(StreamName::Views, 1).await;
    agent.kill().await;
    let jetstream = async_nats::jetstream::new(site.client().await);
    jetstream.get_stream("RAW").await.unwrap().delete_consumer("summer").await.unwrap();
    let agent = Running::start(&site.connect().await, summer(&Gate::default()));
    site.publish(&[note("b", 301)]).await;
    site.until_done("summer").await;
    agent.stop().await;
    assert_eq!(newest(&site).await, [("a".to_owned(), 45_150), ("b".to_owned(), 45_451)]);
    // Asserts that no event is there twice; causes only grow.
    let causes = site.causes("VIEWS").await;
    let views: Vec<Sum> = site.stored("growth.*").await;
    for artist in ["a", "b"] {
        let of_artist: Vec<u64> = views
            .iter()
            .zip(&causes)
            .filter(|(view, _)| view.artist == artist)
            .map(|(_, cause)| *cause)
            .collect();
        assert!(of_artist.is_sorted_by(|before, after| before < after), "{artist}: {of_artist:?}");
    }
}
