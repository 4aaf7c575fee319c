//! Bytes as a body of every event in both encodings: no panic, and what is read can be written and read again.

#![no_main]

use casa24_schemas::{
    Command, ContentType, DeadLetter, Event, Forecast, ForecastV1, Goals, Growth, ModelWeights, RawSnapshot,
    RejectedSnapshot, Reply, RosterEntry, Trend, ValidSnapshot, decode, encode,
};
use libfuzzer_sys::fuzz_target;

type Object = serde_json::Map<String, serde_json::Value>;

fn read_and_write<E: Event>(content_type: ContentType, bytes: &[u8]) {
    let Ok(event) = decode::<E>(content_type, bytes) else { return };
    let written = encode(&event);
    let again: E =
        decode(ContentType::MessagePack, &written).expect("an event that was read can be read again");
    // Bytes, because a raw value may be NaN, which equals nothing.
    assert_eq!(encode(&again), written);
    assert_eq!(again.subject(), event.subject());
    assert_eq!(again.identity(), event.identity());
}

fuzz_target!(|bytes: &[u8]| {
    for content_type in [ContentType::MessagePack, ContentType::Json] {
        read_and_write::<RawSnapshot>(content_type, bytes);
        read_and_write::<ValidSnapshot>(content_type, bytes);
        read_and_write::<RejectedSnapshot>(content_type, bytes);
        read_and_write::<Growth>(content_type, bytes);
        read_and_write::<Trend>(content_type, bytes);
        read_and_write::<Forecast>(content_type, bytes);
        read_and_write::<ForecastV1>(content_type, bytes);
        read_and_write::<ModelWeights>(content_type, bytes);
        read_and_write::<Command>(content_type, bytes);
        read_and_write::<Reply<Object, Object>>(content_type, bytes);
        read_and_write::<DeadLetter>(content_type, bytes);
        read_and_write::<RosterEntry>(content_type, bytes);
        read_and_write::<Goals>(content_type, bytes);
    }
});
