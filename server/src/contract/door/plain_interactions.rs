//! A table of interactions: one row each, its columns found by their names.
//!
//! Rows without an order or session belong together when they are one shopper's on one day. An event
//! column gives rows the weight of their event, unless they have a strength of their own. What is
//! below zero is a dislike, or sent back.

use std::fmt::Write;
use std::sync::Arc;

use super::super::error::ContractError;
use super::super::layout::Layout;
use super::super::record::Row;
use super::super::schema;
use super::super::table::Table;
use super::clock::{self, Clock};
use super::column::Names;
use super::heading::Heading;
use super::passed::Why;
use super::plain::{Files, Need, table};
use super::weights::Remembered;
use super::{EventWeights, NOT_BOUGHT, Raw, Translate, Translated, Way};
use crate::progress::Stage;
use crate::storage::Storage;

const GROUP: usize = 0;
const ITEM: usize = 1;
const VARIANT: usize = 2;
const SHOPPER: usize = 3;
const TIME: usize = 4;
const CHANNEL: usize = 5;
const CATALOG: usize = 6;
const STRENGTH: usize = 7;
const POSITIVE: usize = 8;
const EVENT: usize = 9;
const AMOUNT: usize = 10;

const COLUMNS: [Names; 11] = [
    &[
        "interactiongroupingid",
        "groupingid",
        "group",
        "sessionid",
        "session",
        "orderid",
        "order",
        "ordernumber",
        "basketid",
        "basket",
        "cartid",
        "transactionid",
        "transaction",
        "invoice",
        "invoiceno",
        "invoiceid",
        "visitid",
    ],
    &["itemid", "item", "productid", "product", "sku", "stockcode", "articleid", "article", "movieid", "id"],
    &["itemvariantid", "variantid", "variant"],
    &[
        "userid",
        "user",
        "customerid",
        "customer",
        "shopper",
        "shopperid",
        "visitorid",
        "visitor",
        "clientid",
        "email",
    ],
    &[
        "timestamp",
        "time",
        "datetime",
        "date",
        "createdat",
        "created",
        "eventtime",
        "orderdate",
        "invoicedate",
        "eventdate",
    ],
    &["channel", "store"],
    &["catalog", "catalogue"],
    &["strength", "weight", "rating", "score"],
    &["ispositive", "positive"],
    &["event", "eventtype", "eventname", "type", "action", "interactiontype", "behavior", "behaviour"],
    &["quantity", "qty", "amount", "count"],
];

const NEED_ITEM: Need = Need {
    what: "the item",
    accepted: "item_id, item, product_id, product, sku, stock_code, article_id or id",
};
const NEED_GROUP: Need = Need {
    what: "the order, session or shopper",
    accepted: "order_id, session_id, basket_id, transaction_id or invoice, or else user_id, customer_id, visitor_id or \
               shopper",
};

/// The table of these files.
pub(super) fn table_of<'s>(
    storage: &'s Storage,
    files: &Files,
    weights: &EventWeights,
) -> Result<Table<'s>, ContractError> {
    let places = files.places(&COLUMNS);
    files.need(storage, &places, &[ITEM], NEED_ITEM)?;
    files.need(storage, &places, &[GROUP, SHOPPER], NEED_GROUP)?;
    let name = |column: usize| files.name(&places, column);
    let names = [
        ("InteractionGroupingId", name(GROUP).or(name(SHOPPER))),
        ("ItemId", name(ITEM)),
        ("ItemVariantId", name(VARIANT)),
        ("UserId", name(SHOPPER)),
        ("TimeStamp", name(TIME)),
        ("Channel", name(CHANNEL)),
        ("Catalog", name(CATALOG)),
        ("Strength", name(STRENGTH).or(name(EVENT)).or(name(AMOUNT))),
        ("IsPositive", name(POSITIVE)),
    ];
    let grouped = places.iter().all(|places| places[GROUP].is_some());
    let way =
        Interactions { headings: files.headings.clone(), places: places.clone(), weights: weights.clone() };
    let mut made = table(storage, &schema::INTERACTIONS, files.files.clone(), Arc::new(way), &names);
    if !grouped {
        made.layout
            .notes
            .push("no order or session: what one shopper did on one day belongs together".into());
    }
    if name(TIME).is_none() {
        made.layout.notes.push("no time: lists that depend on it, such as trending, stay empty".into());
    }
    Ok(made)
}

#[derive(Debug, Clone)]
struct Interactions {
    /// Of each file.
    headings: Vec<Heading>,
    places: Vec<Vec<Option<usize>>>,
    weights: EventWeights,
}

impl Way for Interactions {
    fn start(&self, _: &Storage, _: &Stage) -> Result<Box<dyn Translate>, ContractError> {
        Ok(Box::new(Making { interactions: self.clone(), weights: Remembered::default() }))
    }

    fn typed(&self, file: usize) -> Option<Layout> {
        let used = |at: usize| self.places[file].contains(&Some(at));
        Some(self.headings[file].layout(&schema::INTERACTIONS, used))
    }

    fn alone(&self) -> Option<Box<dyn Translate>> {
        Some(Box::new(Making { interactions: self.clone(), weights: Remembered::default() }))
    }
}

#[derive(Debug)]
struct Making {
    interactions: Interactions,
    weights: Remembered,
}

impl Translate for Making {
    fn take(&mut self, raw: Raw<'_>, out: &mut Translated) {
        let Making { interactions, weights } = self;
        let places = interactions.places[raw.file].as_slice();
        let (mut group, mut strength, mut clock) = (String::new(), String::new(), Clock::default());
        interactions.headings[raw.file].rows(raw, |line, row| {
            let row = match row {
                Ok(row) => row,
                Err(reason) => return out.broken(line, reason),
            };
            let cells = Cells { row, places };
            let Some(Weighed { positive, bought }) =
                cells.weigh(&interactions.weights, weights, &mut strength)
            else {
                return out.pass(Why::Event(cells.get(EVENT)));
            };
            let kind = if bought { "" } else { NOT_BOUGHT };
            let time = clock.contract_form(cells.get(TIME));
            cells.group(&time, &mut group);
            let (item, variant, shopper) = (cells.get(ITEM), cells.get(VARIANT), cells.get(SHOPPER));
            let (channel, catalog) = (cells.get(CHANNEL), cells.get(CATALOG));
            out.row(
                line,
                &[&group, item, variant, shopper, kind, &time, "", "", channel, catalog, &strength, positive],
            );
        });
    }
}

/// What an event makes of a row, besides its strength.
struct Weighed<'c> {
    /// `IsPositive`.
    positive: &'c str,
    /// Whether it is about an order.
    bought: bool,
}

/// One row and where its columns are.
#[derive(Clone, Copy)]
struct Cells<'c> {
    row: Row<'c>,
    places: &'c [Option<usize>],
}

impl<'c> Cells<'c> {
    fn get(&self, column: usize) -> &'c str {
        self.places[column].map_or("", |at| self.row.field(at).trim())
    }

    /// Writes the strength, and gives the rest; `None` for an event that does not count.
    fn weigh(
        &self,
        weights: &EventWeights,
        known: &mut Remembered,
        strength: &mut String,
    ) -> Option<Weighed<'c>> {
        strength.clear();
        let event = self.get(EVENT);
        // A row that names no event is what the whole table is about.
        let (weight, bought) = match event {
            "" => (None, true),
            _ => known.of(weights, event),
        };
        if weight.is_none() && !event.is_empty() {
            return None;
        }
        let written = match (self.get(STRENGTH), weight) {
            ("", None) => self.get(AMOUNT),
            (written, _) => written,
        };
        match (written, weight) {
            ("", Some(weight)) => {
                write!(strength, "{}", weight.abs()).expect("writing to a String does not fail")
            }
            (written, _) => strength.push_str(written.strip_prefix('-').unwrap_or(written)),
        }
        let disliked = written.starts_with('-') || weight.is_some_and(|weight| weight < 0.0);
        Some(Weighed { positive: if disliked { "false" } else { self.get(POSITIVE) }, bought })
    }

    /// Writes what the row belongs together with.
    fn group(&self, time: &str, group: &mut String) {
        group.clear();
        group.push_str(self.get(GROUP));
        let shopper = self.get(SHOPPER);
        if group.is_empty() && !shopper.is_empty() {
            group.push_str(shopper);
            if let Some(day) = clock::day(time) {
                write!(group, " {day}").expect("writing to a String does not fail");
            }
        }
    }
}
