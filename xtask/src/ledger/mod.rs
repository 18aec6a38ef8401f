//! `cargo xtask ledger PAGE`: drafts a ledger from a vendor's page, or compares one with its page.

mod compare;
mod known;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cloudfn_codegen::error::files_in;
use cloudfn_codegen::ledger::{Api, Page};
use cloudfn_codegen::model::Spec;

use self::known::Known;
use crate::files;
use crate::project::Project;
use crate::tools::{ending_with_us, installed, with_pip};

/// The options of the verb.
#[derive(clap::Args)]
pub struct Options {
    /// The page: reStructuredText if it ends in .rst, Markdown otherwise
    #[arg(required_unless_present = "fill")]
    page: Option<PathBuf>,
    /// Describes what is TODO in this ledger as its other rows and other ledgers do, and needs no page
    #[arg(long, value_name = "LEDGER", conflicts_with_all = ["page", "check", "operation", "request", "language", "operator", "output"])]
    fill: Option<PathBuf>,
    /// Compares this ledger with the page, and drafts nothing
    #[arg(long, value_name = "LEDGER", conflicts_with_all = ["operation", "request", "language", "operator", "output"])]
    check: Option<PathBuf>,
    /// Name of the operation; by default, the one of the specs with this method and path
    #[arg(long)]
    operation: Option<String>,
    /// `METHOD /path`, if the page does not have it
    #[arg(long, value_name = "REQUEST")]
    request: Option<String>,
    /// Language of the page, such as en
    #[arg(long)]
    language: Option<String>,
    /// Who operates the service that the page is about, if it is not the vendor
    #[arg(long)]
    operator: Option<String>,
    /// File of the draft; by default, it is printed. Descriptions come from ledgers of the same API
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Drafts, or compares.
pub fn run(project: &Project, options: &Options) -> Result<(), String> {
    let page = match (&options.page, &options.fill) {
        (Some(page), _) => page,
        (None, Some(ledger)) => return fill(project, ledger),
        (None, None) => return Err("a page or `--fill LEDGER` is missing".to_owned()),
    };
    if let Some(ledger) = &options.check {
        return check(project, page, ledger);
    }
    let mut draft = draft(
        project,
        page,
        &[
            ("--operation", options.operation.as_deref()),
            ("--request", options.request.as_deref()),
            ("--language", options.language.as_deref()),
            ("--operator", options.operator.as_deref()),
        ],
    )?;
    // A draft that is not a ledger yet is worth reading all the same.
    let parsed = |draft: &str| {
        Page::parse(page, draft).map_err(|e| format!("the draft is not a ledger yet: {e}"))
    };
    if let (None, Ok(page)) = (&options.operation, parsed(&draft)) {
        if let Some(id) = documented(project, &page)? {
            draft = named(&draft, &id);
        }
    }
    if let (Some(file), Ok(page)) = (&options.output, parsed(&draft)) {
        draft = described(project, file, &page)?.fill(&draft, &page);
    }
    match &options.output {
        None => print!("{draft}"),
        Some(file) if file.exists() => {
            return Err(format!("{} exists; `--check` compares it", file.display()));
        }
        Some(file) => files::write(file, &draft)?,
    }
    tell_todos(&parsed(&draft)?);
    Ok(())
}

/// Describes what is left in a ledger.
fn fill(project: &Project, file: &Path) -> Result<(), String> {
    let text = files::read(file)?;
    let page = Page::parse(file, &text).map_err(|e| e.to_string())?;
    let filled = described(project, file, &page)?.fill(&text, &page);
    files::write(file, &filled)?;
    tell_todos(&Page::parse(file, &filled).map_err(|e| e.to_string())?);
    Ok(())
}

fn tell_todos(page: &Page) {
    let count = page.todos.len();
    eprintln!(
        "{count} lines are TODO; `cargo xtask contract` refuses the ledger while any is left"
    );
}

/// The draft with the name of its operation.
fn named(draft: &str, id: &str) -> String {
    let rest = draft.split_once('\n').map_or("", |(_, rest)| rest).split_inclusive('\n');
    let rest = rest.filter(|line| !line.starts_with("TODO operation:"));
    format!("# {id}\n{}", rest.collect::<String>())
}

/// The operation of the specs with the method and path of a page.
fn documented(project: &Project, page: &Page) -> Result<Option<String>, String> {
    let specs = Spec::load_all(&project.root.join("openapi")).map_err(|e| e.to_string())?;
    let mut operations = specs.iter().flat_map(|spec| &spec.operations);
    let is_it =
        |method: &str, path: &str| method.eq_ignore_ascii_case(&page.method) && path == page.path;
    let found = operations.find(|operation| is_it(&operation.method, &operation.path));
    Ok(found.map(|operation| operation.id.clone()))
}

/// How the ledgers describe what they have in common with `page`, which becomes `file`.
fn described(project: &Project, file: &Path, page: &Page) -> Result<Known, String> {
    let mut known = Known::default();
    let ledger = Page { file: file.to_owned(), ..page.clone() };
    page.sections.iter().for_each(|section| known.add(section));
    let Some(api) = api_of(project, &ledger)? else { return Ok(known) };
    known.add_api(&api, page);
    api.sections.iter().for_each(|section| known.add(section));
    let folder = project.root.join("openapi/ledger");
    for file in files_in(&folder, &["md"]).map_err(|e| e.to_string())? {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_other = ledger.file.file_name() != file.file_name();
        if is_other && name.starts_with(&format!("{}-", api.name)) {
            let page = Page::load(&file).map_err(|e| e.to_string())?;
            page.sections.iter().for_each(|section| known.add(section));
        }
    }
    Ok(known)
}

/// Compares a ledger with a page.
fn check(project: &Project, page: &Path, file: &Path) -> Result<(), String> {
    let ledger = Page::load(file).map_err(|e| e.to_string())?;
    let ledger = api_of(project, &ledger)?.into_iter().fold(ledger, Page::with_api);
    let request = format!("{} {}", ledger.method, ledger.path);
    let request = ledger.url_source.as_ref().map(|_| request.as_str());
    let options = [
        ("--operation", Some(ledger.operation.as_str())),
        ("--request", request),
        ("--language", Some(ledger.language.as_str())),
    ];
    let draft = draft(project, page, &options)?;
    let draft =
        Page::parse(page, &draft).map_err(|e| format!("the draft is not a ledger yet: {e}"))?;
    let differences = compare::differences(&ledger, &draft).map_err(|e| e.to_string())?;
    differences.iter().for_each(|difference| println!("{difference}"));
    match differences.len() {
        0 => {
            println!(
                "{} says what the page says, as far as its tables and samples go",
                file.display()
            );
            Ok(())
        }
        1 => Err("ledger and page differ in 1 place".to_owned()),
        count => Err(format!("ledger and page differ in {count} places")),
    }
}

/// What the project says of the API that a ledger's name begins with.
fn api_of(project: &Project, ledger: &Page) -> Result<Option<Arc<Api>>, String> {
    let (folder, stem) = (project.root.join("openapi/ledger"), ledger.stem());
    let apis = stem.match_indices('-').map(|(end, _)| &stem[..end]);
    let file = apis.map(|api| folder.join(format!("{api}.api.md"))).find(|file| file.exists());
    let api = file.map(|file| Api::load(&file)).transpose().map_err(|e| e.to_string())?;
    Ok(api.map(Arc::new))
}

/// The draft of the ledger of `page`.
fn draft(
    project: &Project,
    page: &Path,
    options: &[(&str, Option<&str>)],
) -> Result<String, String> {
    fs::metadata(page).map_err(|e| format!("{} cannot be read: {e}", page.display()))?;
    let tools = installed(project, "xtask/ledger", "python", &["requirements.txt"], with_pip)?;
    let mut python = ending_with_us(project, tools.join("bin/python"));
    python.arg(project.root.join("xtask/ledger/draft.py")).arg(page);
    for (option, value) in options {
        python.args(value.map(|value| format!("{option}={value}")));
    }
    let output = python.output().map_err(|e| format!("Python cannot be run: {e}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    match output.status.success() {
        true => {
            eprint!("{said}");
            String::from_utf8(output.stdout).map_err(|e| format!("the draft: {e}"))
        }
        false => Err(format!("{}: {}", page.display(), said.trim())),
    }
}
