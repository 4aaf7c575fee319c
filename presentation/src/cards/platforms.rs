//! An artist's figures in sections, one for each platform.

use casa24_answers::{Figure, Missing};
use casa24_schemas::{Metric, Nature, is_summable, metric_info};

use crate::card::{Block, Line, Section};
use crate::words::{Said, Words};

use super::frame::{labelled, section};
use super::missing;

/// A section for each platform, in the order of the figures. What is missing comes after what is there; a platform
/// without an account has one line that says so.
pub(super) fn sections(
    words: &Words,
    figures: &[Figure],
    blocks_of: impl Fn(&[&Figure]) -> Vec<Block>,
) -> Vec<Section> {
    figures
        .chunk_by(|a, b| a.platform == b.platform)
        .filter_map(|figures| {
            let platform = &figures.first()?.platform;
            let (known, unknown): (Vec<&Figure>, Vec<&Figure>) =
                figures.iter().partition(|figure| figure.current.is_some());
            let mut blocks = if known.is_empty() { Vec::new() } else { blocks_of(&known) };
            for figure in unknown {
                let Some(reason) = &figure.missing else { continue };
                let block = missing_line(words, figure, &figure.metric, reason).into();
                if !blocks.contains(&block) {
                    blocks.push(block);
                }
            }
            Some(section(words.platform(platform), blocks))
        })
        .collect()
}

/// `monthly listeners: no figures yet`; without an account the metric does not matter.
fn missing_line(words: &Words, figure: &Figure, metric: &Metric, reason: &Missing) -> Line {
    let why = missing::line(words, reason, &figure.platform);
    match reason {
        Missing::NoAccount => why,
        _ => labelled(words, words.metric(&figure.platform, metric), why),
    }
}

/// The change in percent; a score has none in words, and where nothing changed it says nothing.
pub(super) fn percent(words: &Words, figure: &Figure) -> Option<Said> {
    let shown = figure.has_moved() && is_summable(&figure.platform, &figure.metric);
    figure.change_pct.filter(|_| shown).map(|change_pct| words.percent(change_pct))
}

/// Whether a metric is a score from 0 to 100.
pub(super) fn is_score(platform: &casa24_schemas::Platform, metric: &Metric) -> bool {
    metric_info(platform, metric).is_some_and(|info| info.nature == Nature::Score)
}
