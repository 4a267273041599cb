//! `Reco_ItemAndVariantImages`: the address of one image per item.
//!
//! The item's own primary image comes first, then its other images, then those of its variants;
//! among equals the first row counts. Nothing is fetched.

use super::super::cell::{Rules, Settings};
use super::super::error::ContractError;
use super::super::record::Row;
use super::super::report::EntityReport;
use super::super::table::Table;
use super::super::tally::{Fault, Reason, Tally};
use super::Cleaned;
use super::items::{Shelf, place};
use crate::progress::Stage;

const ITEM: usize = 0;
const VARIANT: usize = 1;
const ADDRESS: usize = 2;
const PRIMARY: usize = 3;
/// Higher than the rank of any image.
const NO_IMAGE: u8 = u8::MAX;

/// Puts images on the shelf.
pub(in super::super) fn read(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
    shelf: &mut Shelf,
) -> Result<Cleaned<()>, ContractError> {
    let rules = table.rules(settings);
    let mut ranks = vec![NO_IMAGE; shelf.items.len()];
    let tally = table.rows(stage, |row, tally| {
        let id = rules.needed(row, ITEM, tally)?;
        let variant = rules.text(row, VARIANT, tally)?.is_some();
        let address = rules.needed(row, ADDRESS, tally)?;
        let primary = rules.truth(row, PRIMARY)?.unwrap_or(false);
        let place = place(shelf, id, ITEM)?;
        check_address(&rules, row, ADDRESS, address, tally)?;
        let rank = 2 * u8::from(variant) + u8::from(!primary);
        if rank < ranks[place] {
            ranks[place] = rank;
            address.clone_into(&mut shelf.items[place].image);
        }
        Ok(())
    })?;
    let found = ranks.iter().filter(|&&rank| rank != NO_IMAGE).count();
    let notes = vec![format!("{found} items have an image")];
    Ok(Cleaned { values: (), report: EntityReport::new(table, &tally, notes) })
}

/// Refuses an address that no page could show. None at all is fine.
pub(super) fn check_address<'a>(
    rules: &Rules<'_>,
    row: Row<'a>,
    column: usize,
    address: &'a str,
    tally: &mut Tally,
) -> Result<(), Fault<'a>> {
    let fault = |reason| Fault { column, reason, value: address };
    match kind(address) {
        Address::Refused => return Err(fault(Reason::AttributeValueNotAllowed)),
        Address::Relative if !address.is_empty() => {
            tally.warn(rules.layout, row.line, fault(Reason::RelativeAddress));
        }
        Address::Relative | Address::Absolute => {}
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Address {
    Absolute,
    /// Useful to a shop that serves its own images, though the contract wants absolute ones.
    Relative,
    /// Not percent-encoded, or a script.
    Refused,
}

fn kind(address: &str) -> Address {
    if !address.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Address::Refused;
    }
    let scheme = address.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| {
        scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    });
    match scheme.map(str::to_ascii_lowercase).as_deref() {
        None => Address::Relative,
        Some("http" | "https" | "file" | "data") => Address::Absolute,
        Some(_) => Address::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_apart() {
        let cases = [
            ("https://x.example/a%20b.png", Address::Absolute),
            ("FILE:///tmp/a.jpg", Address::Absolute),
            ("data:image/svg+xml;base64,AA==", Address::Absolute),
            ("/images/1.png", Address::Relative),
            ("1.png?a=b:c", Address::Relative),
            ("javascript:alert(1)", Address::Refused),
            ("https://x.example/a b.png", Address::Refused),
            ("https://x.example/ä.png", Address::Refused),
        ];
        for (address, expected) in cases {
            assert_eq!(kind(address), expected, "{address}");
        }
    }
}
