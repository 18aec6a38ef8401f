//! Runs other programs, with a time limit or as long as they are needed.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How a program ended.
pub struct Ended {
    /// Its exit code, unless it was killed.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

impl Ended {
    /// Everything it wrote.
    pub fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// A child process that is killed on drop.
struct Guarded(Child);

impl Drop for Guarded {
    fn drop(&mut self) {
        // It may already have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts `command` with all its streams piped.
fn start(command: &mut Command) -> Result<Guarded, String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let program = command.get_program().to_string_lossy().into_owned();
    command.spawn().map(Guarded).map_err(|e| format!("{program} cannot be run: {e}"))
}

/// Runs `command` with `input` on stdin, and kills it after `limit`.
pub fn run(command: &mut Command, input: &str, limit: Duration) -> Result<Ended, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = start(command)?;
    let stdin = child.0.stdin.take();
    let input = input.to_owned();
    thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
    let stdout = child.0.stdout.take().map(read);
    let stderr = child.0.stderr.take().map(read);
    let started = Instant::now();
    loop {
        match child.0.try_wait() {
            Ok(Some(status)) => {
                let (stdout, stderr) = (joined(stdout), joined(stderr));
                return Ok(Ended { code: status.code(), stdout, stderr });
            }
            Ok(None) if started.elapsed() < limit => thread::sleep(Duration::from_millis(10)),
            Ok(None) => return Err(format!("{program} did not end within {} s", limit.as_secs())),
            Err(e) => return Err(format!("cannot wait for {program}: {e}")),
        }
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

fn read(mut stream: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // Shows what was read before an error.
        let _ = stream.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn joined(reader: Option<JoinHandle<String>>) -> String {
    reader.and_then(|reader| reader.join().ok()).unwrap_or_default()
}

/// A program that runs until this is dropped.
pub struct Running {
    child: Guarded,
    program: String,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    complaints: Arc<Mutex<String>>,
}

impl Running {
    /// Starts `command`.
    pub fn start(command: &mut Command) -> Result<Self, String> {
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = start(command)?;
        let stdin = child.0.stdin.take();
        let (sender, lines) = mpsc::channel();
        if let Some(stdout) = child.0.stdout.take() {
            thread::spawn(move || {
                let lines = BufReader::new(stdout).lines().map_while(Result::ok);
                lines.for_each(|line| drop(sender.send(line)));
            });
        }
        let complaints = Arc::new(Mutex::new(String::new()));
        if let Some(stderr) = child.0.stderr.take() {
            let complaints = Arc::clone(&complaints);
            thread::spawn(move || {
                for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                    let mut text = complaints.lock().unwrap_or_else(PoisonError::into_inner);
                    text.push_str(&line);
                    text.push('\n');
                }
            });
        }
        Ok(Self { child, program, stdin, lines, complaints })
    }

    /// Writes a line to its stdin.
    pub fn say(&mut self, line: &str) -> Result<(), String> {
        let stdin = self.stdin.as_mut().ok_or_else(|| format!("{} has no stdin", self.program))?;
        let written = writeln!(stdin, "{line}").and_then(|()| stdin.flush());
        written.map_err(|e| self.failure(&format!("does not read stdin: {e}")))
    }

    /// The next line of its stdout.
    pub fn line(&mut self, limit: Duration) -> Result<String, String> {
        self.lines.recv_timeout(limit).map_err(|e| match e {
            RecvTimeoutError::Timeout => {
                self.failure(&format!("printed nothing for {} s", limit.as_secs()))
            }
            RecvTimeoutError::Disconnected => self.failure("ended"),
        })
    }

    /// `what`, followed by its last lines on stderr.
    fn failure(&mut self, what: &str) -> String {
        // Its last lines may not have arrived yet.
        thread::sleep(Duration::from_millis(100));
        let ended = self.child.0.try_wait().ok().flatten();
        let ended = ended.map_or_else(String::new, |status| format!(" ({status})"));
        let complaints = self.complaints.lock().unwrap_or_else(PoisonError::into_inner);
        format!("{} {what}{ended}\n{}", self.program, last_lines(&complaints, 12))
    }
}

/// The last `count` lines of a text.
pub fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;
    use std::time::{Duration, Instant};

    use super::{last_lines, run, Running};

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_program_is_run_to_its_end() {
        let mut command = Command::new("sh");
        let ended = run(command.args(["-c", "cat; echo no >&2; exit 3"]), "in", LONG).unwrap();
        assert_eq!(
            (ended.code, ended.stdout.as_str(), ended.text().as_str()),
            (Some(3), "in", "inno\n")
        );
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended() {
        let started = Instant::now();
        let ended = run(Command::new("sleep").arg("60"), "", Duration::from_millis(100));
        assert_eq!(ended.err().as_deref(), Some("sleep did not end within 0 s"));
        assert!(started.elapsed() < LONG);
    }

    #[test]
    fn a_running_program_ends_with_its_guard() {
        let mut echo = Running::start(&mut Command::new("cat")).unwrap();
        echo.say("one").unwrap();
        assert_eq!(echo.line(LONG).as_deref(), Ok("one"));
        let id = echo.child.0.id().to_string();
        let is_there = || Command::new("kill").args(["-0", &id]).output().unwrap().status.success();
        assert!(is_there());
        drop(echo);
        assert!(!is_there());
    }

    #[test]
    fn a_program_that_ended_is_named_with_what_it_said() {
        let mut command = Command::new("sh");
        let mut ended = Running::start(command.args(["-c", "echo why >&2; exit 4"])).unwrap();
        let said = ended.line(LONG).unwrap_err();
        assert_eq!(said, "sh ended (exit status: 4)\nwhy");
        assert_eq!(last_lines("a\nb\nc\n", 2), "b\nc");
    }
}
