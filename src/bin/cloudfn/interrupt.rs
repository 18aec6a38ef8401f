//! Handles SIGINT and SIGTERM (Ctrl-C on Windows).
//!
//! Without a handler these signals would end a process too, but not PID 1 of a container.

use std::future::Future;
use std::io;

/// From now on, SIGINT and SIGTERM complete the returned future instead of ending the process.
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

/// From now on, Ctrl-C completes the returned future instead of ending the process.
#[cfg(windows)]
pub fn listen() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
