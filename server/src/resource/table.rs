//! A JSON object as lines of TOML, one value a line, each with the JSON pointer that it came from.
//!
//! So what is said of a line of TOML can be said of the part of the object. Invariant: reading the lines gives the
//! object back, but for empty tables.

use serde_json::{Map, Value};

use super::error::ResourceError;
use super::read::escaped;

/// Settings are not deeper; what is deeper is refused instead of followed.
const DEEPEST: usize = 16;

/// `keep.similar = 9`, from `/keep/similar`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) pointer: String,
}

/// Every value of `table` as a line of its own.
pub(super) fn lines(table: &Map<String, Value>) -> Result<Vec<Line>, ResourceError> {
    let mut lines = Vec::new();
    walk(table, "", "", &mut lines)?;
    Ok(lines)
}

fn walk(
    table: &Map<String, Value>,
    path: &str,
    pointer: &str,
    out: &mut Vec<Line>,
) -> Result<(), ResourceError> {
    for (name, value) in table {
        let pointer = format!("{pointer}/{}", escaped(name));
        let path = if path.is_empty() { key(name) } else { format!("{path}.{}", key(name)) };
        if pointer.matches('/').count() > DEEPEST {
            return Err(ResourceError::spec(pointer, format!("at most {DEEPEST} levels deep")));
        }
        match value {
            Value::Object(inner) => walk(inner, &path, &pointer, out)?,
            value => {
                let text = format!("{path} = {}", inline(value, &pointer)?);
                out.push(Line { text, pointer });
            }
        }
    }
    Ok(())
}

/// A value in one line.
fn inline(value: &Value, at: &str) -> Result<String, ResourceError> {
    if at.matches('/').count() > DEEPEST {
        return Err(ResourceError::spec(at, format!("at most {DEEPEST} levels deep")));
    }
    Ok(match value {
        Value::Null => return Err(ResourceError::spec(at, "null says nothing; leave the key out")),
        Value::Bool(value) => value.to_string(),
        Value::String(text) => quoted(text),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.to_string(),
            // Debug, because it always writes a point or an exponent: 3.0 stays no whole number.
            (None, Some(value)) if number.is_f64() => format!("{value:?}"),
            _ => return Err(ResourceError::spec(at, "a number is at most 9223372036854775807")),
        },
        Value::Array(values) => {
            let each =
                values.iter().enumerate().map(|(place, value)| inline(value, &format!("{at}/{place}")));
            format!("[{}]", each.collect::<Result<Vec<_>, _>>()?.join(", "))
        }
        Value::Object(table) if table.is_empty() => "{}".to_owned(),
        Value::Object(table) => {
            let pair = |(name, value): (&String, &Value)| {
                Ok(format!("{} = {}", key(name), inline(value, &format!("{at}/{}", escaped(name)))?))
            };
            format!("{{ {} }}", table.iter().map(pair).collect::<Result<Vec<_>, _>>()?.join(", "))
        }
    })
}

fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

/// A basic string; JSON's escapes are TOML's, except that TOML also escapes DEL.
fn quoted(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn table(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(table) => table,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn each_value_has_a_line_and_a_pointer() {
        let value = json!({ "a": { "b": 1, "x/y": "q\"\u{7f}" }, "list": [1.0, { "k": [true] }], "e": {} });
        let found = lines(&table(value)).unwrap();
        let expected = [
            ("a.b = 1", "/a/b"),
            ("a.\"x/y\" = \"q\\\"\\u007f\"", "/a/x~1y"),
            ("list = [1.0, { k = [true] }]", "/list"),
        ];
        let found: Vec<_> = found.iter().map(|line| (line.text.as_str(), line.pointer.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_toml_cannot_say_is_refused_where_it_stands() {
        for (value, at) in [(json!({"a": {"b": null}}), "/a/b"), (json!({"a": [1, u64::MAX]}), "/a/1")] {
            let error = lines(&table(value)).unwrap_err();
            assert!(matches!(&error, ResourceError::Spec { at: found, .. } if found == at), "{error}");
        }
        let deep = (0..40).fold(json!(1), |inner, _| json!({ "a": inner }));
        assert!(lines(&table(deep)).unwrap_err().to_string().contains("levels"));
        let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
        assert!(lines(&table(json!({ "a": deep }))).unwrap_err().to_string().contains("levels"));
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e300..1e300_f64).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 1..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_lines_say_the_same(map in prop::collection::btree_map(any::<String>(), values(), 0..5)) {
            let map: Map<String, Value> = map.into_iter().collect();
            let text: String = lines(&map).unwrap().into_iter().map(|line| line.text + "\n").collect();
            let back: Map<String, Value> = toml::from_str(&text).unwrap();
            prop_assert_eq!(back, map);
        }
    }
}
