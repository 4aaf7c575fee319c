//! Charts as a caller makes them: what is specified is seen, and anything can be drawn.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod fixture;

use casa24_charts::{
    AxisText, Chart, ChartError, ForecastPoint, Goal, MAX_PANELS, Milestone, Observed, OtherPath, Panel,
    Theme,
};
use fixture::{English, Spanish, TODAY, chart, day, observed, one, panel, six};
use proptest::prelude::*;
use roxmltree::Document;
use time::{Date, Duration};

/// Most bytes of a file in an answer.
const MAX_FILE_BYTES: usize = 250_000;

fn png(chart: &Chart) -> Vec<u8> {
    chart.png(&English).unwrap()
}

/// Width and height, as a PNG's header says them.
fn size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

/// Both outputs are different from those of the other chart.
fn assert_differs(changed: &Chart, from: &Chart, what: &str) {
    assert_ne!(png(changed), png(from), "{what}");
    assert_ne!(changed.svg(&English), from.svg(&English), "{what}");
}

#[test]
fn the_same_figures_give_the_same_bytes() {
    assert_eq!(six().png(&English), six().png(&English));
    assert_eq!(six().svg(&English), six().svg(&English));
}

#[test]
fn png_and_svg_are_equally_large() {
    for chart in [one(), six(), fixture::spanish()] {
        let (width, height) = size(&png(&chart));
        let svg = chart.svg(&English).unwrap();
        let document = Document::parse(&svg).unwrap();
        let view_box = document.root_element().attribute("viewBox");
        assert_eq!(view_box, Some(&format!("0 0 {width} {height}")[..]));
    }
}

/// A chart that has every part once.
fn full() -> Chart {
    let mut chart = fixture::compared(&["linear"]);
    chart.panels[0].goal = Some(Goal { value: 2_200.0, label: "goal 2,200".to_owned() });
    chart.panels[0].observed[60].marked = true;
    let reached = chart.panels[0].observed[20];
    chart.panels[0].milestones =
        vec![Milestone { day: reached.day, value: reached.value, label: "2,000".to_owned() }];
    chart.legend.milestone = "milestone".to_owned();
    chart.warning = Some("made-up figures".to_owned());
    chart
}

#[test]
fn every_part_of_the_specification_is_seen() {
    type Change = fn(&mut Chart);
    let changes: [(&str, Change); 26] = [
        ("title", |chart| chart.panels[0].title.push('x')),
        ("subtitle", |chart| chart.panels[0].subtitle.push('x')),
        ("observed value", |chart| chart.panels[0].observed[30].value += 40.0),
        ("gap", |chart| drop(chart.panels[0].observed.drain(20..30))),
        ("mark", |chart| chart.panels[0].observed[60].marked = false),
        ("no forecast", |chart| chart.panels[0].forecast.clear()),
        ("expected", |chart| chart.panels[0].forecast[20].expected += 9.0),
        ("lower_80", |chart| chart.panels[0].forecast[20].lower_80 -= 9.0),
        ("upper_80", |chart| chart.panels[0].forecast[20].upper_80 += 9.0),
        ("lower_95", |chart| chart.panels[0].forecast[20].lower_95 -= 9.0),
        ("upper_95", |chart| chart.panels[0].forecast[20].upper_95 += 9.0),
        ("other path", |chart| chart.panels[0].others[0].points[20].1 += 9.0),
        ("other label", |chart| chart.panels[0].others[0].label.push('x')),
        ("goal", |chart| chart.panels[0].goal.iter_mut().for_each(|goal| goal.value += 10.0)),
        ("goal label", |chart| chart.panels[0].goal.iter_mut().for_each(|goal| goal.label.push('x'))),
        ("milestone", |chart| chart.panels[0].milestones[0].value += 10.0),
        ("milestone label", |chart| chart.panels[0].milestones[0].label.push('x')),
        ("no milestone", |chart| chart.panels[0].milestones.clear()),
        ("legend milestone", |chart| chart.legend.milestone.push('x')),
        ("theme", |chart| chart.theme = Theme::Light),
        ("legend observed", |chart| chart.legend.observed.push('x')),
        ("legend expected", |chart| chart.legend.expected.push('x')),
        ("legend intervals", |chart| {
            std::mem::swap(&mut chart.legend.interval_80, &mut chart.legend.interval_95)
        }),
        ("legend marked", |chart| chart.legend.marked.push('x')),
        ("caption", |chart| chart.caption.push('x')),
        ("warning", |chart| chart.warning = None),
    ];
    for (what, change) in changes {
        let mut changed = full();
        change(&mut changed);
        assert_differs(&changed, &full(), what);
    }
}

#[test]
fn days_without_a_value_are_left_open() {
    let mut chart = one();
    let num_lines = |chart: &Chart| {
        let svg = chart.svg(&English).unwrap();
        let document = Document::parse(&svg).unwrap();
        document.descendants().filter(|node| node.attribute("stroke") == Some("#e4e6ea")).count()
    };
    let whole = num_lines(&chart);
    chart.panels[0].observed.drain(20..30);
    assert_eq!(num_lines(&chart), whole + 1);
}

#[test]
fn a_goal_out_of_reach_is_shown_at_the_edge() {
    let (far, without) = (fixture::goal(1e9), one());
    assert_differs(&far, &without, "above");
    assert_differs(&fixture::goal(-1e9), &far, "below");
    assert_eq!(png(&fixture::goal(f64::NAN)), png(&without));
}

#[test]
fn the_axes_are_in_the_readers_locale() {
    assert_ne!(one().png(&Spanish), one().png(&English));
}

#[test]
fn a_panel_without_figures_says_so() {
    let empty = |text: &str| chart(vec![Panel { empty: text.to_owned(), ..Panel::default() }]);
    assert_differs(&empty("no values"), &empty("sin datos"), "empty");
    let infinite = Observed { day: TODAY, value: f64::INFINITY, marked: false };
    let mut only_infinite = empty("no values");
    only_infinite.legend.observed.clear();
    let without = png(&only_infinite);
    only_infinite.panels[0].observed.push(infinite);
    assert_eq!(png(&only_infinite), without);
}

#[test]
fn a_model_has_one_colour_in_all_panels() {
    let path = |label: &str| OtherPath { label: label.to_owned(), points: vec![(day(30), 2_100.0)] };
    let mut first = chart(vec![panel("a", 1_900.0, 2.0, 60, 1); 2]);
    first.panels[0].others = vec![path("linear"), path("drift")];
    first.panels[1].others = vec![path("drift")];
    let svg = first.svg(&English).unwrap();
    let strokes = |color: &str| svg.matches(&format!("stroke=\"{color}\"")).count();
    // One in the legend, and one for each panel that has it.
    assert_eq!((strokes("#f0e442"), strokes("#d694b9")), (2, 3));
}

#[test]
fn several_panels_stand_in_two_columns_and_six_at_most() {
    let panels = |num| chart(vec![panel("a", 1_900.0, 2.0, 60, 1); num]);
    for (num_panels, height) in [(1, 560), (2, 380), (3, 680), (5, 980), (6, 980)] {
        assert_eq!(size(&png(&panels(num_panels))), (1_000, height), "{num_panels}");
    }
    assert_eq!(png(&panels(9)), png(&panels(MAX_PANELS)));
    assert_eq!(panels(0).png(&English), Err(ChartError::NoPanels));
    assert_eq!(panels(0).svg(&English), Err(ChartError::NoPanels));
}

#[test]
fn a_picture_of_six_panels_fits_into_an_answer() {
    // Values that jump about compress worst.
    let jumps: Vec<f64> = (0..120).map(|day| f64::from(day * 7_919 % 997)).collect();
    let mut chart = six();
    chart.panels.iter_mut().for_each(|panel| panel.observed = observed(&jumps));
    for num_bytes in [png(&chart).len(), chart.svg(&English).unwrap().len()] {
        assert!(num_bytes < MAX_FILE_BYTES, "{num_bytes}");
    }
}

#[test]
fn the_title_of_an_svg_says_what_it_shows() {
    let mut chart = one();
    chart.alt = "Followers of <b>Tom & Jerry</b>".to_owned();
    let svg = chart.svg(&English).unwrap();
    let document = Document::parse(&svg).unwrap();
    let title = document.root_element().first_element_child().unwrap();
    assert_eq!((title.tag_name().name(), title.text()), ("title", Some(&chart.alt[..])));
}

/// Axes written with any text.
struct Written(String);

impl AxisText for Written {
    fn number(&self, value: f64) -> String {
        format!("{}{value}", self.0)
    }

    fn day(&self, _: Date) -> String {
        self.0.clone()
    }

    fn day_with_year(&self, day: Date) -> String {
        format!("{}{day}", self.0)
    }
}

fn any_value() -> impl Strategy<Value = f64> {
    prop_oneof![proptest::num::f64::ANY, Just(0.0), 0.0..1e9, -1.0..1.0]
}

fn any_day() -> impl Strategy<Value = Date> {
    let near = (-400_i64..400).prop_map(day);
    let any = (0_i64..7_304_484).prop_map(|days| Date::MIN + Duration::days(days));
    prop_oneof![4 => near, 1 => any]
}

prop_compose! {
    fn any_panel()(
        texts in proptest::collection::vec(any::<String>(), 5),
        seen in proptest::collection::vec((any_day(), any_value(), any::<bool>()), 0..30),
        path in proptest::collection::vec((any_day(), proptest::array::uniform5(any_value())), 0..10),
        other in proptest::collection::vec((any_day(), any_value()), 0..5),
        goal in proptest::option::of(any_value()),
        reached in proptest::collection::vec((any_day(), any_value(), any::<String>()), 0..8),
    ) -> Panel {
        let [title, subtitle, empty, label, goal_label] = texts.try_into().unwrap();
        let point = |(day, [expected, lower_80, upper_80, lower_95, upper_95]): (Date, [f64; 5])| ForecastPoint {
            day, expected, lower_80, upper_80, lower_95, upper_95,
        };
        Panel {
            title,
            subtitle,
            empty,
            observed: seen.into_iter().map(|(day, value, marked)| Observed { day, value, marked }).collect(),
            forecast: path.into_iter().map(point).collect(),
            milestones: reached
                .into_iter()
                .map(|(day, value, label)| Milestone { day, value, label })
                .collect(),
            others: vec![OtherPath { label, points: other }],
            goal: goal.map(|value| Goal { value, label: goal_label }),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_figures_and_texts_are_drawn(
        panels in proptest::collection::vec(any_panel(), 1..4), text in any::<String>(), warn in any::<bool>(),
    ) {
        let mut chart = Chart { panels, ..full() };
        (chart.caption, chart.alt, chart.legend.marked) = (text.clone(), text.clone(), text.clone());
        chart.warning = warn.then(|| text.clone());
        let axes = Written(text);
        prop_assert!(chart.png(&axes).is_ok());
        let svg = chart.svg(&axes).unwrap();
        let document = Document::parse(&svg);
        prop_assert!(document.is_ok(), "{:?}", document.err());
    }
}
