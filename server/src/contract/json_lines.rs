//! Lines of JSON as rows: one object a line, its keys the names of the columns.
//!
//! Keys match whatever their case, unknown keys are passed over, of a key that is there twice the
//! last counts. Values are text, numbers, truth values or null; an object or list in a column's
//! place breaks the row.

use std::borrow::Cow;
use std::fmt::{self, Write};

use memchr::memchr;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::blocks::Records;
use super::record::Row;
use super::rows::Rows;
use super::tally::Reason;

/// Calls `each` with every object; `order` names the columns. Empty lines are none.
pub(super) fn scan(records: &Records, order: &[String], mut each: impl FnMut(u64, Result<Row<'_>, Reason>)) {
    let mut found = Found { text: String::new(), spans: vec![(0, 0); order.len()], nested: false };
    let mut rows = Rows::default();
    for (line, text) in lines(records) {
        rows.clear();
        match object(text, order, &mut found) {
            Ok(()) => {
                rows.begin(line);
                found.spans.iter().for_each(|&(start, end)| rows.field(&found.text[start..end]));
            }
            Err(reason) => rows.broken(line, reason),
        }
        rows.scan(&mut each);
    }
}

/// Lines that hold anything, with their numbers.
pub(super) fn lines(records: &Records) -> impl Iterator<Item = (u64, &[u8])> {
    let (mut rest, mut number) = (records.bytes.as_slice(), records.first_line);
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let end = memchr(b'\n', rest).unwrap_or(rest.len());
            let (line, after) = (rest[..end].trim_ascii(), rest.get(end + 1..).unwrap_or_default());
            let at = number;
            (rest, number) = (after, number + 1);
            if !line.is_empty() {
                return Some((at, line));
            }
        }
        None
    })
}

fn object(line: &[u8], order: &[String], found: &mut Found) -> Result<(), Reason> {
    found.text.clear();
    found.spans.fill((0, 0));
    found.nested = false;
    let text = std::str::from_utf8(line).map_err(|_| Reason::InvalidUtf8)?;
    let mut json = serde_json::Deserializer::from_str(text);
    let read = json.deserialize_map(Object { order, found }).and_then(|()| json.end());
    read.map_err(|_| if found.nested { Reason::NestedValue } else { Reason::NotJson })
}

/// The values of one object.
struct Found {
    text: String,
    /// Where the value of each column is in `text`.
    spans: Vec<(usize, usize)>,
    nested: bool,
}

struct Object<'o> {
    order: &'o [String],
    found: &'o mut Found,
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object on each line")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let Some(at) = self.order.iter().position(|name| name.eq_ignore_ascii_case(&key)) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let start = self.found.text.len();
            map.next_value_seed(Plain(self.found))?;
            self.found.spans[at] = (start, self.found.text.len());
        }
        Ok(())
    }
}

/// A value that is no object and no list, as text.
struct Plain<'o>(&'o mut Found);

impl<'de> DeserializeSeed<'de> for Plain<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Plain<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, true, false or null")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.text.push_str(text);
        Ok(())
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<(), E> {
        self.visit_str(if truth { "true" } else { "false" })
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        write!(self.0.text, "{number}").map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        write!(self.0.text, "{number}").map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        write!(self.0.text, "{number}").map_err(E::custom)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.0.nested = true;
        Err(A::Error::custom("an object in the place of a value"))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.0.nested = true;
        Err(A::Error::custom("a list in the place of a value"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, Result<Vec<String>, Reason>)> {
        let order = ["ItemId", "Strength", "Title"].map(str::to_owned);
        let records = Records { bytes: text.as_bytes().to_vec(), first_line: 1 };
        let mut found = Vec::new();
        scan(&records, &order, |line, row| {
            found.push((line, row.map(|row| (0..3).map(|at| row.field(at).to_owned()).collect())));
        });
        found
    }

    #[test]
    fn keys_are_columns_and_values_are_text() {
        let text = "{\"TITLE\": \"a\\u00e9\\n\", \"itemid\": 12, \"other\": {\"x\": [1]}}\r\n\n\
            {\"ItemId\": \"a\", \"Strength\": 1.5, \"ItemId\": true, \"Title\": null}\n{}";
        let row = |line, fields: [&str; 3]| (line, Ok(fields.map(str::to_owned).to_vec()));
        let expected = [row(1, ["12", "", "aé\n"]), row(3, ["true", "1.5", ""]), row(4, ["", "", ""])];
        assert_eq!(rows(text), expected);
    }

    #[test]
    fn broken_lines_are_named_and_cost_only_themselves() {
        let deep = format!("{{\"x\": {}", "[".repeat(10_000));
        let cases = [
            ("{\"ItemId\": {}}", Reason::NestedValue),
            ("{\"ItemId\": [1]}", Reason::NestedValue),
            ("[1]", Reason::NotJson),
            ("{\"ItemId\": 1} x", Reason::NotJson),
            ("{\"ItemId\": \"\\u0000\"}", Reason::NulByte),
            ("nonsense", Reason::NotJson),
            (&deep, Reason::NotJson),
        ];
        for (text, reason) in cases {
            let found = rows(&format!("{text}\n{{\"ItemId\": 1}}"));
            assert_eq!(found[0], (1, Err(reason)), "{text}");
            assert!(found.len() == 2 && found[1].1.is_ok(), "{text}");
        }
    }
}
