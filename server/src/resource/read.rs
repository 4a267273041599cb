//! JSON into values, with a pointer to what is wrong.
//!
//! What a value means is decided by its own type; here is only where in the text an error belongs.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::error::ResourceError;

/// Larger specs are refused before they are read.
pub const LARGEST: usize = 64 * 1024;

/// The value that a JSON text says.
pub(super) fn text<T: DeserializeOwned>(json: &[u8]) -> Result<T, ResourceError> {
    if json.len() > LARGEST {
        return Err(ResourceError::spec("", format!("{} bytes; a spec has at most {LARGEST}", json.len())));
    }
    let mut from = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut from).map_err(|error| wrong(&error))?;
    from.end().map_err(|error| ResourceError::spec("", error.to_string()))?;
    Ok(value)
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
