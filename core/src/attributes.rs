//! Categories, filter columns and stock of every item.
//!
//! Filters are answered from these columns on the device; nothing is asked of a server.

use serde::Serialize;

use crate::{
    format::{Fields, FormatError, encode_body},
    kind::{SectionKey, SectionKind},
    lists::{Lists, ListsWire, Names, NamesWire},
};

const KIND: SectionKind = SectionKind::Attributes;

/// What is known of every item beside its id.
#[derive(Debug, Clone, PartialEq)]
pub struct Attributes {
    categories: Names,
    item_categories: Lists,
    columns: Vec<Column>,
    /// A bit per item: set when it must not be shown as in stock.
    sold_out: Vec<u8>,
    /// Number of items of each category, counted and not on the wire.
    sizes: Vec<u32>,
}

/// One filter column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The filter's name.
    pub name: String,
    /// Its different values.
    pub values: ColumnValues,
    /// For each item, the numbers of its values.
    pub codes: Lists,
}

/// The different values of a column, by number.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnValues {
    /// Words, as in the data.
    Texts(Names),
    /// Numbers, finite.
    Numbers(Vec<f64>),
}

#[derive(Serialize)]
struct ColumnWire<'a> {
    name: &'a str,
    texts: NamesWire<'a>,
    /// f64 little-endian; when it holds any, `texts` is empty.
    numbers: &'a [u8],
    codes: ListsWire<'a>,
}

#[derive(Serialize)]
struct AttributesWire<'a> {
    categories: NamesWire<'a>,
    item_categories: ListsWire<'a>,
    columns: Vec<ColumnWire<'a>>,
    sold_out: &'a [u8],
}

impl Attributes {
    /// All lists have one row per item; `sold_out` names the items that are not in stock.
    pub fn new(
        categories: Names,
        item_categories: Lists,
        columns: Vec<Column>,
        sold_out: &[u32],
    ) -> Result<Self, FormatError> {
        let mut bits = vec![0u8; item_categories.rows().div_ceil(8)];
        for &position in sold_out {
            if let Some(byte) = bits.get_mut(position as usize / 8) {
                *byte |= 1 << (position % 8);
            }
        }
        Self { categories, item_categories, columns, sold_out: bits, sizes: Vec::new() }.checked()
    }

    /// Number of items.
    pub fn items(&self) -> u32 {
        self.item_categories.rows() as u32
    }

    /// Category names by number.
    pub fn categories(&self) -> &Names {
        &self.categories
    }

    /// The categories of an item.
    pub fn categories_of(&self, position: u32) -> &[u32] {
        self.item_categories.row(position as usize)
    }

    /// The category that says most about an item: its smallest one, the first of several.
    pub(crate) fn main_category(&self, position: u32) -> Option<u32> {
        let size = |category: &&u32| self.sizes.get(**category as usize);
        self.categories_of(position).iter().min_by_key(size).copied()
    }

    /// The filter columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column with this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.place(name).map(|(_, column)| column)
    }

    /// The column with this name, and its number.
    pub(crate) fn place(&self, name: &str) -> Option<(u32, &Column)> {
        (0..).zip(&self.columns).find(|(_, column)| column.name == name)
    }

    /// The numbers of an item's values in a column.
    pub(crate) fn codes(&self, column: u32, position: u32) -> &[u32] {
        self.columns.get(column as usize).map_or(&[], |column| column.codes.row(position as usize))
    }

    /// An item's values in a column, when it is one of numbers.
    pub(crate) fn numbers(&self, column: u32, position: u32) -> impl Iterator<Item = f64> {
        let numbers = match self.columns.get(column as usize).map(|column| &column.values) {
            Some(ColumnValues::Numbers(numbers)) => numbers.as_slice(),
            _ => &[],
        };
        self.codes(column, position).iter().filter_map(|code| numbers.get(*code as usize).copied())
    }

    /// Whether an item may be shown as in stock.
    pub fn in_stock(&self, position: u32) -> bool {
        let byte = self.sold_out.get(position as usize / 8).copied().unwrap_or(0);
        byte & (1 << (position % 8)) == 0
    }

    /// As a blob.
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let category_lengths = self.categories.encode();
        let item_categories = self.item_categories.encode();
        let none = Names::default();
        let parts: Vec<_> = self
            .columns
            .iter()
            .map(|column| {
                let (texts, numbers) = match &column.values {
                    ColumnValues::Texts(names) => (names, Vec::new()),
                    ColumnValues::Numbers(values) => {
                        (&none, values.iter().flat_map(|v| v.to_le_bytes()).collect())
                    }
                };
                (column.name.as_str(), texts, texts.encode(), numbers, column.codes.encode())
            })
            .collect();
        let columns = parts.iter().map(|(name, texts, lengths, numbers, codes)| ColumnWire {
            name,
            texts: texts.wire(lengths),
            numbers,
            codes: Lists::wire(codes),
        });
        let wire = AttributesWire {
            categories: self.categories.wire(&category_lengths),
            item_categories: Lists::wire(&item_categories),
            columns: columns.collect(),
            sold_out: &self.sold_out,
        };
        encode_body(SectionKey::single(KIND), &wire)
    }

    pub(crate) fn decode(body: &[u8]) -> Result<Self, FormatError> {
        let mut fields = Fields::new(KIND, body);
        let (categories, item_categories) = (Names::read(&mut fields), Lists::read(&mut fields));
        let mut columns = Vec::new();
        for _ in 0..fields.count() {
            let column = Column::read(&mut fields);
            if !fields.is_sound() {
                break;
            }
            columns.push(column);
        }
        let sold_out = fields.bytes().to_vec();
        fields.done()?;
        Self { categories, item_categories, columns, sold_out, sizes: Vec::new() }.checked()
    }

    fn checked(mut self) -> Result<Self, FormatError> {
        let wrong = |rule| Err(FormatError::section(KIND, rule));
        let items = self.item_categories.rows();
        if self.item_categories.reach() as usize > self.categories.len() {
            return wrong("every category has a name");
        }
        self.sizes.resize(self.categories.len(), 0);
        self.item_categories.values().iter().for_each(|category| self.sizes[*category as usize] += 1);
        for column in &self.columns {
            let values = match &column.values {
                ColumnValues::Texts(names) => names.len(),
                ColumnValues::Numbers(values) if values.iter().all(|value| value.is_finite()) => values.len(),
                ColumnValues::Numbers(_) => return wrong("numbers are finite"),
            };
            if column.codes.rows() != items || column.codes.reach() as usize > values {
                return wrong("a column has a row per item and a value per code");
            }
        }
        if self.sold_out.len() != items.div_ceil(8) {
            return wrong("there is a stock bit per item");
        }
        Ok(self)
    }
}

impl Column {
    fn read(fields: &mut Fields<'_>) -> Self {
        let (name, texts) = (fields.text().to_owned(), Names::read(fields));
        let (numbers, rest) = fields.bytes().as_chunks::<8>();
        let fits = rest.is_empty() && (numbers.is_empty() || texts.is_empty());
        fields.require(fits.then_some(()));
        let values = match numbers {
            [] => ColumnValues::Texts(texts),
            numbers => {
                ColumnValues::Numbers(numbers.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect())
            }
        };
        Self { name, values, codes: Lists::read(fields) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Frame;

    #[test]
    fn attributes_round_trip() {
        let column = |name: &str, values, codes: &[Vec<u32>]| Column {
            name: name.into(),
            values,
            codes: Lists::new(codes),
        };
        let columns = vec![
            column(
                "Colour",
                ColumnValues::Texts(Names::new(["blue", "red"])),
                &[vec![0, 1], vec![], vec![1]],
            ),
            column("Price", ColumnValues::Numbers(vec![1.5, 20.0]), &[vec![0], vec![1], vec![]]),
        ];
        let categories = Lists::new(&[vec![0], vec![0, 1], vec![]]);
        let attributes = Attributes::new(Names::new(["Bags", "Shoes"]), categories, columns, &[2]).unwrap();
        let blob = attributes.encode().unwrap();
        let read = Attributes::decode(Frame::decode(&blob).unwrap().body).unwrap();
        assert_eq!(read, attributes);
        assert!(read.in_stock(0) && !read.in_stock(2));
        assert_eq!(read.categories_of(1), &[0, 1]);
    }

    #[test]
    fn codes_out_of_range_are_refused() {
        let lists = |rows: &[Vec<u32>]| Lists::new(rows);
        assert!(Attributes::new(Names::new(["a"]), lists(&[vec![1]]), vec![], &[]).is_err());
        let column = |values, rows: &[Vec<u32>]| Column { name: "c".into(), values, codes: lists(rows) };
        let with = |column| Attributes::new(Names::default(), lists(&[vec![]]), vec![column], &[]);
        assert!(with(column(ColumnValues::Numbers(vec![f64::NAN]), &[vec![0]])).is_err());
        assert!(with(column(ColumnValues::Numbers(vec![1.0]), &[vec![1]])).is_err());
        assert!(with(column(ColumnValues::Numbers(vec![1.0]), &[])).is_err());
    }
}
