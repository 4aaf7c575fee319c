//! Prints what the validator finds of planted faults, and how often it flags clean figures: `recall [SEEDS]`.

#![expect(clippy::unwrap_used, reason = "labels are made up here, as in the tests that share them")]

#[path = "../tests/planted/chance.rs"]
mod chance;
#[path = "../tests/planted/faults.rs"]
mod faults;
#[path = "../tests/planted/judged.rs"]
mod judged;
#[path = "../tests/planted/label.rs"]
mod label;
#[path = "../tests/planted/table.rs"]
mod table;

use std::io::Write;

use faults::Kind;

fn kinds() -> Vec<Kind> {
    let copies = [
        Kind::CopiesOfAll as fn(usize) -> Kind,
        Kind::CopiesOfSome,
        Kind::CopiesOfPlatform,
        Kind::CopiesOfOne,
        Kind::CopiesOfOneOnOne,
    ];
    let mut kinds: Vec<Kind> = copies.iter().flat_map(|of| (1..=5).map(of)).collect();
    kinds.extend([Kind::Jump, Kind::JumpAfterGap, Kind::JumpAfterJump, Kind::Purge, Kind::TakeBack]);
    kinds.extend([Kind::NotAvailable, Kind::FailedZero, Kind::SinkingScore, Kind::Swap, Kind::Meaning]);
    kinds
}

fn main() -> std::io::Result<()> {
    let num_seeds = std::env::args().nth(1).and_then(|seeds| seeds.parse().ok()).unwrap_or(50);
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:24} {:>16} {:>16} {:>12}", "fault", "tellable", "all", "wrong beside")?;
    for kind in kinds() {
        let recall = table::recall(kind, 0..num_seeds, true);
        let part = |found: table::Found| format!("{:.1} % of {}", 100.0 * found.share(), found.of);
        let (tellable, all) = (part(recall.tellable), part(recall.all));
        writeln!(out, "{:24} {tellable:>16} {all:>16} {:>12}", format!("{kind:?}"), recall.num_wrong)?;
    }
    let (all, by_series) = table::false_flags(0..num_seeds, 365);
    writeln!(out, "\nfalse flags a series and year on clean labels: {all:.3}")?;
    for ((flag, series), rate) in by_series {
        writeln!(out, "  {flag:16} {series:28} {rate:.3}")?;
    }
    Ok(())
}
