//! What has room in a message whose pages nobody can turn.

use crate::card::Line;
use crate::discord::length_of;
use crate::words::Words;

/// Characters that leave room for a title, a footer and a few lines more.
const ROOM: usize = 2_400;

/// How many of these lines, from the first one on, have room together, each with what goes between two.
pub(super) fn num_fitting(lines: &[Line], words: &Words) -> usize {
    let mut left = ROOM;
    let fits = |line: &&Line| match left.checked_sub(length_of(line, words) + 2) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    lines.iter().take_while(fits).count()
}
