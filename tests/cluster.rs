//! Three servers on loopback, streams with a copy on each: what an import leaves there when a server is killed or
//! stopped in the middle of it is what it leaves on one server that nothing befalls.

#![cfg(unix)]

#[path = "support/cluster/mod.rs"]
mod cluster;
mod support;

use std::path::PathBuf;

use cluster::{Cluster, Line, Process, Remains, Seen, faults, stale};
use support::{House, until};

const ARTISTS: &str = "16";
const DAYS: &str = "64";
/// Bytes let through at a time: a part of a batch.
const STEP: u64 = 150_000;

/// A fictional label's history.
fn history(house: &House) -> PathBuf {
    let folder = house.path("history");
    house.text(&["sample", &folder.display().to_string(), "--artists", ARTISTS, "--days", DAYS]);
    folder
}

/// An event of a cause on a subject, as a checker sees it.
fn seen(subject: &str, body: u8, cause: Option<u64>) -> Seen {
    Seen { subject: subject.to_owned(), body: vec![body], cause }
}

/// What an import leaves on one server.
fn undisturbed() -> Remains {
    let single = Cluster::start(1);
    let history = history(&single.house).display().to_string();
    let mut import = single.spawn(&single.url(), "import", &["import", &history]);
    assert_eq!(import.ended(), 0, "{}", single.complaints("import"));
    single.remains()
}

/// An import into a cluster.
struct Import {
    cluster: Cluster,
    line: Line,
    process: Process,
}

impl Import {
    /// Begins, and holds it in the middle of what it stores: after some of it, and within a batch.
    fn in_the_middle() -> Self {
        let cluster = Cluster::start(3);
        let history = history(&cluster.house).display().to_string();
        let line = cluster.line();
        line.allow(STEP);
        let mut process = cluster.spawn(&line.url(), "import", &["import", &history]);
        loop {
            until("the import goes on", || line.is_cut() || process.exit_code().is_some());
            assert_eq!(process.exit_code(), None, "ended too early: {}", cluster.complaints("import"));
            if cluster.num_stored("RAW") > 0 {
                break;
            }
            line.allow(STEP);
        }
        Self { cluster, line, process }
    }

    /// Waits for its end, and for the servers to be whole.
    fn remains(&mut self) -> Remains {
        let code = self.process.ended();
        assert_eq!(code, 0, "{}", self.cluster.complaints("import"));
        let all: Vec<usize> = self.cluster.running().collect();
        (0..3).filter(|index| !all.contains(index)).for_each(|index| self.cluster.start_again(index));
        self.cluster.remains()
    }
}

#[test]
fn a_leader_killed_in_the_middle_of_an_import_loses_doubles_and_changes_nothing() {
    let mut import = Import::in_the_middle();
    let leader = import.cluster.leader("RAW");
    let num_before = import.cluster.num_stored("RAW");
    import.cluster.kill(leader);
    import.line.open();
    let found = import.remains();
    assert!(num_before < found.history["RAW"].len() as u64, "it was not in the middle");
    assert_eq!(faults(&found, &undisturbed()), [""; 0]);
}

#[test]
fn a_follower_stopped_in_the_middle_of_an_import_and_woken_makes_no_difference() {
    let mut import = Import::in_the_middle();
    let leader = import.cluster.leader("RAW");
    let num_before = import.cluster.num_stored("RAW");
    // Not the one that the import talks to: what a silent server does to a client is another matter.
    let follower = (0..3).find(|index| *index != leader && !import.line.is_connected_to(*index));
    let follower = follower.expect("a server that neither leads nor serves the import");
    import.cluster.stop(follower);
    import.line.open();
    until("more is stored without it", || import.cluster.num_stored("RAW") > num_before);
    import.cluster.wake(follower);
    assert_eq!(faults(&import.remains(), &undisturbed()), [""; 0]);
}

/// An import that goes on without the server that it talks to, while this has befallen that.
fn without_its_server(befall: fn(&mut Cluster, usize), pass: fn(&mut Cluster, usize)) {
    let mut import = Import::in_the_middle();
    let server = (0..3).find(|index| import.line.is_connected_to(*index)).expect("a connection");
    let num_before = import.cluster.num_stored("RAW");
    befall(&mut import.cluster, server);
    import.line.open();
    let num_stored = |other| import.cluster.watch().stream(other, "RAW").map_or(0, |state| state.num_events);
    until("more is stored without it", || {
        (0..3).any(|other| other != server && num_stored(other) > num_before)
    });
    pass(&mut import.cluster, server);
    assert_eq!(faults(&import.remains(), &undisturbed()), [""; 0]);
}

#[test]
fn an_import_leaves_a_server_that_is_silent() {
    without_its_server(Cluster::stop, Cluster::wake);
}

#[test]
fn an_import_leaves_a_server_that_is_cut_off_from_the_others() {
    without_its_server(|cluster, server| cluster.cut_off(server), |cluster, server| cluster.rejoin(server));
}

#[test]
fn a_fault_that_is_planted_is_found() {
    let whole = undisturbed();
    assert!(whole.history["RAW"].len() > 2_000 && whole.newest.len() > 200, "little to lose");
    assert_eq!(faults(&whole, &whole.clone()), [""; 0]);
    let found = |plant: &dyn Fn(&mut Remains)| {
        let mut planted = whole.clone();
        plant(&mut planted);
        faults(&planted, &whole)
    };
    for stream in Remains::HISTORY {
        let subject = &whole.history[stream][7].0;
        let removed = found(&|planted| drop(planted.history.get_mut(stream).unwrap().remove(7)));
        assert_eq!(removed, [format!("lost from {stream}: 1, the first on {subject}")]);
        let doubled = found(&|planted| {
            let events = planted.history.get_mut(stream).unwrap();
            events.push(events[7].clone());
        });
        assert_eq!(doubled, [format!("doubled in {stream}: 1, the first on {subject}")]);
        let strange = found(&|planted| planted.history.get_mut(stream).unwrap()[7].1.push(0));
        let expected =
            ["lost from", "strange in"].map(|what| format!("{what} {stream}: 1, the first on {subject}"));
        assert_eq!(strange, expected);
    }
    let subject = &whole.history["VALID"][0].0;
    let moved = found(&|planted| {
        let first = planted.history.get_mut("VALID").unwrap().remove(0);
        planted.history.get_mut("VALID").unwrap().push(first);
    });
    assert_eq!(moved, [format!("in another order in VALID: 1, the first on {subject}")]);
    let view = whole.newest.keys().find(|subject| subject.starts_with("forecast.")).expect("a forecast");
    let differ = format!("newest events that differ or are missing: 1, the first on {view}");
    let changed = found(&|planted| *planted.newest.get_mut(view).unwrap().last_mut().unwrap() ^= 1);
    let gone = found(&|planted| drop(planted.newest.remove(view)));
    assert_eq!([changed, gone].concat(), [differ.as_str(); 2]);
    let more = found(&|planted| drop(planted.newest.insert("growth.Nobody".to_owned(), vec![])));
    assert_eq!(more, ["newest events that should not be: 1, the first on growth.Nobody"]);
    assert_eq!(
        found(&|planted| planted.num_dead += 2),
        [format!("dead letters: {} instead of {}", whole.num_dead + 2, whole.num_dead)]
    );
}

#[test]
fn what_is_stored_by_somebody_who_no_longer_holds_the_agent_is_found() {
    let sound = [
        seen("growth.Uno", 1, Some(3)),
        seen("growth.Dos", 1, Some(5)),
        seen("growth.Uno", 2, Some(4)), // another subject may be ahead
        seen("growth.Uno", 2, Some(9)),
        seen("growth.Uno", 7, Some(9)), // two that follow from one
        seen("growth.Uno", 1, None),
    ];
    assert_eq!(stale(&sound), [""; 0]);
    let with = |planted: Seen| stale(&[&sound[..], &[planted]].concat());
    assert_eq!(with(sound[2].clone()), ["on growth.Uno one of 4 is stored behind one of 9"]);
    assert_eq!(with(sound[4].clone()), ["on growth.Uno one of 9 is stored twice"]);
    assert_eq!(with(sound[1].clone()), ["on growth.Dos one of 5 is stored twice"]);
}
