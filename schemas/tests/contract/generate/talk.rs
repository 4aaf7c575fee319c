//! Questions, answers, and what could not be handled.

use casa24_schemas::{Command, DeadLetter, DeadLetterReason, MAX_FILES, OptionValue, Reply, ReplyFile};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::Generate;
use super::parts::{date, json, text, token};

impl Generate for Command {
    const EXAMPLE: &'static str = include_str!("../../../examples/command.json");

    fn any() -> BoxedStrategy<Self> {
        let option_value = prop_oneof![
            any::<i64>().prop_map(OptionValue::Integer),
            text(0..=6_000).prop_map(OptionValue::Text)
        ];
        let options = btree_map(text(0..=32), option_value, 0..4);
        (text(0..=100), token(), options, option::of(date()), any::<bool>())
            .prop_map(|(id, name, options, as_of, image)| Self { id, name, options, as_of, image })
            .boxed()
    }
}

impl Generate for Reply {
    const EXAMPLE: &'static str = include_str!("../../../examples/reply.json");

    fn any() -> BoxedStrategy<Self> {
        let files = vec(file(), 0..=MAX_FILES);
        (text(0..=100), token(), json(), json(), option::of(text(0..=6_000)), files)
            .prop_map(|(command_id, name, data, message, error, files)| Self {
                command_id,
                name,
                data,
                message,
                error,
                files,
            })
            .boxed()
    }
}

fn file() -> impl Strategy<Value = ReplyFile> {
    ("[A-Za-z0-9_.-]{1,40}", text(0..=100), vec(any::<u8>(), 0..50))
        .prop_map(|(name, content_type, bytes)| ReplyFile { name, content_type, bytes })
}

impl Generate for DeadLetter {
    const EXAMPLE: &'static str = include_str!("../../../examples/dead_letter.json");

    fn any() -> BoxedStrategy<Self> {
        let origin = (text(0..=100), text(0..=200), text(0..=255), any::<u64>(), any::<u32>());
        let fault = (select(DeadLetterReason::ALL), text(0..=4_000));
        let message = (vec((text(0..=20), text(0..=50)), 0..3), vec(any::<u8>(), 0..50));
        (origin, fault, message)
            .prop_map(|(origin, fault, message)| Self {
                agent: origin.0,
                subject: origin.1,
                stream: origin.2,
                sequence: origin.3,
                attempts: origin.4,
                reason: fault.0,
                explanation: fault.1,
                headers: message.0,
                payload: message.1,
            })
            .boxed()
    }
}
