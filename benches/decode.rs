//! What decoding a model costs against a struct with plain members, and what the check of a request
//! costs, in one run.
//!
//! `cargo bench --bench decode --features mock`

use std::hint::black_box;
use std::time::Instant;

use cloudfn::authing::types::PipelineFunctionSingleRespDto;
use cloudfn::functiongraph::types::{
    CreateFunctionVersionRequestBody, CreateFunctionVersionResponse,
    UpdateFunctionAsyncInvokeConfigRequestBody, UpdateFunctionAsyncInvokeConfigResponse,
};
use cloudfn::functiongraph::API;
use cloudfn::registry::Api;
use cloudfn_schema::{check_with, Options, Parameter, Path};
use serde::de::DeserializeOwned;
use serde::Serialize;

mod plain;

use plain::{Configured, Published, Reuploaded};

const ROUNDS: usize = 101;
const TIMES: u32 = 500;

/// The nanoseconds of a call of `f`, on average of many.
fn time<T>(mut f: impl FnMut() -> T) -> f64 {
    let started = Instant::now();
    for _ in 0..TIMES {
        black_box(f());
    }
    started.elapsed().as_secs_f64() / f64::from(TIMES) * 1e9
}

fn median(list: impl Iterator<Item = f64>) -> f64 {
    let mut list: Vec<f64> = list.collect();
    list.sort_by(f64::total_cmp);
    list[list.len() / 2]
}

/// The median time of each, and that of their ratio.
fn compare<T, U>(mut one: impl FnMut() -> T, mut other: impl FnMut() -> U) -> [f64; 3] {
    let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (time(&mut one), time(&mut other))).collect();
    [
        median(rounds.iter().map(|(one, _)| *one)),
        median(rounds.iter().map(|(_, other)| *other)),
        median(rounds.iter().map(|(one, other)| other / one)),
    ]
}

fn read<T: DeserializeOwned>(json: &[u8]) -> T {
    serde_json::from_slice(black_box(json)).expect("a sample is read")
}

/// Compares the model of a success with a plain struct, on the documented sample.
fn decode<Plain: DeserializeOwned, Model: DeserializeOwned>(api: &Api, operation: &str) {
    let operation = api.operation(operation).expect("it is documented");
    let sample = operation.samples.iter().find(|sample| sample.place == "response.200");
    let json = sample.expect("it has one").json.as_bytes();
    let model = operation.model("response.200").expect("it has one");
    let [plain, typed, ratio] = compare(|| read::<Plain>(json), || read::<Model>(json));
    let [_, client, of_client] = compare(|| read::<Plain>(json), || (model.decode)(json));
    println!("{}: {plain:.0} ns as a plain struct", operation.id);
    println!("    the model: {typed:.0} ns, {ratio:.2} times as long");
    println!("    as a client reads it: {client:.0} ns, {of_client:.2} times as long");
}

fn main() {
    decode::<Published, CreateFunctionVersionResponse>(&API, "create_function_version");
    let operation = "update_function_async_invoke_config";
    decode::<Configured, UpdateFunctionAsyncInvokeConfigResponse>(&API, operation);
    decode::<Reuploaded, PipelineFunctionSingleRespDto>(
        &cloudfn::authing::API,
        "reupload_pipeline_function",
    );

    let urn = "urn:fss:cn-north-4:46b6f338fc3445b8846c71dfb1fbd9e8:function:default:test";
    let publish = CreateFunctionVersionRequestBody::builder().version("v1").description("first");
    let body = CreateFunctionVersionRequestBody::try_from(publish).expect("nothing is missing");
    println!("the check of a request: {:.0} ns", checked("create_function_version", urn, &body));
    let configure = UpdateFunctionAsyncInvokeConfigRequestBody::builder()
        .max_async_retry_attempts(3)
        .max_async_event_age_in_seconds(60);
    let body = UpdateFunctionAsyncInvokeConfigRequestBody::try_from(configure);
    let body = body.expect("nothing is missing");
    println!("of one with ranges: {:.0} ns", checked(operation, urn, &body));
}

/// What `send` spends on the check of its parameters and its body.
fn checked(operation: &str, urn: &str, body: &impl Serialize) -> f64 {
    let table = API.operation(operation).expect("it is documented").table;
    let [project, function] = table.parameters else { panic!("it has two parameters") };
    let schema = table.request.as_ref().expect("it has a body").schema;
    let options = Options { nested: true, ..Options::request() };
    let of = |parameter: &Parameter, value: &str| {
        let path = Path::ROOT.member(parameter.name);
        check_with(&options, parameter.schema, &path, black_box(value))
    };
    let all = || {
        let found = [of(project, "46b6f338fc3445b8846c71dfb1fbd9e8"), of(function, urn)];
        (found, check_with(&options, schema, &Path::ROOT, black_box(body)))
    };
    assert!(all().0.concat().is_empty() && all().1.is_empty());
    median((0..ROUNDS).map(|_| time(all)))
}
