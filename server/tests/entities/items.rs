//! `Reco_ItemsAndVariants` and `Reco_ItemAndVariantImages`.

use cookshelf_server::contract::{Contract, ReadOptions};

use super::{
    SHOP, check_hostile, contract, counts, errors, hostile, notes, shop_with, try_contract, warnings,
};

const ENTITY: &str = "Reco_ItemsAndVariants";
const IMAGES: &str = "Reco_ItemAndVariantImages";

fn items(rows: &[u8]) -> Contract {
    contract(&[("Reco_ItemsAndVariants.csv", rows)])
}

/// Id, title, description, date.
fn shown(contract: &Contract) -> Vec<(&str, &str, &str, Option<i64>)> {
    let items = contract.catalogue.items.iter();
    items.map(|item| (&*item.id, &*item.title, &*item.description, item.released)).collect()
}

#[test]
fn clean() {
    let shop = items(
        b"10,,Ten,\"A tent,\nfor two\",2020-01-01T00:00:00.000Z\n9,9-l,Nine L,,2019-01-01\nb,,Bee,,2020-01-02\n9,,Nine\n",
    );
    let expected = [
        ("9", "Nine", "", None),
        ("10", "Ten", "A tent,\nfor two", Some(1_577_836_800)),
        ("b", "Bee", "", Some(1_577_923_200)),
    ];
    assert_eq!((shown(&shop), counts(&shop, ENTITY)), (expected.to_vec(), (4, 0)));
    assert_eq!(notes(&shop, ENTITY), ["3 items", "1 rows of variants folded into their items"]);
}

#[test]
fn dirty() {
    let (title, text) = ("é".repeat(257), "d".repeat(2049));
    let rows = format!(
        "1,,{title},{text},soon\n,2-a,Two\n12345678901234567,,Long\n3,,Old\n3,,New\n3,,Newest,,,more\n"
    );
    let options = ReadOptions { ingested: Some(7), ..ReadOptions::default() };
    let shop = try_contract(&[("Reco_ItemsAndVariants.csv", rows.as_bytes())], &options).unwrap();
    let (title, text) = ("é".repeat(256), "d".repeat(2048));
    let expected = [
        ("1", title.as_str(), text.as_str(), Some(7)),
        ("3", "Newest", "", None),
        ("12345678901234567", "Long", "", None),
    ];
    assert_eq!(shown(&shop), expected);
    assert_eq!(errors(&shop, ENTITY), [("EmptyMandatoryAttribute", "ItemId", 1)]);
    let expected = [
        ("ExtraColumns", "", 1),
        ("LongId", "ItemId", 1),
        ("DuplicateRow", "ItemId", 2),
        ("ValueTrimmed", "Title", 1),
        ("ValueTrimmed", "Description", 1),
        ("ReplacedByIngestionTime", "ReleaseDate", 1),
    ];
    assert_eq!(warnings(&shop, ENTITY), expected);
}

#[test]
fn hostile_rows_make_no_item() {
    let shop = items(&hostile("a\u{1}b,,No\na,\u{85},No\n\u{202e}c,,Kept as it is\n"));
    check_hostile(&shop, ENTITY);
    let expected = [("InvalidIdFormat", "ItemId", 1), ("InvalidIdFormat", "ItemVariantId", 1)];
    assert_eq!(errors(&shop, ENTITY), expected);
    assert_eq!(shown(&shop), [("\u{202e}c", "Kept as it is", "", None)]);
}

fn images(contract: &Contract) -> Vec<&str> {
    contract.catalogue.items.iter().map(|item| item.image.as_str()).collect()
}

#[test]
fn clean_images() {
    let shop = shop_with(
        IMAGES,
        b"1,1-red,https://x.example/red.png,true\n1,,https://x.example/1b.png,False\n\
          1,,https://x.example/1.png,TRUE\n2,,https://x.example/2.png\n",
    );
    assert_eq!(images(&shop), ["https://x.example/1.png", "https://x.example/2.png", ""]);
    assert_eq!((counts(&shop, IMAGES), notes(&shop, IMAGES)), ((4, 0), vec!["2 items have an image".into()]));
}

#[test]
fn dirty_images() {
    let shop = shop_with(
        IMAGES,
        b"1,,/1.png,1\n9,,https://x.example/9.png,1\n2,,,1\n2,,https://x.example/a b.png\n2,,https://x.example/2.png,yes\n",
    );
    let expected = [
        ("UnknownItem", "ItemId", 1),
        ("EmptyMandatoryAttribute", "ImageFullUrl", 1),
        ("AttributeValueNotAllowed", "ImageFullUrl", 1),
        ("DataTypeMismatch", "IsPrimaryImage", 1),
    ];
    assert_eq!((errors(&shop, IMAGES), images(&shop)), (expected.to_vec(), vec!["/1.png", "", ""]));
    assert_eq!(warnings(&shop, IMAGES), [("RelativeAddress", "ImageFullUrl", 1)]);
}

#[test]
fn hostile_images() {
    let long = "y".repeat(2049);
    let rows = format!(
        "1,,javascript:alert(1)\n1,,JAVASCRIPT:alert(1)\n1,,vbscript:x\n1,,\"java\nscript:x\"\n2,,https://{long}\n"
    );
    let shop = contract(&[SHOP, ("Reco_ItemAndVariantImages.csv", &hostile(&rows))]);
    check_hostile(&shop, IMAGES);
    let expected = [("AttributeValueNotAllowed", "ImageFullUrl", 4), ("ValueTooLong", "ImageFullUrl", 1)];
    assert_eq!((errors(&shop, IMAGES), images(&shop)), (expected.to_vec(), vec!["", "", ""]));
}
