//! `cargo xtask draft` and `cargo xtask samples`: what a ledger states, as entries of a spec.

use std::path::{Path, PathBuf};

use cloudfn_codegen::contract::{sources, Contract, Kind};
use cloudfn_codegen::draft::{with_entries, Draft, Samples};
use cloudfn_codegen::error::files_in;
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::model::Spec;
use cloudfn_codegen::todo::todos;

use crate::files;
use crate::project::Project;

/// Prints the draft of the operation that the ledger in `file` describes, or writes it into the
/// spec of its API.
pub fn run(project: &Project, file: &Path, write: bool) -> Result<(), String> {
    let absolute = file.canonicalize().map_err(|e| format!("{}: {e}", file.display()))?;
    let openapi = enter(project)?;
    let page = Page::load(Path::new(&project.relative(&absolute))).map_err(|e| e.to_string())?;
    let specs = Spec::load_all(openapi).map_err(|e| e.to_string())?;
    let pages = load_pages(openapi, &specs)?;
    let listed = pages.iter().find(|other| other.stem() == page.stem()).cloned();
    let page = listed.unwrap_or(page);
    // The same page in other languages describes the same operation.
    let others = pages.iter().filter(|other| other.operation == page.operation);
    let others = others.filter(|other| other.stem() != page.stem()).cloned();
    let of_operation: Vec<Page> = [page.clone()].into_iter().chain(others).collect();
    let spec = spec_of(openapi, &page)?;
    let text = files::read(&spec)?;
    let draft = Draft::of(&of_operation, &spec, &text).map_err(|e| e.to_string())?;
    match write {
        true => {
            let written = with_entries(&spec, &text, &draft.entries).map_err(|e| e.to_string())?;
            files::write(&spec, &written)?;
            let what = draft.entries.iter().map(|(at, _)| format!("  {at}\n"));
            print!("{}:\n{}", spec.display(), what.collect::<String>());
        }
        false => print!("{}", draft.yaml().map_err(|e| e.to_string())?),
    }
    draft.notes.iter().for_each(|note| eprintln!("note: {note}"));
    report(openapi, specs, pages, &of_operation, draft)
}

/// Tells what is left to do: where the ledger and the drafted spec differ, and the number of texts
/// to write.
fn report(
    openapi: &Path,
    mut specs: Vec<Spec>,
    pages: Vec<Page>,
    own: &[Page],
    draft: Draft,
) -> Result<(), String> {
    let left = todos(draft.spec.as_json()).len();
    specs.retain(|spec| spec.file.file_name() != draft.spec.file.file_name());
    specs.push(draft.spec);
    let mut pages: Vec<Page> =
        pages.into_iter().filter(|page| own.iter().all(|own| own.stem() != page.stem())).collect();
    pages.extend(own.iter().cloned());
    pages.retain(|page| specs.iter().any(|spec| spec.operation(&page.operation).is_some()));
    let sources = sources(&openapi.join("SOURCES.md")).map_err(|e| e.to_string())?;
    let contract = Contract::new(specs, pages, &sources).map_err(|e| e.to_string())?;
    let own = own.iter().map(|page| page.operation.as_str()).next().unwrap_or_default();
    for finding in contract.findings.iter().filter(|finding| finding.kind != Kind::Todo) {
        if finding.claim.split("::").nth(1).and_then(|id| id.split('[').next()) == Some(own) {
            eprintln!("differs: {finding}");
        }
    }
    eprintln!("{left} texts to write, each marked TODO");
    Ok(())
}

/// Writes the samples of all ledgers into the specs.
pub fn samples(project: &Project) -> Result<(), String> {
    let openapi = enter(project)?;
    let specs = Spec::load_all(openapi).map_err(|e| e.to_string())?;
    let (pages, others): (Vec<Page>, Vec<Page>) = load_pages(openapi, &specs)?
        .into_iter()
        .partition(|page| specs.iter().any(|spec| spec.operation(&page.operation).is_some()));
    let contract = Contract::unchecked(specs, &pages).map_err(|e| e.to_string())?;
    for (index, spec) in contract.specs.iter().enumerate() {
        let text = files::read(&spec.file)?;
        let samples = Samples::of(&contract, index, &text).map_err(|e| e.to_string())?;
        if samples.text != text {
            files::write(&spec.file, &samples.text)?;
        }
        samples.written.iter().for_each(|id| println!("{}: {id}", spec.file.display()));
        for id in &samples.without_place {
            eprintln!("note: the spec has no JSON body for {id}");
        }
    }
    for page in others {
        let file = page.file.display();
        eprintln!(
            "note: no spec has the operation of {file}; `cargo xtask draft {file}` drafts it"
        );
    }
    Ok(())
}

/// Enters the project's folder, so that files have short names; the folder of specs and ledgers.
fn enter(project: &Project) -> Result<&'static Path, String> {
    std::env::set_current_dir(&project.root).map_err(|e| e.to_string())?;
    Ok(Path::new("openapi"))
}

fn load_pages(openapi: &Path, specs: &[Spec]) -> Result<Vec<Page>, String> {
    Page::load_all(&openapi.join("ledger"), specs).map_err(|e| e.to_string())
}

/// The spec of a page's API, which the name of its file begins with.
fn spec_of(openapi: &Path, page: &Page) -> Result<PathBuf, String> {
    let specs = files_in(openapi, &["yaml", "yml"]).map_err(|e| e.to_string())?;
    let api = |file: &Path| file.file_stem().and_then(|s| s.to_str()).unwrap_or("").to_owned();
    let of_page = specs.iter().filter(|file| page.stem().starts_with(&format!("{}-", api(file))));
    let found = of_page.max_by_key(|file| api(file).len());
    found.cloned().ok_or_else(|| {
        let apis: Vec<String> = specs.iter().map(|file| format!("`{}-`", api(file))).collect();
        let file = page.file.display();
        format!("{file}: the name should begin with that of its API: {}", apis.join(" or "))
    })
}
