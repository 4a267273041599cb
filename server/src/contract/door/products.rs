//! A product export of Shopify: several rows per product, one per variant and further image.
//!
//! Only the first row of a product has its title, text, vendor, type, tags and status; each variant
//! has its own options, SKU and price. The price of an item is that of its cheapest variant.

use super::super::error::ContractError;
use super::super::record::Row;
use super::column::Names;
use super::heading::Heading;
use super::passed::Why;
use super::plain_items::LONG_AGO;
use super::sold::{Sold, sold};
use super::{Raw, Translate, Translated, Way, html};
use crate::progress::Stage;
use crate::storage::Storage;

pub(super) const HANDLE: usize = 0;
pub(super) const TITLE: usize = 1;
pub(super) const BODY: usize = 2;
const VENDOR: usize = 3;
const CATEGORY: usize = 4;
const TYPE: usize = 5;
const TAGS: usize = 6;
const PUBLISHED: usize = 7;
pub(super) const STATUS: usize = 8;
pub(super) const SKU: usize = 9;
const PRICE: usize = 10;
pub(super) const IMAGE: usize = 11;
pub(super) const IMAGE_POSITION: usize = 12;
/// Three pairs of name and value follow.
const OPTIONS: usize = 13;
const OPTION_COUNT: usize = 3;

/// Names of the old and of the new form of the export.
pub(super) const COLUMNS: [Names; 19] = [
    &["handle", "urlhandle"],
    &["title"],
    &["bodyhtml", "description", "body"],
    &["vendor"],
    &["productcategory", "standardproducttype", "category"],
    &["type", "customproducttype"],
    &["tags"],
    &["published", "publishedononlinestore"],
    &["status"],
    &["variantsku", "sku"],
    &["variantprice", "price"],
    &["imagesrc", "productimageurl"],
    &["imageposition"],
    &["option1name"],
    &["option1value"],
    &["option2name"],
    &["option2value"],
    &["option3name"],
    &["option3value"],
];

/// What Shopify calls the option, and its value, of a product without options.
const NO_OPTION: &str = "Default Title";

/// What a table of an entity takes from the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Item,
    Categories,
    Images,
    Filters,
    Availability,
}

impl Part {
    /// What a merchant should know about it.
    pub(super) fn note(self) -> Option<&'static str> {
        match self {
            Part::Item => Some("the export has no release dates, so the list of new items stays empty"),
            Part::Filters => Some("vendor, options, and the price of the cheapest variant"),
            Part::Categories | Part::Images | Part::Availability => None,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Products {
    pub(super) part: Part,
    /// Of each file.
    pub(super) headings: Vec<Heading>,
    pub(super) places: Vec<Vec<Option<usize>>>,
}

impl Way for Products {
    fn start(&self, _: &Storage, _: &Stage) -> Result<Box<dyn Translate>, ContractError> {
        Ok(Box::new(Making { products: self.clone(), current: Current::default(), sale: Sale::default() }))
    }
}

/// What is known while rows still come.
#[derive(Debug)]
struct Making {
    products: Products,
    current: Current,
    sale: Sale,
}

/// The product whose rows come.
#[derive(Debug, Default)]
struct Current {
    handle: String,
    options: [String; OPTION_COUNT],
    /// The lowest price so far, its text, and its line.
    price: Option<(f64, String, u64)>,
}

/// Whether anything at all is for sale, and one item that is not.
#[derive(Debug, Default)]
struct Sale {
    any: bool,
    off: Option<(u64, String)>,
}

/// One row and where its columns are.
#[derive(Clone, Copy)]
pub(super) struct Cells<'c> {
    pub(super) row: Row<'c>,
    pub(super) places: &'c [Option<usize>],
}

impl<'c> Cells<'c> {
    pub(super) fn get(&self, column: usize) -> &'c str {
        self.places[column].map_or("", |at| self.row.field(at).trim())
    }

    /// A SKU; spreadsheets put an apostrophe before numbers that are to stay text.
    pub(super) fn sku(&self, column: usize) -> &'c str {
        let sku = self.get(column);
        sku.strip_prefix('\'').unwrap_or(sku)
    }

    /// Names and values of the options of a row.
    pub(super) fn options(&self) -> impl Iterator<Item = (usize, &'c str, &'c str)> {
        let cells = *self;
        (0..OPTION_COUNT).map(move |n| (n, cells.get(OPTIONS + 2 * n), cells.get(OPTIONS + 2 * n + 1)))
    }

    /// Values of options that say something.
    pub(super) fn choices(&self) -> impl Iterator<Item = &'c str> {
        self.options().map(|(_, _, value)| value).filter(|value| !value.is_empty() && *value != NO_OPTION)
    }
}

impl Translate for Making {
    fn take(&mut self, raw: Raw<'_>, out: &mut Translated) {
        let Making { products, current, sale } = self;
        let places = products.places[raw.file].as_slice();
        products.headings[raw.file].rows(raw, |line, row| match row {
            Ok(row) => {
                let cells = Cells { row, places };
                if !cells.get(HANDLE).is_empty() {
                    current.turn_to(cells, products.part, out);
                }
                products.part.make(line, cells, current, sale, out);
            }
            Err(reason) => out.broken(line, reason),
        });
    }

    fn rest(&mut self, out: &mut Translated) -> Option<usize> {
        self.current.leave(self.products.part, out);
        // A table without rows would mean that everything may be shown.
        if let Some((line, handle)) = self.sale.off.take().filter(|_| !self.sale.any) {
            out.row(line, &[&handle, "", LONG_AGO, LONG_AGO]);
        }
        (!out.is_empty()).then_some(self.products.headings.len() - 1)
    }
}

impl Current {
    /// Another handle is another product.
    fn turn_to(&mut self, cells: Cells<'_>, part: Part, out: &mut Translated) {
        if cells.get(HANDLE) != self.handle {
            self.leave(part, out);
            *self = Current { handle: cells.get(HANDLE).to_owned(), ..Current::default() };
        }
        for (n, name, _) in cells.options().filter(|(_, name, _)| !name.is_empty()) {
            name.clone_into(&mut self.options[n]);
        }
    }

    /// Hands out what needed all rows of the product.
    fn leave(&mut self, part: Part, out: &mut Translated) {
        if let Some((_, price, line)) = self.price.take().filter(|_| part == Part::Filters) {
            out.row(line, &[&self.handle, "", "Price", &price]);
        }
    }

    fn see_price(&mut self, line: u64, text: &str) {
        let Some(price) = text.parse::<f64>().ok().filter(|price| price.is_finite()) else { return };
        if self.price.as_ref().is_none_or(|(lowest, ..)| price < *lowest) {
            self.price = Some((price, text.to_owned(), line));
        }
    }
}

impl Part {
    fn make(self, line: u64, cells: Cells<'_>, current: &mut Current, sale: &mut Sale, out: &mut Translated) {
        let (handle, is_product) = (cells.get(HANDLE), !cells.get(TITLE).is_empty());
        match self {
            Part::Item if is_product || handle.is_empty() => {
                out.row(line, &[handle, "", cells.get(TITLE), &html::text(cells.get(BODY))]);
            }
            Part::Item => {
                let sku = cells.sku(SKU);
                if !sku.is_empty() {
                    out.row(line, &[handle, sku]);
                }
            }
            // A row without a handle is counted among the items.
            _ if handle.is_empty() => {}
            Part::Images => {
                let image = cells.get(IMAGE);
                if !image.is_empty() {
                    let primary = if cells.get(IMAGE_POSITION) == "1" { "true" } else { "false" };
                    out.row(line, &[handle, "", image, primary]);
                }
            }
            Part::Filters => filters(line, cells, current, out),
            Part::Categories if is_product => categories(line, cells, out),
            Part::Availability if is_product => sell(line, cells, sale, out),
            Part::Categories | Part::Availability => {}
        }
    }
}

/// Each level of the product's category, its type, and its tags.
fn categories(line: u64, cells: Cells<'_>, out: &mut Translated) {
    let levels = cells.get(CATEGORY).split('>');
    let all = levels.chain([cells.get(TYPE)]).chain(cells.get(TAGS).split(',')).map(str::trim);
    for category in all.filter(|category| !category.is_empty()) {
        out.row(line, &[cells.get(HANDLE), category]);
    }
}

fn filters(line: u64, cells: Cells<'_>, current: &mut Current, out: &mut Translated) {
    let handle = cells.get(HANDLE);
    if !cells.get(VENDOR).is_empty() {
        out.row(line, &[handle, "", "Vendor", cells.get(VENDOR)]);
    }
    for (n, _, value) in cells.options().filter(|(_, _, value)| !value.is_empty() && *value != NO_OPTION) {
        let name = current.options[n].as_str();
        if !name.is_empty() {
            out.row(line, &[handle, cells.sku(SKU), name, value]);
        }
    }
    current.see_price(line, cells.get(PRICE));
}

fn sell(line: u64, cells: Cells<'_>, sale: &mut Sale, out: &mut Translated) {
    let off = |column: usize| sold(cells.get(column)) == Sold::No;
    if off(STATUS) || off(PUBLISHED) {
        out.pass(Why::NotForSale);
        sale.off.get_or_insert_with(|| (line, cells.get(HANDLE).to_owned()));
    } else {
        sale.any = true;
        out.row(line, &[cells.get(HANDLE)]);
    }
}
