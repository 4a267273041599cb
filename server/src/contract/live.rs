//! Interactions that arrive one by one: checked before they are kept, and read with the others when they are cooked.
//!
//! A row is a line of JSON with the columns of `Reco_Interactions` and an `id`, by which it is known when it comes again.
//! What is kept of it are these columns and nothing else. Invariant: a row that passes here is one that the cook's own
//! rules take, but for what only the folder can say: whether there is such an item, and who opted out.

use serde_json::{Map, Value};

use super::blocks::Records;
use super::cell::{Ids, Rules, Settings};
use super::clean::interactions::fault_of;
use super::error::ContractError;
use super::folder::Source;
use super::form::Form;
use super::json_lines;
use super::layout::{self, Layout};
use super::record::Row;
use super::schema;
use super::table::Table;
use crate::moment::rfc3339;
use crate::storage::Storage;

/// The name of the event's id.
const ID: &str = "id";
const LONGEST_ID: usize = 200;
/// Of what is kept of a row: far more than ids and names of a shop take.
const LONGEST_ROW: usize = 4096;
/// The column that says when it happened.
const TIME: &str = "TimeStamp";

/// A sound row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveRow {
    /// By which it is known when it comes again.
    pub id: String,
    /// What is kept of it: one line, without its end.
    pub line: String,
}

/// A row that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct BadRow {
    /// Where, from 1.
    pub line: u64,
    /// Why, and what to do.
    pub why: String,
}

/// Every row of a text, or what is wrong with the first bad one. Rows without a moment get `arrived`, in Unix seconds;
/// `named` is the id of a row without one, for those that come one by one with a name outside of them.
pub fn live_rows(text: &[u8], named: Option<&str>, arrived: i64) -> Result<Vec<LiveRow>, BadRow> {
    let mut layout = layout::built_in(&schema::LIVE);
    layout.order.push(ID.to_owned());
    let settings = Settings { ids: Ids::Free, decimal_mark: b'.', ingested: None };
    let rules = Rules { layout: &layout, settings };
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let records = Records { bytes: text.to_vec(), first_line: 1 };
    let (mut rows, mut bad) = (Vec::new(), None);
    json_lines::scan(&records, &layout.order, |line, row| {
        if bad.is_some() {
            return;
        }
        let read = row.map_err(|reason| reason.message().to_owned());
        match read.and_then(|row| kept(&rules, row, named, arrived)) {
            Ok(row) => rows.push(row),
            Err(why) => bad = Some(BadRow { line, why }),
        }
    });
    bad.map_or(Ok(rows), Err)
}

fn kept(rules: &Rules<'_>, row: Row<'_>, named: Option<&str>, arrived: i64) -> Result<LiveRow, String> {
    if let Some(fault) = fault_of(rules, row) {
        return Err(format!("{}: {}", rules.layout.slots[fault.column].name, fault.reason.message()));
    }
    let columns = &rules.layout.order[..rules.layout.order.len() - 1];
    let id = match (row.field(columns.len()), named) {
        ("", Some(named)) => named,
        (id, _) => id,
    };
    if id.is_empty() || id.len() > LONGEST_ID || id.contains(char::is_control) {
        return Err(format!(
            "{ID}: an event has an id of 1 to {LONGEST_ID} bytes, such as the id of the order and the number of its \
             line; by it the event is known when it is sent again"
        ));
    }
    let mut line = Map::new();
    line.insert(ID.to_owned(), id.into());
    for (at, name) in columns.iter().enumerate().filter(|(at, _)| !row.field(*at).is_empty()) {
        line.insert(name.clone(), row.field(at).into());
    }
    line.entry(TIME).or_insert_with(|| rfc3339(arrived).into());
    let line = Value::Object(line).to_string();
    if line.len() > LONGEST_ROW {
        return Err(format!("a row has at most {LONGEST_ROW} bytes, and this one {}", line.len()));
    }
    Ok(LiveRow { id: id.to_owned(), line })
}

/// The table of a folder of such rows; nothing when it has none.
pub(super) fn table(storage: &Storage) -> Result<Option<Table<'_>>, ContractError> {
    let layout: Layout = layout::built_in(&schema::LIVE);
    let files = storage.top()?.files.into_iter();
    let files = files.filter_map(|entry| Some((Form::of_name(&entry.path)?, entry)));
    let files: Vec<Source> = files.map(|(form, entry)| Source::new(entry, form)).collect();
    Ok((!files.is_empty()).then_some(Table { storage, layout, files, door: None }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Result<Vec<LiveRow>, BadRow> {
        live_rows(text.as_bytes(), None, 1_800_000_000)
    }

    #[test]
    fn a_row_is_kept_with_its_columns_and_its_moment_and_nothing_else() {
        let text = "\u{feff}{\"id\":7,\"interactiongroupingid\":\"o1\",\"ItemId\":8214,\"email\":\"a@mail.example\"}\r\n\r\n\
            {\"id\":\"e2\",\"InteractionGroupingId\":\"o1\",\"ItemId\":\"b\",\"TimeStamp\":\"2026-11-20T18:04:00Z\",\
            \"IsPositive\":false,\"Strength\":1.5,\"UserId\":null}";
        let found = rows(text).unwrap();
        let lines: Vec<&str> = found.iter().map(|row| row.line.as_str()).collect();
        let first =
            r#"{"InteractionGroupingId":"o1","ItemId":"8214","TimeStamp":"2027-01-15T08:00:00Z","id":"7"}"#;
        let second = r#"{"InteractionGroupingId":"o1","IsPositive":"false","ItemId":"b","Strength":"1.5","TimeStamp":"2026-11-20T18:04:00Z","id":"e2"}"#;
        assert_eq!(lines, [first, second]);
        assert_eq!((found[0].id.as_str(), found[1].id.as_str()), ("7", "e2"));
        // What is kept is taken again, as it is.
        assert_eq!(rows(&lines.join("\n")).unwrap(), found);
        assert_eq!(rows("").unwrap(), []);
    }

    #[test]
    fn the_first_bad_row_is_named_with_its_line_and_what_is_wrong() {
        let good = r#"{"id":"1","InteractionGroupingId":"o","ItemId":"a"}"#;
        let long = format!(r#"{{"id":"2","InteractionGroupingId":"o","ItemId":"{}"}}"#, "x".repeat(5000));
        let cases = [
            ("nonsense", "JSON"),
            (r#"{"InteractionGroupingId":"o","ItemId":"a"}"#, "id: "),
            (r#"{"id":"","InteractionGroupingId":"o","ItemId":"a"}"#, "id: "),
            (r#"{"id":"2","ItemId":"a"}"#, "InteractionGroupingId: a mandatory value"),
            (r#"{"id":"2","InteractionGroupingId":"o"}"#, "ItemId: a mandatory value"),
            (r#"{"id":"2","InteractionGroupingId":"o","ItemId":["a"]}"#, "an object or a list"),
            (r#"{"id":"2","InteractionGroupingId":"o","ItemId":"a","TimeStamp":"soon"}"#, "TimeStamp: "),
            (r#"{"id":"2","InteractionGroupingId":"o","ItemId":"a","Strength":-1}"#, "Strength: "),
            (
                r#"{"id":"2","InteractionGroupingId":"o","ItemId":"a","InteractionType":"View"}"#,
                "InteractionType: ",
            ),
            (r#"{"id":"2","InteractionGroupingId":"o","ItemId":"a\u0000"}"#, ""),
            (&long, "at most 4096"),
        ];
        for (text, words) in cases {
            let bad = rows(&format!("{good}\r\n\n{text}\n{good}")).unwrap_err();
            assert!(bad.line == 3 && bad.why.contains(words), "{text}: {bad}");
        }
        let bad = live_rows(b"{\"id\":\"\xff\"}", None, 0).unwrap_err();
        assert!(bad.to_string().starts_with("line 1: ") && bad.why.contains("UTF-8"), "{bad}");
    }

    #[test]
    fn a_row_without_an_id_takes_the_name_that_it_came_with() {
        let text = br#"{"InteractionGroupingId":"o","ItemId":"a"}"#;
        assert_eq!(live_rows(text, Some("m-1"), 0).unwrap()[0].id, "m-1");
    }
}
