//! One call: as many attempts as it takes and may take, in one tracing span.

use std::fmt;
use std::future::Future;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Client, Request, Url};
use tokio::time::{sleep, timeout_at, Instant};
use tracing::field::Empty;
use tracing::{debug, info_span, warn, Instrument, Span};

use super::Finished;
use crate::credentials::{Attempt, Identity, Refusal, SharedCredentials};
use crate::drift::{Documented, Drift, Observer};
use crate::error::failure::{Failure, Word};
use crate::error::{Error, ErrorKind, Outcome};
use crate::exchange::{on_runtime, send, Fault, Http, Limits, Reason, Received, Sent};
use crate::http_response::HttpResponse;
use crate::operation::{OperationInfo, AUTHENTICATE, AUTHENTICATE_IN_PROJECT};
use crate::request::{self, CallOptions, InPath, Outgoing};
use crate::retry::{self, RetryPolicy, Waits};
use crate::shown::{self, Secrets};
use crate::{Credentials, Response, Violation};

/// An attempt that has less time than this is not begun, unless the client's own timeouts leave
/// it no more.
const SHORTEST_ATTEMPT: Duration = Duration::from_millis(100);

/// Longer timeouts than this are taken for it.
pub(crate) const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The path parameter that a client has a value for.
pub(crate) const PROJECT_ID: &str = "project_id";

/// What a client was built with.
pub(crate) struct Settings {
    /// Name of the API, in reports.
    pub(crate) api: &'static str,
    /// The status that the body of a success must tell, where the vendor puts one there.
    pub(crate) status_in_body: Option<u16>,
    pub(crate) base_url: Url,
    /// The same with another path, which leaves room in its copies for that of a request.
    pub(crate) blank_url: Url,
    /// The client for requests to the service.
    pub(crate) service: Client,
    /// The clients for requests to others, such as for tokens.
    pub(crate) http: Arc<Http>,
    pub(crate) credentials: SharedCredentials,
    pub(crate) retry: RetryPolicy,
    /// Whether calls may send what is not documented.
    pub(crate) allow_undocumented: bool,
    pub(crate) limits: Limits,
    pub(crate) timeout: Duration,
    /// The headers of every request.
    pub(crate) headers: HeaderMap,
    /// How the names of the vendor's own headers begin.
    pub(crate) header_prefix: &'static str,
    pub(crate) observer: Option<Observer>,
    /// Path parameters that calls need not repeat.
    pub(crate) presets: Vec<(&'static str, String)>,
    /// The variable that the project was looked for in.
    pub(crate) project_variable: Option<&'static str>,
}

/// What all calls of a client share.
#[derive(Clone)]
pub(crate) struct Core {
    settings: Arc<Settings>,
    /// What is sent in place of a call's JSON body.
    body: Option<Bytes>,
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("base_url", &self.settings.base_url.as_str())
            .field("credentials", &self.settings.credentials)
            .field("retry", &self.settings.retry)
            .field("limits", &self.settings.limits)
            .field("timeout", &self.settings.timeout)
            .field("presets", &self.settings.presets)
            .finish_non_exhaustive()
    }
}

/// A call under way.
struct Call<'a> {
    settings: &'a Settings,
    operation: &'static OperationInfo,
    request: Outgoing,
    /// The time for all of it.
    timeout: Duration,
    retry: RetryPolicy,
    waits: Option<Waits>,
    is_renewed: bool,
    /// What became of the attempts so far.
    outcome: Outcome,
    started: Instant,
    deadline: Instant,
    attempts: u32,
}

/// An attempt that failed, with the headers that it was sent with.
struct Failed {
    error: Error,
    sent: Secrets,
}

impl Core {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings: Arc::new(settings), body: None }
    }

    /// Sends `body` in place of a call's JSON body.
    #[cfg(feature = "mock")]
    pub(crate) fn sending(self, body: Vec<u8>) -> Self {
        Self { body: Some(body.into()), ..self }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Refuses a request that has what is not documented, unless that is allowed.
    pub(crate) fn permit(&self, options: &CallOptions, found: Vec<Violation>) -> Result<(), Error> {
        if found.is_empty() {
            return Ok(());
        }
        if !options.allow_undocumented.unwrap_or(self.settings.allow_undocumented) {
            return Err(Error::undocumented(found));
        }
        let violations = cloudfn_schema::on_one_line(&found);
        warn!(violations, "sends what is not documented");
        Ok(())
    }

    /// The path of a call of `operation`, with the values of its parameters.
    pub(crate) fn path(
        &self,
        operation: &OperationInfo,
        values: &[InPath<'_>],
    ) -> Result<String, Error> {
        let base = self.settings.base_url.path().trim_end_matches('/');
        request::path(base, operation.path, values)
    }

    #[allow(dead_code, reason = "not every API has parameters in its paths")]
    /// The value that the client has for the path parameter `name`.
    pub(crate) fn preset<T>(&self, name: &str) -> Result<T, String>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        match self.settings.presets.iter().find(|(preset, _)| *preset == name) {
            Some((_, text)) => text.parse().map_err(|e| format!("{name}: {e}")),
            None => {
                Err(match self.settings.project_variable.filter(|_| name == PROJECT_ID) {
                    Some(variable) => {
                        format!("{name} is required: set it for the call, for the client, or in {variable}")
                    }
                    None => [name, " is required"].concat(),
                })
            }
        }
    }

    /// Checks the credentials without calling an operation.
    pub(crate) async fn authenticate(&self) -> Result<Identity, Error> {
        let settings = self.settings();
        let mut url = settings.base_url.clone();
        let project = settings.presets.iter().find(|(name, _)| *name == PROJECT_ID);
        let operation = match (project, url.path_segments_mut()) {
            (Some((_, id)), Ok(mut segments)) => {
                segments.pop_if_empty().push(id);
                &AUTHENTICATE_IN_PROJECT
            }
            _ => &AUTHENTICATE,
        };
        let options = CallOptions::default();
        let request = Outgoing::new(url.path().to_owned());
        let mut call = Call::new(settings, operation, request, &options);
        let span = call.span();
        let result = on_runtime(call.identify().instrument(span.clone())).await;
        call.ended(&span, result).inspect_err(|error| record(&span, error))
    }

    /// Makes a call of `operation`, whose answer is made a value by `read`.
    pub(crate) async fn call<T, H>(
        &self,
        operation: &'static OperationInfo,
        request: Outgoing,
        read: fn(Finished) -> Result<Response<T, H>, Error>,
        options: &CallOptions,
    ) -> Result<Response<T, H>, Error> {
        let settings = self.settings();
        let request = match &self.body {
            Some(body) => request.body(body.clone()),
            None => request,
        };
        let mut call = Call::new(settings, operation, request, options);
        let span = call.span();
        // It is large, and would be moved into each of the futures around it.
        let run = Box::pin(call.run().instrument(span.clone()));
        let result = on_runtime(run).await;
        let result = call.ended(&span, result);
        if let (Ok(finished), false) = (&result, span.is_disabled()) {
            span.record("status", finished.answer.status.as_u16());
            span.record("request_id", finished.request_id());
        }
        let result = result.and_then(read);
        if let Err(error) = &result {
            record(&span, error);
        }
        result
    }
}

/// Records why a call failed.
fn record(span: &Span, error: &Error) {
    span.record("status", error.status());
    span.record("request_id", error.request_id().map(shown::text));
    span.record("error", tracing::field::display(error.kind()));
}

/// The time that an attempt has to have left, of a client with these timeouts.
fn shortest_attempt(attempt: Duration, call: Duration) -> Duration {
    SHORTEST_ATTEMPT.min(attempt).min(call / 2)
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl<'a> Call<'a> {
    fn new(
        settings: &'a Settings,
        operation: &'static OperationInfo,
        request: Outgoing,
        options: &'a CallOptions,
    ) -> Self {
        let started = Instant::now();
        let timeout = options.timeout.map_or(settings.timeout, |timeout| timeout.min(LONGEST));
        Self {
            settings,
            operation,
            request,
            timeout,
            retry: options.retry.unwrap_or(settings.retry),
            waits: None,
            is_renewed: false,
            outcome: Outcome::NotDone,
            started,
            deadline: started + timeout,
            attempts: 0,
        }
    }

    fn span(&self) -> Span {
        info_span!(
            "call",
            api = self.settings.api,
            operation = self.operation.id,
            status = Empty,
            attempts = Empty,
            elapsed_ms = Empty,
            request_id = Empty,
            error = Empty,
        )
    }

    /// Records the end of the call in its span.
    fn ended<T>(
        &self,
        span: &Span,
        result: Result<Result<T, Error>, &'static str>,
    ) -> Result<T, Error> {
        if !span.is_disabled() {
            span.record("attempts", self.attempts);
            span.record("elapsed_ms", milliseconds(self.started));
        }
        result.unwrap_or_else(|lacking| Err(self.of_call(Error::invalid(lacking))))
    }

    /// Attempts the call until it succeeds, or nothing is left to try.
    async fn run(&mut self) -> Result<Finished, Error> {
        loop {
            self.attempts += 1;
            let started = Instant::now();
            match self.attempt().await {
                Ok(finished) => {
                    self.report(started, &finished);
                    return Ok(finished);
                }
                Err(failed) => self.wait(started, failed).await?,
            }
        }
    }

    /// Gets credentials for the call until that succeeds, or nothing is left to try, and sends
    /// nothing else.
    async fn identify(&mut self) -> Result<Identity, Error> {
        loop {
            self.attempts += 1;
            let started = Instant::now();
            let mut request = self.request();
            let mut identity = Identity::default();
            match self.authenticate(&mut request, Some(&mut identity)).await {
                Ok(()) => return Ok(identity),
                Err(error) => {
                    let failed = self.failed(error, Secrets::default());
                    self.wait(started, failed).await?;
                }
            }
        }
    }

    /// Waits until the next attempt, if there is one.
    async fn wait(&mut self, started: Instant, failed: Failed) -> Result<(), Error> {
        self.outcome = self.outcome.max(failed.error.outcome());
        let error = &failed.error;
        let wait = if !self.is_renewed && self.renew(&failed) {
            self.is_renewed = true;
            Some(Duration::ZERO)
        } else if error.is_retryable() {
            let waits = self.waits.get_or_insert_with(|| self.retry.waits());
            waits.next(error.retry_after())
        } else {
            None
        };
        let left = self.deadline.saturating_duration_since(Instant::now());
        let shortest = self.shortest_attempt();
        let wait = wait.filter(|wait| wait.saturating_add(shortest) < left);
        warn!(
            attempt = self.attempts,
            elapsed_ms = milliseconds(started),
            error = %error.kind(),
            status = error.status(),
            code = error.code().map(shown::text),
            request_id = error.request_id().map(shown::text),
            again_in_ms = wait.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
            "attempt failed"
        );
        let Some(wait) = wait else { return Err(failed.error.with_outcome(self.outcome)) };
        sleep(wait).await;
        Ok(())
    }

    fn report(&self, started: Instant, finished: &Finished) {
        let status = finished.answer.status.as_u16();
        debug!(
            attempt = self.attempts,
            elapsed_ms = milliseconds(started),
            status,
            request_id = finished.request_id(),
            "attempt succeeded"
        );
        if !self.operation.successes.contains(&status) {
            warn!(status, "the status of this success is undocumented");
        }
    }

    /// Whether the credentials have newer proof to offer after a refusal.
    fn renew(&self, failed: &Failed) -> bool {
        self.operation.authenticated
            && failed.error.is_unauthenticated()
            && self
                .settings
                .credentials
                .renew(&Refusal { sent: failed.sent.sent(), error: &failed.error })
    }

    async fn attempt(&self) -> Result<Finished, Failed> {
        let (sent, secrets) = self.begin().await?;
        let limits = sent.limits;
        let result = match sent.answer().await {
            Ok(answer) => {
                let tells = self.settings.status_in_body.is_some() && answer.status.is_success();
                let told = tells.then(|| Failure::status_in(&answer.body)).flatten();
                let status = told.and_then(Word::said).unwrap_or(answer.status.as_u16());
                self.observe(&answer, status, &secrets);
                self.judge(answer, told, &secrets)
                    .map(|(answer, outcome)| (answer, outcome, status))
            }
            Err(fault) => Err(self.of_fault(fault, limits, &secrets)),
        };
        match result {
            Ok((answer, outcome, status)) => Ok(Finished {
                status,
                answer,
                outcome,
                operation: self.operation,
                attempts: self.attempts,
                secrets,
            }),
            Err(error) => {
                let operation = self.operation.table;
                let status = error.status().unwrap_or_default();
                let documented = Documented { operation, status, secrets: secrets.clone() };
                Err(self.failed(error.with_documented(documented), secrets))
            }
        }
    }

    /// Sends an attempt. It is apart from what waits for the answer, since requests are large.
    async fn begin(&self) -> Result<(Sent<impl Future<Output = Received>>, Secrets), Failed> {
        let mut request = self.request();
        if self.operation.authenticated {
            if let Err(error) = self.authenticate(&mut request, None).await {
                return Err(self.failed(error, Secrets::default()));
            }
        }
        let secrets = Secrets::of(request.headers().clone());
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left < self.shortest_attempt() {
            let timeout = self.timeout;
            let message = format!("the credentials left no time to send it within {timeout:?}");
            let error = Error::new(ErrorKind::Timeout, message).transient(true);
            return Err(self.failed(error, Secrets::default()));
        }
        let Settings { service, http, limits, .. } = self.settings;
        let limits = Limits { attempt: limits.attempt.min(left), ..*limits };
        Ok((send(service, http.may_follow(), request, limits), secrets))
    }

    fn failed(&self, error: Error, sent: Secrets) -> Failed {
        Failed { error: self.of_call(error), sent }
    }

    /// The request of an attempt, without credentials.
    fn request(&self) -> Request {
        let Settings { blank_url, headers, .. } = self.settings;
        self.request.attempt(self.operation, blank_url, headers)
    }

    /// The time that an attempt has to have left to be begun.
    fn shortest_attempt(&self) -> Duration {
        shortest_attempt(self.settings.limits.attempt, self.timeout)
    }

    /// Adds the credentials to a request, and tells `identity` who they are for.
    async fn authenticate(
        &self,
        request: &mut Request,
        identity: Option<&mut Identity>,
    ) -> Result<(), Error> {
        let settings = self.settings;
        let mut attempt = Attempt {
            request,
            operation: self.operation,
            number: self.attempts,
            base_url: &settings.base_url,
            http: &settings.http,
            limits: settings.limits,
            client_headers: &settings.headers,
            header_prefix: settings.header_prefix,
            identity,
        };
        let authenticated = settings.credentials.authenticate(&mut attempt);
        match timeout_at(self.deadline, authenticated).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(Error::new(
                ErrorKind::Timeout,
                format!("no credentials within the call's {:?}", self.timeout),
            )
            .transient(true)),
        }
    }

    /// Shows an answer to the observer, who is told how it differs from the documents.
    fn observe(&self, answer: &HttpResponse, status: u16, secrets: &Secrets) {
        if let Some(observer) = &self.settings.observer {
            let table = self.operation.table;
            observer.observe(Drift::of_response(
                table,
                status,
                (&answer.headers, &answer.body),
                secrets,
            ));
        }
    }

    /// Tells a success from everything else, with what is known of the outcome.
    fn judge(
        &self,
        answer: HttpResponse,
        told: Option<Word<u16>>,
        secrets: &Secrets,
    ) -> Result<(HttpResponse, Outcome), Error> {
        if answer.status.is_redirection() {
            return Err(self.redirected(answer, secrets));
        }
        if !answer.status.is_success() {
            return Err(self.refused(answer, secrets));
        }
        let done = self.if_changing(Outcome::Done);
        let Some(expected) = self.status_in_body() else {
            return Ok((answer, done));
        };
        match told {
            Some(Word::Said(told)) if told == expected => Ok((answer, done)),
            Some(Word::Said(_)) => Err(self.refused(answer, secrets)),
            Some(Word::Other) => Err(self.without_status(answer, secrets, "is not a status")),
            Some(Word::None) => Err(self.without_status(answer, secrets, "is missing")),
            // What it is instead of an object is told by what decodes it.
            None => Ok((answer, self.if_changing(Outcome::Unknown))),
        }
    }

    /// A success that does not tell whether it is one.
    fn without_status(&self, answer: HttpResponse, secrets: &Secrets, what: &str) -> Error {
        Error::new(
            ErrorKind::Decode,
            format!("the body cannot be read: statusCode {what}, which tells of success"),
        )
        .with_answer(answer, secrets)
        .with_outcome(self.if_changing(Outcome::Unknown))
    }

    fn refused(&self, answer: HttpResponse, secrets: &Secrets) -> Error {
        let wait = retry::retry_after(&answer.headers);
        let error = Error::service(answer, secrets);
        let status = error.status().unwrap_or_default();
        let is_unknown = matches!(status, 408 | 499 | 500..) && !error.is_throttled();
        let is_transient = retry::is_transient(status) || error.is_throttled();
        error
            .transient(is_transient)
            .with_outcome(if is_unknown {
                self.if_changing(Outcome::Unknown)
            } else {
                Outcome::NotDone
            })
            .with_retry_after(wait)
    }

    fn redirected(&self, answer: HttpResponse, secrets: &Secrets) -> Error {
        // These two say that nothing was done yet.
        let is_repeat_elsewhere = matches!(answer.status.as_u16(), 307 | 308);
        let location = answer.headers.get(LOCATION).and_then(|location| location.to_str().ok());
        let target = location.and_then(|location| self.settings.base_url.join(location).ok());
        let to = match target {
            Some(url) => format!(" to {}", url.origin().ascii_serialization()),
            None => String::new(),
        };
        Error::new(
            ErrorKind::Redirected,
            format!("the service redirects{to}, and redirects are not followed"),
        )
        .with_outcome(if is_repeat_elsewhere {
            Outcome::NotDone
        } else {
            self.if_changing(Outcome::Unknown)
        })
        .with_answer(answer, secrets)
    }

    fn of_fault(&self, fault: Fault, limits: Limits, secrets: &Secrets) -> Error {
        let url = &self.settings.base_url;
        let host = match (url.host_str().unwrap_or_default(), url.port_or_known_default()) {
            (host, Some(port)) => format!("{host}:{port}"),
            (host, None) => host.to_owned(),
        };
        let (kind, message) = match fault.reason {
            Reason::Unsendable => (ErrorKind::Invalid, "the request cannot be sent".to_owned()),
            Reason::Connect => (ErrorKind::Connect, format!("no connection to {host}")),
            Reason::ConnectionLost => (
                ErrorKind::ConnectionLost,
                format!("the connection to {host} broke before the answer was complete"),
            ),
            Reason::TimedOut => (
                ErrorKind::Timeout,
                format!("no complete answer from {host} within {:?}", limits.attempt),
            ),
            Reason::TooLarge => (
                ErrorKind::TooLarge,
                format!("the body is larger than the {} bytes that are allowed", limits.body),
            ),
            Reason::Followed => (
                ErrorKind::Redirected,
                "the HTTP client that was given followed a redirect; make it with \
                 `reqwest::redirect::Policy::none()`"
                    .to_owned(),
            ),
        };
        let outcome = match (kind, &fault.answer) {
            (ErrorKind::Invalid | ErrorKind::Connect, _) => Outcome::NotDone,
            (_, Some(answer)) => self.outcome_of_success(answer),
            (_, None) => self.if_changing(Outcome::Unknown),
        };
        let is_transient =
            matches!(kind, ErrorKind::Connect | ErrorKind::ConnectionLost | ErrorKind::Timeout);
        let error = Error::new(kind, message).with_cause(fault.cause);
        match fault.answer {
            // What the service decided is known, whatever became of the rest of its answer.
            Some(answer) if !answer.status.is_success() => {
                self.refused(answer, secrets).with_source(error)
            }
            answer => {
                let error =
                    error.transient(is_transient && !fault.is_permanent).with_outcome(outcome);
                match answer {
                    Some(answer) => error.with_answer(answer, secrets),
                    None => error,
                }
            }
        }
    }

    /// The outcome of a call that changes something; any other leaves nothing open.
    fn if_changing(&self, outcome: Outcome) -> Outcome {
        match self.operation.method.is_safe() {
            true => Outcome::NotDone,
            false => outcome,
        }
    }

    /// The status that the body of a success has to tell, where the vendor puts one there.
    fn status_in_body(&self) -> Option<u16> {
        self.settings.status_in_body.filter(|_| self.operation.answers_json)
    }

    /// The outcome as far as the beginning of a success tells it.
    fn outcome_of_success(&self, answer: &HttpResponse) -> Outcome {
        let is_told = match self.status_in_body() {
            Some(expected) => Failure::status_in(&answer.body) == Some(Word::Said(expected)),
            None => true,
        };
        self.if_changing(if is_told { Outcome::Done } else { Outcome::Unknown })
    }

    fn of_call(&self, error: Error) -> Error {
        error.of_call(self.operation.id, self.operation.method.clone(), self.attempts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However short the timeouts are, a call is sent.
    #[test]
    fn an_attempt_may_be_as_short_as_the_timeouts() {
        for (attempt, call, shortest) in
            [(60_000, 150_000, 100), (60_000, 90, 45), (30, 150_000, 30), (0, 0, 0)]
        {
            let [attempt, call, shortest] = [attempt, call, shortest].map(Duration::from_millis);
            assert_eq!(shortest_attempt(attempt, call), shortest);
        }
    }
}
