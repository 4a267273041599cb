//! A boundary that no panic of the Parquet decoder passes.
//!
//! The decoder checks most of what it reads and panics at some of the rest. Such a panic costs the file,
//! not the program, and prints nothing.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use super::Broken;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}
static HOOK: Once = Once::new();

/// What `decode` gives, or that the content made it panic.
pub(super) fn caught<T>(decode: impl FnOnce() -> T) -> Result<T, Broken> {
    HOOK.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                loud(panic);
            }
        }));
    });
    let before = QUIET.replace(true);
    // Whatever a panic leaves half done belongs to the file, and is dropped with it.
    let result = panic::catch_unwind(AssertUnwindSafe(decode));
    QUIET.set(before);
    result.map_err(|_| Broken::content("its content contradicts itself; write the file again"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_become_errors() {
        assert_eq!(caught(|| 1).unwrap(), 1);
        let lost = caught(|| [1, 2].get(std::hint::black_box(2)).copied().expect("there is a third"));
        assert!(matches!(lost, Err(Broken::Content(_))));
        assert!(!QUIET.get());
    }
}
