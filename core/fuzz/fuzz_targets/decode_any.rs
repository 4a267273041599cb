//! Any bytes, read as a bundle and as a blob: a model or a typed error, never a panic.
#![no_main]

use cookshelf_core::{Bundle, Section};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(bundle) = Bundle::decode(bytes) {
        let model = bundle.model();
        let blobs: Vec<Vec<u8>> = bundle.blobs().iter().map(|blob| blob.bytes.to_vec()).collect();
        let again = Bundle::encode(&blobs).expect("blobs that came out of a bundle go into one");
        let again = Bundle::decode(&again).expect("what was encoded decodes");
        assert_eq!(again.model(), model, "a bundle changes nothing about its blobs");
    }
    // What it says about a lone blob does not matter here; that it says it does.
    let _ = Section::decode(bytes);
});
