//! A filter made ready for one model: names looked up once, items tested quickly.
//!
//! The tests of a filter stand in one row, each before its parts, so that the room
//! for them is used again for the next question. A name the model does not know
//! lets nothing through: an empty list is honest, an unfiltered one would not be.

use crate::{
    attributes::{Attributes, ColumnValues},
    request::Filter,
};

/// One test. `usize` counts the tests that follow and belong to it.
#[derive(Debug, Clone, Copy)]
enum Test {
    Nothing,
    Category(u32),
    /// Column, and a code in it.
    Code(u32, u32),
    /// Column, and the smallest and largest number.
    Range(u32, f64, f64),
    InStock,
    All(usize),
    Any(usize),
    Not,
}

/// Filters in the model's numbers, one after the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ready {
    tests: Vec<Test>,
}

impl Ready {
    pub(crate) fn clear(&mut self) {
        self.tests.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }

    /// Adds a filter; answers where it stands. A model without attributes cannot say what passes: nothing does.
    pub(crate) fn add(&mut self, filter: &Filter<'_>, attributes: Option<&Attributes>) -> usize {
        let at = self.tests.len();
        let test = attributes.map_or(Test::Nothing, |attributes| test(filter, attributes));
        self.tests.push(test);
        if attributes.is_some() {
            match filter {
                Filter::All(parts) | Filter::Any(parts) => parts.iter().for_each(|part| {
                    self.add(part, attributes);
                }),
                Filter::Not(part) => {
                    self.add(part, attributes);
                }
                _ => (),
            }
        }
        let parts = self.tests.len() - at - 1;
        if let Test::All(count) | Test::Any(count) = &mut self.tests[at] {
            *count = parts;
        }
        at
    }

    /// Whether the filter that stands at `at` lets an item through.
    pub(crate) fn lets(&self, at: usize, attributes: Option<&Attributes>, position: u32) -> bool {
        attributes.is_some_and(|attributes| self.step(&mut { at }, attributes, position))
    }

    /// Answers one test and moves behind it and its parts.
    fn step(&self, at: &mut usize, attributes: &Attributes, position: u32) -> bool {
        let test = self.tests.get(*at).copied().unwrap_or(Test::Nothing);
        *at += 1;
        match test {
            Test::Nothing => false,
            Test::Category(category) => attributes.categories_of(position).contains(&category),
            Test::Code(column, code) => attributes.codes(column, position).contains(&code),
            Test::Range(column, min, max) => {
                attributes.numbers(column, position).any(|n| min <= n && n <= max)
            }
            Test::InStock => attributes.in_stock(position),
            Test::All(parts) => !self.some(at, parts, false, attributes, position),
            Test::Any(parts) => self.some(at, parts, true, attributes, position),
            Test::Not => !self.step(at, attributes, position),
        }
    }

    /// Whether one of the parts answers so.
    fn some(&self, at: &mut usize, parts: usize, so: bool, attributes: &Attributes, position: u32) -> bool {
        let end = *at + parts;
        while *at < end {
            if self.step(at, attributes, position) == so {
                *at = end;
                return true;
            }
        }
        false
    }

    /// The category that every item is in that the filter at `at` lets through, when it says so plainly.
    pub(crate) fn category(&self, at: usize) -> Option<u32> {
        let parts = match self.tests.get(at)? {
            Test::Category(category) => return Some(*category),
            Test::All(parts) => *parts,
            _ => return None,
        };
        let mut part = at + 1;
        while part <= at + parts {
            if let Some(category) = self.category(part) {
                return Some(category);
            }
            part = self.behind(part);
        }
        None
    }

    /// Where the next filter stands.
    fn behind(&self, at: usize) -> usize {
        match self.tests.get(at) {
            Some(Test::All(parts) | Test::Any(parts)) => at + 1 + parts,
            Some(Test::Not) => self.behind(at + 1),
            _ => at + 1,
        }
    }
}

/// The test of a filter itself, without its parts.
fn test(filter: &Filter<'_>, attributes: &Attributes) -> Test {
    let found = match filter {
        Filter::Category(name) => attributes.categories().find(name).map(Test::Category),
        Filter::Is { column, value } => {
            attributes.place(column).and_then(|(at, column)| match &column.values {
                ColumnValues::Texts(names) => names.find(value).map(|code| Test::Code(at, code)),
                ColumnValues::Numbers(_) => None,
            })
        }
        Filter::Range { column, min, max } => {
            attributes.place(column).map(|(at, _)| Test::Range(at, *min, *max))
        }
        Filter::InStock => Some(Test::InStock),
        Filter::All(_) => Some(Test::All(0)),
        Filter::Any(_) => Some(Test::Any(0)),
        Filter::Not(_) => Some(Test::Not),
    };
    found.unwrap_or(Test::Nothing)
}
