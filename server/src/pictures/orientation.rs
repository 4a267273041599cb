//! Which side of a picture is up, as its Exif data say.
//!
//! Reads one number of the first directory and nothing else. Whatever is not understood is upright.

/// How the stored rows have to be turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Orientation {
    /// Columns become rows, before anything is mirrored.
    pub(super) turned: bool,
    /// Left and right change places.
    pub(super) left_right: bool,
    /// Top and bottom change places.
    pub(super) top_bottom: bool,
}

/// The tag that says it.
const TAG: u16 = 0x0112;

impl Orientation {
    /// As it is stored.
    pub(super) const UPRIGHT: Self = Self { turned: false, left_right: false, top_bottom: false };

    fn of(number: u16) -> Self {
        let (turned, left_right, top_bottom) = match number {
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, true, false),
            7 => (true, true, true),
            8 => (true, false, true),
            _ => (false, false, false),
        };
        Self { turned, left_right, top_bottom }
    }
}

/// Of Exif data, with or without their name in front.
pub(super) fn orientation(exif: &[u8]) -> Orientation {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    number(exif).map_or(Orientation::UPRIGHT, Orientation::of)
}

fn number(exif: &[u8]) -> Option<u16> {
    let big = match exif.get(..2)? {
        b"II" => false,
        b"MM" => true,
        _ => return None,
    };
    let short = |at: usize| -> Option<u16> {
        let bytes: [u8; 2] = exif.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(u16::from(bytes[usize::from(!big)]) << 8 | u16::from(bytes[usize::from(big)]))
    };
    let long = |at: usize| -> Option<usize> {
        let (first, second) = (u32::from(short(at)?), u32::from(short(at.checked_add(2)?)?));
        Some(if big { first << 16 | second } else { second << 16 | first } as usize)
    };
    let directory = long(4)?;
    let entries = usize::from(short(directory)?);
    let start = directory.checked_add(2)?;
    let entry =
        (0..entries).map(|entry| start.saturating_add(entry * 12)).find(|at| short(*at) == Some(TAG))?;
    short(entry.checked_add(8)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exif(big: bool, number: u8) -> Vec<u8> {
        let short = |value: u8| if big { [0, value] } else { [value, 0] };
        let mut bytes = if big { b"MM\0*\0\0\0\x08".to_vec() } else { b"II*\0\x08\0\0\0".to_vec() };
        bytes.extend(short(1));
        bytes.extend(if big { [0x01, 0x12] } else { [0x12, 0x01] });
        bytes.extend(short(3));
        bytes.extend(if big { [0, 0, 0, 1] } else { [1, 0, 0, 0] });
        bytes.extend(short(number));
        bytes.extend([0; 6]);
        bytes
    }

    #[test]
    fn the_number_is_found_in_either_byte_order() {
        for number in 0..10 {
            for big in [false, true] {
                let bytes = exif(big, number);
                assert_eq!(orientation(&bytes), Orientation::of(number.into()), "{number}");
                assert_eq!(orientation(&[b"Exif\0\0", &bytes[..]].concat()), Orientation::of(number.into()));
            }
        }
    }

    #[test]
    fn broken_data_are_upright() {
        let whole = exif(false, 6);
        for length in 0..19 {
            assert_eq!(orientation(&whole[..length]), Orientation::UPRIGHT, "{length}");
        }
        assert_eq!(orientation(b"II*\0\xff\xff\xff\xff"), Orientation::UPRIGHT);
    }
}
