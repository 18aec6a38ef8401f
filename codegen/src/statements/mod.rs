//! What a spec states, as one flat list: each statement once, where it stands.
//!
//! A statement is followed by those inside it. A schema that refers to another one names its
//! pointer, so that the list grows with the spec and circles end.

mod operations;
mod schemas;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use heck::ToUpperCamelCase;
use serde_json::Value;

use crate::model::pointer::{is_in, join};
use crate::model::{Spec, METHODS};

/// Keywords that only describe.
pub const ANNOTATIONS: [&str; 5] = ["description", "summary", "title", "example", "examples"];

/// That there is a schema with a name.
const COMPONENT: &str = "component";

/// A statement of a spec.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statement {
    /// What is stated: a keyword of OpenAPI, or what is there (`member`, `error status`).
    pub keyword: String,
    /// Which one of several with this keyword, as it is known on the wire.
    pub name: String,
    /// The value; the name or the whole text of what is there.
    pub value: Value,
    /// JSON pointer.
    pub pointer: String,
    /// What it is about: `FuncDestinationConfig.destination`, `path parameter project_id`.
    pub subject: String,
    /// Which way it travels, and in which part of a call; nothing if that depends on the use.
    pub part: Option<(Direction, String)>,
    /// What the generated client makes of its place; nothing if that depends on the use.
    pub site: Option<Site>,
    /// What holds where it is not stated.
    pub default: Option<Value>,
    /// Whether it tells something only beside another one, such as the name of a type.
    pub needs_other: bool,
    /// Where the statements inside are, if it says that something is there.
    pub inside: Option<Range<usize>>,
    /// The pointer of the schema whose statements hold here, too.
    pub target: Option<String>,
}

/// Which way a thing travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// It belongs to the call as a whole.
    Call,
    /// Callers send it.
    Request,
    /// Callers read it.
    Response,
}

/// A type (`types::Runtime`) or a builder of the generated client, and its member.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// The type, without `builder::` for the builders of models.
    pub owner: String,
    /// The member or function; nothing for the type itself.
    pub member: String,
}

/// Everything that a spec states: operations, the document, and schemas with a name.
#[derive(Clone, Debug)]
pub struct Statements {
    /// The statements, in the order of the spec.
    pub all: Vec<Statement>,
    /// Where the schemas are that others refer to.
    targets: HashMap<String, usize>,
}

impl Statements {
    /// The statements of `spec`.
    pub fn of(spec: &Spec) -> Self {
        let mut list = List { spec, found: Vec::new() };
        spec.operations.iter().for_each(|operation| list.operation(operation));
        list.document();
        for (name, schema) in spec.components() {
            list.schema(&Statement::default().called(name), COMPONENT, name, &schema.pointer);
        }
        let targets: BTreeSet<&String> =
            list.found.iter().filter_map(|statement| statement.target.as_ref()).collect();
        let is_target = |(_, statement): &(usize, &Statement)| {
            statement.inside.is_some() && targets.contains(&statement.pointer)
        };
        let targets = list.found.iter().enumerate().filter(is_target);
        let targets = targets.map(|(index, statement)| (statement.pointer.clone(), index));
        Self { targets: targets.collect(), all: list.found }
    }

    /// Those that are not inside others, without the schemas that others refer to.
    pub fn outermost(&self) -> Vec<&Statement> {
        self.among(0..self.all.len()).filter(|found| found.keyword != COMPONENT).collect()
    }

    /// Those directly inside `statement` and inside what it refers to, with the last of these.
    /// What stands beside a reference comes first.
    pub fn inside<'s>(&'s self, statement: &'s Statement) -> (Vec<&'s Statement>, &'s Statement) {
        let mut holder = statement;
        let mut found: Vec<&Statement> = Vec::new();
        loop {
            let beside = found.len();
            for inner in self.among(holder.inside.clone().unwrap_or_default()) {
                let is_same = |other: &&Statement| other.is_like(inner);
                if !found[..beside].iter().any(is_same) {
                    found.push(inner);
                }
            }
            let target = holder.target.as_ref().and_then(|target| self.targets.get(target));
            match target {
                Some(index) => holder = &self.all[*index],
                None => return (found, holder),
            }
        }
    }

    fn among(&self, range: Range<usize>) -> impl Iterator<Item = &Statement> {
        let mut next = range.start;
        std::iter::from_fn(move || {
            let found = self.all[..range.end].get(next)?;
            next = found.inside.as_ref().map_or(next + 1, |inside| inside.end);
            Some(found)
        })
    }
}

impl Statement {
    /// The same about something else.
    fn called(&self, subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), ..self.clone() }
    }

    fn with_site(&self, owner: &str, member: &str) -> Self {
        let site = Site { owner: owner.to_owned(), member: member.to_owned() };
        Self { site: Some(site), ..self.clone() }
    }

    /// Whether both state the same of their holders, with whatever values.
    pub fn is_like(&self, other: &Self) -> bool {
        (&self.keyword, &self.name) == (&other.keyword, &other.name)
    }
}

/// The list as it grows.
struct List<'s> {
    spec: &'s Spec,
    found: Vec<Statement>,
}

/// The builder of an operation's call, as a type of the generated client.
fn builder(operation: &str) -> String {
    format!("builder::{}", operation.to_upper_camel_case())
}

impl List<'_> {
    /// Adds a statement, with what it has in common with `at`.
    fn state(
        &mut self,
        at: &Statement,
        keyword: &str,
        value: impl Into<Value>,
        pointer: String,
    ) -> &mut Statement {
        let index = self.found.len();
        let (keyword, value) = (keyword.to_owned(), value.into());
        self.found.push(Statement { keyword, value, pointer, ..at.clone() });
        &mut self.found[index]
    }

    /// Adds that something is there, with what is stated `inside`.
    fn there(
        &mut self,
        at: &Statement,
        (keyword, name): (&str, &str),
        value: impl Into<Value>,
        pointer: &str,
        inside: impl FnOnce(&mut Self),
    ) -> &mut Statement {
        let index = self.found.len();
        self.state(at, keyword, value, pointer.to_owned());
        inside(self);
        let end = self.found.len();
        let statement = &mut self.found[index];
        statement.name = name.to_owned();
        statement.inside = Some(index + 1..end);
        statement.target = self.spec.schema(pointer).and_then(|schema| schema.target.clone());
        statement
    }

    /// Adds the keywords of the object at `pointer` that are not `known`.
    fn others(&mut self, at: &Statement, pointer: &str, known: &[&str]) {
        for (keyword, value) in self.spec.keywords(pointer) {
            let keyword = keyword.as_str();
            if !known.contains(&keyword) && !ANNOTATIONS.contains(&keyword) {
                self.state(at, keyword, value.clone(), join(pointer, keyword));
            }
        }
    }

    /// What stands outside of operations, and what no operation uses.
    fn document(&mut self) {
        let at = Statement::default();
        let known = ["paths", "components", "servers", "security", "info"];
        self.others(&at.called("document"), "", &known);
        self.others(&at.called("info"), "/info", &[]);
        let has_operations = |item: &Value| METHODS.iter().any(|method| !item[*method].is_null());
        let paths = self.spec.keywords("/paths").filter(|(_, item)| has_operations(item));
        let paths: Vec<&str> = paths.map(|(path, _)| path.as_str()).collect();
        self.others(&at.called("paths"), "/paths", &paths);
        let used = self.spec.used_components();
        for (kind, components) in self.spec.keywords("/components") {
            let holder = join("/components", kind);
            match kind.as_str() {
                "schemas" | "examples" => {}
                kind if kind.starts_with("x-") => {
                    self.state(&at.called("components"), kind, components.clone(), holder);
                }
                kind => {
                    for (name, component) in self.spec.keywords(&holder) {
                        let at = at.called(format!("components.{kind}.{name}"));
                        self.component(&at, kind, component, join(&holder, name), &used);
                    }
                }
            }
        }
    }

    /// A component whose parts are not in the list.
    fn component(
        &mut self,
        at: &Statement,
        kind: &str,
        value: &Value,
        pointer: String,
        used: &BTreeSet<String>,
    ) {
        let is_listed = kind == "securitySchemes"
            || self.found.iter().any(|other| is_in(&other.pointer, &pointer));
        let statement = match (used.contains(&pointer), is_listed) {
            (true, true) => self.there(at, ("used part", ""), value.clone(), &pointer, |_| {}),
            (true, false) => self.state(at, kind, value.clone(), pointer),
            (false, _) => self.state(at, "unused part", value.clone(), pointer),
        };
        statement.needs_other = statement.keyword != "unused part";
        statement.name = statement.pointer.clone();
    }
}
