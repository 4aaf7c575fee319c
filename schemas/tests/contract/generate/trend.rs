//! Trends.

use casa24_schemas::{Day, Facts, Finding, Flag, Method, Moved, TogetherPart, Trend, TrendKind};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::Generate;
use super::parts::{artist, date, metric, platform, text, token, value};

impl Generate for Trend {
    const EXAMPLE: &'static str = include_str!("../../../examples/trend.json");

    fn any() -> BoxedStrategy<Self> {
        let kind = token().prop_map(|kind| TrendKind::new(&kind).unwrap());
        let parameters = btree_map(token(), value(), 0..3);
        let method = (token(), parameters).prop_map(|(name, parameters)| Method { name, parameters });
        let findings = (vec(finding(), 0..4), vec(finding(), 0..2));
        (kind, (artist(), platform(), metric()), method, findings, any::<bool>())
            .prop_map(|(kind, (artist, platform, metric), method, (findings, taken_back), sample)| Self {
                kind,
                artist,
                platform,
                metric,
                method,
                findings,
                taken_back,
                sample,
            })
            .boxed()
    }
}

fn finding() -> impl Strategy<Value = Finding> {
    (date(), facts(), option::of(value())).prop_map(|(date, facts, by_chance)| Finding {
        date: Day(date),
        facts,
        by_chance,
    })
}

fn day() -> impl Strategy<Value = Day> {
    date().prop_map(Day)
}

fn facts() -> impl Strategy<Value = Facts> {
    let moved = select(Moved::ALL);
    let flag = select(Flag::ALL);
    prop_oneof![
        (day(), [value(), value(), value(), value(), value(), value()]).prop_map(
            |(from, [before, value, per_day, usual, lower, upper])| Facts::DailyChange {
                from,
                before,
                value,
                per_day,
                usual,
                lower,
                upper,
            }
        ),
        (day(), value(), value(), flag, moved).prop_map(|(from, before, value, flag, moved)| Facts::Level {
            from,
            before,
            value,
            flag,
            moved,
        }),
        (day(), day(), [value(), value(), value(), value()]).prop_map(
            |(since, before_since, [per_day, per_day_before, lower, upper])| Facts::Pace {
                since,
                per_day,
                before_since,
                per_day_before,
                lower,
                upper,
            }
        ),
        vec(part(), 0..3).prop_map(|parts| Facts::Together { parts }),
        (day(), vec(part(), 0..3)).prop_map(|(viral_on, parts)| Facts::BackToUsual { viral_on, parts }),
        (day(), value(), value(), any::<u32>()).prop_map(|(since, before, value, num_rises)| Facts::Streak {
            since,
            before,
            value,
            num_rises,
        }),
        (value(), value(), day()).prop_map(|(value, former, former_date)| Facts::Record {
            value,
            former,
            former_date,
        }),
        (day(), [value(), value(), value()], any::<[bool; 2]>()).prop_map(
            |(from, [threshold, value, before], [is_goal, is_jump])| Facts::Milestone {
                threshold,
                value,
                from,
                before,
                is_goal,
                is_jump,
            }
        ),
        (token(), token(), value()).prop_map(|(id, rule, need)| Facts::Achievement { id, rule, need }),
    ]
}

fn part() -> impl Strategy<Value = TogetherPart> {
    let item = option::of(text(0..=500));
    ((platform(), metric()), item, value(), value(), value()).prop_map(
        |((platform, metric), item, per_day, usual, likelihood)| TogetherPart {
            platform,
            metric,
            item,
            per_day,
            usual,
            likelihood,
        },
    )
}
