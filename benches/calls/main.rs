//! What a call costs against a hand-written client of reqwest and serde, in one run: processor time,
//! instructions in user space if there is valgrind, peak memory, and the time of a process that makes
//! one call.
//!
//! ```sh
//! cargo bench --bench calls
//! ```
//!
//! Each client is a process of its own, and so is the server on loopback. The clients take turns.

#[allow(dead_code, reason = "its `main` is for the command line")]
#[path = "../../examples/call_driver.rs"]
mod call_driver;
mod hand_written;
#[path = "../plain/mod.rs"]
mod plain;
mod server;

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use call_driver::{run, Calls, Cloudfn};
use hand_written::HandWritten;

const ROUNDS: usize = 5;
/// Processor time is counted in hundredths of a second.
const CALLS: usize = 20_000;
/// How often a process is started that makes one call.
const STARTS: usize = 21;
/// What the processes of two such runs differ in are 1000 calls, since both warm up alike.
const INSTRUCTED: [usize; 2] = [201, 1201];
const CLIENTS: [&str; 2] = [HandWritten::CLIENT, Cloudfn::CLIENT];
/// What is called, with which credentials, and how often at once.
const COMPARED: [[&str; 3]; 8] = [
    ["publish_version", "token", "1"],
    ["publish_version", "token", "8"],
    ["publish_version", "aksk", "1"],
    ["publish_version", "aksk", "8"],
    ["set_async_config", "token", "1"],
    ["set_async_config", "aksk", "1"],
    ["reupload_pipeline", "token", "1"],
    ["reupload_pipeline", "token", "8"],
];

fn main() -> Result<(), String> {
    let arguments: Vec<String> = env::args().skip(1).filter(|one| one != "--bench").collect();
    match arguments.first().map(String::as_str) {
        None => compare(),
        Some("--serve") => serve().map_err(|e| e.to_string()),
        Some(client) => drive(client, &arguments[1..]),
    }
}

/// Says where the server is, and runs it until the input ends.
fn serve() -> io::Result<()> {
    println!("{}", server::start(Duration::ZERO)?);
    io::copy(&mut io::stdin(), &mut io::sink()).map(drop)
}

/// Makes calls as one of the clients, in this process.
fn drive(client: &str, arguments: &[String]) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| e.to_string())?;
    let arguments = arguments.iter().cloned();
    let line = match client == Cloudfn::CLIENT {
        true => runtime.block_on(run::<Cloudfn>(arguments)),
        false => runtime.block_on(run::<HandWritten>(arguments)),
    };
    println!("{}", line.map_err(|stopped| stopped.why)?);
    Ok(())
}

fn compare() -> Result<(), String> {
    let server = Server::start()?;
    println!("| call | CPU, µs | instructions | peak memory, MB | one call, ms |");
    println!("| --- | --- | --- | --- | --- |");
    for call in COMPARED {
        let (mut times, mut peaks, mut starts) =
            (Both::default(), Both::default(), Both::default());
        for _ in 0..ROUNDS {
            for (which, client) in CLIENTS.into_iter().enumerate() {
                let cost = cost(own(client, &server.url, call, CALLS)?)?;
                let number = |name: &str| cost[name].as_f64().unwrap_or_default();
                times[which].push((number("user_s") + number("sys_s")) / CALLS as f64 * 1e6);
                peaks[which].push(number("rss_mb"));
            }
        }
        for _ in 0..STARTS {
            for (which, client) in CLIENTS.into_iter().enumerate() {
                let started = Instant::now();
                self::cost(own(client, &server.url, call, 1)?)?;
                starts[which].push(started.elapsed().as_secs_f64() * 1e3);
            }
        }
        println!(
            "| {} | {} | {} | {} | {} |",
            name(call),
            compared(times, 0),
            instructions(&server, call)?.map_or("-".to_owned(), |both| compared(both, 0)),
            compared(peaks, 1),
            compared(starts, 1)
        );
    }
    Ok(())
}

/// The figures of both clients, in the order of [`CLIENTS`].
type Both = [Vec<f64>; 2];

/// The medians, and their ratio.
fn compared(both: Both, digits: usize) -> String {
    let [theirs, ours] = both.map(median);
    format!("{theirs:.digits$} → {ours:.digits$}: {:.2}", ours / theirs)
}

/// The instructions of a call, if there is what counts them.
fn instructions(server: &Server, call: [&str; 3]) -> Result<Option<Both>, String> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Ok(None);
    }
    let mut both = Both::default();
    for (which, client) in CLIENTS.into_iter().enumerate() {
        let of = |calls| counted(own(client, &server.url, call, calls)?, client);
        let [few, many] = INSTRUCTED;
        both[which].push((of(many)? - of(few)?) / (many - few) as f64);
    }
    Ok(Some(both))
}

fn name([operation, auth, concurrency]: [&str; 3]) -> String {
    format!("{operation}, {auth}, {concurrency} at once")
}

fn median(mut list: Vec<f64>) -> f64 {
    list.sort_by(f64::total_cmp);
    list[list.len() / 2]
}

fn own_program() -> Result<PathBuf, String> {
    env::current_exe().map_err(|e| e.to_string())
}

/// The command line of a process that makes calls.
fn own(
    client: &str,
    base_url: &str,
    [operation, auth, concurrency]: [&str; 3],
    calls: usize,
) -> Result<Vec<String>, String> {
    let program = own_program()?.display().to_string();
    let calls = calls.to_string();
    let options = [
        ["--base-url", base_url],
        ["--operation", operation],
        ["--auth", auth],
        ["--n", &calls],
        ["--concurrency", concurrency],
    ];
    let options = options.concat().into_iter().map(str::to_owned);
    Ok([program, client.to_owned()].into_iter().chain(options).collect())
}

/// What a process says that its calls cost.
fn cost(command: Vec<String>) -> Result<Value, String> {
    let output = Command::new(&command[0]).args(&command[1..]).stderr(Stdio::inherit()).output();
    let output = output.map_err(|e| format!("{}: {e}", command[0]))?;
    serde_json::from_slice(&output.stdout).map_err(|e| format!("{command:?}: {e}"))
}

/// The instructions of a process. Its profile is kept for `callgrind_annotate`.
fn counted(command: Vec<String>, client: &str) -> Result<f64, String> {
    let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("callgrind.{client}"));
    let mut valgrind = vec!["valgrind".to_owned(), "--tool=callgrind".to_owned()];
    valgrind.push(format!("--callgrind-out-file={}", profile.display()));
    valgrind.push("--log-file=/dev/null".to_owned());
    cost(valgrind.into_iter().chain(command).collect())?;
    let profile = fs::read_to_string(profile).map_err(|e| e.to_string())?;
    let total = profile.lines().find_map(|line| line.strip_prefix("totals: ")?.parse().ok());
    total.ok_or_else(|| "the profile has no totals".to_owned())
}

/// The process of the server, which ends with this.
struct Server {
    url: String,
    process: Child,
}

impl Server {
    fn start() -> Result<Self, String> {
        let mut command = Command::new(own_program()?);
        command.arg("--serve").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().map_err(|e| e.to_string())?;
        let mut url = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut url).map_err(|e| e.to_string())?;
        }
        Ok(Self { url: url.trim().to_owned(), process })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
