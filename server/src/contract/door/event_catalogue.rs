//! Items as events tell of them, for shops that bring no catalogue.
//!
//! All lines are read once, for the items; the other entities take what was seen there. Of each fact
//! about an item the first event that has it decides, so that an item is one row however often it was
//! viewed. An item that is nowhere named is an item all the same.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::super::error::ContractError;
use super::super::json_lines;
use super::super::names::Names;
use super::super::table::Content;
use super::event_line::{Line, Product};
use super::{Raw, Translate, Translated, Way};
use crate::progress::Stage;
use crate::storage::Storage;

/// Lines that one thread reads at a time.
const LINES: usize = 256;

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
    /// What the reading of the items leaves to the other entities.
    pub(super) seen: Arc<OnceLock<Seen>>,
}

impl Way for EventCatalogue {
    fn start(&self, _: &Storage, _: &Stage) -> Result<Box<dyn Translate>, ContractError> {
        let left_to = Arc::clone(&self.seen);
        Ok(match self.part {
            Part::Item => Box::new(Looking { seen: Seen::default(), left_to, next: 0 }),
            part => Box::new(Telling { part, seen: left_to, next: 0 }),
        })
    }

    fn reads(&self) -> bool {
        self.part == Part::Item
    }
}

/// Everything that events said about items.
#[derive(Debug, Default)]
pub(super) struct Seen {
    ids: Names,
    items: Vec<Known>,
}

/// What is known about one item; its id is in [`Seen::ids`].
#[derive(Debug, Default)]
struct Known {
    /// Where it appears first.
    file: usize,
    line: u64,
    facts: Facts,
}

#[derive(Debug, Default)]
struct Facts {
    name: String,
    brand: String,
    variant: String,
    categories: Vec<String>,
    price: String,
    image: String,
}

impl Facts {
    fn of(product: &Product<'_>) -> Self {
        Facts {
            name: product.name.to_owned(),
            brand: product.brand.to_owned(),
            variant: product.variant.to_owned(),
            categories: product.categories.iter().map(|name| (*name).to_owned()).collect(),
            price: product.price.to_owned(),
            image: product.image.to_owned(),
        }
    }

    /// Whether a product says something that is not known yet.
    fn lack(&self, product: &Product<'_>) -> bool {
        let new = |known: &String, said: &str| known.is_empty() && !said.is_empty();
        new(&self.name, product.name)
            || new(&self.brand, product.brand)
            || new(&self.variant, product.variant)
            || new(&self.price, product.price)
            || new(&self.image, product.image)
            || (self.categories.is_empty() && !product.categories.is_empty())
    }

    fn fill(&mut self, more: Facts) {
        let fill = |known: &mut String, said: String| {
            if known.is_empty() {
                *known = said;
            }
        };
        fill(&mut self.name, more.name);
        fill(&mut self.brand, more.brand);
        fill(&mut self.variant, more.variant);
        fill(&mut self.price, more.price);
        fill(&mut self.image, more.image);
        if self.categories.is_empty() {
            self.categories = more.categories;
        }
    }
}

/// A product as one line tells of it.
struct Told {
    line: u64,
    id: String,
    facts: Facts,
}

impl Seen {
    /// What some lines say that is not known yet. What is wrong with lines and ids is counted among
    /// the interactions.
    fn news(&self, lines: &[(u64, &[u8])]) -> Vec<Told> {
        let mut news = Vec::new();
        for (number, text) in lines {
            let Ok(line) = Line::parse(text) else { continue };
            for product in line.products().filter(|product| is_id(product.id)) {
                let known = self.ids.get(product.id).map(|number| &self.items[number as usize]);
                if known.is_none_or(|known| known.facts.lack(&product)) {
                    news.push(Told { line: *number, id: product.id.to_owned(), facts: Facts::of(&product) });
                }
            }
        }
        news
    }

    fn learn(&mut self, file: usize, Told { line, id, facts }: Told) {
        let Some(number) = self.ids.intern(&id) else { return };
        match self.items.get_mut(number as usize) {
            Some(known) => known.facts.fill(facts),
            None => self.items.push(Known { file, line, facts }),
        }
    }

    /// Items of the file of item `first` from there on, and the place after them.
    fn of_file(&self, first: usize) -> Option<(usize, std::ops::Range<usize>)> {
        let file = self.items.get(first)?.file;
        let length = self.items[first..].iter().take_while(|item| item.file == file).count();
        Some((file, first..first + length))
    }

    /// Hands out what an entity takes, file by file.
    fn tell(&self, part: Part, next: &mut usize, out: &mut Translated) -> Option<usize> {
        let (file, range) = self.of_file(*next)?;
        *next = range.end;
        for at in range {
            let id = self.ids.name(u32::try_from(at).expect("ids have 32-bit numbers"));
            self.items[at].tell(id, part, out);
        }
        Some(file)
    }
}

/// Ids that no interaction can have are no items.
fn is_id(id: &str) -> bool {
    !id.is_empty() && !id.contains(char::is_control)
}

impl Known {
    fn tell(&self, id: &str, part: Part, out: &mut Translated) {
        let Known { line, facts, .. } = self;
        match part {
            Part::Item => out.row(*line, &[id, "", &facts.name]),
            Part::Categories => {
                facts.categories.iter().for_each(|category| out.row(*line, &[id, category]));
            }
            Part::Images if facts.image.is_empty() => {}
            Part::Images => out.row(*line, &[id, "", &facts.image, "true"]),
            Part::Filters => {
                let filters = [("Brand", &facts.brand), ("Variant", &facts.variant), ("Price", &facts.price)];
                for (name, value) in filters.into_iter().filter(|(_, value)| !value.is_empty()) {
                    out.row(*line, &[id, "", name, value]);
                }
            }
        }
    }
}

/// Reads the events for their items.
#[derive(Debug)]
struct Looking {
    seen: Seen,
    left_to: Arc<OnceLock<Seen>>,
    next: usize,
}

impl Translate for Looking {
    fn take(&mut self, raw: Raw<'_>, _: &mut Translated) {
        let Content::Lines(records) = raw.content else { return };
        let lines: Vec<_> = json_lines::lines(records).collect();
        let seen = &self.seen;
        let news: Vec<_> = lines.par_chunks(LINES).map(|lines| seen.news(lines)).collect();
        news.into_iter().flatten().for_each(|told| self.seen.learn(raw.file, told));
    }

    fn rest(&mut self, out: &mut Translated) -> Option<usize> {
        let file = self.seen.tell(Part::Item, &mut self.next, out);
        if file.is_none() {
            self.left_to.get_or_init(|| std::mem::take(&mut self.seen));
        }
        file
    }
}

/// Hands out what the reading of the items saw.
#[derive(Debug)]
struct Telling {
    part: Part,
    seen: Arc<OnceLock<Seen>>,
    next: usize,
}

impl Translate for Telling {
    fn take(&mut self, _: Raw<'_>, _: &mut Translated) {}

    fn rest(&mut self, out: &mut Translated) -> Option<usize> {
        self.seen.get()?.tell(self.part, &mut self.next, out)
    }
}
