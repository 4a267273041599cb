//! `Reco_ItemCategories` and `Reco_ItemAndVariantFilters`.

use cookshelf_server::contract::Contract;

use super::{check_hostile, counts, errors, hostile, notes, shop_with, warnings};

const CATEGORIES: &str = "Reco_ItemCategories";
const FILTERS: &str = "Reco_ItemAndVariantFilters";

fn categories(contract: &Contract) -> Vec<Vec<&str>> {
    let catalogue = &contract.catalogue;
    let name = |&category: &u32| catalogue.categories[category as usize].as_str();
    catalogue.items.iter().map(|item| item.categories.iter().map(name).collect()).collect()
}

fn filters(contract: &Contract) -> Vec<Vec<(&str, &str)>> {
    let catalogue = &contract.catalogue;
    let mut rows = Vec::new();
    for item in &catalogue.items {
        let named =
            item.filters.iter().map(|(filter, value)| (&*catalogue.filters[*filter as usize], &**value));
        rows.push(named.collect());
    }
    rows
}

#[test]
fn clean_categories() {
    let shop = shop_with(CATEGORIES, b"1,Tents\n2,\"Chairs, folding\"\n1,Chairs\n1,Tents\n");
    assert_eq!(shop.catalogue.categories, ["Chairs", "Chairs, folding", "Tents"]);
    assert_eq!(categories(&shop), [vec!["Chairs", "Tents"], vec!["Chairs, folding"], vec![]]);
    assert_eq!((counts(&shop, CATEGORIES), notes(&shop, CATEGORIES)), ((4, 0), vec!["3 categories".into()]));
}

#[test]
fn dirty_categories() {
    let long = "c".repeat(65);
    let shop = shop_with(CATEGORIES, format!("1,{long}\n9,Tents\n1,\n,Tents\n1\n").as_bytes());
    let expected = [
        ("EmptyMandatoryAttribute", "ItemId", 1),
        ("UnknownItem", "ItemId", 1),
        ("EmptyMandatoryAttribute", "Category", 2),
    ];
    assert_eq!((errors(&shop, CATEGORIES), counts(&shop, CATEGORIES)), (expected.to_vec(), (5, 4)));
    assert_eq!(warnings(&shop, CATEGORIES), [("ValueTrimmed", "Category", 1)]);
    assert_eq!(shop.catalogue.categories, [&long[..64]]);
}

#[test]
fn hostile_categories() {
    let shop = shop_with(CATEGORIES, &hostile("1\u{7f},A\n1,\"a\n\"\"b\"\"\"\n"));
    check_hostile(&shop, CATEGORIES);
    assert_eq!(errors(&shop, CATEGORIES), [("InvalidIdFormat", "ItemId", 1)]);
    assert_eq!(shop.catalogue.categories, ["a\n\"b\""]);
}

#[test]
fn clean_filters() {
    let shop = shop_with(FILTERS, b"1,,colour,red\n1,1-red,colour,red\n1,1-red,size,L\n2,,price,9.5\n");
    let expected = [vec![("colour", "red"), ("size", "L")], vec![("price", "9.5")], vec![]];
    assert_eq!((filters(&shop), counts(&shop, FILTERS)), (expected.to_vec(), (4, 0)));
    assert_eq!(notes(&shop, FILTERS), ["3 filters"]);
}

#[test]
fn dirty_filters() {
    let long = "v".repeat(257);
    let shop = shop_with(FILTERS, format!("9,,a,b\n1,,,b\n1,,a\n2,,{long},{long}\n").as_bytes());
    let expected = [
        ("UnknownItem", "ItemId", 1),
        ("EmptyMandatoryAttribute", "FilterName", 1),
        ("EmptyMandatoryAttribute", "FilterValue", 1),
    ];
    assert_eq!((errors(&shop, FILTERS), counts(&shop, FILTERS)), (expected.to_vec(), (4, 3)));
    let expected = [("ValueTrimmed", "FilterName", 1), ("ValueTrimmed", "FilterValue", 1)];
    assert_eq!(warnings(&shop, FILTERS), expected);
    assert_eq!(filters(&shop)[1], [(&long[..256], &long[..256])]);
}

#[test]
fn hostile_filters() {
    let shop = shop_with(FILTERS, &hostile("1,\u{1},a,b\n1,,__proto__,constructor\n"));
    check_hostile(&shop, FILTERS);
    assert_eq!(errors(&shop, FILTERS), [("InvalidIdFormat", "ItemVariantId", 1)]);
    assert_eq!(filters(&shop), [vec![("__proto__", "constructor")], vec![], vec![]]);
}
