//! Exports of a Shopify shop.

use cookshelf_server::contract::ReadAs;

use crate::folder::{categories, contract, entity, filters, ids, item, listed, rows};

const PRODUCTS: &str = "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,\
    Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Qty,Variant Price,Image Src,Image Position,Status\n\
    blue-mug,Blue Mug,\"<p>A <b>mug</b>,\n&amp; more</p>\",Oat,Home > Cups,Mug,\"blue, new\",true,Size,Small,,,'M-S,5,9.50,https://cdn.example/2.png,2,active\n\
    blue-mug,,,,,,,,,Large,,,M-L,0,8.00,https://cdn.example/1.png,1,\n\
    blue-mug,,,,,,,,,,,,,,,https://cdn.example/3.png,3,\n\
    gift,Gift,,Oat,,,,TRUE,Title,Default Title,,,,,25,,,active\n\
    old,Old,,Oat,,,,false,Title,Default Title,,,O-1,,1,,,archived\n";
const ORDERS: &str = "Name,Email,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at\n\
    #1001,Anna@Shop.example,paid,2024-02-01 10:00:00 -0400,2,Blue Mug - Small,9.50,M-S,\n\
    #1001,Anna@Shop.example,,,1,Gift,25,,\n\
    #1002,bert@shop.example,paid,2024-02-02 10:00:00 -0400,1,Blue Mug - Large,8,,2024-02-02 11:00:00 -0400\n\
    #1002,bert@shop.example,,,1,Gift,25,,\n\
    #1003,,paid,2024-02-03 10:00:00 +0000,1,Blue Mug - Large,8,,\n\
    #1003,,,,1,Wrapping,1,WRAP,\n\
    #1004,anna@shop.example,refunded,2024-02-04 10:00:00 +0000,1,Old,1,O-1,\n\
    #1005,anna@shop.example,voided,2024-02-05 10:00:00 +0000,1,Old,1,O-1,\n";

#[test]
fn exports_are_a_shop() {
    let shop = contract(&[("products_export_1.csv", PRODUCTS), ("orders_export.csv", ORDERS)]);
    assert_eq!(shop.report.read_as, ReadAs::Shopify);
    assert_eq!(ids(&shop), ["blue-mug", "gift", "old"]);
    let mug = item(&shop, "blue-mug");
    assert_eq!((mug.title.as_str(), mug.description.as_str()), ("Blue Mug", "A mug, & more"));
    assert_eq!((mug.released, mug.image.as_str()), (None, "https://cdn.example/1.png"));
    assert_eq!(categories(&shop, "blue-mug"), ["Cups", "Home", "Mug", "blue", "new"]);
    let expected = [("Price", "8.00"), ("Size", "Large"), ("Size", "Small"), ("Vendor", "Oat")];
    assert_eq!(filters(&shop, "blue-mug"), expected);
    assert_eq!(filters(&shop, "gift"), [("Price", "25"), ("Vendor", "Oat")]);
    let expected = [
        "0 blue-mug 0 1706796000 1",
        "0 gift 0 1706796000 1",
        "1 blue-mug - 1706954400 1",
        "2 old 0 1707040800 1 no",
    ];
    assert_eq!(rows(&shop), expected);
}

#[test]
fn lines_that_count_for_nothing_are_named() {
    let shop = contract(&[("products.csv", PRODUCTS), ("orders.csv", ORDERS)]);
    let orders = entity(&shop, "Reco_Interactions");
    assert_eq!(listed(&orders.errors), [("UnknownLineItem", "Lineitem name", 1)]);
    let example = &orders.errors[0].examples[0];
    assert_eq!((example.file.as_str(), example.line, example.value.as_str()), ("orders.csv", 7, "Wrapping"));
    assert_eq!((orders.total_record_count, orders.accepted), (5, 4));
    let notes = orders.notes.join("\n");
    assert!(notes.contains("2 lines of cancelled orders were left out"), "{notes}");
    assert!(notes.contains("1 lines of orders that were never paid for were left out"), "{notes}");
    let items = entity(&shop, "Reco_ItemsAndVariants");
    assert_eq!((items.total_record_count, items.total_dropped_records), (4, 0));
    assert!(items.notes.iter().any(|note| note.contains("no release dates")), "{:?}", items.notes);
    let report = serde_json::to_string(&shop.report).unwrap();
    assert!(!report.to_lowercase().contains("anna") && !report.contains("bert"), "{report}");
}

#[test]
fn orders_alone_name_their_items() {
    let shop = contract(&[("o.csv", ORDERS)]);
    assert_eq!(ids(&shop), ["Blue Mug - Large", "Gift", "M-S", "O-1", "WRAP"]);
    assert_eq!(shop.interactions.len(), 5);
    let notes = entity(&shop, "Reco_Interactions").notes.join("\n");
    assert!(notes.contains("no product export"), "{notes}");
}

#[test]
fn the_new_form_of_the_export_is_the_same_shop() {
    let new = "Title,URL handle,Description,Vendor,Product category,Tags,Published on online store,Status,SKU,\
        Option1 name,Option1 value,Price,Product image URL,Image position\n\
        Blue Mug,blue-mug,<p>A mug</p>,Oat,Cups,blue,true,Active,M-S,Size,Small,9.50,https://cdn.example/1.png,1\n";
    let shop = contract(&[("export.csv", new)]);
    let mug = item(&shop, "blue-mug");
    assert_eq!((mug.title.as_str(), mug.description.as_str()), ("Blue Mug", "A mug"));
    assert_eq!(mug.image, "https://cdn.example/1.png");
    assert_eq!(categories(&shop, "blue-mug"), ["Cups", "blue"]);
    assert_eq!(filters(&shop, "blue-mug"), [("Price", "9.50"), ("Size", "Small"), ("Vendor", "Oat")]);
}

#[test]
fn dirty_exports_lose_only_what_is_dirty() {
    let products = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src\n\
        mug,Mug,Size,S,A,cheap,javascript:alert(1)\n,Nameless,,,,1,\nmug,,,L,B,3,\nmug,Mug again,,,,2,\ntea,Tea\n";
    let orders = "Name,Email,Created at,Lineitem name,Lineitem sku\n\
        #1,a@b.example,yesterday,Mug,A\n#2,a@b.example,2024-02-04 10:00:00 +0000,,\n#3,a@b.example,2024-02-04,Tea,\n\
        ,a@b.example,2024-02-04,Tea,\n";
    let shop = contract(&[("p.csv", products), ("o.csv", orders)]);
    assert_eq!(ids(&shop), ["mug", "tea"]);
    assert_eq!(item(&shop, "mug").title, "Mug again");
    assert_eq!(filters(&shop, "mug"), [("Price", "2"), ("Size", "L"), ("Size", "S")]);
    let items = entity(&shop, "Reco_ItemsAndVariants");
    assert_eq!(listed(&items.errors), [("EmptyMandatoryAttribute", "Handle", 1)]);
    assert_eq!(listed(&items.warnings), [("DuplicateRow", "Handle", 1)]);
    let images = entity(&shop, "Reco_ItemAndVariantImages");
    assert_eq!(listed(&images.errors), [("AttributeValueNotAllowed", "Image Src", 1)]);
    let expected = [
        ("EmptyMandatoryAttribute", "Name", 1),
        ("EmptyMandatoryAttribute", "Lineitem name", 1),
        ("DataTypeMismatch", "Created at", 1),
    ];
    assert_eq!(listed(&entity(&shop, "Reco_Interactions").errors), expected);
    assert_eq!(rows(&shop), ["0 tea 0 1707004800 1"]);
}
