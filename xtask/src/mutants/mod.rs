//! `cargo xtask mutants`: what the contract suite is worth.

mod candidate;
mod copy;

use std::time::Instant;

use cloudfn_codegen::spec::Spec;

use self::candidate::{Generated, Generator};
use self::copy::{Copy, Fate, Mutant};
use crate::project::Project;

pub fn run(project: &Project, filter: &str) -> Result<(), String> {
    std::env::set_current_dir(&project.root).map_err(|e| e.to_string())?;
    let specs = Spec::load_all("openapi".as_ref()).map_err(|e| e.to_string())?;
    let start = Instant::now();
    let mut generator = Generator::default();
    let mut batch = Vec::new();
    let mut kinds = std::collections::BTreeMap::<_, [usize; 3]>::new();
    for candidate in candidate::all(&specs) {
        let name = candidate.name();
        if !name.contains(filter) {
            continue;
        }
        match generator.run(&candidate)? {
            Generated::Same => {
                println!("SAME {name}");
                kinds.entry(candidate.kind()).or_default()[0] += 1;
            }
            Generated::Refused(m) => {
                println!("REFUSED {name}: {m}");
                kinds.entry(candidate.kind()).or_default()[1] += 1;
            }
            Generated::Code(code, operations) => {
                kinds.entry(candidate.kind()).or_default()[2] += 1;
                batch.push(Mutant {
                    name,
                    api: candidate.spec.api.clone(),
                    operations,
                    without_rule: candidate.without_rule(),
                    code,
                });
            }
        }
    }
    println!("{kinds:?}");
    println!(
        "generated {} in {:?}, {} bytes",
        batch.len(),
        start.elapsed(),
        batch.iter().map(|m| m.code.len()).sum::<usize>()
    );
    if std::env::var("DRY").is_ok() {
        return Ok(());
    }
    let copy = Copy::make(project)?;
    for chunk in
        batch.chunks(std::env::var("BATCH").ok().and_then(|b| b.parse().ok()).unwrap_or(30))
    {
        let start = Instant::now();
        let fates = copy.run(chunk)?;
        println!("batch of {} took {:?}", chunk.len(), start.elapsed());
        for (mutant, fate) in chunk.iter().zip(fates) {
            match fate {
                Fate::NotCompiled => println!("NOT COMPILED {}", mutant.name),
                Fate::Ran(by) if by.is_empty() => println!("SURVIVED {}", mutant.name),
                Fate::Ran(by) => println!("caught {} by {}", mutant.name, by[0]),
            }
        }
    }
    Ok(())
}
