//! Our mock server, which prints what it receives.

use serde_json::Value;

use super::http;
use super::Bench;
use crate::process::Running;

/// A mock server that runs until this is dropped.
pub struct Mock {
    running: Running,
    /// Its base URL.
    pub url: String,
    marks: usize,
}

impl Mock {
    /// Starts `cloudfn mock` on a free port.
    pub fn start(bench: &Bench<'_>, demands_credentials: bool) -> Result<Self, String> {
        let mut command = bench.cloudfn();
        command.args(["mock", "--port", "0", "--print-requests", "--ignore-rules"]);
        if demands_credentials {
            command.arg("--demand-credentials");
        }
        let mut running = Running::start(&mut command)?;
        let url = running.line(http::LIMIT)?;
        Ok(Self { running, url, marks: 0 })
    }

    /// The requests received since the last call, oldest first.
    pub fn received(&mut self) -> Result<Vec<Value>, String> {
        // Our own request marks the end.
        self.marks += 1;
        let mark = format!("/mark/{}", self.marks);
        http::request(&self.url, "GET", &mark)?;
        let mut requests = Vec::new();
        loop {
            let line = self.running.line(http::LIMIT)?;
            let request: Value = serde_json::from_str(&line).map_err(|e| {
                format!("the mock server printed a line that is not JSON: {e}: {line}")
            })?;
            if request["path"] == mark.as_str() {
                return Ok(requests);
            }
            requests.push(request);
        }
    }

    /// An IAM token.
    pub fn iam_token(&self) -> Result<String, String> {
        let answer = http::request(&self.url, "POST", "/v3/auth/tokens")?;
        let token = answer.header("x-subject-token");
        token.map(str::to_owned).ok_or_else(|| "the mock server issues no IAM token".to_owned())
    }

    /// An Authing management token.
    pub fn management_token(&self) -> Result<String, String> {
        let answer = http::request(&self.url, "POST", "/api/v3/get-management-token")?;
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let token = body["data"]["access_token"].as_str();
        token
            .map(str::to_owned)
            .ok_or_else(|| "the mock server issues no management token".to_owned())
    }
}
