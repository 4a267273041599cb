//! Records of a block as rows of fields.
//!
//! Splits at delimiters and takes quotes off; broken records come out as a [`Reason`]. It gives no
//! meaning to a field. Rows without quotes are slices of the block; only rows with quotes are
//! copied. Agrees with the `csv-core` crate on every input whose quotes are closed.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::{memchr, memchr_iter, memchr2};

use super::blocks::{End, Records, record_end};
use super::tally::Reason;

/// More columns than this make a record malformed.
pub(super) const MOST_COLUMNS: usize = 1000;

/// One record, split.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    text: &'a str,
    /// Where each field ends in `text`; fields lie `gap` bytes apart.
    ends: &'a [usize],
    gap: usize,
    /// Line of its first byte, or number of its row, from 1.
    pub(super) line: u64,
    /// Where each column of the layout stands in this file; `None` when all stand where the layout says.
    places: Option<&'a [Option<usize>]>,
    pub(super) numbers: Numbers,
}

/// How numbers are written in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// As the culture of the folder has it.
    ByCulture,
    /// With a point: the file itself told numbers from text.
    Typed,
}

impl<'a> Row<'a> {
    /// The field at a place, empty when the row is shorter.
    #[inline]
    pub(super) fn field(&self, at: usize) -> &'a str {
        let at = match self.places {
            None => at,
            Some(places) => match places.get(at) {
                Some(Some(place)) => *place,
                _ => return "",
            },
        };
        let Some(&end) = self.ends.get(at) else { return "" };
        let start = if at == 0 { 0 } else { self.ends[at - 1] + self.gap };
        &self.text[start..end]
    }

    /// A row of fields that lie one after the other in `text`, each ending where `ends` says.
    pub(super) fn of_fields(text: &'a str, ends: &'a [usize], line: u64, numbers: Numbers) -> Self {
        Row { text, ends, gap: 0, line, places: None, numbers }
    }

    /// The same row, read by a file that has its columns elsewhere.
    pub(super) fn placed(self, places: Option<&'a [Option<usize>]>) -> Self {
        Row { places, ..self }
    }

    /// How many fields it has.
    pub(super) fn width(&self) -> usize {
        self.ends.len()
    }
}

/// Calls `each` with every record and its line, in order. Empty lines are no records.
pub(super) fn scan(records: &Records, delimiter: u8, mut each: impl FnMut(u64, Result<Row<'_>, Reason>)) {
    let bytes = records.bytes.as_slice();
    let checks = Checks {
        text: std::str::from_utf8(bytes).ok(),
        nul: memchr(0, bytes).is_some(),
        quote: memchr(b'"', bytes).is_some(),
    };
    let mut splitter = Splitter::new(delimiter);
    let (mut at, mut line) = (0, records.first_line);
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\n' || byte == b'\r' {
            line += u64::from(byte == b'\n');
            at += 1;
            continue;
        }
        let line_end = memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        let quoted = checks.quote && memchr(b'"', &bytes[at..line_end]).is_some();
        let end = match quoted.then(|| record_end(bytes, at, delimiter)) {
            Some(End::At(end)) => end,
            Some(End::Missing | End::Open) => bytes.len(),
            None => line_end,
        };
        each(line, split(&mut splitter, &checks, bytes, at..end, quoted).map(|row| Row { line, ..row }));
        if quoted {
            line += memchr_iter(b'\n', &bytes[at..end]).count() as u64;
        }
        at = end;
    }
}

/// What `look` makes of the first record; `None` when there is none, or it is broken.
pub(super) fn first<T>(records: &Records, delimiter: u8, look: impl FnOnce(Row<'_>) -> T) -> Option<T> {
    let bytes = records.bytes.as_slice();
    let start = bytes.iter().position(|byte| !matches!(byte, b'\n' | b'\r'))?;
    let end = match record_end(bytes, start, delimiter) {
        End::At(end) => end,
        End::Missing | End::Open => bytes.len(),
    };
    let record = Records { bytes: bytes[start..end].to_vec(), first_line: 1 };
    let (mut look, mut found) = (Some(look), None);
    scan(&record, delimiter, |_, row| {
        if let (Ok(row), Some(look)) = (row, look.take()) {
            found = Some(look(row));
        }
    });
    found
}

/// What a look over the whole block saves each of its records.
struct Checks<'a> {
    text: Option<&'a str>,
    nul: bool,
    quote: bool,
}

fn split<'a>(
    splitter: &'a mut Splitter,
    checks: &Checks<'a>,
    bytes: &'a [u8],
    range: std::ops::Range<usize>,
    quoted: bool,
) -> Result<Row<'a>, Reason> {
    let record = &bytes[range.clone()];
    if checks.nul && memchr(0, record).is_some() {
        return Err(Reason::NulByte);
    }
    if quoted {
        return splitter.unquote(record);
    }
    let text = match checks.text {
        Some(text) => &text[range],
        None => std::str::from_utf8(record).map_err(|_| Reason::InvalidUtf8)?,
    };
    splitter.plain(text)
}

/// Buffers that serve one record after the other.
struct Splitter {
    delimiter: u8,
    ends: Vec<usize>,
    unquoted: Vec<u8>,
    reader: Reader,
}

impl Splitter {
    fn new(delimiter: u8) -> Self {
        let reader = ReaderBuilder::new().delimiter(delimiter).build();
        Splitter { delimiter, ends: Vec::with_capacity(16), unquoted: Vec::new(), reader }
    }

    fn plain<'a>(&'a mut self, text: &'a str) -> Result<Row<'a>, Reason> {
        self.ends.clear();
        self.ends.extend(memchr_iter(self.delimiter, text.as_bytes()).take(MOST_COLUMNS));
        if self.ends.len() == MOST_COLUMNS {
            return Err(Reason::TooManyColumns);
        }
        self.ends.push(text.len());
        Ok(Row { gap: 1, ..Row::of_fields(text, &self.ends, 0, Numbers::ByCulture) })
    }

    fn unquote(&mut self, record: &[u8]) -> Result<Row<'_>, Reason> {
        self.unquoted.resize(record.len().max(1), 0);
        self.ends.resize(MOST_COLUMNS + 1, 0);
        self.reader.reset();
        let (result, _, mut written, mut fields) =
            self.reader.read_record(record, &mut self.unquoted, &mut self.ends);
        if result == ReadRecordResult::InputEmpty {
            // An empty input tells the reader that the record is over.
            let (_, _, more, last) =
                self.reader.read_record(&[], &mut self.unquoted[written..], &mut self.ends[fields..]);
            (written, fields) = (written + more, fields + last);
        }
        self.ends.truncate(fields);
        if fields > MOST_COLUMNS {
            return Err(Reason::TooManyColumns);
        }
        let text = std::str::from_utf8(&self.unquoted[..written]).map_err(|_| Reason::InvalidUtf8)?;
        let split_inside = self.ends.iter().any(|&end| !text.is_char_boundary(end));
        if split_inside {
            Err(Reason::InvalidUtf8)
        } else {
            Ok(Row::of_fields(text, &self.ends, 0, Numbers::ByCulture))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Found = (u64, Result<Vec<String>, Reason>);

    fn rows(bytes: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        scan(&Records { bytes: bytes.to_vec(), first_line: 1 }, b',', |line, row| {
            let fields = row.map(|row| (0..row.width()).map(|at| row.field(at).to_owned()).collect());
            found.push((line, fields));
        });
        found
    }

    fn good(line: u64, fields: &[&str]) -> Found {
        (line, Ok(fields.iter().map(|&field| field.to_owned()).collect()))
    }

    #[test]
    fn records_are_split_and_keep_their_lines() {
        let text = "a,b\r\n\n,\n\"x\n\"\"y\"\"\",z\"z\nlast,é";
        let expected = [
            good(1, &["a", "b"]),
            good(3, &["", ""]),
            good(4, &["x\n\"y\"", "z\"z"]),
            good(6, &["last", "é"]),
        ];
        assert_eq!(rows(text.as_bytes()), expected);
    }

    #[test]
    fn broken_records_do_not_disturb_their_neighbours() {
        let wide = ",".repeat(MOST_COLUMNS);
        let cases: [(Vec<u8>, Reason); 6] = [
            (b"a\xFF".to_vec(), Reason::InvalidUtf8),
            (b"\"a\xFF\"".to_vec(), Reason::InvalidUtf8),
            (b"\xC3,\xA9".to_vec(), Reason::InvalidUtf8),
            (b"\"\xC3\",\xA9".to_vec(), Reason::InvalidUtf8),
            (b"a\0b".to_vec(), Reason::NulByte),
            (wide.clone().into_bytes(), Reason::TooManyColumns),
        ];
        for (record, reason) in cases {
            let file = [b"first\n", record.as_slice(), b"\nlast"].concat();
            assert_eq!(rows(&file), [good(1, &["first"]), (2, Err(reason)), good(3, &["last"])]);
        }
        assert_eq!(rows(format!("\"\"{wide}").as_bytes()), [(1, Err(Reason::TooManyColumns))]);
    }

    /// What `csv-core` makes of the whole text.
    fn reference(text: &str) -> Vec<Vec<String>> {
        let (mut reader, mut input, mut all) = (Reader::new(), text.as_bytes(), Vec::new());
        loop {
            let (mut bytes, mut ends) = (vec![0; text.len() + 1], vec![0; text.len() + 2]);
            let (mut result, read, mut written, mut fields) =
                reader.read_record(input, &mut bytes, &mut ends);
            input = &input[read..];
            while result == ReadRecordResult::InputEmpty {
                let (next, _, more, last) =
                    reader.read_record(&[], &mut bytes[written..], &mut ends[fields..]);
                (result, written, fields) = (next, written + more, fields + last);
            }
            if result == ReadRecordResult::End {
                return all;
            }
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let field =
                |(start, end): (usize, &usize)| String::from_utf8_lossy(&bytes[start..*end]).into_owned();
            all.push(starts.zip(&ends[..fields]).map(field).collect());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]
        #[test]
        fn agrees_with_csv_core(mut text in "[ab,\"\r\n]{0,40}") {
            let mut start = 0;
            while let End::At(end) = record_end(text.as_bytes(), start, b',') {
                start = end + 1;
            }
            if record_end(text.as_bytes(), start, b',') == End::Open {
                text.push('"');
            }
            let ours: Vec<_> = rows(text.as_bytes()).into_iter().map(|(_, row)| row.unwrap()).collect();
            prop_assert_eq!(ours, reference(&text));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            rows(&bytes);
        }
    }
}
