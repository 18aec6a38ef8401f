//! Marked secrets, and places where they must not appear.

use std::error::Error;
use std::io;
use std::sync::{LazyLock, Mutex};

pub const TOKEN: &str = "MARKED-SECRET-token-QmFzZTY0LXRva2Vu";
pub const PASSWORD: &str = "MARKED-SECRET-password-horse";
pub const SECRET_KEY: &str = "MARKED-SECRET-secret-key-battery";
pub const SECURITY_TOKEN: &str = "MARKED-SECRET-security-token-staple";
pub const ISSUED_TOKEN: &str = "MARKED-SECRET-issued-token-correct";
pub const ACCESS_KEY_SECRET: &str = "MARKED-SECRET-access-key-secret";
/// The mark in every secret.
const MARK: &str = "MARKED-SECRET";

/// Everything logged in this process, at every level, by every crate.
static LOGGED: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(Mutex::default);

struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// From now on, keeps everything that is logged.
pub fn listen() {
    use tracing_subscriber::fmt::format::FmtSpan;
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(|| Log)
        .init();
}

pub fn logged() -> String {
    String::from_utf8_lossy(&LOGGED.lock().unwrap()).into_owned()
}

#[track_caller]
pub fn assert_none(text: &str, place: &str) {
    if let Some(at) = text.find(MARK) {
        let from = text[..at].rfind('\n').map_or(0, |line| line + 1);
        panic!("{place} holds a secret: {}", text[from..].lines().next().unwrap_or_default());
    }
}

/// Everything that an error shows.
pub fn shown(error: &cloudfn::Error) -> String {
    let mut shown = format!("{error}\n{error:#}\n{error:?}\n{error:#?}\n{}", error.message());
    let mut cause = error.source();
    while let Some(error) = cause {
        shown += &format!("\n{error}\n{error:?}");
        cause = error.source();
    }
    shown
}
