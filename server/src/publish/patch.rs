//! Makes patches: what turns a blob of an earlier model into the blob in the same place of this one.
//!
//! From one day to the next most rows of a shard stay, and many others move by a level or two. A patch is a file of its own
//! that any host serves, and the page's script applies it: so it serves every browser and every static host. Dictionaries of
//! HTTP (RFC 9842) would need a server that knows them and a browser that has them, would keep on the device what nobody
//! agreed to, where erasing does not reach it, and with addresses that are hashes a browser takes the blob it used last, not
//! the one in the same place; and they would save a tenth more.
//!
//! A patch is deflated (RFC 1951), since that is what every browser inflates. Inside are varints: how many steps, and for
//! each step how many bytes to add, how many to insert and (zigzag) how far to skip in the earlier blob; then all that is
//! added, byte by byte to those of the earlier blob, then all that is inserted. It is believed by nobody: what it makes is
//! checked by its hash. Invariant: it makes exactly the newer blob, and is clearly smaller than that.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// Not written when it takes more of the blob, deflated as well, than this share in tenths: then it is hardly a saving,
/// and a page asks for the blob at once when there is no patch.
const MOST_TENTHS: usize = 9;

/// What one step is in the output of `bsdiff`: three numbers of eight bytes.
const CONTROL_BYTES: usize = 24;

/// What makes `new` out of `old`; `None` when that is not worth it.
pub(super) fn patch(old: &[u8], new: &[u8]) -> Option<Vec<u8>> {
    let mut steps = Vec::new();
    // Writing into memory does not fail; without a patch the whole blob is loaded.
    bsdiff::diff(old, new, &mut steps).ok()?;
    let patch = deflated(&gathered(&steps)?)?;
    (patch.len() * 10 <= deflated(new)?.len() * MOST_TENTHS).then_some(patch)
}

/// Numbers together, sums together, insertions together: alike beside alike is smaller.
fn gathered(mut steps: &[u8]) -> Option<Vec<u8>> {
    let (mut controls, mut sums, mut inserted) = (Vec::new(), Vec::new(), Vec::new());
    let mut count = 0;
    while !steps.is_empty() {
        let (control, rest) = steps.split_at_checked(CONTROL_BYTES)?;
        let [add, insert, skip] = [0, 8, 16].map(|at| signed(&control[at..at + 8]));
        let (sum, rest) = rest.split_at_checked(usize::try_from(add).ok()?)?;
        let (more, rest) = rest.split_at_checked(usize::try_from(insert).ok()?)?;
        sums.extend_from_slice(sum);
        inserted.extend_from_slice(more);
        for number in
            [add.unsigned_abs(), insert.unsigned_abs(), ((skip << 1) ^ (skip >> 63)).cast_unsigned()]
        {
            put(&mut controls, number);
        }
        count += 1;
        steps = rest;
    }
    let mut all = Vec::new();
    put(&mut all, count);
    Some([all, controls, sums, inserted].concat())
}

/// A number as `bsdiff` writes it: a sign and 63 bits, lowest byte first.
fn signed(bytes: &[u8]) -> i64 {
    let all = bytes.iter().rev().fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
    let size = (all & (u64::MAX >> 1)).cast_signed();
    if all >> 63 == 1 { -size } else { size }
}

fn put(into: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        into.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

fn deflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Read;

    use super::*;

    fn take(from: &mut &[u8]) -> u64 {
        let mut number = 0;
        for shift in (0..).step_by(7) {
            let (byte, rest) = from.split_first().unwrap();
            *from = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                break;
            }
        }
        number
    }

    /// What a page does.
    pub(crate) fn applied(patch: &[u8], old: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        flate2::read::DeflateDecoder::new(patch).read_to_end(&mut plain).unwrap();
        let mut rest = &plain[..];
        let count = take(&mut rest);
        let steps: Vec<[u64; 3]> = (0..count).map(|_| [0; 3].map(|_| take(&mut rest))).collect();
        let all: u64 = steps.iter().map(|[add, ..]| *add).sum();
        let (mut sums, mut inserted) = rest.split_at(usize::try_from(all).unwrap());
        let (mut new, mut at) = (Vec::new(), 0_usize);
        for [add, insert, skip] in steps {
            for sum in sums.split_off(..usize::try_from(add).unwrap()).unwrap() {
                new.push(old[at].wrapping_add(*sum));
                at += 1;
            }
            new.extend_from_slice(inserted.split_off(..usize::try_from(insert).unwrap()).unwrap());
            let skip = (skip >> 1).cast_signed() ^ -((skip & 1).cast_signed());
            at = at.checked_add_signed(isize::try_from(skip).unwrap()).unwrap();
        }
        assert!(sums.is_empty() && inserted.is_empty());
        new
    }

    fn noise(seed: u64, length: usize) -> Vec<u8> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn a_patch_gives_the_newer_bytes_and_is_small() {
        let old = noise(1, 10_000);
        let mut moved = old.clone();
        moved.splice(3_000..3_010, *b"something else");
        moved[7_000] ^= 3;
        let swapped = [&old[6_000..], &old[..6_000]].concat();
        for new in [moved, swapped, old[..9_000].to_vec(), [&old[..], b"and more"].concat()] {
            let patch = patch(&old, &new).unwrap();
            assert_eq!(applied(&patch, &old), new);
            assert!(patch.len() < 200, "{} bytes", patch.len());
        }
    }

    #[test]
    fn what_saves_nothing_is_no_patch() {
        assert_eq!(patch(&noise(1, 5_000), &noise(2, 5_000)), None);
        assert_eq!(patch(&[], &noise(2, 5_000)), None);
    }
}
