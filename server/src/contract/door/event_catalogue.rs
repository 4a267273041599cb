//! Items as events tell of them, for shops that bring no catalogue.
//!
//! The first event that says something about an item decides, so that each item is one row however
//! often it was viewed. An item that is nowhere named still becomes an item.

use super::super::error::ContractError;
use super::super::json_lines;
use super::super::names::Names;
use super::event_line::{Line, Product};
use super::{Raw, Translate, Translated, Way};
use crate::progress::Stage;
use crate::storage::Storage;

/// What a table of an entity takes from the products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Item,
    Categories,
    Images,
    Filters,
}

#[derive(Debug)]
pub(super) struct EventCatalogue {
    pub(super) part: Part,
}

impl Way for EventCatalogue {
    fn start(&self, _: &Storage, _: &Stage) -> Result<Box<dyn Translate>, ContractError> {
        let part = self.part;
        Ok(Box::new(Making { part, told: Names::default(), nameless: Names::default(), lines: Vec::new() }))
    }
}

#[derive(Debug)]
struct Making {
    part: Part,
    /// Items of which something was handed out.
    told: Names,
    /// Items seen without a name, with the line of each.
    nameless: Names,
    lines: Vec<u64>,
}

impl Translate for Making {
    fn take(&mut self, raw: Raw<'_>, out: &mut Translated) {
        for (number, text) in json_lines::lines(raw.records) {
            // What is wrong with lines and ids is counted among the interactions.
            let Ok(line) = Line::parse(text) else { continue };
            for product in
                line.products().filter(|product| !product.id.is_empty() && !product.id.contains('\0'))
            {
                self.product(number, &product, out);
            }
        }
    }

    fn end(&mut self, out: &mut Translated) {
        for (id, line) in self.nameless.iter().zip(&self.lines) {
            if self.told.get(id).is_none() {
                out.row(*line, &[id]);
            }
        }
    }
}

impl Making {
    fn product(&mut self, line: u64, product: &Product<'_>, out: &mut Translated) {
        if self.told.get(product.id).is_some() {
            return;
        }
        let before = out.rows.len();
        match self.part {
            Part::Item if product.name.is_empty() => {
                let next = self.nameless.len();
                if self.nameless.intern(product.id) == Some(next) {
                    self.lines.push(line);
                }
            }
            Part::Item => out.row(line, &[product.id, "", product.name]),
            Part::Categories => {
                for category in &product.categories {
                    out.row(line, &[product.id, category]);
                }
            }
            Part::Images if product.image.is_empty() => {}
            Part::Images => out.row(line, &[product.id, "", product.image, "true"]),
            Part::Filters => {
                for (name, value) in
                    [("Brand", product.brand), ("Variant", product.variant), ("Price", product.price)]
                {
                    if !value.is_empty() {
                        out.row(line, &[product.id, "", name, value]);
                    }
                }
            }
        }
        if out.rows.len() > before {
            self.told.intern(product.id);
        }
    }
}
