//! How the user or the system ends a command: SIGINT, and SIGTERM where there is such.
//!
//! A process that does not listen is ended by these all the same, but not when it is PID 1, as it
//! is in a container.

use std::future::Future;
use std::io;

/// From now on signals do not end the process, but what this returns.
#[cfg(unix)]
pub fn listen() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{signal, SignalKind};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// From now on Ctrl-C does not end the process, but what this returns.
#[cfg(windows)]
pub fn listen() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
