//! The model card: the report of a training in, a page of Markdown out (after Mitchell et al., Model cards for model
//! reporting, FAT* 2019).

use super::evaluate::Scores;
use super::features::FEWEST_VALUES;
use super::network::WIDTHS;
use super::paths::{HORIZON, QUANTILES};
use super::train::TrainingReport;

/// What the network is, what it learnt from and how well it did: nothing on the page is written by hand.
/// `how_to_repeat` is the command that gives the same bytes again.
pub fn model_card(report: &TrainingReport, how_to_repeat: &str) -> String {
    let TrainingReport { seed, num_steps, learning_rate, num_weights, network, .. } = report;
    let (inputs, outputs) = (WIDTHS[0], WIDTHS[3]);
    let hidden = format!("{} and {}", WIDTHS[1], WIDTHS[2]);
    let quantiles = QUANTILES.map(|probability| probability.to_string()).join(", ");
    let start = match &report.started_from {
        Some(fingerprint) => format!("weights of network `{fingerprint}`"),
        None => "weights drawn from the seed".to_owned(),
    };
    let outcome = if report.kept_earlier {
        "What was learnt was no better on the held-out values, so the network that went in was kept unchanged."
    } else {
        "What was learnt was better on the held-out values and is this network. As these values chose it, its scores \
         are slightly too good."
    };
    let held_out = if report.num_series == 0 {
        "generated series that it did not learn from"
    } else {
        "the newest part of the given series"
    };
    format!(
        "# Model card: neural, network `{network}`\n\n\
         Written by the training itself.\n\n\
         ## What it is\n\n\
         A forecast of the quantiles {quantiles} of the next {HORIZON} values of a series of at least \
         {FEWEST_VALUES} values at equal distances in time. It is one network for all series: {inputs} numbers \
         without a unit go in, two hidden layers of {hidden} units follow, and {outputs} numbers come out. They weigh \
         the slopes, means and days of the week of the series itself into the median, and say how far the other \
         quantiles lie from it. {num_weights} weights of 32 bits.\n\n\
         ## What it learnt from\n\n\
         | | series | values | windows |\n|---|---|---|---|\n\
         | given | {given_series} | {given_values} | {given_windows} |\n\
         | generated | {generated_series} | | {generated_windows} |\n\
         | held out: {held_out} | {held_out_series} | {held_out_values} | {held_out_origins} |\n\n\
         Seed {seed}, {num_steps} {steps} of 256 windows, learning rate {learning_rate} falling to zero, from {start}. \
         The loss is the mean pinball loss over steps and quantiles, of moves in units of the series' usual move, \
         compressed by asinh.\n\n\
         ## How well it did\n\n{outcome}\n\n{table}\n\
         MASE is over the first steps up to the horizon; nominal coverage is 80 % and 95 %. A dash stands where the \
         held-out part is shorter than the horizon.\n\n\
         ## Limits\n\n\
         - It knows a rhythm of seven steps and no other; other seasons need another model.\n\
         - It sees the newest 183 values. Yearly rhythms are not in them.\n\
         - After step {HORIZON} it stands still.\n\
         - It sees one series at a time and knows of no release, concert or playlist before it shows.\n\
         - Its intervals are as good as what it learnt from; on other data their coverage has to be measured.\n\n\
         ## How to repeat it\n\n\
         On the same machine the same data and seed give the same bytes:\n\n    {how_to_repeat}\n",
        steps = if *num_steps == 1 { "step" } else { "steps" },
        given_series = report.num_series,
        given_values = report.num_values,
        given_windows = report.num_windows,
        generated_series = report.num_generated_series,
        generated_windows = report.num_generated_windows,
        held_out_series = report.num_held_out_series,
        held_out_values = report.num_held_out_values,
        held_out_origins = report.after.num_origins,
        table = table(&report.before, &report.after),
    )
}

fn table(before: &Scores, after: &Scores) -> String {
    let mut table = String::from(
        "| horizon | network | origins | MASE | MASE of naive | within 80 % | within 95 % |\n|---|---|---|---|---|---|---|\n",
    );
    for (before, after) in before.horizons.iter().zip(&after.horizons) {
        for (name, scores) in [("before", before), ("after", after)] {
            table += &format!(
                "| {} | {name} | {} | {} | {} | {} | {} |\n",
                scores.horizon,
                scores.num_origins,
                number(scores.mase),
                number(scores.mase_naive),
                percent(scores.coverage_80),
                percent(scores.coverage_95),
            );
        }
    }
    table += &format!(
        "\nMean pinball loss: {} before, {} after.\n",
        number(before.pinball),
        number(after.pinball)
    );
    table
}

fn number(score: Option<f64>) -> String {
    score.map_or("–".to_owned(), |score| format!("{score:.4}"))
}

fn percent(share: Option<f64>) -> String {
    share.map_or("–".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::neural::Training;

    #[test]
    fn the_card_tells_the_sizes_the_seed_and_the_scores_and_no_score_where_there_is_none() {
        let training =
            Training { num_steps: 1, num_generated: 2, most_windows: 10, ..Training::from_scratch(77) };
        let series: Vec<f64> = (0..60).map(f64::from).collect();
        let (network, report) = training.train(&[series], |_, _| ControlFlow::Continue(())).unwrap();
        let card = model_card(&report, "make it again");
        assert!(card.contains(&format!("network `{}`", network.fingerprint())));
        assert!(card.contains("| given | 1 | 60 | 10 |") && card.contains("Seed 77, 1 step of"));
        assert!(card.contains("| 90 | after | 0 | – | – | – | – |"), "{card}");
        assert!(card.contains("    make it again\n"));
    }
}
