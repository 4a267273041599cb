//! How fast a cook is and how much memory it takes.

use super::Pace;
use super::measured::Measured;
use super::table::{Row, duration, thousands};
use crate::failure::Failure;
use crate::shop::{self, ShopPlan};
use crate::workshop::Workshop;

/// The shops that are cooked.
pub(super) fn shops(pace: Pace) -> Vec<ShopPlan> {
    let plan = |name, items| ShopPlan { name, items, shoppers: items * 3 };
    let small = plan("shops/bench-2000", 2_000);
    match pace {
        Pace::Full => vec![small, plan("shops/bench-10000", 10_000)],
        Pace::Quick => vec![small],
    }
}

/// Cooks each shop once more, for its report.
pub(super) fn rows(workshop: &Workshop, pace: Pace) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for plan in shops(pace) {
        let shop = shop::cook(workshop, plan)?;
        let mut cook = workshop.command(&workshop.places.program().to_string_lossy());
        cook.arg("cook").arg(shop.root()).arg("-o").arg(shop.folder.join("bench-models")).arg("--json");
        let report = Measured::parse(&workshop.journal.output("cook for the clock", &mut cook)?)?;
        let seconds = |stage: &str| report.number(&format!("/seconds/{stage}"));
        let times = [seconds("read")?, seconds("train")?, seconds("pack")?, seconds("publish")?];
        let interactions = thousands(report.number("/interactions")?);
        let case = format!("{} items, {interactions} interactions", thousands(plan.items.into()));
        let row = |what: &str, ours: String| Row {
            area: "cook",
            what: format!("{what}: {case}"),
            ours,
            peer: String::new(),
        };
        let [read, train, pack, publish] = times.map(|time| duration(time * 1000.0));
        rows.push(row("whole cook", duration(times.iter().sum::<f64>() * 1000.0)));
        rows.push(row("read · train · pack · publish", format!("{read} · {train} · {pack} · {publish}")));
        rows.push(row("rows read and cleaned per second", thousands(report.number("/rowsPerSecond")?)));
        let peak = report.number("/peakMemoryBytes")? / 1e6;
        rows.push(row("peak memory", format!("{} MB", thousands(peak))));
    }
    Ok(rows)
}
