//! The columns that a door knows, by all the names that people give them.
//!
//! Names are compared without case and without anything that is no letter or digit. The first name of
//! a list wins when a header has several of them.

/// One column: its names, the best first.
pub(super) type Names = &'static [&'static str];

/// What is left of a name for comparing.
pub(super) fn simple(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Where each of some columns stands in a header.
pub(super) fn places(header: &[String], columns: &[Names]) -> Vec<Option<usize>> {
    let simple: Vec<String> = header.iter().map(|name| simple(name)).collect();
    let mut taken = vec![false; header.len()];
    let mut place = |names: &Names| {
        let found = names.iter().find_map(|name| {
            let at = simple.iter().position(|cell| cell == name)?;
            (!taken[at]).then_some(at)
        })?;
        taken[found] = true;
        Some(found)
    };
    columns.iter().map(&mut place).collect()
}

/// Whether a header has one of these names.
pub(super) fn has(header: &[String], names: &[&str]) -> bool {
    header.iter().any(|cell| names.contains(&simple(cell).as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_any_of_their_names() {
        let header = ["SKU", " Item_ID ", "Body (HTML)", "sku"].map(str::to_owned);
        let columns: [Names; 4] = [&["itemid", "sku"], &["sku"], &["bodyhtml"], &["sku", "title"]];
        assert_eq!(places(&header, &columns), [Some(1), Some(0), Some(2), None]);
        assert!(has(&header, &["bodyhtml"]) && !has(&header, &["body"]));
    }
}
