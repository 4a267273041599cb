//! What changed between two JSON values, field by field.
//!
//! Arrays are compared as wholes: what moved in a list is better seen as two lists.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::read::escaped;

/// One field that is different.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FieldChange {
    /// JSON pointer to it.
    pub at: String,
    /// What was there; nothing when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// What is there now; nothing when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
}

/// Every field that differs, in order of the keys.
pub fn difference(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut found = Vec::new();
    walk(Some(before), Some(after), String::new(), &mut found);
    found
}

fn walk(before: Option<&Value>, after: Option<&Value>, at: String, out: &mut Vec<FieldChange>) {
    if before == after {
        return;
    }
    let (Some(Value::Object(old)), Some(Value::Object(new))) = (before, after) else {
        out.push(FieldChange { at, before: before.cloned(), after: after.cloned() });
        return;
    };
    let mut keys: Vec<&String> = old.keys().chain(new.keys().filter(|key| !old.contains_key(*key))).collect();
    keys.sort();
    for key in keys {
        walk(old.get(key), new.get(key), format!("{at}/{}", escaped(key)), out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_named_by_where_they_stand() {
        let before = json!({ "a": { "b": 1, "c/d": 2 }, "list": [1, 2], "gone": true, "same": null });
        let after = json!({ "a": { "b": 3, "c/d": 2 }, "list": [2, 1], "come": "x", "same": null });
        let found = difference(&before, &after);
        let places: Vec<&str> = found.iter().map(|change| change.at.as_str()).collect();
        assert_eq!(places, ["/a/b", "/come", "/gone", "/list"]);
        assert_eq!((&found[0].before, &found[0].after), (&Some(json!(1)), &Some(json!(3))));
        assert_eq!((&found[1].before, &found[2].after), (&None, &None));
        assert_eq!(difference(&before, &before), []);
    }
}
