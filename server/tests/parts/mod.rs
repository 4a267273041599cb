//! The same interactions in every form of file that is read.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;

/// One interaction with the columns that matter.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    group: String,
    item: String,
    shopper: Option<String>,
    /// Milliseconds.
    time: i64,
    strength: Option<f64>,
    positive: bool,
}

/// The first second of 2024.
const START: i64 = 1_704_067_200;

/// Some interactions, the same ones every time.
pub(crate) fn rows(from: u32, to: u32) -> Vec<Row> {
    let row = |n: u32| Row {
        group: format!("g{}", n / 3),
        item: format!("item \"{}\", é", n % 97),
        shopper: (!n.is_multiple_of(5)).then(|| format!("shopper {}", n % 61)),
        time: (START + i64::from(n) * 977 % 86_400) * 1000,
        strength: n.is_multiple_of(2).then(|| f64::from(n % 7) + 0.25),
        positive: !n.is_multiple_of(11),
    };
    (from..to).map(row).collect()
}

fn moment(milliseconds: i64) -> String {
    let second = milliseconds / 1000 - START;
    format!("2024-01-01T{:02}:{:02}:{:02}.000Z", second / 3600, second / 60 % 60, second % 60)
}

/// Without header, in the order of the contract.
pub(crate) fn csv(rows: &[Row]) -> Vec<u8> {
    let mut text = String::new();
    for row in rows {
        let item = row.item.replace('"', "\"\"");
        let shopper = row.shopper.as_deref().unwrap_or_default();
        let strength = row.strength.map_or(String::new(), |strength| strength.to_string());
        let (group, time, positive) = (&row.group, moment(row.time), row.positive);
        text += &format!("{group},\"{item}\",,{shopper},,{time},,,,,{strength},{positive}\r\n");
    }
    text.into_bytes()
}

/// One object on each line.
pub(crate) fn json_lines(rows: &[Row]) -> Vec<u8> {
    let line = |row: &Row| {
        let object = serde_json::json!({
            "itemid": row.item,
            "InteractionGroupingId": row.group,
            "UserId": row.shopper,
            "Strength": row.strength,
            "IsPositive": row.positive,
            "Timestamp": moment(row.time),
            "unknown": {"x": [1]},
        });
        format!("{object}\n")
    };
    rows.iter().map(line).collect::<String>().into_bytes()
}

/// Columns with types, in another order than the contract's.
pub(crate) fn parquet(rows: &[Row]) -> Vec<u8> {
    let text =
        |of: fn(&Row) -> Option<&str>| Arc::new(StringArray::from_iter(rows.iter().map(of))) as ArrayRef;
    let times = TimestampMillisecondArray::from_iter_values(rows.iter().map(|row| row.time));
    let columns = [
        (
            "ispositive",
            Arc::new(BooleanArray::from_iter(rows.iter().map(|row| Some(row.positive)))) as ArrayRef,
        ),
        ("Strength", Arc::new(Float64Array::from_iter(rows.iter().map(|row| row.strength)))),
        ("ItemId", text(|row| Some(&row.item))),
        ("UserId", text(|row| row.shopper.as_deref())),
        ("Timestamp", Arc::new(times.with_timezone("UTC"))),
        ("InteractionGroupingId", text(|row| Some(&row.group))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

/// `each` rows in every form, one after the other; returns all rows.
pub(crate) fn mixed(each: u32) -> (Vec<(&'static str, Vec<u8>)>, Vec<Row>) {
    let part = |number: u32| rows(number * each, (number + 1) * each);
    let twice = part(1);
    let (first, second) = twice.split_at(twice.len() / 2);
    let files = vec![
        ("1.csv", csv(&part(0))),
        // Two members, as writers that append make them.
        ("2.csv.gz", [gzip(&csv(first)), gzip(&csv(second))].concat()),
        ("3.csv.zst", zstd(&csv(&part(2)))),
        ("4.jsonl", json_lines(&part(3))),
        ("5.jsonl.gz", gzip(&json_lines(&part(4)))),
        ("6.parquet", parquet(&part(5))),
    ];
    (files, rows(0, 6 * each))
}

/// Writes files into the folder of the interactions.
pub(crate) fn write(root: &Path, files: &[(&str, Vec<u8>)]) {
    let folder = root.join("Reco_Interactions");
    fs::create_dir_all(&folder).unwrap();
    files.iter().for_each(|(name, bytes)| fs::write(folder.join(name), bytes).unwrap());
}
