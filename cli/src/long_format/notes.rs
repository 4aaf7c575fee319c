//! What a reader should know of the rows of a file: counts in, sentences out, each kind once.

use std::collections::BTreeSet;
use std::collections::HashMap;

use super::read::{RawTable, Row};
use super::style::Style;
use super::uneven::Evened;
use crate::terminal::{counted, thousands};

/// As many of a kind are named; others are counted.
const MAX_NAMED: usize = 5;

/// Blanks that `char::is_whitespace` does not know: they have no width.
const WITHOUT_WIDTH: [char; 6] = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}'];

/// What was noticed.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Of columns, missing values and numbers that are rounded.
    of_table: Vec<String>,
    /// What whole numbers were taken for.
    pub(super) whole_numbers: Option<String>,
    /// Rows of which a later one has the same series and moment.
    pub(super) num_repeated: u64,
    /// Rows far off all others of their series.
    far_off: Vec<String>,
    num_far_off: usize,
    /// What values at uneven times count for, and those that do not count.
    counts_for: BTreeSet<&'static str>,
    num_replaced: u64,
    /// Names that differ in blanks only.
    alike: Vec<String>,
}

impl Notes {
    /// Of a table as it was read.
    pub(super) fn of_table(table: &RawTable) -> Self {
        let mut of_table = Vec::new();
        if !table.ignored.is_empty() {
            let columns = if table.ignored.len() == 1 { "column" } else { "columns" };
            of_table.push(format!("{columns} {} ignored", table.ignored.join(", ")));
        }
        if table.num_missing > 0 {
            let infinite = if table.num_infinite > 0 {
                format!(", {} of them infinite", thousands(table.num_infinite))
            } else {
                String::new()
            };
            of_table.push(format!("{} without a value{infinite}", counted(table.num_missing, "row", "rows")));
        }
        if let Some(first) = &table.first_rounded {
            of_table.push(format!(
                "{} more digits than are computed with: {first}",
                counted(table.num_rounded, "value beyond 2^53 has", "values beyond 2^53 have")
            ));
        }
        Self { of_table, ..Self::default() }
    }

    /// Takes in rows of a series that were taken out, and how many are left.
    pub(super) fn add_far_off(&mut self, name: &str, far_off: &[Row], num_left: usize, style: Style) {
        self.num_far_off += far_off.len();
        for row in far_off {
            if self.far_off.len() < MAX_NAMED {
                self.far_off.push(format!(
                    "line {}: {} is far off the {} of series {name:?}, and does not count",
                    row.line,
                    row.moment.text(style).unwrap_or_else(|| "ds".to_owned()),
                    counted(num_left as u64, "other value", "other values")
                ));
            }
        }
    }

    /// Takes in what became of the rows of a series.
    pub(super) fn add_evened(&mut self, evened: &Evened) {
        self.counts_for.extend(evened.counts_for);
        self.num_replaced += evened.num_replaced as u64;
    }

    /// Takes in all names.
    pub(super) fn add_names<'a>(&mut self, names: impl Iterator<Item = &'a str> + Clone) {
        let is_blank = |c: char| c.is_whitespace() || WITHOUT_WIDTH.contains(&c);
        if !names.clone().any(|name| name.contains(is_blank)) {
            return;
        }
        let mut alike: HashMap<String, Vec<&str>> = HashMap::new();
        for name in names.clone() {
            alike.entry(name.replace(is_blank, "")).or_default().push(name);
        }
        for name in names {
            let group = alike.remove(&name.replace(is_blank, "")).unwrap_or_default();
            if group.len() > 1 {
                let quoted: Vec<String> = group.iter().map(|name| format!("{name:?}")).collect();
                self.alike.push(quoted.join(", "));
            }
        }
    }

    /// A sentence for each kind, and for each row that is named.
    pub(super) fn texts(self) -> Vec<String> {
        let mut texts = self.of_table;
        texts.extend(self.whole_numbers);
        if self.num_repeated > 0 {
            let rows = counted(self.num_repeated, "row", "rows");
            texts.push(format!("{rows} replaced by a later row of the same series and ds"));
        }
        let num_unnamed = self.num_far_off - self.far_off.len();
        texts.extend(self.far_off);
        if num_unnamed > 0 {
            let one = "more row is far off, and does not count";
            let many = "more rows are far off, and do not count";
            texts.push(counted(num_unnamed as u64, one, many));
        }
        if !self.counts_for.is_empty() {
            let what = self.counts_for.into_iter().collect::<Vec<_>>().join(" or ");
            let replaced = if self.num_replaced > 0 {
                let others = counted(self.num_replaced, "does not", "do not");
                format!("; of several the last one counts, {others}")
            } else {
                String::new()
            };
            texts.push(format!(
                "uneven times, or of another zone than UTC: each value counts for its {what}{replaced}"
            ));
        }
        for alike in self.alike.iter().take(MAX_NAMED) {
            texts.push(format!("series that differ in blanks only are kept apart: {alike}"));
        }
        if self.alike.len() > MAX_NAMED {
            let one = "more group of series differs in blanks only";
            let many = "more groups of series differ in blanks only";
            texts.push(counted((self.alike.len() - MAX_NAMED) as u64, one, many));
        }
        texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_blanks_are_shown_together() {
        let mut notes = Notes::default();
        notes.add_names(["a", "b c", "a ", "d", "\u{200b}a", "e"].into_iter());
        let [text] = notes.texts().try_into().unwrap();
        assert!(text.ends_with(r#""a", "a ", "\u{200b}a""#), "{text}");
        let mut notes = Notes::default();
        notes.add_names(["a", "b c", "b d"].into_iter());
        assert!(notes.texts().is_empty());
    }
}
