//! Tables with a header.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, Float64Array, Int32Array, Int64Array, ListArray, RecordBatch, StringArray,
    TimestampMillisecondArray,
};
use cookshelf_server::contract::{ContractError, ReadAs, ReadOptions};
use parquet::arrow::ArrowWriter;

use crate::folder::{
    categories, contract, entity, filters, folder, ids, item, listed, read_as, read_with, rows,
};

const ITEMS: &str = "Reco_ItemsAndVariants";
const INTERACTIONS: &str = "Reco_Interactions";

#[test]
fn two_tables_are_a_shop() {
    let shop = contract(&[
        (
            "items.csv",
            "Product ID,Name,Description,Category,Brand,Price,Image URL,Released\n\
             10,Mug,\"A mug, blue\",Cups|Blue,Oat,9.50,https://shop.example/10.png,2024-01-31\n\
             9,Tea,,Tea; Cups ,,4,,1706659200\n",
        ),
        (
            "interactions.csv",
            "order_id,product_id,customer_id,created_at,weight\n\
             o1,10,anna,2024-02-01 10:00:00,2\n\
             o1,9,anna,1706781600000,\n\
             o2,9,,2024-02-02T00:00:00Z,0.5\n",
        ),
    ]);
    assert_eq!(shop.report.read_as, ReadAs::Plain);
    assert_eq!(ids(&shop), ["9", "10"]);
    let mug = item(&shop, "10");
    assert_eq!((mug.title.as_str(), mug.description.as_str()), ("Mug", "A mug, blue"));
    assert_eq!((mug.released, mug.image.as_str()), (Some(1_706_659_200), "https://shop.example/10.png"));
    assert_eq!(item(&shop, "9").released, Some(1_706_659_200));
    assert_eq!(categories(&shop, "10"), ["Blue", "Cups"]);
    assert_eq!(categories(&shop, "9"), ["Cups", "Tea"]);
    assert_eq!(filters(&shop, "10"), [("Brand", "Oat"), ("Price", "9.50")]);
    assert_eq!(filters(&shop, "9"), [("Price", "4")]);
    assert_eq!(rows(&shop), ["0 10 0 1706781600 2", "0 9 0 1706781600 1", "1 9 - 1706832000 0.5"]);
    assert!(listed(&entity(&shop, ITEMS).errors).is_empty());
    assert!(shop.interactions.purchase.is_empty(), "all rows are purchases");
}

#[test]
fn purchases_are_told_from_other_events() {
    let shop = contract(&[(
        "interactions.csv",
        "user_id,item_id,event,timestamp\n\
         u,1,order,1700000000\nu,1,,1700000001\nu,1,view,1700000002\nu,1,Bought,1700000003\nu,1,like,1700000004\n",
    )]);
    assert_eq!(shop.interactions.purchase, [true, true, false, true, false]);
    // Only a door may say so.
    let header = "order_id,item_id,event\n";
    let written = contract(&[("interactions.csv", &format!("{header}o,1,NotBought\no,2,sale\n"))]);
    assert_eq!(written.interactions.len(), 1);
}

#[test]
fn other_forms_of_the_same_tables_give_the_same_values() {
    let items = "item_id,title\n1,One\n2,Two\n";
    let expected = contract(&[
        ("items.csv", items),
        ("interactions.csv", "session_id,item_id,user_id,timestamp\ns,1,u,1700000000\ns,2,,1700000060\n"),
    ]);
    let folders: [&[(&str, &str)]; 4] = [
        &[
            ("products.csv.gz", "\u{feff}SKU;Title\r\n1;One\r\n2;Two\r\n"),
            ("events.csv", "timestamp;Session ID;sku;User\n1700000000;s;1;u\n1700000060;s;2;\n"),
        ],
        &[
            ("items/part-0.jsonl", "{\"id\": 1, \"title\": \"One\", \"nested\": {\"x\": 1}}\n"),
            ("items/part-1.csv", "title,id\nTwo,2\n"),
            (
                "orders.ndjson",
                "{\"session\": \"s\", \"id\": 1, \"user\": \"u\", \"time\": 1700000000}\n{\"session\": \"s\", \"id\": 2, \"time\": 1700000060}\n",
            ),
        ],
        &[
            ("catalog.csv", "\"item\tid\"\tname\n1\tOne\n2\tTwo\n"),
            ("views-1.csv", "user,item,session,date\nu,1,s,2023-11-14T22:13:20Z\n"),
            ("views-2.csv.gz", "date,session,item\n2023-11-14 22:14,s,2\n"),
        ],
        &[
            ("catalogue.csv", items),
            (
                "interactions.csv",
                "InteractionGroupingId,ItemId,UserId,TimeStamp\ns,1,u,2023-11-14T22:13:20.000Z\ns,2,,2023-11-14T22:14:20.000Z\n",
            ),
        ],
    ];
    for (number, files) in folders.into_iter().enumerate() {
        let found = contract(files);
        assert_eq!(found.catalogue, expected.catalogue, "folder {number}");
        if number == 2 {
            // A time without seconds is the start of its minute.
            assert_eq!(found.interactions.time, [1_700_000_000, 1_700_000_040]);
        } else {
            assert_eq!(found.interactions, expected.interactions, "folder {number}");
        }
    }
}

/// Columns of a Parquet file.
fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn tables_of_parquet_are_read_as_those_of_text() {
    let text = |values: &[&str]| -> ArrayRef { Arc::new(StringArray::from_iter_values(values)) };
    let lists: ArrayRef =
        Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)]), None]));
    let items = parquet(vec![
        ("Product_ID", Arc::new(Int64Array::from(vec![1, 2]))),
        ("embedding", lists),
        ("name", text(&["One", "Two"])),
        ("price", Arc::new(Float64Array::from(vec![9.5, 4.0]))),
        ("tags", text(&["a|b", ""])),
    ]);
    let times =
        TimestampMillisecondArray::from(vec![1_700_000_000_123, 1_700_000_060_000]).with_timezone("UTC");
    let interactions = parquet(vec![
        ("note", text(&["x", "y"])),
        ("user_id", text(&["u", ""])),
        ("session_id", text(&["s", "s"])),
        ("time", Arc::new(times)),
        ("product_id", Arc::new(Int64Array::from(vec![1, 2]))),
        ("quantity", Arc::new(Int32Array::from(vec![Some(2), None]))),
    ]);
    let root = folder(&[("stray.parquet", "nonsense")]);
    std::fs::write(root.path().join("items.parquet"), items).unwrap();
    std::fs::write(root.path().join("interactions.parquet"), interactions).unwrap();
    let shop = read_with(root.path(), &ReadOptions::default()).unwrap();
    assert_eq!(item(&shop, "1").title, "One");
    let expected = [("price", "9.5"), ("tags", "a"), ("tags", "b")];
    assert_eq!(filters(&shop, "1"), expected);
    assert_eq!(rows(&shop), ["0 1 0 1700000000 2", "0 2 - 1700000060 1"]);
    let notes = shop.report.notes.join("\n");
    assert!(notes.contains("stray.parquet could not be read"), "{notes}");
}

#[test]
fn rows_without_an_order_belong_together_by_shopper_and_day() {
    let shop = contract(&[(
        "ratings.csv",
        "user_id,movie_id,rating,timestamp\n\
         u,1,5,1700000000\nu,2,3,1700000060\nu,3,1,1700086460\nv,1,4,1700000000\n,2,4,1700000000\n",
    )]);
    assert_eq!(
        rows(&shop),
        ["0 1 0 1700000000 5", "0 2 0 1700000060 3", "1 3 0 1700086460 1", "2 1 1 1700000000 4"]
    );
    let report = entity(&shop, INTERACTIONS);
    assert_eq!(listed(&report.errors), [("EmptyMandatoryAttribute", "user_id", 1)]);
    assert!(
        report.notes.iter().any(|note| note.contains("one shopper did on one day")),
        "{:?}",
        report.notes
    );
}

#[test]
fn events_weigh_and_what_is_below_zero_is_a_dislike() {
    let shop = contract(&[(
        "interactions.csv",
        "session,item,event,quantity,strength\n\
         s,1,view,3,\ns,2,Add to cart,,\ns,3,purchase,2,0.5\ns,4,refund,,\ns,5,page_view,,\ns,6,scroll,,\ns,7,scroll,,\n\
         s,8,,-2,\n",
    )]);
    assert_eq!(rows(&shop), ["0 1 - 0 1", "0 2 - 0 3", "0 3 - 0 0.5", "0 4 - 0 5 no", "0 8 - 0 2 no"]);
    let report = entity(&shop, INTERACTIONS);
    assert_eq!((report.total_record_count, report.total_dropped_records), (5, 0));
    assert!(
        report.notes.iter().any(|note| note.starts_with("2 rows of event \"scroll\"")),
        "{:?}",
        report.notes
    );
}

#[test]
fn dirty_rows_are_reported_by_the_shops_own_names() {
    let shop = contract(&[
        ("items.csv", "sku,title,price\n1,One,5\n,Nameless,6\n2,\"Two\n2\",7\n3,\u{0}x,8\n1,Uno,9\n"),
        (
            "interactions.csv",
            "who,basket,product id,qty,when,user\n\
             x,b,1,one,,anna\nx,b,404,1,,anna\nx,,1,1,,\nx,b,,1,,anna\nx,b,2,1,,anna\nx,b,1,1e999,,secret-shopper\n",
        ),
    ]);
    assert_eq!(ids(&shop), ["1", "2"]);
    assert_eq!(item(&shop, "1").title, "Uno");
    let items = entity(&shop, ITEMS);
    let expected = [("MalformedRow", "", 1), ("EmptyMandatoryAttribute", "sku", 1)];
    assert_eq!(listed(&items.errors), expected);
    assert_eq!(items.errors[0].examples[0].line, 6);
    assert_eq!(listed(&items.warnings), [("DuplicateRow", "sku", 1)]);
    assert_eq!(filters(&shop, "1"), [("price", "5"), ("price", "9")]);
    let interactions = entity(&shop, INTERACTIONS);
    let expected = [
        ("EmptyMandatoryAttribute", "basket", 1),
        ("EmptyMandatoryAttribute", "product id", 1),
        ("UnknownItem", "product id", 1),
        ("DataTypeMismatch", "qty", 2),
    ];
    assert_eq!(listed(&interactions.errors), expected);
    assert_eq!(interactions.errors[2].examples[0].file, "interactions.csv");
    assert_eq!(
        (interactions.errors[2].examples[0].line, interactions.errors[2].examples[0].value.as_str()),
        (3, "404")
    );
    let report = serde_json::to_string(&shop.report).unwrap();
    assert!(!report.contains("anna") && !report.contains("secret-shopper"), "{report}");
}

#[test]
fn essentials_that_are_missing_are_named() {
    let cases = [
        ("items.csv", "colour,size\nred,4\n", "no column for the id of the item", "colour, size"),
        ("interactions.csv", "user_id,when\nu,4\n", "no column for the item", "user_id, when"),
        ("orders.csv", "sku,when\ns,4\n", "no column for the order, session or shopper", "sku, when"),
    ];
    for (name, text, missing, found) in cases {
        let error = read_as(&[(name, text)], ReadAs::Plain).unwrap_err();
        assert!(matches!(error, ContractError::NoColumn { .. }), "{error}");
        let error = error.to_string();
        let names = [name, missing, found, "call a column"];
        assert!(names.iter().all(|part| error.contains(part)), "{error}");
    }
}

#[test]
fn damaged_files_cost_only_themselves() {
    let root = folder(&[("items.csv", "id\n1\n"), ("interactions-1.csv", "session,id\ns,1\n")]);
    std::fs::write(root.path().join("interactions-2.csv.gz"), b"\x1f\x8bnonsense").unwrap();
    std::fs::write(root.path().join("interactions-3.csv"), b"").unwrap();
    let shop = read_with(root.path(), &ReadOptions::default()).unwrap();
    assert_eq!(rows(&shop), ["0 1 - 0 1"]);
    let notes = shop.report.notes.join("\n");
    assert!(notes.contains("interactions-2.csv.gz could not be read"), "{notes}");
    assert!(notes.contains("interactions-3.csv is empty"), "{notes}");
}
