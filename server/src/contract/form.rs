//! What a file's name says about its content: how rows are written, and how the file is packed.

use std::path::Path;

/// How a file holds rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) format: Format,
    pub(super) packing: Packing,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    /// One JSON object on each line.
    JsonLines,
    /// Columns with names and types.
    Parquet,
}

/// How the file as a whole is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

/// Every ending that is read, for people.
pub(super) const ENDINGS: &str = ".csv, .jsonl, .ndjson (each also .gz or .zst), .parquet";

impl Form {
    /// What a file is taken for whose name says nothing.
    pub(super) const CSV: Self = Self { format: Format::Csv, packing: Packing::Plain };

    /// The form of a file by its endings, in any case; `None` for files that are not read.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let (stem, packing) = match ending(name).as_str() {
            "gz" => (stem(name), Packing::Gzip),
            "zst" => (stem(name), Packing::Zstd),
            _ => (name, Packing::Plain),
        };
        let format = match ending(stem).as_str() {
            "csv" => Format::Csv,
            "jsonl" | "ndjson" => Format::JsonLines,
            // It is packed within; a packed one could only be read as a whole.
            "parquet" if packing == Packing::Plain => Format::Parquet,
            _ => return None,
        };
        Some(Self { format, packing })
    }
}

fn ending(name: &str) -> String {
    Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase()
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_format_and_packing() {
        let form = |format, packing| Some(Form { format, packing });
        let cases = [
            ("a.csv", form(Format::Csv, Packing::Plain)),
            ("A.CSV.GZ", form(Format::Csv, Packing::Gzip)),
            ("part.0.csv.zst", form(Format::Csv, Packing::Zstd)),
            ("e.ndjson", form(Format::JsonLines, Packing::Plain)),
            ("e.jsonl.gz", form(Format::JsonLines, Packing::Gzip)),
            ("part-0.snappy.PARQUET", form(Format::Parquet, Packing::Plain)),
            ("a.parquet.gz", None),
            ("a.gz", None),
            ("csv", None),
            ("a.txt", None),
        ];
        for (name, expected) in cases {
            assert_eq!(Form::of_name(name), expected, "{name}");
        }
    }
}
