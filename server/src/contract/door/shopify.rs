//! Exports of a Shopify shop: products, and orders.
//!
//! Brings the files and the columns of each entity together; what becomes of the rows is said in
//! `products` and `order_lines`. An item is a product, by its handle; variants fold into it.

use std::sync::Arc;

use super::super::schema::{self, Entity};
use super::super::table::Table;
use super::look::{Found, Kind};
use super::order_lines::{self, OrderLines};
use super::plain::{Files, entity, pick, table};
use super::products::{self, Part, Products};
use crate::storage::Storage;

/// The tables of a folder with exports.
pub(super) fn tables<'s>(storage: &'s Storage, found: &[Found]) -> Vec<Table<'s>> {
    let (files, headings) = pick(found, |kind| match kind {
        Kind::Products(heading) => Some(heading),
        _ => None,
    });
    let products = Files { files, headings };
    let mut tables = if products.files.is_empty() { Vec::new() } else { of_products(storage, &products) };
    let (files, headings) = pick(found, |kind| match kind {
        Kind::Orders(heading) => Some(heading),
        _ => None,
    });
    if !files.is_empty() {
        tables.push(of_orders(storage, &Files { files, headings }, products));
    }
    tables
}

const PARTS: [(&str, Part); 5] = [
    ("Reco_ItemsAndVariants", Part::Item),
    ("Reco_ItemCategories", Part::Categories),
    ("Reco_ItemAndVariantImages", Part::Images),
    ("Reco_ItemAndVariantFilters", Part::Filters),
    ("Reco_ItemAndVariantAvailabilities", Part::Availability),
];

fn of_products<'s>(storage: &'s Storage, files: &Files) -> Vec<Table<'s>> {
    let places = files.places(&products::COLUMNS);
    let name = |column: usize| files.name(&places, column);
    let names = [
        ("ItemId", name(products::HANDLE)),
        ("ItemVariantId", name(products::SKU)),
        ("Title", name(products::TITLE)),
        ("Description", name(products::BODY)),
        ("Category", Some("Product Category, Type or Tags")),
        ("ImageFullUrl", name(products::IMAGE)),
        ("IsPrimaryImage", name(products::IMAGE_POSITION)),
        ("FilterName", Some("Option Name")),
        ("FilterValue", Some("Vendor, Option Value or Variant Price")),
        ("StartDate", name(products::STATUS)),
    ];
    let made = |(entity, part): (&'static Entity, Part)| {
        let way = Products { part, headings: files.headings.clone(), places: places.clone() };
        let mut made = table(storage, entity, files.files.clone(), Arc::new(way), &names);
        made.layout.notes.extend(part.note().map(str::to_owned));
        made
    };
    PARTS.into_iter().filter_map(|(name, part)| Some((entity(name)?, part))).map(made).collect()
}

fn of_orders<'s>(storage: &'s Storage, files: &Files, products: Files) -> Table<'s> {
    let places = files.places(&order_lines::COLUMNS);
    let name = |column: usize| files.name(&places, column);
    let names = [
        ("InteractionGroupingId", name(order_lines::ORDER)),
        ("ItemId", name(order_lines::LINE).or(name(order_lines::SKU))),
        ("UserId", name(order_lines::EMAIL)),
        ("TimeStamp", name(order_lines::CREATED)),
    ];
    let alone = products.files.is_empty();
    let way = OrderLines { headings: files.headings.clone(), places, products };
    let mut made = table(storage, &schema::INTERACTIONS, files.files.clone(), Arc::new(way), &names);
    if alone {
        made.layout
            .notes
            .push("no product export: items are called by their SKU, or by their name in the order".into());
    }
    made
}
