//! Artists whom totals leave out, in words.

use casa24_answers::{LeftOut, Missing};
use casa24_schemas::{Metric, Platform};

use crate::card::Line;
use crate::words::Words;

use super::frame::name;
use super::missing;

/// Who is not in the totals of these metrics and why, a line for each artist and reason.
pub(super) fn lines<'a>(
    words: &Words,
    left_out: impl IntoIterator<Item = (&'a Platform, &'a Metric, &'a LeftOut)>,
) -> Vec<Line> {
    let mut groups: Vec<((&str, &Missing), &Platform, Vec<Line>)> = Vec::new();
    for (platform, metric, left_out) in left_out {
        let key = (left_out.artist.as_str(), &left_out.missing);
        let series = words.series(platform, metric).into();
        match groups.iter_mut().find(|(known, ..)| *known == key) {
            Some((.., metrics)) => metrics.push(series),
            None => groups.push((key, platform, vec![series])),
        }
    }
    let line = |((artist, reason), platform, metrics): ((&str, &Missing), &Platform, Vec<Line>)| {
        let why = missing::line(words, reason, platform);
        let left_out = [
            ("artist", name(artist).strong().into()),
            ("figures", figures(words, metrics).into()),
            ("why", why.into()),
        ];
        words.line("growth-left-out-artist", &left_out)
    };
    groups.into_iter().map(line).collect()
}

/// The figure, or how many there are.
pub(super) fn figures(words: &Words, mut metrics: Vec<Line>) -> Line {
    match metrics.len() {
        1 => metrics.remove(0),
        many => words.line("figures-count", &[("count", (many as u64).into())]),
    }
}
