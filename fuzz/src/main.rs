//! Runs a target on files, or in the build of `cargo xtask fuzz` on inputs from libFuzzer.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
mod search;

/// `cloudfn-fuzz TARGET FILE…`
#[cfg(not(fuzzing))]
fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: cargo run -p cloudfn-fuzz -- TARGET FILE…";
    let target = cloudfn_fuzz::Target::named(&arguments.next().ok_or(usage)?)?;
    for file in arguments {
        let input = std::fs::read(&file).map_err(|e| format!("{file} cannot be read: {e}"))?;
        (target.run)(&input);
        println!("{file}: {} passes", target.name);
    }
    Ok(())
}
