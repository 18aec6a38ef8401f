//! A server on loopback that answers with the documented samples.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// Answers each request after `latency`, for as long as the process runs. Returns the base URL.
pub fn start(latency: Duration) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            thread::spawn(move || answer(&connection, latency));
        }
    });
    Ok(url)
}

/// Answers the requests of a connection.
fn answer(mut connection: &TcpStream, latency: Duration) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut reader = BufReader::new(connection);
    let (mut line, mut body) = (String::new(), Vec::new());
    while reader.read_line(&mut line)? > 0 {
        let answer = answer_to(&line);
        let mut length = 0;
        while line.trim() != "" {
            line.clear();
            reader.read_line(&mut line)?;
            let (name, value) = line.split_once(':').unwrap_or_default();
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap_or_default();
            }
        }
        line.clear();
        body.resize(length, 0);
        reader.read_exact(&mut body)?;
        thread::sleep(latency);
        connection.write_all(answer.as_bytes())?;
    }
    Ok(())
}

fn answer_to(request_line: &str) -> String {
    let json = if request_line.contains("/versions ") {
        published_version()
    } else if request_line.contains("/async-invoke-config ") {
        sample(include_str!("../../openapi/ledger/functiongraph-set-async-invoke-config.en.md"))
    } else {
        sample(include_str!("../../openapi/ledger/authing-reupload-pipeline-function.en.md"))
    };
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: r-1\r\n\
         Content-Length: {}\r\n\r\n{json}",
        json.len()
    )
}

/// The sample of a published version.
pub fn published_version() -> String {
    sample(include_str!("../../openapi/ledger/functiongraph-publish-version.pt.md"))
}

/// The documented sample of a success, with its members in the order of the page, on one line.
fn sample(page: &str) -> String {
    let samples = page.split("## sample ").skip(1);
    let fenced =
        samples.filter_map(|sample| sample.strip_prefix("response.200 ")?.split("```").nth(1));
    let lines = fenced.take(1).flat_map(|json| json.trim_start_matches("json").lines());
    lines.map(str::trim).collect()
}
