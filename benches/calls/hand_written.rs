//! A client as one would write it for these three calls, with reqwest and serde.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use percent_encoding::{utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, Method};
use serde::de::DeserializeOwned;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::call_driver::{
    Auth, Calls, Operation, Options, ACCESS_KEY, FUNCTION, PROJECT, SECRET_KEY, TARGET, TOKEN, URN,
};
use super::plain::{Configured, Published, Reuploaded};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

pub struct HandWritten {
    http: Client,
    base_url: String,
    host: String,
    operation: Operation,
    auth: Auth,
}

#[derive(Serialize)]
struct Publish {
    version: String,
    description: String,
}

#[derive(Serialize)]
struct Configure {
    max_async_event_age_in_seconds: i64,
    max_async_retry_attempts: i64,
    destination_config: Targets,
}

#[derive(Serialize)]
struct Targets {
    on_failure: Target,
}

#[derive(Serialize)]
struct Target {
    destination: String,
    param: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reupload {
    func_id: String,
}

impl Calls for HandWritten {
    const CLIENT: &'static str = "hand-written";

    fn new(options: &Options) -> Result<Self, String> {
        let host = options.base_url.split("://").nth(1).unwrap_or_default().to_owned();
        Ok(Self {
            http: Client::new(),
            base_url: options.base_url.clone(),
            host,
            operation: options.operation,
            auth: options.auth,
        })
    }

    async fn call(&self) -> Result<(), String> {
        let is_there = match self.operation {
            Operation::PublishVersion => {
                let body = Publish { version: "v1".to_owned(), description: "first".to_owned() };
                let published: Published =
                    self.functiongraph(Method::POST, "versions", &body).await?;
                published.func_urn.is_some()
            }
            Operation::SetAsyncConfig => {
                let on_failure = Target { destination: "SMN".to_owned(), param: TARGET.to_owned() };
                let body = Configure {
                    max_async_event_age_in_seconds: 60,
                    max_async_retry_attempts: 1,
                    destination_config: Targets { on_failure },
                };
                let path = "async-invoke-config";
                let configured: Configured = self.functiongraph(Method::PUT, path, &body).await?;
                configured.func_urn.is_some()
            }
            Operation::ReuploadPipeline => self.reupload().await?.data.is_some(),
        };
        match is_there {
            true => Ok(()),
            false => Err("the answer lacks the member that is looked at".to_owned()),
        }
    }
}

impl HandWritten {
    async fn functiongraph<T: DeserializeOwned>(
        &self,
        method: Method,
        last: &str,
        body: &impl Serialize,
    ) -> Result<T, String> {
        let urn = utf8_percent_encode(URN, UNRESERVED);
        let path = format!("/v2/{PROJECT}/fgs/functions/{urn}/{last}");
        let body = serde_json::to_vec(body).map_err(|e| e.to_string())?;
        let request = self.http.request(method.clone(), format!("{}{path}", self.base_url));
        let request = request.header(CONTENT_TYPE, "application/json");
        let request = match self.auth {
            Auth::Token => request.header("X-Auth-Token", TOKEN),
            Auth::AccessKey => {
                let date = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
                let authorization = self.signed(&method, &path, &date, &body);
                request
                    .header("X-Sdk-Date", date)
                    .header("X-Project-Id", PROJECT)
                    .header(AUTHORIZATION, authorization)
            }
        };
        answer(request.body(body)).await
    }

    fn signed(&self, method: &Method, path: &str, date: &str, body: &[u8]) -> String {
        const SIGNED: &str = "content-type;host;x-project-id;x-sdk-date";
        let canonical = format!(
            "{method}\n{path}/\n\ncontent-type:application/json\nhost:{}\nx-project-id:{PROJECT}\n\
             x-sdk-date:{date}\n\n{SIGNED}\n{}",
            self.host,
            hex(&Sha256::digest(body))
        );
        let hash = hex(&Sha256::digest(canonical.as_bytes()));
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET_KEY.as_bytes())
            .unwrap_or_else(|_| unreachable!("a key has any length"));
        mac.update(format!("SDK-HMAC-SHA256\n{date}\n{hash}").as_bytes());
        let signature = hex(&mac.finalize().into_bytes());
        format!(
            "SDK-HMAC-SHA256 Access={ACCESS_KEY}, SignedHeaders={SIGNED}, Signature={signature}"
        )
    }

    async fn reupload(&self) -> Result<Reuploaded, String> {
        let request =
            self.http.post(format!("{}/api/v3/reupload-pipeline-function", self.base_url));
        let request = request
            .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
            .header("x-authing-userpool-id", "a-user-pool")
            .json(&Reupload { func_id: FUNCTION.to_owned() });
        answer(request).await
    }
}

async fn answer<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, String> {
    let answer = request.send().await.and_then(|answer| answer.error_for_status());
    match answer {
        Ok(answer) => answer.json().await.map_err(|e| e.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}
