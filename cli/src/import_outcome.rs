//! What became of an import, as JSON and in lines for people.

use std::collections::BTreeMap;

use casa24_collectors::ImportCounts;
use serde_json::{Value as Json, json};

use crate::terminal::{counted, thousands};

/// What the pipeline made of what an import stored.
pub(crate) struct Outcome {
    pub(crate) num_valid: u64,
    pub(crate) num_rejected: u64,
    /// Values that were withheld, by reason.
    pub(crate) withheld: BTreeMap<&'static str, u64>,
    /// Breakdowns that were rejected as a whole: their files, and why.
    pub(crate) rejected_files: Vec<String>,
    /// Dead letters meanwhile, whoever's.
    pub(crate) num_dead: u64,
    pub(crate) until_validated_seconds: f64,
    pub(crate) seconds: f64,
}

impl Outcome {
    pub(crate) fn json(&self, counts: &ImportCounts) -> Json {
        json!({
            "read": counts,
            "num_valid": self.num_valid,
            "num_rejected": self.num_rejected,
            "withheld": self.withheld,
            "rejected_files": self.rejected_files,
            "num_dead": self.num_dead,
            "until_validated_seconds": self.until_validated_seconds,
            "seconds": self.seconds,
        })
    }

    pub(crate) fn lines(&self, counts: &ImportCounts) -> Vec<String> {
        let mut lines = read(counts);
        if counts.num_corrected > 0 {
            let is_one = counts.num_corrected == 1;
            lines.push(format!(
                "{} what was stored before for the same day or period and {} valid; what was stored stays in the record",
                counted(counts.num_corrected, "contradicts", "contradict"),
                if is_one { "takes its place if it is" } else { "take its place if they are" },
            ));
        }
        if counts.num_added_to > 0 {
            lines.push(format!(
                "{} figures to what was stored before for the same day",
                counted(counts.num_added_to, "of the new ones adds", "of the new ones add")
            ));
        }
        if counts.num_conflicting > 0 {
            lines.push(format!(
                "{} something else than what is stored for the same day or period, which stands (--replace corrects it)",
                counted(counts.num_conflicting, "says", "say")
            ));
        }
        lines.push(self.judged(counts));
        if !self.withheld.is_empty() {
            let reasons: Vec<String> = self
                .withheld
                .iter()
                .map(|(reason, count)| format!("{reason} {}", thousands(*count)))
                .collect();
            let values = counted(self.withheld.values().sum(), "value", "values");
            lines.push(format!("{values} withheld: {}", reasons.join(", ")));
        }
        lines
    }

    fn judged(&self, counts: &ImportCounts) -> String {
        let Self { until_validated_seconds, seconds, .. } = self;
        let mut line = format!(
            "{} valid, {} rejected, {} meanwhile; judged after {until_validated_seconds:.1} s",
            thousands(self.num_valid),
            thousands(self.num_rejected),
            counted(self.num_dead, "dead letter", "dead letters"),
        );
        if counts.num_new > 0 && *until_validated_seconds > 0.0 {
            let rate = (counts.num_new as f64 / until_validated_seconds) as u64;
            line.push_str(&format!(" ({} a second)", counted(rate, "snapshot", "snapshots")));
        }
        line.push_str(&format!(", done after {seconds:.1} s"));
        line
    }
}

/// What the files have, each kind by itself.
fn read(counts: &ImportCounts) -> Vec<String> {
    let mut lines = Vec::new();
    let files = |count| counted(count, "file", "files");
    let num_other_files = counts.num_files.saturating_sub(counts.num_breakdown_files);
    if num_other_files > 0 || counts.num_breakdowns == 0 {
        lines.push(format!(
            "{}, {}: {} new, {} known already",
            files(num_other_files),
            counted(counts.num_snapshots, "snapshot", "snapshots"),
            thousands(counts.num_new),
            thousands(counts.num_known)
        ));
    }
    if counts.num_breakdowns > 0 {
        lines.push(format!(
            "{}, {} by song, playlist or day: {} new, {} known already",
            files(counts.num_breakdown_files),
            counted(counts.num_breakdowns, "breakdown", "breakdowns"),
            thousands(counts.num_breakdowns_new),
            thousands(counts.num_breakdowns.saturating_sub(counts.num_breakdowns_new))
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome() -> Outcome {
        Outcome {
            num_valid: 61,
            num_rejected: 0,
            withheld: BTreeMap::new(),
            rejected_files: Vec::new(),
            num_dead: 1,
            until_validated_seconds: 0.5,
            seconds: 0.8,
        }
    }

    #[test]
    fn files_are_counted_with_what_they_have() {
        let days = ImportCounts { num_files: 2, num_snapshots: 60, num_new: 60, ..ImportCounts::default() };
        let both = ImportCounts {
            num_files: 3,
            num_breakdown_files: 1,
            num_breakdowns: 1,
            num_breakdowns_new: 1,
            ..days.clone()
        };
        assert_eq!(
            outcome().lines(&both),
            [
                "2 files, 60 snapshots: 60 new, 0 known already",
                "1 file, 1 breakdown by song, playlist or day: 1 new, 0 known already",
                "61 valid, 0 rejected, 1 dead letter meanwhile; judged after 0.5 s (120 snapshots a second), done after 0.8 s",
            ]
        );
        assert_eq!(outcome().lines(&days)[0], "2 files, 60 snapshots: 60 new, 0 known already");
        let nothing = ImportCounts::default();
        assert_eq!(outcome().lines(&nothing)[0], "0 files, 0 snapshots: 0 new, 0 known already");
    }

    #[test]
    fn one_of_a_kind_is_said_as_one_and_breakdowns_have_no_rate_of_snapshots() {
        let one = ImportCounts {
            num_files: 1,
            num_breakdown_files: 1,
            num_breakdowns: 1,
            num_corrected: 1,
            num_conflicting: 1,
            num_added_to: 1,
            ..ImportCounts::default()
        };
        let judged = Outcome { withheld: [("negative", 1)].into(), ..outcome() };
        assert_eq!(
            judged.lines(&one)[1..],
            [
                "1 contradicts what was stored before for the same day or period and takes its place if it is valid; what was stored stays in the record",
                "1 of the new ones adds figures to what was stored before for the same day",
                "1 says something else than what is stored for the same day or period, which stands (--replace corrects it)",
                "61 valid, 0 rejected, 1 dead letter meanwhile; judged after 0.5 s, done after 0.8 s",
                "1 value withheld: negative 1",
            ]
        );
        let two = ImportCounts { num_corrected: 2, ..one };
        assert!(judged.lines(&two)[1].starts_with("2 contradict what was stored before for the same day or period and take its place if they are valid"));
    }
}
