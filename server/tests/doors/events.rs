//! Events in the form of GA4 and of Segment.

use std::collections::BTreeMap;

use cookshelf_server::contract::{EventWeights, ReadAs, ReadOptions};

use crate::folder::{categories, contract, entity, filters, folder, ids, item, listed, read_with, rows};

const INTERACTIONS: &str = "Reco_Interactions";

/// An event of GA4 at second 1,706,745,600 + `second`.
fn ga4(name: &str, second: u32, more: &str) -> String {
    format!(
        "{{\"event_name\": \"{name}\", \"event_timestamp\": \"{}000000\", \"user_pseudo_id\": \"1.2\", {more}}}\n",
        1_706_745_600 + second
    )
}

fn session(number: u32) -> String {
    format!("\"event_params\": [{{\"key\": \"ga_session_id\", \"value\": {{\"int_value\": \"{number}\"}}}}]")
}

#[test]
fn lines_of_ga4_are_a_shop() {
    let mug = "{\"item_id\": \"m\", \"item_name\": \"Mug\", \"item_brand\": \"Oat\", \"item_category\": \"Cups\", \
               \"item_category2\": \"Blue\", \"price\": 9.5}";
    let events = [
        ga4("page_view", 0, &session(7)),
        ga4("view_item", 1, &format!("{}, \"items\": [{{\"item_id\": \"t\"}}]", session(7))),
        ga4("view_item", 2, &format!("{}, \"items\": [{mug}]", session(7))),
        ga4("add_to_cart", 3, &format!("\"user_id\": \"anna\", {}, \"items\": [{mug}]", session(7))),
        ga4(
            "purchase",
            4,
            &format!(
                "{}, \"ecommerce\": {{\"transaction_id\": \"T\"}}, \"items\": [{mug}, {{\"item_id\": \"t\", \"item_name\": \"Tea\"}}]",
                session(7)
            ),
        ),
        ga4("refund", 5, "\"ecommerce\": {\"transaction_id\": \"T\"}, \"items\": [{\"item_id\": \"t\"}]"),
        ga4("view_item", 86_400, "\"items\": [{\"item_id\": \"x\"}]"),
        ga4("view_item", 86_401, "\"items\": []"),
    ];
    let shop = contract(&[("part-0.json.gz", &events.concat())]);
    assert_eq!(shop.report.read_as, ReadAs::Events);
    assert_eq!(ids(&shop), ["m", "t", "x"]);
    assert_eq!((item(&shop, "m").title.as_str(), item(&shop, "t").title.as_str()), ("Mug", "Tea"));
    assert_eq!(item(&shop, "x").title, "");
    assert_eq!(categories(&shop, "m"), ["Blue", "Cups"]);
    assert_eq!(filters(&shop, "m"), [("Brand", "Oat"), ("Price", "9.5")]);
    let expected = [
        "0 t 0 1706745601 1",
        "0 m 0 1706745602 1",
        "0 m 1 1706745603 3",
        "1 m 0 1706745604 5",
        "1 t 0 1706745604 5",
        "1 t 0 1706745605 5 no",
        "2 x 0 1706832000 1",
    ];
    assert_eq!(rows(&shop), expected);
    let bought: Vec<bool> = (0..7).map(|row| shop.interactions.is_purchase(row)).collect();
    assert_eq!(bought, [false, false, false, true, true, true, false]);
    let report = entity(&shop, INTERACTIONS);
    assert_eq!(listed(&report.errors), [("EmptyMandatoryAttribute", "items.item_id", 1)]);
    assert!(
        report.notes.iter().any(|note| note.starts_with("1 rows of event \"page_view\"")),
        "{:?}",
        report.notes
    );
}

#[test]
fn lines_of_segment_are_a_shop() {
    let call = |event: &str, message: &str, properties: &str| {
        format!(
            "{{\"type\": \"track\", \"event\": \"{event}\", \"anonymousId\": \"a\", \"messageId\": \"{message}\", \
             \"timestamp\": \"2024-02-01T00:00:00.000Z\", \"context\": {{\"sessionId\": 5}}, \"properties\": {properties}}}\n"
        )
    };
    let mug = "{\"product_id\": \"m\", \"name\": \"Mug\", \"category\": \"Cups\", \"image_url\": \"https://shop.example/m.png\"}";
    let events = [
        "{\"type\": \"page\", \"anonymousId\": \"a\", \"properties\": {\"url\": \"x\"}}\n".to_owned(),
        call("Product Viewed", "1", mug),
        call("Product Viewed", "1", mug),
        call("Product Added", "2", mug),
        call(
            "Order Completed",
            "3",
            &format!("{{\"order_id\": \"o\", \"products\": [{mug}, {{\"sku\": \"t\"}}]}}"),
        ),
        call("Product Removed", "4", mug),
    ];
    let shop = contract(&[("segment.jsonl", &events.concat())]);
    let expected = ["0 m 0 1706745600 1", "0 m 0 1706745600 3", "1 m 0 1706745600 5", "1 t 0 1706745600 5"];
    assert_eq!(rows(&shop), expected);
    assert_eq!(
        (item(&shop, "m").title.as_str(), item(&shop, "m").image.as_str()),
        ("Mug", "https://shop.example/m.png")
    );
    let notes = entity(&shop, INTERACTIONS).notes.join("\n");
    for note in
        ["1 rows of event \"page\"", "1 rows of event \"Product Removed\"", "1 events were there twice"]
    {
        assert!(notes.contains(note), "{note} is not in {notes}");
    }
}

#[test]
fn weights_are_the_shops_own() {
    let lines = [
        ga4("view_item", 0, "\"items\": [{\"item_id\": \"a\"}]"),
        ga4("remove_from_cart", 0, "\"items\": [{\"item_id\": \"b\"}]"),
        ga4("subscribe", 0, "\"items\": [{\"item_id\": \"c\"}]"),
        ga4("purchase", 0, "\"items\": [{\"item_id\": \"d\"}]"),
    ];
    let root = folder(&[("e.jsonl", &lines.concat())]);
    let changed = [("view_item", 0.25), ("remove_from_cart", -2.0), ("subscribe", 7.0), ("purchase", 0.0)];
    let changed: BTreeMap<String, f64> = changed.map(|(name, weight)| (name.to_owned(), weight)).into();
    let options = ReadOptions { weights: EventWeights::with(&changed), ..ReadOptions::default() };
    let shop = read_with(root.path(), &options).unwrap();
    let expected = ["0 a 0 1706745600 0.25", "0 b 0 1706745600 2 no", "0 c 0 1706745600 7"];
    assert_eq!(rows(&shop), expected);
    assert_eq!(ids(&shop), ["a", "b", "c", "d"]);
}

#[test]
fn a_table_of_items_wins_over_what_events_say() {
    let event = ga4(
        "view_item",
        0,
        "\"items\": [{\"item_id\": \"m\", \"item_name\": \"mug!\"}, {\"item_id\": \"x\"}]",
    );
    let shop = contract(&[("e.jsonl", &event), ("products.csv", "id,title,brand\nm,Mug,Oat\n")]);
    assert_eq!(ids(&shop), ["m"]);
    assert_eq!(item(&shop, "m").title, "Mug");
    let unknown = [("UnknownItem", "items.item_id", 1)];
    assert_eq!(listed(&entity(&shop, INTERACTIONS).errors), unknown);
}

#[test]
fn dirty_lines_are_counted_once() {
    let lines = [
        ga4("view_item", 0, "\"items\": [{\"item_id\": \"m\"}]"),
        "nonsense\n".to_owned(),
        "{}\n".to_owned(),
        "{\"event_name\": \"view_item\", \"items\": \"m\"}\n".to_owned(),
        "{\"event_name\": \"view_item\", \"items\": [{\"item_id\": \"m\"}]}\n".to_owned(),
        ga4("view_item", 0, "\"items\": [{\"item_id\": \"a\\u0000\"}]"),
        "{\"event_name\": \"view_item\", \"event_timestamp\": \"now\", \"user_id\": \"u\", \"items\": [{\"item_id\": \"m\"}]}\n".to_owned(),
        "[".repeat(100_000) + "\n",
    ];
    let shop = contract(&[("e.jsonl", &lines.concat())]);
    assert_eq!(rows(&shop), ["0 m 0 1706745600 1"]);
    let report = entity(&shop, INTERACTIONS);
    let names = "ecommerce.transaction_id or ga_session_id";
    let errors = listed(&report.errors);
    assert!(errors.contains(&("EmptyMandatoryAttribute", names, 1)), "{errors:?}");
    assert!(errors.contains(&("DataTypeMismatch", "event_timestamp", 1)), "{errors:?}");
    let malformed: u64 = errors.iter().filter(|error| error.0 == "MalformedRow").map(|error| error.2).sum();
    assert_eq!((malformed, report.total_record_count, report.accepted), (5, 8, 1));
    // Only the rows that are made of items can be wrong there.
    assert_eq!(entity(&shop, "Reco_ItemsAndVariants").total_dropped_records, 0);
}
