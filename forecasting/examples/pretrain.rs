//! Learns what the crate comes with, from generated series alone, and writes it into the given folder: the network
//! `built_in.bin` with its model card into `neural/`, and the accuracy on each kind of series into `pool.bin`. With
//! `--pool` only the latter, of the network that is there:
//! `cargo run --release --package casa24-forecasting --example pretrain -- DIR [--pool]`.

use std::ops::ControlFlow;
use std::path::PathBuf;

use casa24_forecasting::Knowledge;
use casa24_forecasting::neural::{Network, Training, model_card};

const SEED: u64 = 24;
const HOW_TO_REPEAT: &str =
    "cargo run --release --package casa24-forecasting --example pretrain -- forecasting/src";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args_os().skip(1);
    let dir = PathBuf::from(words.next().ok_or("name the folder to write into")?);
    let network = if words.next().is_some_and(|word| word == "--pool") {
        Network::built_in()?
    } else {
        let progress = |done, of| {
            if done % 1000 == 0 {
                eprintln!("{done} of {of} steps");
            }
            ControlFlow::Continue(())
        };
        let (network, report) = Training::from_scratch(SEED).train::<Vec<f64>>(&[], progress)?;
        std::fs::write(dir.join("neural/built_in.bin"), network.to_bytes())?;
        std::fs::write(dir.join("neural/MODEL_CARD.md"), model_card(&report, HOW_TO_REPEAT))?;
        network
    };
    std::fs::write(dir.join("pool.bin"), Knowledge::of_generated_series(network, SEED).pool_bytes())?;
    Ok(())
}
