//! CRC-32C (Castagnoli): finds damage; identity is the business of SHA-256 outside.
//!
//! Eight bytes at a step, by eight tables. They are made when they are needed, which takes as long as some hundred bytes
//! do: ready-made ones would be a kilobyte of noise for every browser to load.

/// Bytes of a step.
const STEP: usize = 8;
/// What a byte does to a checksum when so many more bytes of a step follow it.
type Tables = [[u32; 256]; STEP];

#[inline(never)]
fn fill(tables: &mut Tables) {
    // Of the bits of a byte each does the same in any company: the upper ones first, each one step further along.
    let (mut bit, mut crc) = (256, 1u32);
    while bit > 1 {
        bit /= 2;
        crc = (crc >> 1) ^ (0x82f6_3b78 & (crc & 1).wrapping_neg());
        for byte in (0..256).step_by(2 * bit) {
            tables[0][byte + bit] = tables[0][byte] ^ crc;
        }
    }
    for at in 256..STEP * 256 {
        let before = tables[at / 256 - 1][at % 256];
        tables[at / 256][at % 256] = (before >> 8) ^ tables[0][(before & 255) as usize];
    }
}

/// The checksum of the given parts as if they were one.
pub fn crc32c(parts: &[&[u8]]) -> u32 {
    let mut tables = [[0; 256]; STEP];
    fill(&mut tables);
    let mut crc = !0u32;
    for part in parts {
        let (steps, rest) = part.as_chunks::<STEP>();
        for step in steps {
            let mixed = u64::from_le_bytes(*step) ^ u64::from(crc);
            crc = mixed
                .to_le_bytes()
                .iter()
                .zip(tables.iter().rev())
                .fold(0, |crc, (byte, table)| crc ^ table[usize::from(*byte)]);
        }
        for byte in rest {
            crc = (crc >> 8) ^ tables[0][usize::from((crc as u8) ^ byte)];
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::crc32c;

    #[test]
    fn known_vectors() {
        assert_eq!(crc32c(&[b"123456789"]), 0xe306_9283);
        assert_eq!(crc32c(&[b"1234", b"56789"]), 0xe306_9283);
        assert_eq!(crc32c(&[&[0u8; 32]]), 0x8a91_36aa);
        assert_eq!(crc32c(&[]), 0);
        let counted: Vec<u8> = (0..32).collect();
        assert_eq!(crc32c(&[&counted]), 0x46dd_794e);
        assert_eq!(crc32c(&[&counted[..11], &counted[11..]]), 0x46dd_794e);
    }
}
