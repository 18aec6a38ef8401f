//! A loopback server that forwards requests and adds a header.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::http;

/// The targets of requests, and the header to add.
struct Route {
    /// Base URL of the server for requests that have a documented path.
    service: String,
    /// Base URL of the server for all other requests, which are for tokens.
    tokens: String,
    /// The documented paths.
    templates: Vec<String>,
    header: Mutex<Option<String>>,
    is_over: AtomicBool,
}

/// A forwarding server. It stops when this is dropped.
pub struct Forwarder {
    address: SocketAddr,
    route: Arc<Route>,
}

impl Forwarder {
    /// Starts a server on a free port. Requests for `templates` go to `service`, others to `tokens`.
    pub fn start(service: &str, tokens: &str, templates: Vec<String>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let route = Arc::new(Route {
            service: service.to_owned(),
            tokens: tokens.to_owned(),
            templates,
            header: Mutex::default(),
            is_over: AtomicBool::new(false),
        });
        let shared = Arc::clone(&route);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if shared.is_over.load(Ordering::Relaxed) {
                    break;
                }
                let route = Arc::clone(&shared);
                // The client reports errors itself.
                thread::spawn(move || drop(forward(client, &route)));
            }
        });
        Ok(Self { address, route })
    }

    /// The base URL for clients.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, adds this header line to requests, or nothing.
    pub fn add(&self, header: Option<String>) {
        *self.route.header.lock().unwrap_or_else(PoisonError::into_inner) = header;
    }
}

impl Drop for Forwarder {
    fn drop(&mut self) {
        self.route.is_over.store(true, Ordering::Relaxed);
        // The server checks the flag at the next connection.
        let _ = TcpStream::connect(self.address);
    }
}

/// Forwards the single request of a connection, and its response.
fn forward(mut client: TcpStream, route: &Route) -> io::Result<()> {
    client.set_read_timeout(Some(http::LIMIT))?;
    let (head, rest) = read_head(&mut client)?;
    let path = head.split(' ').nth(1).unwrap_or_default();
    let path = path.split('?').next().unwrap_or_default();
    let is_documented = route.templates.iter().any(|template| matches(template, path));
    let mut server = http::connect(if is_documented { &route.service } else { &route.tokens })?;
    let header = route.header.lock().unwrap_or_else(PoisonError::into_inner).clone();
    server.write_all(with_headers(&head, header.as_deref()).as_bytes())?;
    server.write_all(&rest)?;
    let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || io::copy(&mut from, &mut to));
    let copied = io::copy(&mut server, &mut client);
    client.shutdown(Shutdown::Both)?;
    copied.map(|_| ())
}

/// The head of a request, and the data received after it.
fn read_head(client: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok((String::from_utf8_lossy(&bytes).into_owned(), rest));
        }
        match client.read(&mut chunk)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

/// The head with `header` added. The connection closes after the response, so each connection has a
/// single request.
fn with_headers(head: &str, header: Option<&str>) -> String {
    let (request_line, headers) = head.split_once("\r\n").unwrap_or((head, "\r\n"));
    let header = header.map_or_else(String::new, |header| format!("{header}\r\n"));
    format!("{request_line}\r\n{header}Connection: close\r\n{headers}")
}

/// Whether `path` matches `template`.
fn matches(template: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    let all = template.split('/').all(|expected| {
        segments.next().is_some_and(|segment| expected.starts_with('{') || segment == expected)
    });
    all && segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::{matches, with_headers};

    #[test]
    fn a_head_gets_the_header() {
        let head = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
        let with = with_headers(head, Some("Prefer: code=404"));
        assert_eq!(
            with,
            "GET / HTTP/1.1\r\nPrefer: code=404\r\nConnection: close\r\nhost: a\r\n\r\n"
        );
        assert_eq!(
            with_headers(head, None),
            "GET / HTTP/1.1\r\nConnection: close\r\nhost: a\r\n\r\n"
        );
    }

    #[test]
    fn paths_are_those_of_their_template() {
        assert!(matches("/v2/{id}/f", "/v2/a%2Fb/f"));
        assert!(!matches("/v2/{id}/f", "/v2/a/f/g"));
        assert!(!matches("/v2/{id}/f", "/v2/a"));
        assert!(!matches("/v2/{id}/f", "/v2/a/g"));
    }
}
