//! A table of items: one row each, its columns found by their names.
//!
//! Categories are split at `|` and `;`. Every column that means nothing else becomes a filter of its
//! own name, whose values are split at `|`.

use std::sync::Arc;

use super::super::error::ContractError;
use super::super::layout::Layout;
use super::super::record::Row;
use super::super::schema;
use super::super::table::Table;
use super::column::Names;
use super::heading::Heading;
use super::passed::Why;
use super::plain::{Files, Need, entity, table};
use super::sold::{Sold, sold};
use super::{Raw, Translate, Translated, Way, clock};
use crate::progress::Stage;
use crate::storage::Storage;

const ID: usize = 0;
const VARIANT: usize = 1;
const TITLE: usize = 2;
const DESCRIPTION: usize = 3;
const RELEASED: usize = 4;
const CATEGORY: usize = 5;
const IMAGE: usize = 6;
const AVAILABLE: usize = 7;

const COLUMNS: [Names; 12] = [
    &["itemid", "item", "productid", "product", "sku", "id", "handle", "articleid", "article", "code"],
    &["itemvariantid", "variantid", "variant", "variantsku"],
    &["title", "name", "itemname", "productname", "producttitle"],
    &["description", "body", "bodyhtml", "text", "summary"],
    &["released", "releasedate", "publishedat", "published", "createdat", "created", "date"],
    &["categories", "category", "itemcategory", "producttype", "producttypes", "department"],
    &["image", "imageurl", "imagesrc", "imagelink", "imagefullurl", "picture", "photo", "thumbnail"],
    &[
        "available",
        "instock",
        "isavailable",
        "availability",
        "stock",
        "inventory",
        "status",
        "active",
        "isactive",
    ],
    // Names of the item or of its page that say nothing about it.
    &["url", "link", "producturl", "address", "href"],
    &["sku"],
    &["id"],
    &["handle"],
];

const NEED: Need = Need {
    what: "the id of the item",
    accepted: "item_id, item, product_id, product, sku, id, handle, article_id or code",
};

/// What a table of an entity takes from each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Item,
    Categories,
    Images,
    Filters,
    Availability,
}

/// Entities in the order of the report, with the column that feeds each.
const PARTS: [(&str, Part, Option<usize>); 5] = [
    ("Reco_ItemsAndVariants", Part::Item, Some(ID)),
    ("Reco_ItemCategories", Part::Categories, Some(CATEGORY)),
    ("Reco_ItemAndVariantImages", Part::Images, Some(IMAGE)),
    ("Reco_ItemAndVariantFilters", Part::Filters, None),
    ("Reco_ItemAndVariantAvailabilities", Part::Availability, Some(AVAILABLE)),
];

/// The tables that these files feed.
pub(super) fn tables<'s>(storage: &'s Storage, files: &Files) -> Result<Vec<Table<'s>>, ContractError> {
    let places = files.places(&COLUMNS);
    files.need(storage, &places, &[ID], NEED)?;
    let others: Vec<Vec<(usize, String)>> =
        files.headings.iter().zip(&places).map(|(heading, places)| others(heading, places)).collect();
    let name = |column: usize| files.name(&places, column);
    let names = [
        ("ItemId", name(ID)),
        ("ItemVariantId", name(VARIANT)),
        ("Title", name(TITLE)),
        ("Description", name(DESCRIPTION)),
        ("ReleaseDate", name(RELEASED)),
        ("Category", name(CATEGORY)),
        ("ImageFullUrl", name(IMAGE)),
        ("FilterName", Some("(name of a column)")),
        ("FilterValue", Some("(a column that becomes a filter)")),
        ("StartDate", name(AVAILABLE)),
    ];
    let feeds = |column: Option<usize>| match column {
        Some(column) => name(column).is_some(),
        None => others.iter().any(|others| !others.is_empty()),
    };
    let mut tables = Vec::new();
    for (entity_name, part, _) in PARTS.into_iter().filter(|(_, _, column)| feeds(*column)) {
        let Some(entity) = entity(entity_name) else { continue };
        let way =
            Items { part, headings: files.headings.clone(), places: places.clone(), others: others.clone() };
        let mut made = table(storage, entity, files.files.clone(), Arc::new(way), &names);
        if part == Part::Filters {
            made.layout.notes.push(format!("made of {}", filter_names(&others)));
        }
        tables.push(made);
    }
    Ok(tables)
}

/// Columns that mean nothing else, with the names of the filters that they become.
fn others(heading: &Heading, places: &[Option<usize>]) -> Vec<(usize, String)> {
    let free = |(at, name): &(usize, &String)| !name.is_empty() && !places.contains(&Some(*at));
    heading.names.iter().enumerate().filter(free).map(|(at, name)| (at, name.clone())).collect()
}

fn filter_names(others: &[Vec<(usize, String)>]) -> String {
    const MOST: usize = 12;
    let mut names: Vec<&str> = Vec::new();
    for (_, name) in others.iter().flatten() {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    let named = format!("the columns {}", names.join(", "));
    if more > 0 { format!("{named} and {more} more") } else { named }
}

#[derive(Debug, Clone)]
struct Items {
    part: Part,
    /// Of each file.
    headings: Vec<Heading>,
    places: Vec<Vec<Option<usize>>>,
    others: Vec<Vec<(usize, String)>>,
}

impl Way for Items {
    fn start(&self, _: &Storage, _: &Stage) -> Result<Box<dyn Translate>, ContractError> {
        Ok(Box::new(Making { items: self.clone(), sale: Sale::default() }))
    }

    fn typed(&self, file: usize) -> Option<Layout> {
        Some(self.headings[file].layout(&schema::ITEMS, |_| true))
    }
}

/// What is known while rows still come.
#[derive(Debug)]
struct Making {
    items: Items,
    sale: Sale,
}

/// Whether anything at all is for sale, and one item that is not.
#[derive(Debug, Default)]
struct Sale {
    any: bool,
    off: Option<(u64, String)>,
}

impl Translate for Making {
    fn take(&mut self, raw: Raw<'_>, out: &mut Translated) {
        let Making { items, sale } = self;
        let (places, others) = (&items.places[raw.file], &items.others[raw.file]);
        items.headings[raw.file].rows(raw, |line, row| match row {
            Ok(row) => items.part.make(line, Cells { row, places, others }, sale, out),
            Err(reason) => out.broken(line, reason),
        });
    }

    fn rest(&mut self, out: &mut Translated) -> Option<usize> {
        // A table without rows would mean that everything may be shown.
        let (line, id) = self.sale.off.take().filter(|_| !self.sale.any)?;
        out.row(line, &[&id, "", LONG_AGO, LONG_AGO]);
        Some(self.items.headings.len() - 1)
    }
}

/// The end of a window that no one sees.
pub(super) const LONG_AGO: &str = "0001-01-01T00:00:00Z";

/// One row and where its columns are.
#[derive(Clone, Copy)]
struct Cells<'c> {
    row: Row<'c>,
    places: &'c [Option<usize>],
    others: &'c [(usize, String)],
}

impl<'c> Cells<'c> {
    fn get(&self, column: usize) -> &'c str {
        self.places[column].map_or("", |at| self.row.field(at).trim())
    }
}

impl Part {
    fn make(self, line: u64, cells: Cells<'_>, sale: &mut Sale, out: &mut Translated) {
        let (id, variant) = (cells.get(ID), cells.get(VARIANT));
        match self {
            Part::Item => {
                let released = clock::contract_form(cells.get(RELEASED));
                out.row(line, &[id, variant, cells.get(TITLE), cells.get(DESCRIPTION), &released]);
            }
            // A row without an id is counted among the items.
            _ if id.is_empty() => {}
            Part::Categories => {
                for category in values(cells.get(CATEGORY), &['|', ';']) {
                    out.row(line, &[id, category]);
                }
            }
            Part::Images => {
                let image = cells.get(IMAGE);
                if !image.is_empty() {
                    out.row(line, &[id, variant, image, "true"]);
                }
            }
            Part::Filters => {
                for (at, name) in cells.others {
                    for value in values(cells.row.field(*at), &['|']) {
                        out.row(line, &[id, variant, name, value]);
                    }
                }
            }
            Part::Availability => sell(line, id, cells.get(AVAILABLE), sale, out),
        }
    }
}

fn sell(line: u64, id: &str, word: &str, sale: &mut Sale, out: &mut Translated) {
    match sold(word) {
        Sold::No => {
            out.pass(Why::NotForSale);
            if !sale.any && sale.off.is_none() {
                sale.off = Some((line, id.to_owned()));
            }
            return;
        }
        Sold::Unknown => out.pass(Why::Availability(word)),
        Sold::Yes => {}
    }
    sale.any = true;
    out.row(line, &[id]);
}

fn values<'v>(cell: &'v str, marks: &'static [char]) -> impl Iterator<Item = &'v str> {
    cell.split(marks).map(str::trim).filter(|value| !value.is_empty())
}
