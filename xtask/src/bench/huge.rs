//! A hundred million interactions on one machine: read, counted and packed, under a memory limit.
//!
//! Takes the better part of an hour and some ten gigabytes of disk, so it only runs when it is asked
//! for; its rows then stay on the page through later runs of the other parts.

use super::Pace;
use super::measured::Measured;
use super::table::{Row, duration, thousands};
use crate::failure::Failure;
use crate::shop::{self, ShopPlan};
use crate::workshop::Workshop;

/// What the cook may use; beyond it, it ends with an error.
const MEMORY: &str = "16GB";
/// Item factors are the one stage that is neither reading nor counting.
const SETTINGS: &str = "[lists]\npicks = false\n";

pub(super) fn rows(workshop: &Workshop, pace: Pace) -> Result<Vec<Row>, Failure> {
    let plan = match pace {
        Pace::Full => ShopPlan { name: "shops/rows-100m", items: 50_000, shoppers: 2_000_000 },
        Pace::Quick => ShopPlan { name: "shops/rows-200k", items: 2_000, shoppers: 6_000 },
    };
    let shop = shop::generate(workshop, plan)?;
    let settings = shop.folder.join("huge.toml");
    std::fs::write(&settings, SETTINGS).map_err(|e| Failure::file("write", &settings, &e))?;
    let mut cook = workshop.command(&workshop.places.program().to_string_lossy());
    cook.arg("cook").arg(shop.root()).arg("-o").arg(shop.folder.join("huge-models"));
    cook.args(["--memory", MEMORY, "--json", "--settings"]).arg(&settings);
    let report = Measured::parse(&workshop.journal.output("cook without picks", &mut cook)?)?;
    let seconds =
        |stage: &str| report.number(&format!("/seconds/{stage}")).map(|time| duration(time * 1000.0));
    let what = format!("{} interactions, without `picks`", thousands(report.number("/interactions")?));
    let row = |figure: &str, ours: String| Row {
        area: "huge",
        what: format!("{figure}: {what}"),
        ours,
        peer: String::new(),
    };
    let times = [seconds("read")?, seconds("train")?, seconds("pack")?, seconds("publish")?];
    Ok(vec![
        row("read · train · pack · publish", times.join(" · ")),
        row("rows read and cleaned per second", thousands(report.number("/rowsPerSecond")?)),
        row("peak memory", format!("{} MB", thousands(report.number("/peakMemoryBytes")? / 1e6))),
    ])
}
