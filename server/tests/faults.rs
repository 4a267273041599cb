//! A whole server when something breaks: killed at any moment, its database away, its process held up.
//!
//! The real program on SQLite, or on the PostgreSQL of `COOKSHELF_TEST_POSTGRES`; `cargo xtask test --only faults` runs
//! it on both, `cargo xtask soak` for longer. Every test prints one line of figures, as JSON.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "faults/database.rs"]
mod database;
#[path = "faults/ledger.rs"]
mod ledger;
#[path = "faults/release.rs"]
mod release;
#[path = "faults/site.rs"]
mod site;

#[path = "faults/held_up.rs"]
mod held_up;
#[path = "faults/killed.rs"]
mod killed;
#[path = "faults/many_endpoints.rs"]
mod many_endpoints;
#[path = "faults/many_shops.rs"]
mod many_shops;
#[path = "faults/outage.rs"]
mod outage;

/// A number that whoever runs the tests may give.
fn given(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().map_or(otherwise, |text| text.parse().unwrap())
}

/// Chance that can be repeated: the seed is printed with the figures.
struct Dice(u64);

impl Dice {
    fn new() -> Self {
        Self(given("COOKSHELF_TEST_SEED", u64::from(std::process::id())) | 1)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end.max(1)
    }
}
