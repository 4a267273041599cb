//! Sizes in specs: read like every size in settings, written exactly, in the longest whole unit.
//!
//! `ByteSize` shows itself rounded, for people; what is stored must come back as the same number.

use serde::{Deserialize, Deserializer, Serializer};

use crate::settings::ByteSize;

const UNITS: [(&str, u64); 8] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("kB", 1_000),
    ("B", 1),
];

pub(super) fn serialize<S: Serializer>(size: &Option<ByteSize>, to: S) -> Result<S::Ok, S::Error> {
    match size {
        Some(size) => to.serialize_str(&exact(*size)),
        None => to.serialize_none(),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ByteSize>, D::Error> {
    ByteSize::deserialize(from).map(Some)
}

fn exact(size: ByteSize) -> String {
    let whole = UNITS.iter().find(|(_, bytes)| size.0.is_multiple_of(*bytes));
    let (unit, bytes) = whole.expect("every number is a multiple of one byte");
    format!("{} {unit}", size.0 / bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_come_back_as_they_were() {
        for (bytes, text) in
            [(8 << 30, "8 GiB"), (500_000_000, "500 MB"), (1_500_001, "1500001 B"), (1_000, "1 kB")]
        {
            assert_eq!(exact(ByteSize(bytes)), text);
            assert_eq!(text.parse(), Ok(ByteSize(bytes)));
        }
    }
}
