//! How fast interactions are read and cleaned, beside Polars on the same files.

use super::Pace;
use super::measured::Measured;
use super::table::{Row, thousands};
use crate::failure::Failure;
use crate::python;
use crate::shop::{self, ShopPlan};
use crate::workshop::Workshop;

/// Each side's best of several turns: other work on the machine only ever makes a turn slower.
const TURNS: usize = 3;

/// Rows per second and peak memory, in turns.
pub(super) fn rows(workshop: &Workshop, pace: Pace) -> Result<Vec<Row>, Failure> {
    let (plan, turns) = match pace {
        Pace::Full => (ShopPlan { name: "shops/rows-10m", items: 20_000, shoppers: 200_000 }, TURNS),
        Pace::Quick => (ShopPlan { name: "shops/rows-200k", items: 2_000, shoppers: 6_000 }, 1),
    };
    let shop = shop::generate(workshop, plan)?;
    let requirements = workshop.places.repo.join("tests/peers/requirements.txt");
    let python = python::environment(workshop, "peers", &requirements)?;
    let (mut ours, mut peer) = (Best::default(), Best::default());
    let mut version = String::new();
    for _ in 0..turns {
        let mut check = workshop.command(&workshop.places.program().to_string_lossy());
        check.arg("check").arg(shop.root()).arg("--json");
        let found = Measured::parse(&workshop.journal.output("read and clean", &mut check)?)?;
        ours.take(found.number("/rowsPerSecond")?, found.number("/peakMemoryBytes")?);
        let mut script = workshop.command(&python.to_string_lossy());
        script.arg("tests/peers/read.py").arg(shop.root());
        let found = Measured::parse(&workshop.journal.output("read and group with Polars", &mut script)?)?;
        peer.rows = found.number("/rows")?;
        peer.take(peer.rows / found.number("/seconds")?, found.number("/peakMemoryBytes")?);
        version = found.text("/version")?;
    }
    let row = |what: String, ours: String, peer: String| Row { area: "read", what, ours, peer };
    Ok(vec![
        row(
            format!(
                "{} interactions of one CSV file, read and cleaned; best of {turns} ({:.1} × Polars)",
                thousands(peer.rows),
                ours.rate / peer.rate
            ),
            format!("{} rows/s", thousands(ours.rate)),
            format!("Polars {version}, read and grouped: {} rows/s", thousands(peer.rate)),
        ),
        row("the same: peak memory".to_owned(), megabytes(ours.memory), megabytes(peer.memory)),
    ])
}

/// The best turn of one side.
#[derive(Debug, Default)]
struct Best {
    rows: f64,
    rate: f64,
    memory: f64,
}

impl Best {
    fn take(&mut self, rate: f64, memory: f64) {
        self.rate = self.rate.max(rate);
        self.memory = if self.memory == 0.0 { memory } else { self.memory.min(memory) };
    }
}

fn megabytes(bytes: f64) -> String {
    format!("{} MB", thousands(bytes / 1e6))
}
