//! A filter made ready for one model: names looked up once, items tested quickly.
//!
//! A name the model does not know lets nothing through: an empty list is honest,
//! an unfiltered one would not be.

use crate::{
    attributes::{Attributes, ColumnValues},
    lists::Lists,
    request::Filter,
};

/// A filter in the model's numbers.
#[derive(Debug)]
pub(crate) enum Ready<'m> {
    Nothing,
    Category(&'m Attributes, u32),
    /// Items with at least one code for which `lets` is true.
    Codes(&'m Lists, Vec<bool>),
    InStock(&'m Attributes),
    All(Vec<Ready<'m>>),
    Any(Vec<Ready<'m>>),
    Not(Box<Ready<'m>>),
}

impl<'m> Ready<'m> {
    pub(crate) fn new(filter: &Filter<'_>, attributes: &'m Attributes) -> Self {
        match filter {
            Filter::Category(name) => match attributes.categories().find(name) {
                Some(category) => Self::Category(attributes, category),
                None => Self::Nothing,
            },
            Filter::Is { column, value } => match attributes.column(column) {
                Some(column) => match &column.values {
                    ColumnValues::Texts(names) => {
                        Self::Codes(&column.codes, names.iter().map(|name| name == *value).collect())
                    }
                    ColumnValues::Numbers(_) => Self::Nothing,
                },
                None => Self::Nothing,
            },
            Filter::Range { column, min, max } => match attributes.column(column) {
                Some(column) => match &column.values {
                    ColumnValues::Numbers(values) => Self::Codes(
                        &column.codes,
                        values.iter().map(|value| min <= value && value <= max).collect(),
                    ),
                    ColumnValues::Texts(_) => Self::Nothing,
                },
                None => Self::Nothing,
            },
            Filter::InStock => Self::InStock(attributes),
            Filter::All(filters) => {
                Self::All(filters.iter().map(|filter| Self::new(filter, attributes)).collect())
            }
            Filter::Any(filters) => {
                Self::Any(filters.iter().map(|filter| Self::new(filter, attributes)).collect())
            }
            Filter::Not(filter) => Self::Not(Box::new(Self::new(filter, attributes))),
        }
    }

    pub(crate) fn lets(&self, position: u32) -> bool {
        match self {
            Self::Nothing => false,
            Self::Category(attributes, category) => attributes.categories_of(position).contains(category),
            Self::Codes(codes, lets) => {
                let codes = codes.row(position as usize);
                codes.iter().any(|code| lets.get(*code as usize).copied().unwrap_or(false))
            }
            Self::InStock(attributes) => attributes.in_stock(position),
            Self::All(filters) => filters.iter().all(|filter| filter.lets(position)),
            Self::Any(filters) => filters.iter().any(|filter| filter.lets(position)),
            Self::Not(filter) => !filter.lets(position),
        }
    }

    /// The category every item that passes is in, when the filter says so plainly.
    pub(crate) fn category(&self) -> Option<u32> {
        match self {
            Self::Category(_, category) => Some(*category),
            Self::All(filters) => filters.iter().find_map(Self::category),
            _ => None,
        }
    }
}
