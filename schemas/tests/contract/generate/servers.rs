//! What is set in a Discord server, and what is posted there.

use casa24_schemas::{AlertSettings, Post, PostKind, PostState, ReportSettings, ServerSettings, TrendKind};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::Generate;
use super::parts::{observed, text};

fn id() -> impl Strategy<Value = String> {
    "[0-9]{1,20}"
}

fn alerts() -> impl Strategy<Value = AlertSettings> {
    (id(), vec(select(TrendKind::ALL), 0..4), observed()).prop_map(|(channel, kinds, since)| AlertSettings {
        channel,
        kinds,
        since,
    })
}

fn report() -> impl Strategy<Value = ReportSettings> {
    (id(), 1..=7_u8, 0..=23_u8, observed()).prop_map(|(channel, weekday, hour, since)| ReportSettings {
        channel,
        weekday,
        hour,
        since,
    })
}

impl Generate for ServerSettings {
    const EXAMPLE: &'static str = include_str!("../../../examples/server.settings.json");

    fn any() -> BoxedStrategy<Self> {
        let words = (option::of(text(0..=35)), option::of(text(0..=35)), option::of(text(0..=100)));
        (id(), observed(), words, vec(text(0..=200), 0..4), option::of(alerts()), option::of(report()))
            .prop_map(|(server, changed_at, words, artists, alerts, report)| Self {
                server,
                changed_at,
                locale: words.0,
                language: words.1,
                time_zone: words.2,
                artists,
                alerts,
                report,
            })
            .boxed()
    }
}

impl Generate for Post {
    const EXAMPLE: &'static str = include_str!("../../../examples/post.json");

    fn any() -> BoxedStrategy<Self> {
        let of = (select(PostKind::ALL), select(PostState::ALL), observed(), observed());
        let sent = (option::of(text(0..=500)), option::of(id()));
        (id(), id(), "[0-9a-f]{24}", of, vec("[0-9a-f]{24}", 0..4), sent)
            .prop_map(|(server, channel, key, of, findings, (body, message))| Self {
                server,
                channel,
                kind: of.0,
                key,
                state: of.1,
                due_at: of.2,
                begun_at: of.3,
                findings,
                body,
                message,
            })
            .boxed()
    }
}
