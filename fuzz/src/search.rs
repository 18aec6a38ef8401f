//! The entry points for libFuzzer. An environment variable names the target, so that all targets are
//! one program and are linked once.

use std::fs::File;
use std::io::{Seek, Write};
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use cloudfn_fuzz::mutation::Mutator;
use cloudfn_fuzz::Target;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

/// The variable with the target's name.
const TARGET: &str = "CLOUDFN_FUZZ_TARGET";
/// The variable with the folder for the target's seeds.
const SEEDS: &str = "CLOUDFN_FUZZ_SEEDS";
/// The variable with the file for the current input. It is needed for stack overflows, which
/// libFuzzer cannot report.
const CURRENT: &str = "CLOUDFN_FUZZ_CURRENT";

struct Search {
    target: &'static Target,
    mutator: Mutator,
    current: Option<Mutex<File>>,
}

static SEARCH: OnceLock<Search> = OnceLock::new();

fn search() -> &'static Search {
    SEARCH.get_or_init(|| begun().unwrap_or_else(|message| panic!("{message}")))
}

fn begun() -> Result<Search, String> {
    let name = std::env::var(TARGET).map_err(|e| format!("{TARGET}: {e}"))?;
    let target = Target::named(&name)?;
    let current = std::env::var_os(CURRENT).map(File::create).transpose();
    let current = current.map_err(|e| format!("{CURRENT}: {e}"))?.map(Mutex::new);
    if let Some(folder) = std::env::var_os(SEEDS).map(PathBuf::from) {
        for (index, seed) in (target.seeds)().into_iter().enumerate() {
            std::fs::write(folder.join(index.to_string()), seed)
                .map_err(|e| format!("{}: {e}", folder.display()))?;
        }
    }
    Ok(Search { target, mutator: Mutator::new(target), current })
}

impl Search {
    fn remember(&self, input: &[u8]) -> std::io::Result<()> {
        let Some(current) = &self.current else { return Ok(()) };
        let mut file = current.lock().unwrap_or_else(PoisonError::into_inner);
        file.rewind()?;
        file.write_all(input)?;
        file.set_len(input.len() as u64)
    }
}

fuzz_target!(
    init: {
        search();
    },
    |input: &[u8]| {
        let search = search();
        if input.len() <= search.target.longest && search.remember(input).is_ok() {
            (search.target.run)(input);
        }
    }
);

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if seed % 4 == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    let changed = search().mutator.changed(&data[..size], seed / 4);
    let size = changed.len().min(max_size);
    data[..size].copy_from_slice(&changed[..size]);
    size
});
