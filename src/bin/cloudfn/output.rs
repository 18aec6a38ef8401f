//! What goes to stdout and stderr, and the exit codes.

use std::fmt;
use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU8, Ordering};

use cloudfn::registry::CallResponse;
use cloudfn::{Error, ErrorKind};
use tracing::Level;

use crate::layout::laid_out;

/// Exit code of everything that went wrong after sending was tried.
const TRIED: u8 = 1;
/// Exit code when nothing was sent.
pub const UNSENT: u8 = 2;

/// How far a command has come, for when it is interrupted.
static PROGRESS: AtomicU8 = AtomicU8::new(0);
const SENDING: u8 = 1;
const ANSWERED: u8 = 2;

/// From now on a call may have been sent.
pub fn sending() {
    PROGRESS.store(SENDING, Ordering::Relaxed);
}

/// Nothing is left to do but to write what was answered.
pub fn answered() {
    PROGRESS.store(ANSWERED, Ordering::Relaxed);
}

/// Why a command failed.
pub struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// Nothing was sent.
    pub fn unsent(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: UNSENT }
    }

    /// The user ended the command.
    pub fn interrupted() -> Self {
        match PROGRESS.load(Ordering::Relaxed) {
            ANSWERED => Self::tried("interrupted before the answer was written"),
            SENDING => Self::tried("interrupted; what was asked may or may not have happened"),
            _ => Self::unsent("interrupted before anything was sent"),
        }
    }

    /// Something went wrong after sending was tried.
    pub fn tried(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: TRIED }
    }

    /// A call failed, or could not be made.
    pub fn of(error: &Error) -> Self {
        let code = match error.kind() {
            ErrorKind::Invalid => UNSENT,
            _ => TRIED,
        };
        Self { message: chain(error), code }
    }

    /// Says what went wrong on stderr.
    pub fn report(&self) -> ExitCode {
        say(&format!("error: {}", self.message));
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// An error and what it comes from.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<String>>().join(": ")
}

/// Prints an answer, and names what is undocumented in it.
pub async fn answer(answer: &CallResponse) -> Result<(), Failure> {
    if !answer.received.is_empty() {
        print(laid_out(&answer.received))
            .await
            .map_err(|e| Failure::tried(format!("the answer cannot be written: {e}")))?;
    }
    if !answer.differences.is_empty() {
        let differences: Vec<String> = answer.differences.iter().map(ToString::to_string).collect();
        let line = format!("undocumented: {}", differences.join("; "));
        let _ = tokio::task::spawn_blocking(move || say(&line)).await;
    }
    Ok(())
}

/// Writes to stdout beside the runtime, so that a signal ends the command though nobody reads. To
/// close stdout early is no fault.
pub async fn print(text: impl Into<Vec<u8>>) -> std::io::Result<()> {
    let text = text.into();
    match tokio::task::spawn_blocking(move || write(&text)).await? {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes to stdout, and waits until it is read.
pub fn write(text: &[u8]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text)?;
    stdout.flush()
}

/// Says something on stderr.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Traces to stderr.
pub fn trace(verbosity: u8) {
    use tracing_subscriber::fmt::format::FmtSpan;
    let level = match verbosity {
        0 => return,
        1 => Level::INFO,
        2 => Level::DEBUG,
        _ => Level::TRACE,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .init();
}
