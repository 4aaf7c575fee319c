//! What a process has used, as Linux tells it.

use std::time::Duration;

use crate::Outcome;

/// A process that uses less of a processor than this over several looks prepares nothing any more.
const IDLE: f64 = 0.05;
/// How often is looked, how many looks it takes, and after how many it is measured all the same.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const NUM_LOOKS: usize = 4;
const MOST_LOOKS: usize = 120;

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

/// Waits until a process does nothing any more; of one that does not come to rest it says so.
pub(crate) async fn until_idle(pid: u32) -> Outcome<()> {
    let (mut num_idle, mut used, mut before) = (0, 0.0, cpu(pid)?);
    for _ in 0..MOST_LOOKS {
        if num_idle == NUM_LOOKS {
            return Ok(());
        }
        tokio::time::sleep(LOOK_EVERY).await;
        let now = cpu(pid)?;
        used = (now - before) / LOOK_EVERY.as_secs_f64();
        num_idle = if used < IDLE { num_idle + 1 } else { 0 };
        before = now;
    }
    println!("measured while the program uses {:.0} % of a processor by itself", used * 100.0);
    Ok(())
}
