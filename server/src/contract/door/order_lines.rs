//! An order export of Shopify: one row per line of an order, order-level cells only in its first row.
//!
//! A line is of the product that has its SKU, or else exactly its title, or its title and options.
//! Lines of cancelled and unpaid orders are left out; of a refunded order they count as sent back.

use std::collections::HashMap;

use super::super::blocks::{Block, Blocks, Quotes};
use super::super::error::ContractError;
use super::super::table::Content;
use super::super::tally::Reason;
use super::super::unpack;
use super::column::Names;
use super::heading::Heading;
use super::passed::Why;
use super::plain::Files;
use super::products::{self, Cells};
use super::{Raw, Translate, Translated, Way, clock};
use crate::progress::Stage;
use crate::storage::{Storage, StorageError};

pub(super) const ORDER: usize = 0;
pub(super) const EMAIL: usize = 1;
pub(super) const CREATED: usize = 2;
const CANCELLED: usize = 3;
const PAYMENT: usize = 4;
pub(super) const LINE: usize = 5;
pub(super) const SKU: usize = 6;

pub(super) const COLUMNS: [Names; 7] = [
    &["name"],
    &["email"],
    &["createdat", "paidat"],
    &["cancelledat", "canceledat"],
    &["financialstatus"],
    &["lineitemname"],
    &["lineitemsku"],
];

/// Place of `ItemId` among the columns of the interactions.
const ITEM_ID: usize = 1;

#[derive(Debug, Clone)]
pub(super) struct OrderLines {
    /// Of each file.
    pub(super) headings: Vec<Heading>,
    pub(super) places: Vec<Vec<Option<usize>>>,
    /// Exports that tell which product a line is of.
    pub(super) products: Files,
}

impl Way for OrderLines {
    fn start(&self, storage: &Storage, _: &Stage) -> Result<Box<dyn Translate>, ContractError> {
        let handles =
            if self.products.files.is_empty() { None } else { Some(Handles::read(storage, &self.products)?) };
        let (headings, places) = (self.headings.clone(), self.places.clone());
        Ok(Box::new(Making { headings, places, handles, order: Order::default() }))
    }
}

#[derive(Debug)]
struct Making {
    headings: Vec<Heading>,
    places: Vec<Vec<Option<usize>>>,
    /// `None` when the orders say what the items are.
    handles: Option<Handles>,
    order: Order,
}

/// What the first row of an order says about all its lines.
#[derive(Debug, Default)]
struct Order {
    name: String,
    shopper: String,
    time: String,
    standing: Standing,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Standing {
    #[default]
    Bought,
    Cancelled,
    Voided,
    Refunded,
}

impl Translate for Making {
    fn take(&mut self, raw: Raw<'_>, out: &mut Translated) {
        let Making { headings, places, handles, order } = self;
        let places = places[raw.file].as_slice();
        headings[raw.file].rows(raw, |line, row| {
            let cells = match row {
                Ok(row) => Cells { row, places },
                Err(reason) => return out.broken(line, reason),
            };
            order.turn_to(cells);
            let positive = match order.standing {
                Standing::Cancelled => return out.pass(Why::Cancelled),
                Standing::Voided => return out.pass(Why::Voided),
                Standing::Refunded => "false",
                Standing::Bought => "",
            };
            match item(cells, handles.as_ref()) {
                Some(item) => {
                    let Order { name, shopper, time, .. } = order;
                    out.row(line, &[name, item, "", shopper, "", time, "", "", "", "", "", positive]);
                }
                None => out.misfit(line, ITEM_ID, Reason::UnknownLine, cells.get(LINE)),
            }
        });
    }
}

impl Order {
    /// Another name is another order; its first row speaks for all.
    fn turn_to(&mut self, cells: Cells<'_>) {
        if cells.get(ORDER) == self.name && !self.name.is_empty() {
            return;
        }
        let standing = match cells.get(PAYMENT).to_ascii_lowercase().as_str() {
            _ if !cells.get(CANCELLED).is_empty() => Standing::Cancelled,
            "voided" | "expired" => Standing::Voided,
            "refunded" => Standing::Refunded,
            _ => Standing::Bought,
        };
        *self = Order {
            name: cells.get(ORDER).to_owned(),
            shopper: cells.get(EMAIL).to_lowercase(),
            time: clock::contract_form(cells.get(CREATED)).into_owned(),
            standing,
        };
    }
}

/// The item that a line is of; empty when the line names none.
fn item<'i>(cells: Cells<'i>, handles: Option<&'i Handles>) -> Option<&'i str> {
    let (sku, name) = (cells.sku(SKU), cells.get(LINE));
    match handles {
        Some(_) if sku.is_empty() && name.is_empty() => Some(""),
        Some(handles) => handles.of(sku, name),
        None if sku.is_empty() => Some(name),
        None => Some(sku),
    }
}

/// Which product has a SKU or a name; the first one that has it.
#[derive(Debug, Default)]
struct Handles {
    handles: Vec<String>,
    skus: HashMap<String, usize>,
    names: HashMap<String, usize>,
    /// Title of the product whose rows come.
    title: String,
}

impl Handles {
    /// Reads the product exports. What is wrong with their rows is reported where they are items.
    fn read(storage: &Storage, products: &Files) -> Result<Self, ContractError> {
        let mut handles = Self::default();
        let places = products.places(&products::COLUMNS);
        for (file, source) in products.files.iter().enumerate() {
            let unpacked = unpack::open(storage, source)?;
            let mut blocks = Blocks::new(unpacked.bytes, Quotes::Delimited(source.delimiter));
            let mut head = true;
            loop {
                match blocks.next() {
                    Ok(Some(Block::Records(records))) => {
                        let content = Content::Lines(records);
                        let raw = Raw { file, source, content: &content, head: std::mem::take(&mut head) };
                        products.headings[file].rows(raw, |_, row| {
                            if let Ok(row) = row {
                                handles.learn(Cells { row, places: &places[file] });
                            }
                        });
                    }
                    Ok(Some(Block::Broken { .. })) => {}
                    Err(error) if unpacked.watch.store_failed() => {
                        return Err(StorageError::Unreadable {
                            path: storage.join(&source.shown),
                            source: error,
                        }
                        .into());
                    }
                    Ok(None) | Err(_) => break,
                }
            }
        }
        Ok(handles)
    }

    fn learn(&mut self, cells: Cells<'_>) {
        let handle = cells.get(products::HANDLE);
        if handle.is_empty() {
            return;
        }
        if self.handles.last().is_none_or(|last| last != handle) {
            self.handles.push(handle.to_owned());
            self.title.clear();
        }
        let at = self.handles.len() - 1;
        if !cells.get(products::TITLE).is_empty() {
            cells.get(products::TITLE).clone_into(&mut self.title);
            self.names.entry(self.title.clone()).or_insert(at);
        }
        let choices: Vec<&str> = cells.choices().collect();
        if !choices.is_empty() {
            self.names.entry(format!("{} - {}", self.title, choices.join(" / "))).or_insert(at);
        }
        let sku = cells.sku(products::SKU);
        if !sku.is_empty() {
            self.skus.entry(sku.to_owned()).or_insert(at);
        }
    }

    fn of(&self, sku: &str, name: &str) -> Option<&str> {
        let at = self.skus.get(sku).or_else(|| self.names.get(name))?;
        Some(self.handles[*at].as_str())
    }
}
