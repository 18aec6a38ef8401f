//! A loopback server that misbehaves at the byte level, as instructed.

#![allow(dead_code, reason = "each test takes a part of this")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The server's action for one request.
#[derive(Clone, Debug)]
pub enum Step {
    /// Closes the connection before reading anything.
    ResetBefore,
    /// Reads the request and performs these parts.
    Read(Vec<Part>),
    /// Responds with the request's credentials.
    Echo(u16),
}

#[derive(Clone, Debug)]
pub enum Part {
    Bytes(Vec<u8>),
    /// Sends the bytes repeatedly, with a pause before each time.
    Forever(Vec<u8>, Duration),
    Wait(Duration),
    /// Sends nothing more, and keeps the connection open.
    Hang,
    /// Resets the connection (RST).
    Reset,
    /// Closes the connection (FIN).
    Close,
}

impl Step {
    pub fn hang() -> Self {
        Self::Read(vec![Part::Hang])
    }

    pub fn reset() -> Self {
        Self::Read(vec![Part::Reset])
    }

    /// Bytes, and the next part.
    pub fn raw(bytes: impl AsRef<[u8]>, then: Part) -> Self {
        Self::Read(vec![Part::Bytes(bytes.as_ref().to_vec()), then])
    }

    /// A complete response with additional headers, each ended by CR LF.
    pub fn answer_with(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut bytes =
            format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n{headers}\r\n", body.len())
                .into_bytes();
        bytes.extend_from_slice(body);
        Self::Read(vec![Part::Bytes(bytes)])
    }

    pub fn json(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::answer_with(status, "Content-Type: application/json\r\n", body)
    }

    pub fn html(status: u16, body: &str) -> Self {
        Self::answer_with(status, "Content-Type: text/html\r\n", body)
    }

    /// The same after some time.
    pub fn after(self, time: Duration) -> Self {
        match self {
            Self::Read(parts) => Self::Read([vec![Part::Wait(time)], parts].concat()),
            other => other,
        }
    }

    /// The status of the response, if there is one.
    fn status(&self) -> Option<u16> {
        let Self::Read(parts) = self else { return None };
        let Some(Part::Bytes(bytes)) = parts.first() else { return None };
        String::from_utf8_lossy(bytes).split(' ').nth(1)?.parse().ok()
    }
}

/// A request as received.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    pub target: String,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    /// Whether the service performed the operation, as far as the client can know.
    pub is_handled: bool,
}

/// Chooses the step for a request; the second argument counts the requests of the same target.
pub type Script = dyn Fn(&Received, usize) -> Step + Send + Sync;

pub struct Server {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    open: Arc<AtomicUsize>,
    accepted: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Server {
    pub async fn start(script: Arc<Script>) -> Self {
        Self::start_at("127.0.0.1:0", script).await.unwrap()
    }

    pub async fn start_at(address: &str, script: Arc<Script>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        let open = Arc::new(AtomicUsize::new(0));
        let accepted = Arc::new(AtomicUsize::new(0));
        let (counted, all) = (Arc::clone(&open), Arc::clone(&accepted));
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                all.fetch_add(1, Ordering::Relaxed);
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                let counted = Arc::clone(&counted);
                connections.spawn(async move {
                    counted.fetch_add(1, Ordering::Relaxed);
                    serve(stream, script, log).await;
                    counted.fetch_sub(1, Ordering::Relaxed);
                });
            }
        });
        Ok(Self { address, received, open, accepted, task })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The number of open connections.
    pub fn connections(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// The total number of connections.
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Forgets the received requests.
    pub fn forget(&self) {
        self.received.lock().unwrap().clear();
    }

    /// The requests whose target ends in `path`.
    pub fn received_at(&self, path: &str) -> Vec<Received> {
        let received = self.received().into_iter();
        received.filter(|request| request.target.ends_with(path)).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An address where nothing listens.
pub async fn unused_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

async fn serve(mut stream: TcpStream, script: Arc<Script>, log: Arc<Mutex<Vec<Received>>>) {
    let nothing = Received {
        method: String::new(),
        target: String::new(),
        headers: BTreeMap::new(),
        body: Vec::new(),
        is_handled: false,
    };
    if let Step::ResetBefore = script(&nothing, 0) {
        // By then, the client is connected.
        tokio::time::sleep(Duration::from_millis(20)).await;
        return reset(&stream);
    }
    let mut buffer = Vec::new();
    while let Some(mut request) = read(&mut stream, &mut buffer).await {
        let earlier = log.lock().unwrap().iter().filter(|r| r.target == request.target).count();
        let step = match script(&request, earlier) {
            Step::Echo(status) => Step::html(status, &credentials_of(&request)),
            step => step,
        };
        // A gateway's refusal does not reach the service.
        request.is_handled = !matches!(step.status(), Some(401 | 429));
        log.lock().unwrap().push(request);
        let Step::Read(parts) = step else { return reset(&stream) };
        for part in parts {
            let is_over = match part {
                Part::Bytes(bytes) => stream.write_all(&bytes).await.is_err(),
                Part::Forever(bytes, pause) => loop {
                    tokio::time::sleep(pause).await;
                    if stream.write_all(&bytes).await.is_err() {
                        break true;
                    }
                },
                Part::Wait(time) => {
                    tokio::time::sleep(time).await;
                    false
                }
                Part::Hang => std::future::pending().await,
                Part::Reset => {
                    // Written data arrives first.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    return reset(&stream);
                }
                Part::Close => true,
            };
            if is_over {
                return;
            }
        }
    }
}

fn credentials_of(request: &Received) -> String {
    let named = ["x-auth-token", "authorization"].map(|name| request.headers.get(name));
    let sent: Vec<&String> = named.into_iter().flatten().collect();
    // Also without the scheme.
    let bare: Vec<_> = sent.iter().filter_map(|value| value.split(' ').next_back()).collect();
    format!("you sent {sent:?} {bare:?}")
}

fn reset(stream: &TcpStream) {
    stream.set_zero_linger().unwrap();
}

/// Reads one request.
async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Received> {
    let head_end = loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        more(stream, buffer).await?;
    };
    let head = String::from_utf8_lossy(&buffer[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut request_line = lines.next()?.split(' ');
    let (method, target) = (request_line.next()?.to_owned(), request_line.next()?.to_owned());
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length").map_or(0, |n| n.parse().unwrap());
    while buffer.len() < head_end + 4 + length {
        more(stream, buffer).await?;
    }
    let body = buffer[head_end + 4..head_end + 4 + length].to_vec();
    buffer.drain(..head_end + 4 + length);
    Some(Received { method, target, headers, body, is_handled: false })
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    let mut piece = [0; 16 * 1024];
    let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
    buffer.extend_from_slice(&piece[..count]);
    Some(())
}
