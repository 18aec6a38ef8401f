//! Reads the files that flags name; `-` is stdin.

use std::io::Read;

use serde::de::IgnoredAny;

use crate::output::Failure;

/// Refuses more than one use of stdin.
pub fn check_stdin<'f>(files: impl Iterator<Item = &'f String>) -> Result<(), Failure> {
    match files.filter(|file| *file == "-").count() {
        0 | 1 => Ok(()),
        _ => Err(Failure::unsent("only one flag can read stdin")),
    }
}

/// A secret from a file, without the trailing line break of an editor or `echo`.
pub async fn read_secret(what: &str, file: &str) -> Result<String, Failure> {
    let text = read(what, file).await?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

/// The whole body, from a file.
pub async fn json(file: &str) -> Result<Vec<u8>, Failure> {
    let text = read("the body", file).await?;
    serde_json::from_str::<IgnoredAny>(&text)
        .map_err(|e| Failure::unsent(format!("the body in {file} is not JSON: {e}")))?;
    Ok(text.into_bytes())
}

/// Reads a file, or stdin for `-`, on another thread, so that an interrupt can end it.
async fn read(what: &str, file: &str) -> Result<String, Failure> {
    let name = file.to_owned();
    let reading = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        match name.as_str() {
            "-" => std::io::stdin().read_to_end(&mut bytes).map(|_| bytes),
            file => std::fs::read(file),
        }
    });
    let result = reading.await.unwrap_or_else(|e| Err(std::io::Error::other(e)));
    let bytes =
        result.map_err(|e| Failure::unsent(format!("{what} cannot be read from {file}: {e}")))?;
    crate::file::text(bytes).map_err(|wrong| Failure::unsent(format!("{what} in {file} {wrong}")))
}
