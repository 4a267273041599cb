//! The folder's own description, `model.json`.
//!
//! Reads the few parts that matter here (culture, entities, attributes, partitions) and passes over
//! everything else, so that any CDM folder is accepted. It does not decide what a column means
//! (`layout` does) nor where a partition is (`folder` does).

use serde::Deserialize;
use serde_json::Value;

use super::error::ContractError;
use crate::storage::Storage;

/// A description of columns is never larger.
const LARGEST: u64 = 16 << 20;

/// What `model.json` says.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Model {
    #[serde(default)]
    pub(super) culture: Option<String>,
    #[serde(default)]
    entities: Option<Vec<ModelEntity>>,
}

/// One described entity; the key `type` or `$type` is not needed.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ModelEntity {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    attributes: Option<Vec<Attribute>>,
    #[serde(default)]
    partitions: Option<Vec<Partition>>,
}

/// One column, in the order of the CSV files.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attribute {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) data_type: Option<String>,
    #[serde(default)]
    annotations: Option<Vec<Annotation>>,
}

#[derive(Debug, Default, Deserialize)]
struct Annotation {
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: Value,
}

/// One listed file.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Partition {
    /// `None` means that the partition is only planned.
    #[serde(default)]
    pub(super) location: Option<String>,
    #[serde(default)]
    file_format_settings: Option<FileFormat>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FileFormat {
    #[serde(default)]
    column_headers: Value,
    /// The same, as one page of the old documentation spells it.
    #[serde(default)]
    columns_headers: Value,
    #[serde(default)]
    delimiter: Option<String>,
}

impl Model {
    /// The described entity of a name; the first one when it is there twice.
    pub(super) fn entity(&self, name: &str) -> Option<&ModelEntity> {
        self.entities().find(|entity| entity.name.eq_ignore_ascii_case(name))
    }

    /// The entity of overrides without a seed, whatever its name: the contract's pages never gave one.
    pub(super) fn overrides_without_seed(&self) -> Option<&ModelEntity> {
        self.entities().find(|entity| entity.has("EnrichmentAction") && !entity.has("SeedItemId"))
    }

    pub(super) fn entities(&self) -> impl Iterator<Item = &ModelEntity> {
        self.entities.iter().flatten()
    }
}

impl ModelEntity {
    pub(super) fn attributes(&self) -> &[Attribute] {
        self.attributes.as_deref().unwrap_or_default()
    }

    fn has(&self, attribute: &str) -> bool {
        self.attributes().iter().any(|one| one.name.eq_ignore_ascii_case(attribute))
    }

    /// The listed files; none means that files are found by name.
    pub(super) fn partitions(&self) -> &[Partition] {
        self.partitions.as_deref().unwrap_or_default()
    }
}

impl Attribute {
    /// What the `IsMandatory` annotation says, if it is there.
    pub(super) fn mandatory(&self) -> Option<bool> {
        let annotations = self.annotations.iter().flatten();
        annotations
            .filter(|note| note.name.eq_ignore_ascii_case("IsMandatory"))
            .find_map(|note| truth(&note.value))
    }
}

impl Partition {
    /// Whether the file starts with a row of column names.
    pub(super) fn has_header(&self) -> bool {
        let format = self.file_format_settings.as_ref();
        format.is_some_and(|format| {
            [&format.column_headers, &format.columns_headers]
                .into_iter()
                .any(|value| truth(value) == Some(true))
        })
    }

    /// The byte between columns.
    pub(super) fn delimiter(&self) -> u8 {
        let settings = self.file_format_settings.as_ref();
        match settings.and_then(|format| format.delimiter.as_deref()).map(str::as_bytes) {
            Some(&[byte]) if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => byte,
            _ => b',',
        }
    }
}

/// A truth value written as JSON or as text.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Reads the `model.json` at `path`.
pub(super) fn read(storage: &Storage, path: &str) -> Result<Model, ContractError> {
    let shown = || storage.join(path);
    let too_large = || ContractError::ModelTooLarge { path: shown(), limit: LARGEST };
    let bytes = storage.read_small(path, LARGEST)?.ok_or_else(too_large)?;
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    serde_json::from_slice(text).map_err(|fault| ContractError::ModelJson {
        path: shown(),
        line: fault.line(),
        column: fault.column(),
        message: without_place(&fault.to_string()),
    })
}

/// The message of `serde_json` ends with line and column, which we say ourselves.
fn without_place(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(text, _)| text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(json: &str) -> Result<Model, ContractError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("model.json"), json).unwrap();
        read(&Storage::disk(folder.path()).unwrap(), "model.json")
    }

    #[test]
    fn both_dialects_are_read() {
        let json = "\u{feff}{\"culture\": \"de-DE\", \"modifiedTime\": \"x\", \"entities\": [
            {\"type\": \"LocalEntity\", \"name\": \"A\", \"partitions\": null, \"attributes\": [
                {\"name\": \"x\", \"dataType\": \"int64\",
                 \"annotations\": [{\"name\": \"IsMandatory\", \"value\": \"True\"}]}]},
            {\"$type\": \"LocalEntity\", \"name\": \"B\", \"attributes\": null, \"partitions\": [
                {\"name\": \"p\", \"location\": \"u\", \"fileFormatSettings\": {\"columnHeaders\": true}},
                {\"location\": null, \"fileFormatSettings\": {\"columnsHeaders\": \"True\", \"delimiter\": \";\"}},
                {\"location\": \"w\"}]}]}";
        let model = model(json).unwrap();
        assert_eq!(model.culture.as_deref(), Some("de-DE"));
        let (a, b) = (model.entity("a").unwrap(), model.entity("B").unwrap());
        assert_eq!((a.attributes()[0].mandatory(), a.partitions().len()), (Some(true), 0));
        let headers: Vec<_> =
            b.partitions().iter().map(|part| (part.has_header(), part.delimiter())).collect();
        assert_eq!(headers, [(true, b','), (true, b';'), (false, b',')]);
    }

    #[test]
    fn faults_name_line_and_column() {
        let cases = [("{\n \"entities\": [}", 2, 15), ("{\n\n \"entities\": 5}", 3, 14), ("", 1, 0)];
        for (json, at_line, at_column) in cases {
            let Err(ContractError::ModelJson { line, column, message, .. }) = model(json) else {
                panic!("{json} is broken")
            };
            assert_eq!((line, column), (at_line, at_column), "{json}: {message}");
            assert!(!message.contains(" at line "), "{message}");
        }
    }

    #[test]
    fn deep_nesting_is_a_fault_and_no_crash() {
        let json = format!("{{\"annotations\": {}", "[".repeat(1_000_000));
        assert!(matches!(model(&json), Err(ContractError::ModelJson { .. })));
    }
}
