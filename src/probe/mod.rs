//! The client of a made-up spec. It tests generated code with schemas that no vendor's page has yet.

#![allow(dead_code, missing_docs, unused_imports, reason = "for tests only")]

#[path = "../../tests/contract/forms.rs"]
mod forms;
mod lists;
mod paging;
mod responses;
mod rules;
mod schemas;
mod secrets;

use crate::client::{Api, Profile, Wired};

include!(concat!(env!("OUT_DIR"), "/probe.rs"));

enum Probe {}

type ClientBuilder = crate::ClientBuilder<Probe>;

impl Api for Probe {
    type Client = Client;
    const PROFILE: Profile = Profile::named("probe");

    fn client(core: Wired) -> Client {
        Client { inner: core.0 }
    }
}

/// A client of the service at `endpoint`.
fn client(endpoint: &str) -> Client {
    let builder = ClientBuilder::new().credentials(crate::credentials::Anonymous);
    builder.endpoint(endpoint).build().unwrap()
}
