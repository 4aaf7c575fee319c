//! What a process has used, as Linux tells it.

use crate::Outcome;

/// Ticks of a second, in which the kernel counts for user space on every architecture that it runs on here.
const TICKS: f64 = 100.0;

/// Processor time of a process so far, in seconds.
pub(crate) fn cpu(pid: u32) -> Outcome<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // Its name, in brackets, may hold blanks; user and system time are the 14th and 15th field of all.
    let (_, fields) = stat.rsplit_once(')').ok_or("no name")?;
    let times: Vec<&str> = fields.split_whitespace().skip(11).take(2).collect();
    let ticks = times.iter().map(|ticks| ticks.parse::<f64>()).sum::<Result<f64, _>>()?;
    Ok(ticks / TICKS)
}

/// Most memory that a process has had at once, in MiB.
pub(crate) fn peak_mib(pid: u32) -> Outcome<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kib = peak.split_whitespace().next().ok_or("no number")?.parse::<f64>()?;
    Ok(kib / 1_024.0)
}
