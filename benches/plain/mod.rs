//! The members of documented samples as plain structs, without enumerations and points in time.

#![allow(dead_code, reason = "responses are decoded whole, and one member of each is looked at")]

use serde::Deserialize;
use serde_json::{Map, Value};

macro_rules! plain {
    ($($model:ident { $($name:ident: $type:ty,)* })*) => {$(
        #[derive(Deserialize)]
        #[allow(non_snake_case)]
        pub struct $model {
            $(pub $name: Option<$type>,)*
        }
    )*};
}

plain! {
    Published {
        code_filename: String, code_size: i64, code_type: String, cpu: i64, digest: String,
        domain_id: String, func_code: Map<String, Value>, func_name: String, func_urn: String,
        handler: String, image_name: String, last_modified: String, last_modified_utc: i64,
        memory_size: i64, namespace: String, package: String, project_name: String,
        runtime: String, strategy_config: Strategy, timeout: i64, version: String,
    }
    Strategy { concurrency: i64, }
    Configured {
        created_time: String, destination_config: Destinations, func_urn: String,
        last_modified: String, max_async_event_age_in_seconds: i64, max_async_retry_attempts: i64,
    }
    Destinations { on_failure: Destination, on_success: Destination, }
    Destination { destination: String, param: String, }
    Reuploaded { statusCode: i64, message: String, apiCode: i64, requestId: String, data: Function, }
    Function {
        funcId: String, funcName: String, funcDescription: String, scene: String,
        sourceCode: String, isAsynchronous: bool, timeout: i64, terminateOnTimeout: bool,
        enabled: bool, createdAt: String, updatedAt: String, status: String, uploadErrMsg: String,
    }
}
