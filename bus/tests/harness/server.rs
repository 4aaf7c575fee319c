//! The embedded server.

use casa24_bus::{Bus, Embedded, NatsServer, Settings};

use crate::events::{Note, note};
use crate::support::Site;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_one_on_the_same_folder_finds_the_first() {
    let site = Site::new().await;
    let found = NatsServer::start_or_find(site.folder()).await.unwrap();
    assert!(matches!(&found, Embedded::Running { .. }));
    let bus = Bus::connect(&found.settings("second")).await.unwrap();
    site.publish(&[note("a", 1)]).await;
    assert_eq!(bus.newest::<Note>("snapshot.raw.>").await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_killed_is_there_again_with_what_it_stored() {
    let site = Site::new().await;
    site.publish(&[note("a", 1)]).await;
    site.kill_server().await;
    site.publish(&[note("a", 2)]).await;
    assert_eq!(site.stored::<Note>("snapshot.raw.>").await, [note("a", 1), note("a", 2)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_server_leaves_its_store_to_the_next() {
    let folder = tempfile::TempDir::new().unwrap();
    for number in 1..=2 {
        let Embedded::Started(server) = NatsServer::start_or_find(folder.path()).await.unwrap() else {
            panic!("nobody else is here");
        };
        let bus = Bus::connect(&Settings::new(server.url(), "test")).await.unwrap();
        crate::support::publish(&bus, &[note("a", number)]).await;
        assert_eq!(bus.num_events(casa24_bus::StreamName::Raw).await.unwrap(), number);
        bus.close().await;
        server.stop().await.unwrap();
        assert!(!folder.path().join("bus.json").exists());
    }
}
