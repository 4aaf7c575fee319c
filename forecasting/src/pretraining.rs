//! How the knowledge that the program comes with is made: a network and a seed in; the accuracy of every method on
//! generated series, with the network, out.

use std::sync::Arc;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::batch::Task;
use crate::forecast::Request;
use crate::knowledge::Knowledge;
use crate::limits::Bounds;
use crate::memory::Memory;
use crate::neural::{Network, Neural, generate};
use crate::pool::Pool;
use crate::sequence::{Observation, Sequence};

impl Knowledge {
    /// A network, and the accuracy of all methods on generated series: this is how the built-in knowledge is made.
    pub fn of_generated_series(network: Network, seed: u64) -> Self {
        const NUM_SERIES: usize = 1_000;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let task = |_| {
            let values = generate::series(&mut rng);
            let request = Request {
                bounds: Bounds::of_values(values.iter().copied()),
                season_length: 7,
                horizon: 90,
                levels: vec![0.80, 0.95],
                whole_ends: false,
                group: None,
                window_length: None,
                with_track_record: false,
            };
            let observation = |(step, value)| Observation { step, value, new_level: false };
            let observations: Vec<Observation> = (0..).zip(values).map(observation).collect();
            Task { sequence: Sequence::new(&observations, request.season_length), request }
        };
        let tasks: Vec<Task> = (0..NUM_SERIES).map(task).collect();
        let neural = Neural::new(Arc::new(network));
        let mut knowledge = Self { pool: Pool::default(), neural, learnt_until: None };
        // Twice: the accuracy of the ensemble needs the weights that come from the accuracy of its members.
        for _ in 0..2 {
            let mut memories = Memory::of_series(tasks.len());
            knowledge.pool = Pool::learn_all(tasks.iter().zip(&mut memories).collect(), &knowledge);
        }
        knowledge
    }
}
