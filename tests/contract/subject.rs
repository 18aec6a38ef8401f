//! The subject of the suite, and its tests.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use cloudfn::registry::{Api, APIS};
use cloudfn_codegen::contract::{Contract, Ledger};
use cloudfn_codegen::docs::Docs;
use cloudfn_codegen::lowering::{Rule, RULES};
use cloudfn_codegen::model::Spec;
use cloudfn_codegen::names::Names;
use libtest_mimic::Failed;

use super::sites::Sites;

/// The contract, and the generated APIs that must fulfil it.
#[derive(Clone)]
pub struct Subject<'s> {
    pub contract: &'s Contract,
    pub apis: Vec<&'static Api>,
    /// The generated code of each API, by name.
    pub sources: BTreeMap<&'static str, Arc<Source>>,
    /// The names of parameters and members in Rust, by API.
    pub names: Arc<BTreeMap<String, Names>>,
    /// Where each schema is in requests and in responses, by API.
    pub sites: Arc<BTreeMap<&'s str, Sites<'s>>>,
    pub rules: Vec<&'static Rule>,
}

impl<'s> Subject<'s> {
    /// The client of this build.
    pub fn client(contract: &'s Contract) -> Self {
        let generated = Path::new(env!("OUT_DIR"));
        let source = |api: &&Api| {
            (api.name, Arc::new(Source::of(generated.join(format!("{}.rs", api.name)))))
        };
        Self {
            contract,
            names: names(contract),
            sites: sites(contract),
            apis: APIS.to_vec(),
            sources: APIS.iter().map(source).collect(),
            rules: RULES.iter().collect(),
        }
    }

    /// The generated API of a ledger.
    pub fn api_of(&self, ledger: &Ledger) -> Result<&'static Api, Failed> {
        self.api(&self.contract.specs[ledger.spec])
    }

    /// The generated API of a spec.
    pub fn api(&self, spec: &Spec) -> Result<&'static Api, Failed> {
        let found = self.apis.iter().find(|api| api.name == spec.api);
        found
            .copied()
            .ok_or_else(|| Failed::from(format!("src/ has no module for the API `{}`", spec.api)))
    }
}

/// The names of each API's parameters and members in Rust.
pub fn names(contract: &Contract) -> Arc<BTreeMap<String, Names>> {
    let specs = contract.specs.iter();
    Arc::new(specs.map(|spec| (spec.api.clone(), Names::of(spec, &[]))).collect())
}

/// Where each API's schemas are in requests and in responses.
pub fn sites(contract: &Contract) -> Arc<BTreeMap<&str, Sites<'_>>> {
    let specs = contract.specs.iter();
    Arc::new(specs.map(|spec| (spec.api.as_str(), Sites::among(spec, |_| true))).collect())
}

/// The file of an API's generated code.
pub struct Source {
    file: PathBuf,
    docs: OnceLock<Result<Docs, String>>,
}

impl Source {
    pub fn of(file: PathBuf) -> Self {
        Self { file, docs: OnceLock::new() }
    }

    /// Its documentation, which is read once. Its readers also see the argument type of a setter.
    pub fn docs(&self) -> Result<&Docs, String> {
        let failed = |e: &dyn Display| format!("{}: {e}", self.file.display());
        let read = || {
            let text = std::fs::read_to_string(&self.file).map_err(|e| failed(&e))?;
            if text.contains("TryInto") {
                return Err("a setter takes what may become its value, not what becomes it".into());
            }
            Docs::of(&text).map_err(|e| failed(&e))
        };
        self.docs.get_or_init(read).as_ref().map_err(Clone::clone)
    }
}

/// A test of the suite.
pub struct Check<'s> {
    pub name: String,
    pub run: Box<dyn FnOnce() -> Result<(), Failed> + Send + 's>,
}

/// A test named `name`.
pub fn check<'s>(name: String, run: impl FnOnce() -> Result<(), Failed> + Send + 's) -> Check<'s> {
    Check { name, run: Box::new(run) }
}

/// Fails with a message unless a condition is true.
pub fn ensure(condition: bool, message: impl FnOnce() -> String) -> Result<(), Failed> {
    match condition {
        true => Ok(()),
        false => Err(Failed::from(message())),
    }
}
