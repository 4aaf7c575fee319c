//! Goals of a label.

use casa24_schemas::{Day, Goals, LabelGoal, Value};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::Generate;
use super::parts::{artist, date, metric, platform, value};

fn goal() -> impl Strategy<Value = LabelGoal> {
    let above_zero = value().prop_filter_map("above zero", |value| {
        Value::new(value.get().abs()).filter(|value| value.get() > 0.0)
    });
    let days = (option::of(date()), date(), option::of(date()));
    (artist(), platform(), metric(), above_zero, days).prop_map(
        |(artist, platform, metric, value, (by, since, withdrawn_on))| LabelGoal {
            artist,
            platform,
            metric,
            value,
            by: by.map(Day),
            since: Day(since),
            withdrawn_on: withdrawn_on.map(Day),
        },
    )
}

impl Generate for Goals {
    const EXAMPLE: &'static str = include_str!("../../../examples/goals.json");

    fn any() -> BoxedStrategy<Self> {
        vec(goal(), 0..4).prop_map(|goals| Self { goals }).boxed()
    }
}
