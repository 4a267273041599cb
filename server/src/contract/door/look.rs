//! A first look at the files of a folder: which door each of them belongs to.
//!
//! Shopify's exports are known by their headers and events by their first lines, whatever the files
//! are called. Plain tables are known by their names, since any file may have a header. At most one
//! block of each file is read.

use serde_json::{Map, Value};

use super::super::blocks::{Block, Blocks, Quotes, Records};
use super::super::error::ContractError;
use super::super::folder::Source;
use super::super::form::{Form, Format};
use super::super::json_lines;
use super::super::parquet;
use super::super::unpack;
use super::ReadAs;
use super::column::{has, simple};
use super::heading::{Heading, delimiter};
use crate::storage::{Entry, Storage, StorageError};

/// What was looked for, for people.
pub(in super::super) const LOOKED_FOR: &str = "Shopify exports (CSV whose header has Handle and Title, or Name and \
     Lineitem name), events (lines of JSON, also in .json files, with event_name, or with type and event), and tables with a header whose \
     names start with items, products, catalog, interactions, events, orders, transactions, purchases, views or ratings";

/// Lines that are looked at for events.
const LINES: usize = 20;
/// Names of tables with items, and with interactions.
const ITEMS: [&str; 4] = ["item", "product", "catalog", "catalogue"];
const INTERACTIONS: [&str; 9] =
    ["interaction", "event", "order", "transaction", "purchase", "view", "rating", "session", "basket"];

/// A file that a door can read.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) source: Source,
    pub(super) kind: Kind,
}

/// What a file holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A product export of Shopify.
    Products(Heading),
    /// An order export of Shopify.
    Orders(Heading),
    /// Events of a shop.
    Events(Vendor),
    /// A table of items.
    Items(Heading),
    /// A table of interactions.
    Interactions(Heading),
}

/// Whose form events are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vendor {
    Ga4,
    Segment,
}

impl Kind {
    /// Whether a door needs such a file to be the right one.
    pub(super) fn is_of(&self, way: ReadAs) -> bool {
        match self {
            Kind::Products(_) | Kind::Orders(_) => way == ReadAs::Shopify,
            Kind::Events(_) => way == ReadAs::Events,
            Kind::Items(_) | Kind::Interactions(_) => way == ReadAs::Plain,
        }
    }
}

/// All files that a door can read, sorted by path.
#[derive(Debug, Default)]
pub(super) struct Look {
    pub(super) found: Vec<Found>,
    pub(super) notes: Vec<String>,
}

/// Looks at every file at the top and in the folders below it.
pub(super) fn look(storage: &Storage) -> Result<Look, ContractError> {
    let top = storage.top()?;
    let mut files = top.files;
    for folder in &top.folders {
        files.extend(storage.below(folder)?);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut look = Look::default();
    for mut source in files.into_iter().filter_map(source) {
        let first = match source.form.format {
            Format::Parquet => typed(storage, &source)?,
            Format::Csv | Format::JsonLines => first_block(storage, &mut source)?,
        };
        match first {
            First::Names(heading) => look.take(source, |source| named(&source.shown, heading)),
            First::Records(records) => look.take(source, |source| kind(source, &records)),
            First::Empty => look.notes.push(format!("{} is empty", source.shown)),
            First::Damaged(message) => {
                look.notes.push(format!("{} could not be read and was passed over: {message}", source.shown));
            }
        }
    }
    Ok(look)
}

/// A file of a form that a door reads. Events are often called `.json` though they are lines of JSON.
fn source(entry: Entry) -> Option<Source> {
    let lower = entry.path.to_ascii_lowercase();
    let form = Form::of_name(&entry.path).or_else(|| {
        let is_json = [".json", ".json.gz", ".json.zst"].iter().any(|ending| lower.ends_with(ending));
        let name = lower.replace(".json", ".jsonl");
        if is_json && lower != "model.json" { Form::of_name(&name) } else { None }
    })?;
    Some(Source::new(entry, form))
}

/// How a file starts.
enum First {
    /// It names its columns at its end, that is.
    Names(Heading),
    Records(Records),
    Empty,
    Damaged(String),
}

/// Reads what a file says about its columns.
fn typed(storage: &Storage, source: &Source) -> Result<First, ContractError> {
    match parquet::names(storage.ranged(&source.shown)?.as_ref()) {
        Ok(names) => Ok(First::Names(Heading { names })),
        Err(parquet::Broken::Content(message)) => Ok(First::Damaged(message)),
        Err(parquet::Broken::Store(error)) => {
            Err(StorageError::Unreadable { path: storage.join(&source.shown), source: error }.into())
        }
    }
}

/// Reads the first block of a file; for a CSV file also tells what stands between its columns.
fn first_block(storage: &Storage, source: &mut Source) -> Result<First, ContractError> {
    let unpacked = unpack::open(storage, source)?;
    let first = Blocks::new(unpacked.bytes, Quotes::Nowhere).next();
    match first {
        Ok(Some(Block::Records(records))) => {
            if source.form.format == Format::Csv {
                source.delimiter = delimiter(&records.bytes);
            }
            Ok(First::Records(records))
        }
        Ok(Some(Block::Broken { reason, .. })) => Ok(First::Damaged(reason.message().to_owned())),
        Ok(None) => Ok(First::Empty),
        Err(error) if unpacked.watch.store_failed() => {
            Err(StorageError::Unreadable { path: storage.join(&source.shown), source: error }.into())
        }
        Err(error) => Ok(First::Damaged(error.to_string())),
    }
}

impl Look {
    /// Files a file away; one that belongs to no door is left alone.
    fn take(&mut self, source: Source, kind: impl FnOnce(&Source) -> Option<Kind>) {
        if let Some(kind) = kind(&source) {
            self.found.push(Found { source, kind });
        }
    }
}

fn kind(source: &Source, records: &Records) -> Option<Kind> {
    let heading = if source.form.format == Format::Csv {
        let heading = Heading::of_csv(records, source.delimiter)?;
        if is_products(&heading) {
            return Some(Kind::Products(heading));
        }
        if has(&heading.names, &["name"]) && has(&heading.names, &["lineitemname"]) {
            return Some(Kind::Orders(heading));
        }
        heading
    } else {
        if let Some(vendor) = vendor(records) {
            return Some(Kind::Events(vendor));
        }
        Heading::of_json(records)?
    };
    named(&source.shown, heading)
}

fn is_products(heading: &Heading) -> bool {
    let names = &heading.names;
    let more =
        ["bodyhtml", "variantsku", "variantprice", "option1name", "option1value", "publishedononlinestore"];
    has(names, &["handle", "urlhandle"]) && has(names, &["title"]) && has(names, &more)
}

/// Whose events the first lines are.
fn vendor(records: &Records) -> Option<Vendor> {
    json_lines::lines(records).take(LINES).find_map(|(_, line)| {
        let object: Map<String, Value> = serde_json::from_slice(line).ok()?;
        let text = |key: &str| object.get(key).is_some_and(Value::is_string);
        let shopper = text("anonymousId") || text("userId");
        if text("event_name") {
            Some(Vendor::Ga4)
        } else {
            (shopper && (text("type") || text("event"))).then_some(Vendor::Segment)
        }
    })
}

/// What a file is by its name, or that of its folder.
fn named(path: &str, heading: Heading) -> Option<Kind> {
    let word = path.split('/').find_map(table)?;
    // A table of items that names shoppers or sessions is about what they did.
    let of_shoppers = has(&heading.names, &["userid", "customerid", "shopper", "sessionid", "visitorid"]);
    Some(if word == Table::Items && !of_shoppers {
        Kind::Items(heading)
    } else {
        Kind::Interactions(heading)
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Items,
    Interactions,
}

/// What the first word of a name stands for.
fn table(name: &str) -> Option<Table> {
    let word = name.split(|letter: char| !letter.is_alphabetic()).next().map(simple)?;
    let is = |names: &[&str]| {
        names.contains(&word.as_str()) || word.strip_suffix('s').is_some_and(|one| names.contains(&one))
    };
    if is(&ITEMS) { Some(Table::Items) } else { is(&INTERACTIONS).then_some(Table::Interactions) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, text: &str) -> Option<&'static str> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        let storage = Storage::disk(folder.path()).unwrap();
        let look = look(&storage).unwrap();
        look.found.first().map(|file| match file.kind {
            Kind::Products(_) => "products",
            Kind::Orders(_) => "orders",
            Kind::Events(Vendor::Ga4) => "ga4",
            Kind::Events(Vendor::Segment) => "segment",
            Kind::Items(_) => "items",
            Kind::Interactions(_) => "interactions",
        })
    }

    #[test]
    fn every_file_finds_its_door() {
        let ga4 = "{\"event_name\": \"view_item\"}\n";
        let segment = "{\"type\": \"track\", \"event\": \"Product Viewed\", \"userId\": \"u\"}\n";
        let cases = [
            ("x.csv", "Handle,Title,Body (HTML)\n", Some("products")),
            ("x.csv", "Title,URL handle,Published on online store\n", Some("products")),
            ("products.csv", "handle,title,price\n", Some("items")),
            ("x.csv", "Name,Email,Lineitem name\n", Some("orders")),
            ("a/b.jsonl", ga4, Some("ga4")),
            ("b.json", &format!("broken\n{segment}"), Some("segment")),
            ("model.json", ga4, None),
            ("Items.csv", "id\n", Some("items")),
            ("products-2024.csv", "id;title\n", Some("items")),
            ("item_views.csv", "item,user_id\n", Some("interactions")),
            ("order_lines.ndjson", "{\"sku\": 1}\n", Some("interactions")),
            ("events/part-0.csv", "sku\n", Some("interactions")),
            ("itemised.csv", "id\n", None),
            ("stray.csv", "id\n", None),
            ("items.txt", "id\n", None),
            ("items.csv", "", None),
        ];
        for (name, text, kind) in cases {
            assert_eq!(found(name, text), kind, "{name}: {text}");
        }
    }
}
