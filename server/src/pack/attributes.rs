//! Categories and filters into columns.
//!
//! A filter whose values all read as numbers becomes a column of numbers, so that
//! the device can ask for a range; every other one a column of words.

use std::collections::BTreeSet;

use cookshelf_core::{Attributes, Column, ColumnValues, Lists, Names};

use super::{error::PackError, layout::Layout};
use crate::catalogue::{Catalogue, Item};

pub(super) fn encode(catalogue: &Catalogue, layout: &Layout) -> Result<Vec<u8>, PackError> {
    let of = |position: &Option<u32>| position.and_then(|item| catalogue.items.get(item as usize));
    let items: Vec<Option<&Item>> = layout.items().iter().map(of).collect();
    let categories: Vec<Vec<u32>> =
        items.iter().map(|item| item.map_or_else(Vec::new, |item| item.categories.clone())).collect();
    let columns = catalogue
        .filters
        .iter()
        .enumerate()
        .map(|(filter, name)| column(name, filter as u32, &items))
        .collect();
    // An item that left the catalogue is nowhere in the lists; as a seed or in a profile it may still be asked about.
    let gone: Vec<u32> =
        (0..).zip(&items).filter(|(_, item)| item.is_none()).map(|(position, _)| position).collect();
    Attributes::new(Names::new(&catalogue.categories), Lists::new(&categories), columns, &gone)
        .and_then(|attributes| attributes.encode())
        .map_err(PackError::format("attributes"))
}

fn column(name: &str, filter: u32, items: &[Option<&Item>]) -> Column {
    let of = |item: &Option<&Item>| -> Vec<String> {
        let filters = item.map_or(&[][..], |item| &item.filters);
        filters.iter().filter(|(known, _)| *known == filter).map(|(_, value)| value.clone()).collect()
    };
    let values: Vec<Vec<String>> = items.iter().map(of).collect();
    let distinct: BTreeSet<&str> = values.iter().flatten().map(String::as_str).collect();
    let numbers: Option<Vec<f64>> = distinct.iter().map(|value| number(value)).collect();
    match numbers {
        Some(mut numbers) if !numbers.is_empty() => {
            numbers.sort_by(f64::total_cmp);
            numbers.dedup();
            let code = |value: &String| {
                let value = number(value)?;
                numbers.binary_search_by(|known| known.total_cmp(&value)).ok().map(|code| code as u32)
            };
            let codes = codes(&values, code);
            Column { name: name.to_owned(), values: ColumnValues::Numbers(numbers), codes }
        }
        _ => {
            let words: Vec<&str> = distinct.into_iter().collect();
            let code = |value: &String| words.binary_search(&value.as_str()).ok().map(|code| code as u32);
            let codes = codes(&values, code);
            Column { name: name.to_owned(), values: ColumnValues::Texts(Names::new(&words)), codes }
        }
    }
}

fn codes(values: &[Vec<String>], code: impl Fn(&String) -> Option<u32>) -> Lists {
    let rows: Vec<Vec<u32>> = values.iter().map(|row| row.iter().filter_map(&code).collect()).collect();
    Lists::new(&rows)
}

/// Zero is one number, whatever its sign in the text.
fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|value| value.is_finite()).map(|value| value + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_numbers_are_found() {
        let item = |filters: &[(u32, &str)]| Item {
            filters: filters.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
            ..Item::default()
        };
        let items = [item(&[(0, "9.50"), (1, "red")]), item(&[(0, "10"), (1, "7")]), item(&[(0, "9.5")])];
        let items: Vec<Option<&Item>> = items.iter().map(Some).chain([None]).collect();
        let price = column("Price", 0, &items);
        assert_eq!(price.values, ColumnValues::Numbers(vec![9.5, 10.0]));
        assert_eq!(price.codes, Lists::new(&[vec![0], vec![1], vec![0], vec![]]));
        let colour = column("Colour", 1, &items);
        assert_eq!(colour.values, ColumnValues::Texts(Names::new(["7", "red"])));
    }
}
