//! Bytes: what a shopper's browser fetches.

use super::Pace;
use super::measured::Measured;
use super::table::{Row, thousands};
use crate::failure::Failure;
use crate::shop;
use crate::workshop::Workshop;

/// Sections of the largest benched shop, per item; files of the package.
pub(super) fn rows(workshop: &Workshop, pace: Pace) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    let Some(plan) = super::cook::shops(pace).pop() else { return Ok(rows) };
    let shop = shop::cook(workshop, plan)?;
    let mut node = script(workshop);
    let sizes = Measured::parse(&workshop.journal.output("size of sections", node.arg(shop.models()))?)?;
    let items = sizes.number("/items")?;
    for section in sizes.list("/sections")? {
        let (raw, brotli) = (section.number("/raw")?, section.number("/brotli")?);
        let blobs = thousands(section.number("/blobs")?);
        rows.push(Row {
            area: "bytes",
            what: format!("{}: per item of {}, {blobs} blobs", section.text("/section")?, thousands(items)),
            ours: format!("{:.1} · {:.1}", raw / items, brotli / items),
            peer: String::new(),
        });
    }
    workshop.package()?;
    for file in
        Measured::parse(&workshop.journal.output("size of the package", &mut script(workshop))?)?.list("")?
    {
        rows.push(Row {
            area: "bytes",
            what: format!("package: {}", file.text("/file")?),
            ours: format!("{} · {}", thousands(file.number("/raw")?), thousands(file.number("/brotli")?)),
            peer: String::new(),
        });
    }
    Ok(rows)
}

fn script(workshop: &Workshop) -> std::process::Command {
    let mut node = workshop.command("node");
    node.current_dir(workshop.places.browser_tests()).arg("sizes.mjs");
    node
}
