//! What each kind of finding is found by, as events and explanations name it.

use std::collections::BTreeMap;

use casa24_schemas::{Method, TrendKind, Value};

use super::TrendRules;
use super::tail::SHAPE;
use super::turns::PACE_WEEKS;
use super::usual::{FEWEST_STEPS, MOST_STEPS};

/// The method of a kind, with its parameters.
pub fn method(kind: &TrendKind, rules: &TrendRules) -> Method {
    let by_chance = ("by_chance", rules.by_chance);
    let steps = [("most_steps", MOST_STEPS as f64), ("fewest_steps", FEWEST_STEPS as f64)];
    let (name, parameters) = match kind.as_str() {
        "spike" | "drop" => {
            ("peaks_over_threshold", vec![by_chance, steps[0], steps[1], ("tail_shape", SHAPE)])
        }
        "turn" | "accelerating" | "slowing" => {
            ("weekly_paces", vec![by_chance, ("pace_weeks", PACE_WEEKS as f64)])
        }
        "viral" => ("second_smallest_probability", vec![by_chance, steps[0], steps[1]]),
        "cooling" => ("pace_of_week", Vec::new()),
        "level_change" => ("validator_mark", Vec::new()),
        "streak" => ("rises_in_a_row", Vec::new()),
        "record" => ("highest_value", Vec::new()),
        "milestone" => ("first_value_at_or_above", Vec::new()),
        _ => ("rule", Vec::new()),
    };
    let parameter = |(name, number): (&str, f64)| Some((name.to_owned(), Value::new(number)?));
    let parameters: BTreeMap<String, Value> = parameters.into_iter().filter_map(parameter).collect();
    Method { name: name.to_owned(), parameters }
}

/// Where a method was published; nothing for one that is simple arithmetic.
pub fn sources(method: &str) -> &'static [&'static str] {
    match method {
        "peaks_over_threshold" => &[
            "Hampel 1974, The influence curve and its role in robust estimation",
            "James and Stein 1961, Estimation with quadratic loss",
            "Coles 2001, An Introduction to Statistical Modeling of Extreme Values, chapter 4",
            "Siffer et al. 2017, Anomaly Detection in Streams with Extreme Value Theory",
        ],
        "weekly_paces" => &[
            "Rousseeuw and Croux 1993, Alternatives to the Median Absolute Deviation",
            "Tukey 1962, The future of data analysis",
            "Satterthwaite 1946, An approximate distribution of estimates of variance components",
        ],
        "second_smallest_probability" => {
            &["Wilkinson 1951, A statistical consideration in psychological research"]
        }
        _ => &[],
    }
}
