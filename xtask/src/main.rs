//! What a person types: `cargo xtask demo`, `cargo xtask test`, `cargo xtask bench`.
fn main() {}
