//! Output to stdout and stderr, and the exit codes.

use std::fmt;
use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use cloudfn::registry::CallResponse;
use cloudfn::{Error, ErrorKind, Violation};
use cloudfn_schema::text::without_mark;
use serde::de::IgnoredAny;
use serde_json::Value;
use tracing::Level;

use crate::layout::laid_out;

/// How to send undocumented values.
pub const HINT: &str = "to send it anyway, pass --allow-undocumented";

/// Exit code of a failure after the call was attempted.
const TRIED: u8 = 1;
/// Exit code when nothing was sent.
pub const UNSENT: u8 = 2;

/// The progress of a command, reported when it is interrupted.
static PROGRESS: AtomicU8 = AtomicU8::new(0);
const SENDING: u8 = 1;
const ANSWERED: u8 = 2;
const WAITING: u8 = 3;

/// The number of items that were printed of a list.
static PRINTED: AtomicUsize = AtomicUsize::new(0);

/// From now on, a call may have been sent.
pub fn sending() {
    PROGRESS.store(SENDING, Ordering::Relaxed);
}

/// From now on, a state is waited for.
pub fn waiting() {
    PROGRESS.store(WAITING, Ordering::Relaxed);
}

/// The response is complete, and only has to be written.
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

    /// The user interrupted the command.
    pub fn interrupted() -> Self {
        let printed = PRINTED.load(Ordering::Relaxed);
        match PROGRESS.load(Ordering::Relaxed) {
            _ if printed > 0 => Self::tried(format!("interrupted after {printed} items")),
            ANSWERED => Self::tried("interrupted before the response was written"),
            WAITING => Self::tried("interrupted before the wait ended"),
            SENDING => Self::tried("interrupted; the operation may or may not have happened"),
            _ => Self::unsent("interrupted before anything was sent"),
        }
    }

    /// The call was attempted and failed.
    pub fn tried(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: TRIED }
    }

    /// A result could not be written.
    pub fn unwritten(what: &str, why: &dyn fmt::Display) -> Self {
        let message = format!("{what} cannot be written: {why}");
        match PROGRESS.load(Ordering::Relaxed) {
            0 => Self::unsent(message),
            _ => Self::tried(message),
        }
    }

    /// The failure of a call.
    pub fn of(error: &Error) -> Self {
        let code = match error.kind() {
            ErrorKind::Invalid => UNSENT,
            _ => TRIED,
        };
        let mut message = chain(error);
        if !error.violations().is_empty() {
            message += &format!("; {HINT}");
        }
        Self { message, code }
    }

    /// The same with what was printed before.
    pub fn after_items(self) -> Self {
        match PRINTED.load(Ordering::Relaxed) {
            0 => self,
            printed => Self::tried(format!("after {printed} items: {}", self.message)),
        }
    }

    /// Writes the message to stderr.
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

/// An error and its causes.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<String>>().join(": ")
}

/// Prints a response, with status and headers where that is asked for, and lists what is undocumented
/// in it.
pub async fn answer(answer: &CallResponse, is_whole: bool) -> Result<(), Failure> {
    let printed = if is_whole { whole(answer).into() } else { answer.received.clone() };
    if !printed.is_empty() {
        print("the response", laid_out(&printed)).await?;
    }
    list("undocumented", &answer.differences).await;
    Ok(())
}

/// Status, documented headers and body in one object.
fn whole(answer: &CallResponse) -> String {
    let CallResponse { status, headers, received, .. } = answer;
    let headers = headers.as_object().map_or_else(|| "{}".to_owned(), |_| headers.to_string());
    let body = String::from_utf8_lossy(without_mark(received));
    let body = match serde_json::from_str::<IgnoredAny>(&body) {
        Ok(_) => body.into_owned(),
        Err(_) if body.is_empty() => "null".to_owned(),
        Err(_) => Value::from(body).to_string(),
    };
    format!(r#"{{"status":{status},"headers":{headers},"body":{body}}}"#)
}

/// Lists violations on stderr, if there are any.
pub async fn list(heading: &str, violations: &[Violation]) {
    if !violations.is_empty() {
        let violations: Vec<String> = violations.iter().map(|one| format!("{one:#}")).collect();
        let line = format!("{heading}: {}", violations.join("; "));
        let _ = tokio::task::spawn_blocking(move || say(&line)).await;
    }
}

/// Writes to stdout on another thread, so that a signal can end the command while the write blocks.
/// A stdout that was closed early is not an error.
pub async fn print(what: &str, text: impl Into<Vec<u8>>) -> Result<(), Failure> {
    is_read(text).await.map(drop).map_err(|e| Failure::unwritten(what, &e))
}

/// Prints items, each on its line. Returns whether stdout is still open.
pub async fn items(lines: &[String]) -> Result<bool, Failure> {
    let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    let is_read = is_read(text).await;
    PRINTED.fetch_add(lines.len(), Ordering::Relaxed);
    is_read.map_err(|e| Failure::unwritten("the items", &e))
}

/// Writes to stdout like [`print`]. Returns whether it is still open.
async fn is_read(text: impl Into<Vec<u8>>) -> std::io::Result<bool> {
    let text = text.into();
    match tokio::task::spawn_blocking(move || write(&text)).await? {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
        result => result.map(|()| true),
    }
}

/// Writes to stdout, and blocks until it is read.
pub fn write(text: &[u8]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text)?;
    stdout.flush()
}

/// Writes a line to stderr.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Sends traces to stderr.
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

#[cfg(test)]
mod tests {
    use cloudfn::registry::CallResponse;
    use serde_json::{json, Value};

    use super::whole;

    #[test]
    fn status_headers_and_body_are_one_object() {
        for (headers, received, expected) in [
            (Value::Null, "", r#"{"status":200,"headers":{},"body":null}"#),
            (json!({"X-Left": 3}), "1.0", r#"{"status":200,"headers":{"X-Left":3},"body":1.0}"#),
            (json!({}), "a \"b\"", r#"{"status":200,"headers":{},"body":"a \"b\""}"#),
        ] {
            let received = received.as_bytes().into();
            let answer = CallResponse { status: 200, headers, received, ..Default::default() };
            assert_eq!(whole(&answer), expected);
        }
    }
}
