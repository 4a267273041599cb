//! JSON into values, with a pointer to what is wrong.
//!
//! What a value means is decided by its own type; here is only where in the text an error belongs.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::error::ResourceError;

/// Larger specs are refused before they are read.
pub const LARGEST: usize = 64 * 1024;

/// The spec that a JSON text says.
pub(super) fn text<T: DeserializeOwned + Serialize>(json: &[u8]) -> Result<T, ResourceError> {
    if json.len() > LARGEST {
        return Err(ResourceError::spec("", format!("{} bytes; a spec has at most {LARGEST}", json.len())));
    }
    whole(json)
}

/// The value that a JSON text says, where every object is written as one.
pub fn whole<T: DeserializeOwned + Serialize>(json: &[u8]) -> Result<T, ResourceError> {
    let mut from = serde_json::Deserializer::from_slice(json);
    let value: T = serde_path_to_error::deserialize(&mut from).map_err(|error| wrong(&error))?;
    from.end().map_err(|error| ResourceError::spec("", error.to_string()))?;
    // A list would be read as the fields in their order, which nobody means and the description does not know.
    let unreadable = |error: serde_json::Error| ResourceError::spec("", error.to_string());
    let given: Value = serde_json::from_slice(json).map_err(unreadable)?;
    let read = serde_json::to_value(&value).map_err(unreadable)?;
    match listed(&given, &read) {
        None => Ok(value),
        Some(at) => Err(ResourceError::spec(at, "this is an object with keys, not a list")),
    }
}

/// Where a list was given and read as an object.
fn listed(given: &Value, read: &Value) -> Option<String> {
    match (given, read) {
        (Value::Array(_), Value::Object(_)) => Some(String::new()),
        (Value::Array(given), Value::Array(read)) => {
            let both = given.iter().zip(read).enumerate();
            both.into_iter().find_map(|(at, (given, read))| Some(format!("/{at}{}", listed(given, read)?)))
        }
        (Value::Object(given), Value::Object(read)) => given.iter().find_map(|(key, given)| {
            let below = listed(given, read.get(key)?)?;
            Some(format!("/{}{below}", escaped(key)))
        }),
        _ => None,
    }
}

/// The value that parsed JSON says.
pub(super) fn value<T: DeserializeOwned>(json: Value) -> Result<T, ResourceError> {
    serde_path_to_error::deserialize(json).map_err(|error| wrong(&error))
}

fn wrong(error: &serde_path_to_error::Error<serde_json::Error>) -> ResourceError {
    ResourceError::spec(pointer(error.path()), error.inner().to_string())
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        let part = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => escaped(key),
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        pointer = pointer + "/" + &part;
    }
    pointer
}

/// A key as part of a JSON pointer.
pub(super) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::{AccountSpec, EndpointSpec, ModelingSpec};

    fn fault<T: DeserializeOwned + Serialize + std::fmt::Debug>(json: &str) -> String {
        whole::<T>(json.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_list_is_no_object_wherever_it_stands() {
        assert!(fault::<AccountSpec>("[null, null]").contains("not a list"));
        let modeling = r#"{"source": "s3://bucket/x", "schedule": ["36h", null]}"#;
        assert!(fault::<ModelingSpec>(modeling).contains("/schedule"));
        let steps = r#"{"modelings": ["a"], "strategy": {"kind": "canary", "steps": [[5, 10]]}}"#;
        assert!(
            fault::<EndpointSpec>(steps).contains("/strategy/steps/0"),
            "{}",
            fault::<EndpointSpec>(steps)
        );
        assert!(whole::<EndpointSpec>(br#"{"modelings": ["a"], "origins": []}"#).is_ok());
    }
}
