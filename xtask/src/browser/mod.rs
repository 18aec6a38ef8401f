//! `cargo xtask browser`: the contract report in a headless browser.
//!
//! It uses the installed browser. `playwright-core` and `axe-core` drive it, and are installed from
//! npm into the target folder.

use std::path::{Path, PathBuf};

use cloudfn_codegen::contract::Contract;
use serde_json::json;

use crate::contract::{prepared, suite};
use crate::files;
use crate::project::Project;
use crate::tools::{Installed, Registry, Tool};

/// The tools that drive the browser and check the page.
const DRIVER: Tool =
    Tool { registry: Registry::Npm, packages: &["playwright-core@1.65.1", "axe-core@4.14.1"] };

/// The possible names of Chromium's executable.
const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The approximate number of operations in the large report.
const MANY: usize = 100;

const CHECKS: &str = include_str!("check.mjs");

/// Checks the report of `cargo xtask contract`.
pub fn run(project: &Project) -> Result<(), String> {
    std::env::set_current_dir(&project.root).map_err(|e| e.to_string())?;
    let report = project.target.join("contract/report.html");
    if !report.is_file() {
        return Err("there is no report yet; run: cargo xtask contract".to_owned());
    }
    let folder = project.target.join("browser");
    let (browser, driver) = match tools(project) {
        Ok(tools) => tools,
        Err(missing) => {
            println!("SKIPPED the report was not opened in a browser: {missing}");
            return Ok(());
        }
    };
    let task = task(&folder, &report, &browser)?;
    let [task_file, script] = ["task.json", "check.mjs"].map(|name| folder.join(name));
    files::write(&task_file, &task.to_string())?;
    files::write(&script, CHECKS)?;
    let status = driver.script(&script).arg(&task_file).status();
    match status.map_err(|e| format!("node cannot be run: {e}"))?.success() {
        true => Ok(()),
        false => Err(format!("{} failed the checks", project.relative(&report))),
    }
}

/// The browser and its tools, or else what is missing.
fn tools(project: &Project) -> Result<(PathBuf, Installed), String> {
    let browser = BROWSERS.iter().find_map(|name| on_path(name)).ok_or_else(|| {
        format!(
            "there is no Chromium ({}); on Debian: apt-get install chromium",
            BROWSERS.join(", ")
        )
    })?;
    Ok((browser, DRIVER.install(&project.target.join("tools"))?))
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&name)).find(|file| file.is_file())
}

/// The input of the checks.
fn task(folder: &Path, report: &Path, browser: &Path) -> Result<serde_json::Value, String> {
    let contract = Contract::load(Path::new("")).map_err(|e| e.to_string())?;
    let page = |name: &str, text: String| -> Result<PathBuf, String> {
        let file = folder.join(name);
        files::write(&file, &text)?;
        Ok(file)
    };
    let operations: usize = contract.specs.iter().map(|spec| spec.operations.len()).sum();
    let times = MANY.div_ceil(operations.max(1));
    let claims = contract.claims().map(|(ledger, claim)| suite::alone(&ledger.id(claim)));
    Ok(json!({
        "browser": browser,
        "report": report,
        "hostile": page("hostile.html", prepared::hostile()?.page()?)?,
        "large": page("large.html", prepared::large(&contract, times)?.page()?)?,
        "attack": prepared::ATTACK,
        "claims": claims.collect::<Vec<_>>(),
    }))
}
