//! Questions, answers, and what could not be handled.

use casa24_schemas::{
    Command, DeadLetter, DeadLetterReason, ImageType, MAX_FILES, OptionValue, Reply, ReplyFile,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::Generate;
use super::parts::{date, json, observed, platform, text, token};

impl Generate for Command {
    const EXAMPLE: &'static str = include_str!("../../../examples/command.json");

    fn any() -> BoxedStrategy<Self> {
        let option_value = prop_oneof![
            any::<i64>().prop_map(OptionValue::Integer),
            text(0..=6_000).prop_map(OptionValue::Text)
        ];
        let options = btree_map(text(0..=32), option_value, 0..4);
        let asker = (option::of("[A-Za-z0-9-]{2,35}"), option::of(text(0..=100)));
        let shown = (any::<bool>(), select(ImageType::ALL), asker);
        (text(0..=100), token(), options, option::of(date()), shown)
            .prop_map(|(id, name, options, as_of, (image, image_type, (locale, time_zone)))| Self {
                id,
                name,
                options,
                as_of,
                image,
                image_type,
                locale,
                time_zone,
            })
            .boxed()
    }
}

/// A reply whose answer and refusal are any objects.
pub(crate) type AnyReply = Reply<Object, Object>;

type Object = serde_json::Map<String, serde_json::Value>;

impl Generate for AnyReply {
    const EXAMPLE: &'static str = include_str!("../../../examples/reply.json");

    fn any() -> BoxedStrategy<Self> {
        let files = vec(file(), 0..=MAX_FILES);
        let object = || btree_map(text(0..=20), json(), 0..4).prop_map(Object::from_iter);
        let outcome = prop_oneof![
            object().prop_map(|answer| (Some(answer), None)),
            object().prop_map(|refusal| (None, Some(refusal)))
        ];
        let made_from = (option::of(date()), option::of(observed()), any::<bool>(), vec(platform(), 0..3));
        (text(0..=100), token(), made_from, outcome, files)
            .prop_map(|(command_id, name, made_from, (answer, refusal), files)| Self {
                command_id,
                name,
                as_of: made_from.0,
                generated_at: made_from.1,
                sample: made_from.2,
                sources: made_from.3,
                answer,
                refusal,
                files,
            })
            .boxed()
    }
}

fn file() -> impl Strategy<Value = ReplyFile> {
    ("[A-Za-z0-9_.-]{1,40}", text(0..=100), option::of(text(0..=2_000)), vec(any::<u8>(), 0..50))
        .prop_map(|(name, content_type, alt, bytes)| ReplyFile { name, content_type, alt, bytes })
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
