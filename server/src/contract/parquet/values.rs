//! Values of columns as the text that the rest of the contract reads.
//!
//! Numbers are written with a point, moments as the contract writes them, truth as `true` and `false`;
//! nothing for null.

use std::fmt::{Display, Write};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float16Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowPrimitiveType, BinaryViewArray, StringViewArray};
use arrow_schema::{DataType, TimeUnit};

use crate::moment as calendar;

/// One column of a batch.
pub(super) enum Cells<'a> {
    Text(&'a StringViewArray),
    Bytes(&'a BinaryViewArray),
    Written(Written),
}

/// Values that had to be written out.
#[derive(Default)]
pub(super) struct Written {
    text: String,
    ends: Vec<usize>,
}

impl Cells<'_> {
    /// The value of a row; `None` when it is not UTF-8.
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        match self {
            Cells::Text(array) if array.is_null(row) => Some(""),
            Cells::Text(array) => Some(array.value(row)),
            Cells::Bytes(array) if array.is_null(row) => Some(""),
            Cells::Bytes(array) => std::str::from_utf8(array.value(row)).ok(),
            Cells::Written(written) => {
                let start = row.checked_sub(1).map_or(0, |before| written.ends[before]);
                Some(&written.text[start..written.ends[row]])
            }
        }
    }
}

/// The values of an array; `None` for types that are not read.
pub(super) fn cells(array: &dyn Array) -> Option<Cells<'_>> {
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    let written = match array.data_type() {
        DataType::Utf8View => return array.as_string_view_opt().map(Cells::Text),
        DataType::BinaryView => return array.as_binary_view_opt().map(Cells::Bytes),
        DataType::Boolean => {
            let truth = array.as_boolean();
            write(array, |text, row| write!(text, "{}", truth.value(row)))
        }
        DataType::Int8 => numbers::<Int8Type>(array),
        DataType::Int16 => numbers::<Int16Type>(array),
        DataType::Int32 => numbers::<Int32Type>(array),
        DataType::Int64 => numbers::<Int64Type>(array),
        DataType::UInt8 => numbers::<UInt8Type>(array),
        DataType::UInt16 => numbers::<UInt16Type>(array),
        DataType::UInt32 => numbers::<UInt32Type>(array),
        DataType::UInt64 => numbers::<UInt64Type>(array),
        DataType::Float16 => numbers::<Float16Type>(array),
        DataType::Float32 => numbers::<Float32Type>(array),
        DataType::Float64 => numbers::<Float64Type>(array),
        DataType::Decimal32(..) => decimals::<Decimal32Type>(array),
        DataType::Decimal64(..) => decimals::<Decimal64Type>(array),
        DataType::Decimal128(..) => decimals::<Decimal128Type>(array),
        DataType::Decimal256(..) => decimals::<Decimal256Type>(array),
        DataType::Date32 => days::<Date32Type>(array, 1),
        DataType::Date64 => days::<Date64Type>(array, 86_400_000),
        DataType::Timestamp(Second, _) => moments::<TimestampSecondType>(array, 1),
        DataType::Timestamp(Millisecond, _) => moments::<TimestampMillisecondType>(array, 1_000),
        DataType::Timestamp(Microsecond, _) => moments::<TimestampMicrosecondType>(array, 1_000_000),
        DataType::Timestamp(Nanosecond, _) => moments::<TimestampNanosecondType>(array, 1_000_000_000),
        DataType::FixedSizeBinary(16) => {
            let bytes = array.as_fixed_size_binary();
            write(array, |text, row| guid(text, bytes.value(row)))
        }
        _ => return None,
    };
    Some(Cells::Written(written))
}

fn write(array: &dyn Array, mut one: impl FnMut(&mut String, usize) -> std::fmt::Result) -> Written {
    let mut written = Written::default();
    for row in 0..array.len() {
        if !array.is_null(row) {
            one(&mut written.text, row).expect("writing to a String does not fail");
        }
        written.ends.push(written.text.len());
    }
    written
}

/// Numbers repeat from row to row, and copying text is cheaper than writing it.
fn numbers<T: ArrowPrimitiveType<Native: Display>>(array: &dyn Array) -> Written {
    let values = array.as_primitive::<T>();
    let (mut last, mut text_of_last) = (None, 0..0);
    write(array, |text, row| {
        let (value, start) = (values.value(row), text.len());
        if last == Some(value) {
            text.extend_from_within(text_of_last.clone());
            return Ok(());
        }
        write!(text, "{value}")?;
        (last, text_of_last) = (Some(value), start..text.len());
        Ok(())
    })
}

fn decimals<T: arrow_array::types::DecimalType>(array: &dyn Array) -> Written {
    let values = array.as_primitive::<T>();
    write(array, |text, row| text.write_str(&values.value_as_string(row)))
}

fn days<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &dyn Array, per_day: i64) -> Written {
    let values = array.as_primitive::<T>();
    write(array, |text, row| date(text, values.value(row).into().div_euclid(per_day)))
}

fn moments<T: ArrowPrimitiveType<Native = i64>>(array: &dyn Array, per_second: i64) -> Written {
    let values = array.as_primitive::<T>();
    write(array, |text, row| moment(text, values.value(row), per_second))
}

/// `2019-10-31T22:30:00.000Z`.
fn moment(text: &mut String, value: i64, per_second: i64) -> std::fmt::Result {
    let (seconds, part) = (value.div_euclid(per_second), value.rem_euclid(per_second));
    let (hour, minute, second) = calendar::clock(seconds);
    date(text, seconds.div_euclid(calendar::DAY))?;
    let milliseconds =
        if per_second > 1000 { part / (per_second / 1000) } else { part * (1000 / per_second) };
    for (mark, number) in [('T', hour), (':', minute), (':', second)] {
        text.push(mark);
        digits(text, number, 10);
    }
    text.push('.');
    digits(text, milliseconds, 100);
    text.push('Z');
    Ok(())
}

/// A number with leading zeros; `place` is what its first digit stands for.
fn digits(text: &mut String, number: i64, mut place: i64) {
    while place > 0 {
        // A digit is below ten.
        text.push(char::from(b'0' + (number / place % 10) as u8));
        place /= 10;
    }
}

/// `2019-10-31` of days since 1970; days of other years than 0 to 9999 are no dates, and show it.
fn date(text: &mut String, days: i64) -> std::fmt::Result {
    if !(-719_528..=2_932_896).contains(&days) {
        return write!(text, "day {days}");
    }
    let (year, month, day) = calendar::date(days * calendar::DAY);
    digits(text, year, 1000);
    text.push('-');
    digits(text, month, 10);
    text.push('-');
    digits(text, day, 10);
    Ok(())
}

fn guid(text: &mut String, bytes: &[u8]) -> std::fmt::Result {
    for (at, byte) in bytes.iter().enumerate() {
        let dash = if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" };
        write!(text, "{dash}{byte:02x}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::super::moment;

    #[test]
    fn moments_read_back_as_they_were() {
        let cases = [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_572_561_000, "2019-10-31T22:30:00.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.000Z"),
            (-62_135_596_800, "0001-01-01T00:00:00.000Z"),
            (253_402_300_799, "9999-12-31T23:59:59.000Z"),
        ];
        for (seconds, expected) in cases {
            let mut text = String::new();
            super::moment(&mut text, seconds, 1).unwrap();
            assert_eq!((text.as_str(), moment::parse(&text)), (expected, Some(seconds)));
        }
        for (value, per_second, expected) in [
            (1_234, 1_000, "00:00:01.234Z"),
            (-1, 1_000_000_000, "23:59:59.999Z"),
            (5_999, 1_000_000, "00:00:00.005Z"),
        ] {
            let mut text = String::new();
            super::moment(&mut text, value, per_second).unwrap();
            assert!(text.ends_with(expected), "{text}");
        }
        for extreme in [i64::MIN, i64::MAX, 253_402_300_800, -62_167_219_201] {
            let mut text = String::new();
            super::moment(&mut text, extreme, 1).unwrap();
            assert_eq!(moment::parse(&text), None, "{text}");
        }
    }
}
