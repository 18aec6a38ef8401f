//! Credentials files of the official SDKs: nothing panics, and no message shows their lines.

#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use cloudfn::functiongraph::AccessKey;
use libfuzzer_sys::fuzz_target;

/// A secret that messages and `Debug` must not show.
const SECRET: &str = "marked-Secret/0+1=";

/// A file for all inputs of this process, in memory if possible.
static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let folder = if memory.is_dir() { memory } else { std::env::temp_dir() };
    folder.join(format!("cloudfn-fuzz-{}", std::process::id()))
});

fuzz_target!(init: cloudfn_fuzz::report_overflows(), |input: &[u8]| {
    std::fs::write(&*FILE, input).expect("the temporary file can be written");
    let read = AccessKey::from_file(&*FILE);
    let _ = std::fs::remove_file(&*FILE);
    match read {
        // The ID and the project are shown.
        Ok(key) => assert!(!format!("{key:?}").is_empty()),
        Err(error) => {
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(SECRET), "a line of the file is shown: {shown}");
        }
    }
});
