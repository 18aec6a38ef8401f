//! `cargo xtask browser`: the contract report in a headless browser.
//!
//! The browser is the machine's own; `playwright-core` and `axe-core` drive it and are installed
//! from npm into the target folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cloudfn_codegen::ledger::Contract;
use serde_json::json;

use crate::contract::{prepared, suite};
use crate::project::Project;

/// What is installed from npm, with the versions that are known to work.
const PACKAGES: [(&str, &str); 2] = [("playwright-core", "1.65.1"), ("axe-core", "4.14.1")];

/// The names under which Chromium is installed.
const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// About how many operations the large report has.
const MANY: usize = 100;

const CHECKS: &str = include_str!("check.mjs");

/// Checks the report that `cargo xtask contract` has written.
pub fn run(project: &Project) -> Result<(), String> {
    std::env::set_current_dir(&project.root).map_err(|e| e.to_string())?;
    let report = project.target.join("contract/report.html");
    if !report.is_file() {
        return Err("there is no report yet; run: cargo xtask contract".to_owned());
    }
    let folder = project.target.join("browser");
    std::fs::create_dir_all(&folder).map_err(|e| unwritable(&folder, &e))?;
    let browser = match tools(&folder) {
        Ok(browser) => browser,
        Err(missing) => {
            println!("SKIPPED the report was not opened in a browser: {missing}");
            return Ok(());
        }
    };
    let task = task(&folder, &report, &browser)?;
    write(&folder.join("task.json"), &task.to_string())?;
    write(&folder.join("check.mjs"), CHECKS)?;
    let status =
        Command::new("node").args(["check.mjs", "task.json"]).current_dir(&folder).status();
    match status.map_err(|e| format!("node cannot be run: {e}"))?.success() {
        true => Ok(()),
        false => Err(format!("{} is not as it should be", project.relative(&report))),
    }
}

/// The browser, once everything that drives it is there; else what is missing.
fn tools(folder: &Path) -> Result<PathBuf, String> {
    let browser = BROWSERS.iter().find_map(|name| on_path(name)).ok_or_else(|| {
        format!(
            "there is no Chromium ({}); on Debian: apt-get install chromium",
            BROWSERS.join(", ")
        )
    })?;
    for tool in ["node", "npm"] {
        on_path(tool).ok_or_else(|| {
            format!(
                "there is no {tool}; on Debian: apt-get install nodejs npm (Node.js 20 or newer)"
            )
        })?;
    }
    install(folder)?;
    Ok(browser)
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&name)).find(|file| file.is_file())
}

/// Installs what is not installed yet.
fn install(folder: &Path) -> Result<(), String> {
    let packages: Vec<String> =
        PACKAGES.iter().map(|(name, version)| format!("{name}@{version}")).collect();
    let stamp = folder.join("node_modules/.installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|text| text == packages.join(" ")) {
        return Ok(());
    }
    let arguments = ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
    let output = Command::new("npm")
        .args(arguments)
        .args(["--loglevel", "error", "--prefix", "."])
        .args(&packages)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("npm cannot be run: {e}"))?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "npm cannot install {} ({}); try again where npm reaches its registry",
            packages.join(" and "),
            told.lines().next().unwrap_or("it does not say why")
        ));
    }
    write(&stamp, &packages.join(" "))
}

/// What the checks need to know.
fn task(folder: &Path, report: &Path, browser: &Path) -> Result<serde_json::Value, String> {
    let contract = Contract::load(Path::new("")).map_err(|e| e.to_string())?;
    let page = |name: &str, text: String| -> Result<PathBuf, String> {
        let file = folder.join(name);
        write(&file, &text)?;
        Ok(file)
    };
    let operations: usize = contract.specs.iter().map(|spec| spec.operations().len()).sum();
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

fn write(file: &Path, text: &str) -> Result<(), String> {
    std::fs::write(file, text).map_err(|e| unwritable(file, &e))
}

fn unwritable(file: &Path, error: &std::io::Error) -> String {
    format!("{} cannot be written: {error}", file.display())
}
