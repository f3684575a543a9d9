//! Reads what the fuzzer makes up: as a file, and as a script that forges one with right checksums.

#![no_main]

#[path = "../../tests/suite/forgery.rs"]
mod forgery;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static SOUND: LazyLock<Vec<u8>> = LazyLock::new(|| {
    // Files are small: handing parts of them to other threads takes longer than reading them.
    let here = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    here.build_global().expect("this is the first pool");
    forgery::sound()
});

fuzz_target!(|data: &[u8]| {
    let sound = &*SOUND;
    forgery::use_all(data);
    forgery::use_all(&forgery::forge(sound, data));
});
