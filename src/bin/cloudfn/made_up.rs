//! An API for tests, with features that no documented API uses yet.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use cloudfn::registry::{Api, CallResponse, Member, Model, Operation, Parameter, Schema};
use cloudfn::Error;
use cloudfn_schema::Kind;

const fn model(rust_type: &'static str) -> Model {
    Model {
        rust_type,
        decode: |_| Err(String::new()),
        #[cfg(feature = "schemars")]
        json_schema: || serde_json::Value::Null,
    }
}

const fn parameter(name: &'static str, location: &'static str) -> Parameter {
    Parameter {
        name,
        key: name,
        delimiter: None,
        location,
        required: false,
        secret: false,
        rust_type: "String",
        description: "What it is.\n\nDocumented length: 1 character.",
        minimal: "x",
        default: None,
        table: &TABLE,
    }
}

/// Anything.
const ANY: cloudfn_schema::Schema = cloudfn_schema::Schema {
    pointer: "",
    claims: &[],
    nullable: false,
    values: &[],
    kind: Kind::Any,
};

const TABLE: cloudfn_schema::Parameter =
    cloudfn_schema::Parameter { name: "", location: "", required: false, schema: &ANY };

const MEMBER: Member = Member {
    name: "",
    rust_type: "Option<String>",
    json_type: "string",
    description: "What it is.",
    default: None,
    required: false,
    secret: false,
    table: None,
    build: |value| Ok(value.clone()),
};

const fn of(name: &'static str, rust_type: &'static str) -> Member {
    Member { name, rust_type, json_type: "object", ..MEMBER }
}

const fn schema(name: &'static str, members: &'static [Member]) -> Schema {
    Schema { name, model: model(name), empty: None, table: None, members }
}

static OPERATIONS: [Operation; 2] = [
    Operation { parameters: &PARAMETERS, ..OPERATION },
    Operation {
        id: "make_up_list",
        request: Some(model("Vec<Mount>")),
        headers: Some(model("Mount")),
        ..OPERATION
    },
];

static PARAMETERS: [Parameter; 7] = [
    Parameter { required: true, ..parameter("project_id", "path") },
    Parameter {
        default: Some("20"),
        table: &cloudfn_schema::Parameter { schema: &RANGE, ..TABLE },
        ..parameter("limit", "query")
    },
    Parameter { required: true, ..parameter("user_id", "query") },
    Parameter { rust_type: "Vec<String>", ..parameter("userId", "query") },
    parameter("user-id", "header"),
    Parameter { secret: true, ..parameter("X-Secret-Key", "header") },
    Parameter { secret: true, ..parameter("api_key", "query") },
];

const OPERATION: Operation = Operation {
    id: "make_up",
    method: "POST",
    path: "/{project_id}",
    summary: "Make something up.",
    parameters: &[],
    request: Some(model("Body")),
    request_required: true,
    minimal_request: None,
    safe: false,
    responses: &[],
    headers: None,
    security: &[],
    samples: &[],
    table: &cloudfn_schema::Operation {
        api: "made_up",
        id: "make_up",
        prefixes: &[],
        statuses: &[],
        parameters: &[],
        request: None,
        responses: &[],
    },
    paging: None,
    waiting: None,
    resource: None,
    call: |_, _| Box::pin(async { Ok::<CallResponse, Error>(CallResponse::default()) }),
};

static SCHEMAS: [Schema; 4] = [
    schema(
        "Body",
        &[
            Member { name: "db_password", required: true, secret: true, ..MEMBER },
            Member { name: "timeout", table: Some(&RANGE), default: Some("3"), ..MEMBER },
            Member { name: "user_id", ..MEMBER },
            of("mounts", "Option<Vec<Mount>>"),
            of("by_name", "BTreeMap<String, Vec<Mount>>"),
            of("login", "Option<Login>"),
            of("deep", "Option<Deep>"),
        ],
    ),
    schema(
        "Mount",
        &[
            Member { name: "kind", required: true, table: Some(&RANGE), ..MEMBER },
            Member { name: "path", default: Some("\"/\""), ..MEMBER },
        ],
    ),
    schema("Login", &[MEMBER_USER, Member { name: "password", secret: true, ..MEMBER }]),
    schema("Deep", &[of("deeper", "Option<Box<Deep>>"), of("any", "Value")]),
];

const MEMBER_USER: Member = Member { name: "user", ..MEMBER };

static RANGE: cloudfn_schema::Schema = cloudfn_schema::Schema {
    kind: Kind::Integer { min: Some(1), max: Some(3), multiple_of: None },
    ..ANY
};

/// A temporary file, deleted on drop.
pub struct File(PathBuf);

impl File {
    pub fn of(text: impl AsRef<[u8]>) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("cloudfn-{}-{count}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

pub static API: Api = Api {
    name: "made_up",
    servers: &[],
    operations: &OPERATIONS,
    schemas: &SCHEMAS,
    collections: &[],
    forms: &[],
    target: |_, _, _, _| unreachable!("it is not called"),
};
