//! The model of an API: what a spec states, read once. Nothing else looks into the document.

mod access;
mod build;
mod check;
mod excerpt;
mod index;
mod instance;
pub mod media;
pub mod notation;
mod operation;
pub mod pointer;
mod read;
pub mod resource;
mod rules;
mod schema;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{Map, Value};

pub use self::access::{Scheme, Server, Variable};
pub use self::build::METHODS;
pub use self::excerpt::Change;
use self::index::Index;
pub use self::index::Uses;
pub use self::instance::{completed, minimal, text_of_length};
pub use self::operation::{
    in_braces, Body, Form, Media, Operation, PageTitle, Parameter, Response, Sample, STYLES,
};
use self::read::Document;
use self::rules::Rules;
pub use self::schema::{Alternatives, Bound, Constraint, Member, Schema, CONSTRAINTS, LIMITS};
use crate::error::{files_in, Error, Result};

/// What stands in the spec `text`, not validated; `file` names it in errors.
pub(crate) fn document(file: &Path, text: &str) -> Result<Value> {
    Document::parse(file, text).map(|document| document.value)
}

/// An API as its spec describes it.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Name of the API: the file's stem, and the module of the generated client.
    pub api: String,
    /// The file.
    pub file: PathBuf,
    /// Title, version and description of the API.
    pub info: Map<String, Value>,
    /// Its base URLs.
    pub servers: Vec<Server>,
    /// Its security schemes.
    pub schemes: Vec<Scheme>,
    /// The alternatives of the security that operations have by default.
    pub security: Vec<Vec<String>>,
    /// Its operations, in the order of the paths.
    pub operations: Vec<Operation>,
    document: Document,
    /// The schemas of the document, and then the headers of responses as objects.
    schemas: Vec<Schema>,
    /// How many of them stand in the document.
    written: usize,
    by_pointer: HashMap<String, usize>,
    index: Index,
    /// The rules that instances keep.
    rules: Rules,
    /// The pointers of the components that each operation uses.
    used: OnceLock<Vec<BTreeSet<String>>>,
}

impl Spec {
    /// Reads and validates the spec in `file`.
    pub fn load(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file)
            .map_err(|e| Error::new(file, "", format!("cannot be read: {e}")))?;
        Self::parse(file, &text)
    }

    /// Validates the spec `text`; `file` names it in errors.
    pub fn parse(file: &Path, text: &str) -> Result<Self> {
        Self::read(Document::parse(file, text)?)
    }

    /// Validates a spec that has been read already; `file` names it in errors.
    pub fn of(file: &Path, value: Value) -> Result<Self> {
        Self::read(Document { file: file.to_owned(), value })
    }

    /// Reads every `*.yaml` directly in `folder`, in the order of their names.
    pub fn load_all(folder: &Path) -> Result<Vec<Self>> {
        let files = files_in(folder, &["yaml", "yml"])?;
        if files.is_empty() {
            return Err(Error::new(folder, "", "there is no spec (*.yaml)"));
        }
        files.iter().map(|file| Self::load(file)).collect()
    }

    fn read(mut document: Document) -> Result<Self> {
        let checked = |document, pointers: &[String]| {
            let spec = Self::of_document(document, pointers)?;
            check::check(&spec)?;
            spec.document.is_read_by_generator()?;
            Ok(spec)
        };
        let pointers = document.check()?;
        let spec = checked(document, &pointers)?;
        match spec.document.written_together(&pointers)? {
            Some(mut together) => {
                let pointers = together.check()?;
                checked(together, &pointers)
            }
            None => Ok(spec),
        }
    }

    fn of_document(document: Document, pointers: &[String]) -> Result<Self> {
        let api = document
            .file
            .file_stem()
            .and_then(|stem| stem.to_str())
            .filter(|stem| syn::parse_str::<syn::Ident>(stem).is_ok())
            .ok_or_else(|| document.error("", "the file's name is not a Rust module name"))?
            .to_owned();
        let mut schemas: Vec<Schema> = pointers
            .iter()
            .filter_map(|at| Some(Schema::of(at, document.value.pointer(at)?)))
            .collect();
        let (written, index) = (schemas.len(), Index::of(&schemas));
        let operations = build::operations(&document);
        let responses = operations.iter().flat_map(|operation| &operation.responses);
        schemas.extend(responses.filter_map(Schema::of_headers));
        Ok(Self {
            api,
            file: document.file.clone(),
            info: document.value["info"].as_object().cloned().unwrap_or_default(),
            servers: build::servers(&document, &[""]),
            schemes: build::schemes(&document),
            security: build::security(&document.value["security"]),
            operations,
            index,
            rules: Rules::default(),
            used: OnceLock::new(),
            by_pointer: schemas.iter().map(|schema| schema.pointer.clone()).zip(0..).collect(),
            schemas,
            written,
            document,
        })
    }

    /// The document that the spec was read from, for those who hand it on as it is.
    pub fn as_json(&self) -> &Value {
        &self.document.value
    }

    /// What stands at `pointer`, word for word.
    pub fn written(&self, pointer: &str) -> &Value {
        self.document.value.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The keywords of the object at `pointer`, references followed: those too that the model has
    /// no place for.
    pub fn keywords(&self, pointer: &str) -> impl Iterator<Item = (&String, &Value)> {
        let found = self.document.at(pointer);
        found.into_iter().flat_map(|found| read::members(found.value))
    }

    /// The pointers of the components that operations use.
    pub fn used_components(&self) -> BTreeSet<String> {
        let schemes = self.operations.iter().flat_map(|operation| &operation.security).flatten();
        let schemes = schemes.map(|name| pointer::join("/components/securitySchemes", name));
        let paths = &self.document.value["paths"];
        self.document.components_from(vec![paths]).into_iter().chain(schemes).collect()
    }

    fn document(&self) -> &Document {
        &self.document
    }

    /// A place in this spec, for a reader.
    pub fn place(&self, pointer: &str) -> String {
        format!("{}#{pointer}", self.file.display())
    }

    /// An error at `pointer` of this spec.
    pub fn error(&self, pointer: &str, message: impl Into<String>) -> Error {
        self.document.error(pointer, message)
    }

    /// The operation `id`.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// A security scheme by its name.
    pub fn scheme(&self, name: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|scheme| scheme.name == name)
    }

    /// Whether an operation's security asks for the header `name`: in every alternative
    /// (`Some(true)`), in some (`Some(false)`) or in none (`None`).
    pub fn security_header(&self, operation: &Operation, name: &str) -> Option<bool> {
        let is_header = |scheme: &&Scheme| {
            let key =
                scheme.key.as_deref().filter(|_| scheme.location.as_deref() == Some("header"));
            key.is_some_and(|key| key.eq_ignore_ascii_case(name))
        };
        let has_header = |schemes: &&Vec<String>| {
            schemes.iter().filter_map(|scheme| self.scheme(scheme)).any(|scheme| is_header(&scheme))
        };
        match operation.security.iter().filter(has_header).count() {
            0 => None,
            count => Some(count == operation.security.len()),
        }
    }

    /// All schemas, in the order of the document, what holds others before these.
    pub fn schemas(&self) -> &[Schema] {
        &self.schemas[..self.written]
    }

    /// The headers of a response as an object, if it has any.
    pub fn headers(&self, response: &Response) -> Option<&Schema> {
        self.schema(&response.headers_pointer())
    }

    /// The headers that calls return typed, as objects.
    pub fn typed_headers(&self) -> impl Iterator<Item = &Schema> {
        let responses = self.operations.iter().filter_map(Operation::with_headers);
        responses.filter_map(|response| self.headers(response))
    }

    /// The schema that stands at `pointer`, or the headers there as an object.
    pub fn schema(&self, pointer: &str) -> Option<&Schema> {
        self.by_pointer.get(pointer).map(|index| &self.schemas[*index])
    }

    /// The schema at `pointer`, with references followed.
    pub fn at(&self, pointer: &str) -> Option<&Schema> {
        let mut schema = self.schema(pointer)?;
        while let Some(target) = &schema.target {
            schema = self.schema(target)?;
        }
        Some(schema)
    }

    /// The component schemas with their names.
    pub fn components(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.schemas()
            .iter()
            .filter_map(|schema| Some((pointer::whole_component(&schema.pointer)?, schema)))
    }

    /// What an array or a map is made of in the end, through others in it; the schema itself, if
    /// it is neither. Nothing for one that is made of itself.
    pub fn innermost<'s>(&'s self, schema: &'s Schema) -> Option<&'s Schema> {
        let mut seen = BTreeSet::new();
        let mut found = schema;
        while let Some(inside) = found.made_of() {
            if !seen.insert(&found.pointer) {
                return None;
            }
            found = self.at(inside)?;
        }
        Some(found)
    }

    /// Whether a schema is an array or a map. One that is made of itself is not meant: it cannot
    /// be written out.
    pub fn is_collection(&self, schema: &Schema) -> bool {
        schema.made_of().is_some() && self.innermost(schema).is_some()
    }

    /// Whether two schemas are written alike.
    pub fn is_same(&self, one: &str, other: &str) -> bool {
        self.document.value.pointer(one) == self.document.value.pointer(other)
    }

    /// How the schema at `pointer` is used.
    pub fn uses(&self, pointer: &str) -> Uses {
        self.index.uses(pointer)
    }

    /// The names of the component schemas that what stands at `holder` uses, directly or through
    /// others. It is outside of the component schemas.
    pub fn components_in(&self, holder: &str) -> BTreeSet<String> {
        self.index.used_in(holder)
    }

    /// Whether the client reads or writes what stands at `pointer`: it is in no body, or in the
    /// JSON of one.
    pub fn is_used(&self, pointer: &str) -> bool {
        let holders = ["/paths/", "/components/responses/", "/components/requestBodies/"];
        let is_of_body = holders.iter().any(|holder| pointer.starts_with(holder));
        let in_body = pointer.split_once("/content/").filter(|_| is_of_body);
        let Some((body, inside)) = in_body else { return true };
        let content = self.document.value.pointer(&format!("{body}/content"));
        let content = content.unwrap_or(&Value::Null);
        let used = media::json_of(|| read::members(content).map(|(name, _)| name.as_str()));
        used.map(pointer::escape).as_deref() == inside.split('/').next()
    }

    /// The name of a component schema that no operation uses.
    fn unused_schema(&self) -> Option<&str> {
        let used = self.index.used();
        self.components().map(|(name, _)| name).find(|name| !used.contains(*name))
    }
}
