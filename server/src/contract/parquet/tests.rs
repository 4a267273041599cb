//! Files written by the crate's own writer, sound ones and ones that lie.

use std::io;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::*;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{WriterProperties, WriterVersion};

use super::super::layout;
use super::super::schema;
use super::*;

struct Memory(Bytes);

impl Ranged for Memory {
    fn bytes(&self) -> u64 {
        self.0.len() as u64
    }

    fn range(&self, start: u64, length: usize) -> io::Result<Bytes> {
        let start = usize::try_from(start).map_err(io::Error::other)?;
        let end = start.checked_add(length).filter(|end| *end <= self.0.len());
        end.map(|end| self.0.slice(start..end)).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

type Named<'n> = (&'n str, ArrayRef);

fn written(columns: &[Named<'_>], properties: WriterProperties) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns.iter().cloned()).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn file(columns: &[Named<'_>]) -> Vec<u8> {
    written(columns, WriterProperties::default())
}

fn text<'t>(values: impl IntoIterator<Item = &'t str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

/// Fields of every row of an interactions file, or what is wrong with it.
fn read(bytes: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let layout = layout::built_in(&schema::INTERACTIONS);
    let message = |broken| match broken {
        Broken::Content(message) => message,
        Broken::Store(error) => panic!("memory failed: {error}"),
    };
    let file = Box::new(Memory(Bytes::copy_from_slice(bytes)));
    let mut file = ParquetFile::open(file, &layout).map_err(message)?;
    let mut all = Vec::new();
    while let Some((rows, _)) = file.next().map_err(message)? {
        rows.scan(|line, row| {
            assert_eq!(line, all.len() as u64 + 1);
            let fields = |row: super::super::record::Row<'_>| {
                (0..layout.order.len()).map(|at| row.field(at).to_owned()).collect()
            };
            all.push(row.map_or_else(|reason| vec![format!("{reason:?}")], fields));
        });
    }
    Ok(all)
}

/// The column `ItemId` of a file in which it is `values`.
fn items(values: ArrayRef) -> Result<Vec<String>, String> {
    let groups = text((0..values.len()).map(|_| "g"));
    let rows = read(&file(&[("InteractionGroupingId", groups), ("ItemId", values)]))?;
    Ok(rows.into_iter().map(|row| row.into_iter().nth(1).unwrap_or_default()).collect())
}

#[test]
fn every_plain_type_becomes_text() {
    let dictionary: DictionaryArray<Int32Type> = ["a", "b", "a"].into_iter().collect();
    let binary = BinaryArray::from_opt_vec(vec![Some(b"x"), None, Some(b"\xFF")]);
    let decimals = Decimal128Array::from(vec![150, -5]).with_precision_and_scale(10, 2).unwrap();
    let zoned = TimestampMicrosecondArray::from(vec![1_572_561_000_123_456]).with_timezone("+02:00");
    let guid = FixedSizeBinaryArray::try_from_iter([[0xAB; 16]].into_iter()).unwrap();
    let cases: [(ArrayRef, &[&str]); 15] = [
        (Arc::new(StringArray::from(vec![Some("é"), None, Some("")])), &["é", "", ""]),
        (Arc::new(LargeStringArray::from(vec!["a"])), &["a"]),
        (
            Arc::new(StringViewArray::from(vec!["a longer text than fits into a view"])),
            &["a longer text than fits into a view"],
        ),
        (Arc::new(dictionary), &["a", "b", "a"]),
        (Arc::new(binary), &["x", "", ""]),
        (Arc::new(Int64Array::from(vec![Some(-7), None])), &["-7", ""]),
        (Arc::new(UInt64Array::from(vec![u64::MAX])), &["18446744073709551615"]),
        (Arc::new(Float64Array::from(vec![1.5, 2.0, 1e21])), &["1.5", "2", "1000000000000000000000"]),
        (Arc::new(Float32Array::from(vec![0.1])), &["0.1"]),
        (Arc::new(decimals), &["1.50", "-0.05"]),
        (Arc::new(BooleanArray::from(vec![true, false])), &["true", "false"]),
        (Arc::new(Date32Array::from(vec![18_200])), &["2019-10-31"]),
        (Arc::new(TimestampMillisecondArray::from(vec![0])), &["1970-01-01T00:00:00.000Z"]),
        (Arc::new(zoned), &["2019-10-31T22:30:00.123Z"]),
        (Arc::new(TimestampNanosecondArray::from(vec![-1])), &["1969-12-31T23:59:59.999Z"]),
    ];
    for (values, expected) in cases {
        let kind = values.data_type().clone();
        assert_eq!(items(values).unwrap(), expected, "{kind}");
    }
    let refused = [
        Arc::new(guid) as ArrayRef,
        Arc::new(Time64MicrosecondArray::from(vec![1])),
        Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])])),
    ];
    for values in refused {
        let message = items(values).unwrap_err();
        assert!(message.contains("column ItemId"), "{message}");
    }
}

#[test]
fn columns_are_found_by_name() {
    let list: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])]));
    let columns = [
        ("nested", list.clone()),
        ("ITEMID", text(["i"])),
        ("ItemId", text(["second"])),
        ("strength", Arc::new(Float64Array::from(vec![2.5])) as ArrayRef),
        ("interactiongroupingid", text(["g"])),
    ];
    let rows = read(&file(&columns)).unwrap();
    assert_eq!((rows[0][0].as_str(), rows[0][1].as_str(), rows[0][10].as_str()), ("g", "i", "2.5"));
    assert_eq!(rows[0][3], "");
    let message = read(&file(&[("nested", list), ("Item", text(["i"]))])).unwrap_err();
    assert!(
        message.contains("no column InteractionGroupingId") && message.contains("nested, Item"),
        "{message}"
    );
}

/// The same rows by every way of writing them.
#[test]
fn every_codec_and_encoding_is_read() {
    let count = 20_000;
    let ids: Vec<_> = (0..count).map(|n| format!("item number {}", n * 7919 % 5000)).collect();
    let groups: Vec<_> = (0..count).map(|n| format!("{n}")).collect();
    let columns = [
        ("InteractionGroupingId", text(groups.iter().map(String::as_str))),
        ("ItemId", text(ids.iter().map(String::as_str))),
        (
            "Strength",
            Arc::new(Int64Array::from_iter((0..count).map(|n| (n % 3 > 0).then_some(n)))) as ArrayRef,
        ),
    ];
    let gzip = Compression::GZIP(Default::default());
    let brotli = Compression::BROTLI(Default::default());
    let zstd = Compression::ZSTD(Default::default());
    let plain = WriterProperties::builder;
    let cases = [
        plain().set_compression(Compression::UNCOMPRESSED).build(),
        plain().set_compression(Compression::SNAPPY).set_max_row_group_row_count(Some(3000)).build(),
        plain().set_compression(gzip).set_dictionary_enabled(false).build(),
        plain().set_compression(zstd).set_writer_version(WriterVersion::PARQUET_2_0).build(),
        plain().set_compression(Compression::LZ4_RAW).set_data_page_size_limit(4096).build(),
        plain()
            .set_compression(brotli)
            .set_writer_version(WriterVersion::PARQUET_2_0)
            .set_dictionary_enabled(false)
            .build(),
        plain()
            .set_dictionary_enabled(false)
            .set_encoding(Encoding::DELTA_LENGTH_BYTE_ARRAY)
            .set_column_encoding("Strength".into(), Encoding::DELTA_BINARY_PACKED)
            .build(),
        plain()
            .set_dictionary_enabled(false)
            .set_encoding(Encoding::DELTA_BYTE_ARRAY)
            .set_column_encoding("Strength".into(), Encoding::PLAIN)
            .build(),
    ];
    for (number, properties) in cases.into_iter().enumerate() {
        let rows =
            read(&written(&columns, properties)).unwrap_or_else(|message| panic!("{number}: {message}"));
        assert_eq!(rows.len(), 20_000, "{number}");
        for (at, row) in rows.iter().enumerate() {
            let strength = if at % 3 > 0 { at.to_string() } else { String::new() };
            assert_eq!((&row[0], &row[1], &row[10]), (&groups[at], &ids[at], &strength), "{number}");
        }
    }
}

#[test]
fn long_rows_are_broken_and_bombs_end_soon() {
    let long = "x".repeat(LONGEST_RECORD);
    assert_eq!(items(text(["a", &long, "b"])).unwrap(), ["a", "", "b"]);
    let bomb = "x".repeat(400_000);
    let properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(Default::default())).build();
    let columns = [("InteractionGroupingId", text(["g"; 1000])), ("ItemId", text([bomb.as_str(); 1000]))];
    let bytes = written(&columns, properties);
    assert!(bytes.len() < 1_000_000, "{}", bytes.len());
    let message = read(&bytes).unwrap_err();
    assert!(message.contains("200 times"), "{message}");
}

/// Whatever a byte is changed to, or wherever a file ends: rows or a named error, never a panic.
#[test]
fn damaged_files_are_errors() {
    let ids: Vec<_> = (0..300).map(|n| format!("i{}", n % 40)).collect();
    let columns = [
        ("InteractionGroupingId", text(ids.iter().rev().map(String::as_str))),
        ("ItemId", text(ids.iter().map(String::as_str))),
        ("Strength", Arc::new(Int64Array::from_iter_values(0..300)) as ArrayRef),
    ];
    let delta = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_writer_version(WriterVersion::PARQUET_2_0);
    let gzip = WriterProperties::builder().set_compression(Compression::GZIP(Default::default()));
    let mut wrong = 0;
    for properties in [WriterProperties::default(), delta.build(), gzip.build()] {
        let sound = written(&columns, properties);
        for length in 0..sound.len() {
            assert!(read(&sound[..length]).is_err(), "{length}");
        }
        for at in 0..sound.len() {
            for change in [0xFF, 0x80, 0x01] {
                let mut bytes = sound.clone();
                bytes[at] ^= change;
                wrong += u32::from(read(&bytes).is_err());
            }
        }
    }
    assert!(wrong > 1000, "{wrong}");
}

#[test]
fn files_of_another_kind_are_named() {
    for bytes in [&b""[..], b"PAR1", b"a,b\n1,2\n", b"PAR1\xFF\xFF\xFF\x7FPAR1", b"PAR1\0\0\0\0PARE"] {
        let message = read(bytes).unwrap_err();
        assert!(message.contains("Parquet") || message.contains("encrypted"), "{message}");
    }
}
