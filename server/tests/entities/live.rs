//! Rows that arrived live, beside those of the data folder.

use super::*;

const LIVE: &str = "Live_Interactions";

/// A shop with interactions, and a folder of rows that arrived live.
fn with_live(folder_rows: Option<&str>, live: &[File<'_>]) -> Contract {
    let live = folder(live);
    let options = ReadOptions { live: Some(live.path().to_owned()), ..ReadOptions::default() };
    let mut files = vec![SHOP];
    files.extend(folder_rows.map(|rows| ("Reco_Interactions.csv", rows.as_bytes())));
    try_contract(&files, &options).unwrap()
}

fn row(id: &str, group: &str, item: &str, more: &str) -> String {
    format!("{{\"id\":\"{id}\",\"InteractionGroupingId\":\"{group}\",\"ItemId\":\"{item}\"{more}}}\n")
}

#[test]
fn rows_come_after_those_of_the_folder_and_are_counted_by_themselves() {
    let first = row("e1", "b2", "1", ",\"UserId\":\"anna\",\"TimeStamp\":\"2026-11-20T18:04:00Z\"");
    let second =
        row("e2", "b3", "unheard-of", "") + &row("e3", "b3", "2", ",\"Strength\":\"2.5\"") + "not json\n";
    let live: [File<'_>; 2] = [("1.jsonl", first.as_bytes()), ("2.jsonl", second.as_bytes())];
    let contract = with_live(Some("b1,x,,anna\nb1,2,,anna\n"), &live);
    let items: Vec<&str> = contract
        .interactions
        .item
        .iter()
        .map(|item| contract.catalogue.items[*item as usize].id.as_str())
        .collect();
    assert_eq!(items, ["x", "2", "1", "2"]);
    assert_eq!(contract.interactions.group, [0, 0, 1, 2]);
    assert_eq!(
        (contract.interactions.shopper[0], contract.interactions.shopper[2]),
        (0, 0),
        "the same shopper"
    );
    assert_eq!((contract.interactions.time[2], contract.interactions.strength[3]), (1_795_197_840, 2.5));
    assert_eq!(counts(&contract, "Reco_Interactions"), (2, 0));
    assert_eq!(counts(&contract, LIVE), (4, 2));
    assert_eq!(errors(&contract, LIVE), [("UnknownItem", "ItemId", 1)]);
    assert_eq!(report(&contract, LIVE).files, ["1.jsonl", "2.jsonl"]);
}

#[test]
fn a_row_that_the_folder_has_by_now_counts_once() {
    let live = row("e1", "b1", "x", "")
        + &row("e2", "b1", "1", "")
        + &row("e3", "b1", "x", ",\"IsPositive\":false")
        + &row("e4", "b9", "x", "")
        + &row("e5", "b9", "x", "");
    let contract = with_live(Some("b1,x,,anna\nb1,x,,anna\nb1,2,,anna\n"), &[("1.jsonl", live.as_bytes())]);
    assert_eq!(counts(&contract, "Reco_Interactions"), (3, 0), "a folder may name an item twice");
    assert_eq!(counts(&contract, LIVE), (5, 1));
    assert_eq!(errors(&contract, LIVE), [("AlreadyInFolder", "", 1)]);
    assert_eq!(contract.interactions.len(), 7);
    assert_eq!(contract.interactions.positive.iter().filter(|positive| !**positive).count(), 1);
}

#[test]
fn they_are_enough_and_an_empty_folder_of_them_is_nothing() {
    let alone = with_live(None, &[("1.jsonl", row("e1", "b1", "x", "").as_bytes())]);
    assert_eq!((alone.interactions.len(), counts(&alone, LIVE)), (1, (1, 0)));
    assert!(alone.report.entity("Reco_Interactions").is_none());
    let none = with_live(Some("b1,x,,anna\n"), &[]);
    assert!(none.report.entity(LIVE).is_none());
    assert_eq!(none.interactions.len(), 1);
    let missing = ReadOptions { live: Some("/no/such/folder".into()), ..ReadOptions::default() };
    assert!(try_contract(&[SHOP], &missing).is_err());
}
