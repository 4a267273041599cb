//! The README's own examples, read through the doors they are for.

use cookshelf_server::contract::ReadAs;

use crate::folder::{contract, ids, rows};

const README: &str = include_str!("../../../README.md");

/// The first block of a language that starts with a text.
fn block(language: &str, start: &str) -> String {
    let mark = format!("```{language}\n{start}");
    let at = README.find(&mark).unwrap_or_else(|| panic!("no block of {language} starts with {start}"));
    let text = &README[at + 4 + language.len()..];
    text[..text.find("```").unwrap()].to_owned()
}

#[test]
fn examples_are_read_as_they_stand() {
    let tables = contract(&[("interactions.csv", &block("csv", "order_id"))]);
    assert_eq!(tables.report.read_as, ReadAs::Plain);
    assert_eq!(rows(&tables), ["0 8214 0 1795197840 1", "0 7730 0 1795197840 1"]);
    let exports = contract(&[("any.csv", &block("csv", "Name,Email"))]);
    assert_eq!(exports.report.read_as, ReadAs::Shopify);
    assert_eq!(rows(&exports), ["0 MUG-S 0 1795194240 1", "0 Green Tea 0 1795194240 1"]);
    let events = contract(&[("any.jsonl", &block("json", "{\"event_name\""))]);
    assert_eq!(events.report.read_as, ReadAs::Events);
    assert_eq!(ids(&events), ["8214"]);
    let expected = ["0 8214 0 1795197840 1", "1 8214 0 0 5", "2 8214 1 0 3"];
    assert_eq!(rows(&events), expected);
}
