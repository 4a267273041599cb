//! The other doors: files that are not of the contract, read as if they were.
//!
//! A door makes rows of the contract's entities from rows of another kind of file, and leaves every
//! rule about values to `clean`. What is wrong with a row is reported by the file, line and column
//! that the shop itself wrote. A folder is read through one door, never through two.
//!
//! ```text
//! look ─▶ plain, shopify, events ─▶ Door ─▶ table: Raw ─▶ Translate ─▶ Translated
//! ```

mod clock;
mod column;
mod event_catalogue;
mod event_interactions;
mod event_line;
mod events;
mod heading;
mod html;
mod look;
mod order_lines;
mod passed;
mod plain;
mod plain_interactions;
mod plain_items;
mod products;
mod shopify;
mod sold;
mod translated;
mod weights;

use std::fmt::Debug;
use std::sync::Arc;

use serde::Serialize;

pub use weights::EventWeights;

pub(super) use look::LOOKED_FOR;
pub(super) use passed::Passed;
pub(super) use translated::Translated;

use super::error::ContractError;
use super::folder::Source;
use super::layout::Layout;
use super::table::{Content, Table};
use crate::progress::Stage;
use crate::storage::Storage;
use look::Found;

/// `InteractionType` of rows that a door knows to be no purchases; a folder of the contract has no word for them.
pub(super) const NOT_BOUGHT: &str = "NotBought";

/// How the files of a folder are understood.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ReadAs {
    /// The entities of the contract.
    #[default]
    Contract,
    /// Exports of a Shopify shop: products, orders.
    Shopify,
    /// Shop events as lines of JSON, in the form of GA4 or of Segment.
    Events,
    /// Tables of items and interactions with a header.
    Plain,
}

impl ReadAs {
    /// Every way, in the order in which they are tried.
    pub const ALL: [Self; 4] = [Self::Contract, Self::Shopify, Self::Events, Self::Plain];

    /// The word for it on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Shopify => "shopify",
            Self::Events => "events",
            Self::Plain => "plain",
        }
    }

    /// The way that a word stands for.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }
}

/// Some whole records of a file that is not of the contract.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raw<'r> {
    /// Place in the files of the table.
    pub(super) file: usize,
    pub(super) source: &'r Source,
    pub(super) content: &'r Content,
    /// Whether they start the file.
    pub(super) head: bool,
}

/// Makes rows of one entity.
pub(super) trait Translate: Debug + Send {
    /// Takes the next records of the files.
    fn take(&mut self, raw: Raw<'_>, out: &mut Translated);

    /// Hands out what was held back of one file, after the last of them; `None` when nothing is left.
    fn rest(&mut self, _out: &mut Translated) -> Option<usize> {
        None
    }
}

/// How the files of one table are translated.
#[derive(Debug, Clone)]
pub(super) struct Door {
    pub(super) way: Arc<dyn Way>,
    pub(super) broken: Broken,
}

/// Whether this table counts records that cannot be split at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    Counted,
    /// Another table of the same files counts them.
    Elsewhere,
}

/// A kind of translation.
pub(super) trait Way: Debug + Send + Sync {
    /// Starts one. May read other files first.
    fn start(&self, storage: &Storage, stage: &Stage) -> Result<Box<dyn Translate>, ContractError>;

    /// The columns of a file that has types of its own.
    fn typed(&self, _file: usize) -> Option<Layout> {
        None
    }

    /// Whether it reads the files at all. One that does not knows them from another entity's reading.
    fn reads(&self) -> bool {
        true
    }

    /// A translator for some records alone, if they need nothing of what came before them.
    fn alone(&self) -> Option<Box<dyn Translate>> {
        None
    }
}

/// A folder as one of the doors sees it.
#[derive(Debug)]
pub(super) struct Entrance<'s> {
    pub(super) read_as: ReadAs,
    pub(super) tables: Vec<Table<'s>>,
    pub(super) notes: Vec<String>,
}

/// What stands in for the settings that only the contract has.
const CHARTS: &str = "personal lists are made; popular counts the last 365 days and trending the last 30, unless \
     [windows] in cookshelf.toml says otherwise";

/// Finds the door of a folder, or takes the one that is asked for; `None` when no file fits.
pub(super) fn entrance<'s>(
    storage: &'s Storage,
    asked: Option<ReadAs>,
    weights: &EventWeights,
) -> Result<Option<Entrance<'s>>, ContractError> {
    let look = look::look(storage)?;
    let fits = |way: ReadAs| {
        asked.is_none_or(|asked| asked == way) && look.found.iter().any(|file| file.kind.is_of(way))
    };
    let Some(read_as) = [ReadAs::Shopify, ReadAs::Events, ReadAs::Plain].into_iter().find(|way| fits(*way))
    else {
        return Ok(None);
    };
    let mut notes = look.notes;
    notes.push(CHARTS.to_owned());
    let tables = match read_as {
        ReadAs::Shopify => shopify::tables(storage, &look.found),
        ReadAs::Events => events::tables(storage, &look.found, weights)?,
        ReadAs::Plain | ReadAs::Contract => plain::tables(storage, &look.found, weights)?,
    };
    let read = |file: &Found| {
        tables.iter().any(|table| table.files.iter().any(|read| read.shown == file.source.shown))
    };
    for file in look.found.iter().filter(|file| !read(file)) {
        notes.push(format!(
            "{} was not read, since the folder is read as {}",
            file.source.shown,
            read_as.name()
        ));
    }
    Ok(Some(Entrance { read_as, tables, notes }))
}
