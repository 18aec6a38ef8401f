//! `cargo xtask codegen NAME`: the generated code of an operation or a type.

use cloudfn_codegen::generate::excerpt;
use cloudfn_codegen::spec::Spec;

use crate::project::Project;

/// Prints the generated code of `name`.
pub fn run(project: &Project, name: &str) -> Result<(), String> {
    std::env::set_current_dir(&project.root).map_err(|e| e.to_string())?;
    let specs = Spec::load_all("openapi".as_ref()).map_err(|e| e.to_string())?;
    let mut known = Vec::new();
    let mut found = false;
    for spec in &specs {
        let excerpt = excerpt(spec, name).map_err(|e| e.to_string())?;
        if !excerpt.code.is_empty() {
            found = true;
            println!("// cloudfn::{}\n\n{}", spec.api, excerpt.code);
        }
        known.extend(excerpt.names);
    }
    match found {
        true => Ok(()),
        false => {
            Err(format!("there is no operation or type `{name}`; there are {}", known.join(", ")))
        }
    }
}
