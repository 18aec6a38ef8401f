//! `cargo xtask codegen NAME`: the generated code of an operation or a type.

use cloudfn_codegen::generate::excerpt;
use cloudfn_codegen::model::Spec;

use crate::project::Project;
use crate::text;

/// The minimum similarity of a misspelling to a known name.
const LIKE: f64 = 0.8;

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
        false => Err(unknown(name, known)),
    }
}

/// The message for an unknown name.
fn unknown(name: &str, mut known: Vec<String>) -> String {
    known.sort();
    known.dedup();
    let nearest = match nearest(name, &known) {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None => String::new(),
    };
    let known = text::wrapped(&known.join(", "), text::width().saturating_sub(4)).join("\n    ");
    format!("there is no operation or type `{name}`{nearest}\nknown names:\n    {known}")
}

/// The known name that `name` may misspell.
fn nearest<'k>(name: &str, known: &'k [String]) -> Option<&'k str> {
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    let likeness = |known: &String| strsim::jaro_winkler(&plain(name), &plain(known));
    let like = known.iter().map(|known| (likeness(known), known));
    let like = like.filter(|(likeness, _)| *likeness >= LIKE);
    like.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, known)| known.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_answered_with_the_nearest() {
        let known = ["Runtime", "FuncVpc", "create_function_version", "Runtime"];
        let answer = |name| unknown(name, known.map(str::to_owned).to_vec());
        for (name, nearest) in [
            ("runtimes", "Runtime"),
            ("func_vpc", "FuncVpc"),
            ("creat_function_version", "create_function_version"),
            ("CreateFunctionVersions", "create_function_version"),
        ] {
            let answer = answer(name);
            assert!(answer.contains(&format!("; did you mean `{nearest}`?\n")), "{answer}");
        }
        let expected = "there is no operation or type `nonsense`\nknown names:\n    \
                        FuncVpc, Runtime, create_function_version";
        assert_eq!(answer("nonsense"), expected);
        assert!(!answer("").contains("did you mean"));
    }
}
