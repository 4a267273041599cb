//! Loops compiled for the widest vectors of the machine that runs them.
//!
//! Invariant: what runs there does the same additions and multiplications in the same order as anywhere else, never
//! fused, only more of them at a time; so the same bits come out on every machine.

use std::sync::OnceLock;

use pulp::{Arch, WithSimd};

/// Does the work with all that this processor has. Only what is always inlined into the work is compiled for it.
pub(super) fn wide<Work: WithSimd>(work: Work) -> Work::Output {
    static ARCH: OnceLock<Arch> = OnceLock::new();
    ARCH.get_or_init(Arch::new).dispatch(work)
}
