//! What the agent says of its settings; `tests/own_agent.rs` at the top of the project shows it at work.

use std::process::Command;

#[test]
fn without_an_address_it_says_what_to_set() {
    let output = Command::new(env!("CARGO_BIN_EXE_own-agent")).env_remove("NATS_URL").output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("set NATS_URL"));
}
