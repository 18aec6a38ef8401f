//! A minimal HTTP client for servers on the local machine.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The time limit for a server on the local machine.
pub const LIMIT: Duration = Duration::from_secs(30);

/// A response.
pub struct Answer {
    head: String,
    /// Its body.
    pub body: String,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(':'));
        let found = headers.find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }
}

/// Sends a request without a body to the server at `url`.
pub fn request(url: &str, method: &str, path: &str) -> Result<Answer, String> {
    let send = || -> std::io::Result<String> {
        let mut stream = connect(url)?;
        let host = address(url);
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n")?;
        write!(stream, "Content-Length: 0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = send().map_err(|e| format!("{method} {url}{path}: {e}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    Ok(Answer { head: head.to_owned(), body: body.to_owned() })
}

/// A connection to the server at `url`.
pub fn connect(url: &str) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address(url))?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    Ok(stream)
}

fn address(url: &str) -> &str {
    url.trim_start_matches("http://")
}
