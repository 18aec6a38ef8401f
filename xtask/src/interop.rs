//! `cargo xtask interop`: runs the pytest project in `interop/`, which compares with third-party
//! tools, and checks the contract report in a browser.

use std::fs;
use std::path::Path;

use cloudfn_codegen::contract::Contract;
use serde_json::json;

use crate::contract::{prepared, suite};
use crate::files::{self, unwritable};
use crate::growth;
use crate::project::Project;
use crate::tools::{ending_with_us, installed, with_npm, with_pip};

/// The approximate number of operations in the large report.
const MANY: usize = 100;

/// The options of the tests.
#[derive(clap::Args, Default)]
pub struct Arguments {
    /// Parts of names of tests, such as lint, huawei-python or report; by default, all
    names: Vec<String>,
    /// Fewer random requests
    #[arg(long)]
    quick: bool,
    /// Lists the tests
    #[arg(long)]
    list: bool,
    /// Fails if a test is skipped
    #[arg(long)]
    no_skip: bool,
    /// A vendor's own definitions that no registry has: authing=management-openapi.json
    #[arg(long, value_name = "NAME=FILE")]
    definitions: Vec<String>,
    /// Records in interop/definitions.json how the specs compare with the definitions
    #[arg(long)]
    record: bool,
    /// Seed of the random requests
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Arguments {
    /// All tests, with fewer random requests.
    pub fn quick() -> Self {
        Self { quick: true, seed: 1, ..Self::default() }
    }

    /// The given definitions, each with its absolute path.
    fn definitions(&self) -> Result<Vec<String>, String> {
        let absolute = |given: &String| {
            let (name, file) = given
                .split_once('=')
                .ok_or_else(|| format!("--definitions {given}: expected NAME=FILE"))?;
            let path = Path::new(file).canonicalize().map_err(|e| format!("{file}: {e}"))?;
            Ok(format!("--definitions={name}={}", path.display()))
        };
        self.definitions.iter().map(absolute).collect()
    }
}

/// Makes the environment and what the tests need, and runs them.
pub fn run(project: &Project, arguments: &Arguments) -> Result<(), String> {
    let definitions = arguments.definitions()?;
    std::env::set_current_dir(&project.root).map_err(|e| e.to_string())?;
    let python = match installed(project, "interop", "python", &["requirements.txt"], with_pip) {
        Ok(folder) => folder.join("bin/python"),
        Err(reason) => {
            println!("SKIPPED all tests of interop: {reason}");
            return match arguments.no_skip {
                true => Err("the tests were skipped".to_owned()),
                false => Ok(()),
            };
        }
    };
    let pinned = ["package.json", "package-lock.json", ".npmrc"];
    let node = installed(project, "interop", "node", &pinned, with_npm);
    write_inputs(project)?;
    let mut pytest = ending_with_us(project, &python);
    pytest.args(["-m", "pytest"]).current_dir(project.root.join("interop"));
    pytest
        .env("CARGO_TARGET_DIR", &project.target)
        .env("INTEROP_NO_NODE", node.err().unwrap_or_default());
    pytest.arg("--basetemp").arg(project.target.join("interop/tmp"));
    pytest.arg(format!("--seed={}", arguments.seed)).args(["-k", &arguments.names.join(" or ")]);
    pytest.args(definitions);
    let flags = [
        (arguments.quick, "--quick"),
        (arguments.no_skip, "--no-skip"),
        (arguments.record, "--record"),
    ];
    pytest.args(flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag));
    match arguments.list {
        true => drop(pytest.args(["--collect-only", "-q"])),
        // Both at once, with the features of the tests, so that nothing is built twice.
        false => project.build("--features cli --bin cloudfn --example sign_vectors")?,
    }
    let status = pytest.status().map_err(|e| format!("python cannot be run: {e}"))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(6) => Err("some tests were skipped".to_owned()),
        Some(5) => Err("no test has such a name; `--list` lists them".to_owned()),
        _ => Err("interop failed; add an intended difference to interop/differences.yaml or \
                  definitions.yaml with its reason, and record a new operation with `--record`"
            .to_owned()),
    }
}

/// Writes the specs as JSON, and the pages for the tests of the report.
fn write_inputs(project: &Project) -> Result<(), String> {
    let folder = project.target.join("interop/inputs");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::remove_dir_all(&folder))
        .map_err(|e| unwritable(&folder, &e))?;
    let contract = Contract::load(Path::new("")).map_err(|e| e.to_string())?;
    for spec in &contract.specs {
        files::write(
            &folder.join(format!("specs/{}.json", spec.api)),
            &spec.as_json().to_string(),
        )?;
    }
    let operations: usize = contract.specs.iter().map(|spec| spec.operations.len()).sum();
    let times = MANY.div_ceil(operations.max(1));
    files::write(&folder.join("hostile.html"), &prepared::hostile()?.page()?)?;
    let large = folder.join("large");
    growth::multiply(project, &large, times)?;
    let large = Contract::load(&large).map_err(|e| e.to_string())?;
    files::write(&folder.join("large.html"), &prepared::of(large)?.page()?)?;
    let claims = contract.claims().map(|(ledger, claim)| suite::alone(&ledger.id(claim)));
    let facts = json!({"attack": prepared::ATTACK, "claims": claims.collect::<Vec<_>>()});
    files::write(&folder.join("report.json"), &facts.to_string())
}
