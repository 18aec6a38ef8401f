//! Runs other programs.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::files::read;

/// What Linux counts processor time in, per second.
const TICKS: f64 = 100.0;

/// A child process that is killed on drop.
struct Guarded(Child);

impl Drop for Guarded {
    fn drop(&mut self) {
        // It may already have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs `command`, and returns whether it succeeds, and all that it writes.
pub fn outcome(command: &mut Command) -> Result<(bool, String), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|e| format!("{program} cannot be run: {e}"))?;
    let written = [output.stdout, output.stderr].concat();
    Ok((output.status.success(), String::from_utf8_lossy(&written).into_owned()))
}

/// Runs `command`, which shows what it writes itself; `failure` is the message if it fails.
pub fn must_succeed(command: &mut Command, failure: &str) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|e| format!("{program} cannot be run: {e}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(failure.to_owned()),
    }
}

/// Runs `command`, passes each line of its stdout to `tell`, and shows its stderr.
pub fn tell_lines(command: &mut Command, mut tell: impl FnMut(&str)) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = Guarded(spawned.map_err(|e| format!("{program} cannot be run: {e}"))?);
    let stdout = child.0.stdout.take().into_iter();
    for line in stdout.flat_map(|stdout| BufReader::new(stdout).lines()).map_while(Result::ok) {
        tell(&line);
    }
    child.0.wait().map(drop).map_err(|e| format!("cannot wait for {program}: {e}"))
}

/// The seconds that something takes, and those of processors.
pub fn seconds(what: impl FnOnce() -> Result<(), String>) -> Result<[f64; 2], String> {
    let (started, before) = (Instant::now(), processor_time()?);
    what()?;
    Ok([started.elapsed().as_secs_f64(), processor_time()? - before])
}

/// The seconds that this process and those that it waited for have had of processors, on Linux.
fn processor_time() -> Result<f64, String> {
    let stat = read(Path::new("/proc/self/stat"))?;
    // The name of the program, in parentheses, may have blanks.
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let times = after_name.split_whitespace().skip(11).take(4).map(str::parse::<f64>);
    Ok(times.map_while(Result::ok).sum::<f64>() / TICKS)
}
