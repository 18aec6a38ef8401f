//! A server on loopback that answers with the documented samples.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Says where it is, and answers until the input ends.
pub fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            thread::spawn(move || answer(&connection));
        }
    });
    io::copy(&mut io::stdin(), &mut io::sink()).map(|_| ())
}

/// Answers the requests of a connection.
fn answer(mut connection: &TcpStream) -> io::Result<()> {
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
        connection.write_all(answer.as_bytes())?;
    }
    Ok(())
}

fn answer_to(request_line: &str) -> String {
    let page = if request_line.contains("/versions ") {
        include_str!("../../openapi/ledger/functiongraph-publish-version.pt.md")
    } else if request_line.contains("/async-invoke-config ") {
        include_str!("../../openapi/ledger/functiongraph-set-async-invoke-config.en.md")
    } else {
        include_str!("../../openapi/ledger/authing-reupload-pipeline-function.en.md")
    };
    let json = sample(page);
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: r-1\r\n\
         Content-Length: {}\r\n\r\n{json}",
        json.len()
    )
}

/// The documented sample of a success, with its members in the order of the page, on one line.
fn sample(page: &str) -> String {
    let samples = page.split("## sample ").skip(1);
    let fenced =
        samples.filter_map(|sample| sample.strip_prefix("response.200 ")?.split("```").nth(1));
    let lines = fenced.take(1).flat_map(|json| json.trim_start_matches("json").lines());
    lines.map(str::trim).collect()
}
