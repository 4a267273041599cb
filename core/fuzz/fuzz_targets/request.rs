//! Any bytes, read as a request; a good one is written again and read as the same.
#![no_main]

use cookshelf_core::Request;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = Request::decode(bytes) {
        let written = request.encode();
        let again = Request::decode(&written).expect("what was written reads");
        // Bytes, not values: a filter may hold a NaN, which equals nothing.
        assert_eq!(again.encode(), written);
    }
});
