//! The cost of a drift observer: compares calls with and without one, in one run.
//!
//! `cargo bench --bench drift --features mock`

use std::time::{Duration, Instant};

use cloudfn::credentials::Anonymous;
use cloudfn::functiongraph::Client;
use cloudfn::mock::Server;

const ROUNDS: usize = 31;
const CALLS: usize = 200;

async fn time(client: &Client) -> Duration {
    let started = Instant::now();
    for _ in 0..CALLS {
        let call = client.create_function_version().function_urn("urn");
        call.body_map(|body| body.version("v1")).send().await.expect("the mock answers");
    }
    started.elapsed()
}

fn median(mut list: Vec<f64>) -> f64 {
    list.sort_by(f64::total_cmp);
    list[list.len() / 2]
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let server = Server::start().await.expect("a port is free");
    server.forget_received();
    let builder = || {
        let builder = Client::builder().endpoint(server.base_url()).project_id("p");
        builder.credentials(Anonymous)
    };
    let plain = builder().build().expect("all is set");
    let observed = builder().on_drift(|drift| panic!("{drift}")).build().expect("all is set");
    let mut ratios = Vec::new();
    let mut plains = Vec::new();
    for _ in 0..ROUNDS {
        let (without, with) = (time(&plain).await, time(&observed).await);
        ratios.push(with.as_secs_f64() / without.as_secs_f64());
        plains.push(without.as_secs_f64() / CALLS as f64 * 1e6);
    }
    println!("a call without an observer: {:.0} µs (median of {ROUNDS})", median(plains));
    println!("with an observer: {:.3} times as long (median)", median(ratios));
}
