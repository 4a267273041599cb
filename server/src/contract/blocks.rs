//! A file of any size as blocks of whole records.
//!
//! Reads ahead by a fixed amount and cuts after the last complete record, so that blocks can be
//! parsed side by side and memory stays bounded whatever the file holds. It knows where records
//! end, not what is in them. Where a file is cut depends only on its bytes. When reading breaks off,
//! the whole records before the break are handed out, and then the error.
//!
//! A record that never ends, or not within [`LONGEST_RECORD`], costs its first line only: reading
//! goes on after that line, so one stray quote does not swallow the rest of the file. Each further
//! one close behind costs twice as many lines, so that a file of nothing else is soon through.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memchr2_iter, memchr3};

use super::tally::Reason;

/// Longer records are counted as malformed.
pub(super) const LONGEST_RECORD: usize = 1 << 20;
/// How much is looked at together: enough to tell that a record is too long.
const BLOCK: usize = LONGEST_RECORD + 1;
const MARK_UTF8: &[u8] = b"\xEF\xBB\xBF";

/// A run of whole records, or the lines of one that is broken.
#[derive(Debug)]
pub(super) enum Block {
    Records(Records),
    Broken { line: u64, lines: u64, reason: Reason },
}

/// Whole records, the last one perhaps without its line end.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) bytes: Vec<u8>,
    /// Line of the first byte, from 1.
    pub(super) first_line: u64,
}

/// Where a quote may keep a line end from ending a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// At the start of a field; fields lie between this byte.
    Delimited(u8),
    /// Every line is a record.
    Nowhere,
}

/// Cuts one source into blocks.
#[derive(Debug)]
pub(super) struct Blocks<R> {
    source: R,
    quotes: Quotes,
    /// Read but not handed out yet; starts at a record.
    waiting: Vec<u8>,
    line: u64,
    ended: bool,
    /// Why reading broke off; nothing is read any more.
    failed: Option<io::Error>,
    /// Lines that the next broken record costs.
    cost: u64,
    /// Bytes of whole records since the last broken one.
    sound: usize,
}

impl<R: Read> Blocks<R> {
    /// Starts reading; a UTF-8 byte-order mark is passed over.
    pub(super) fn new(source: R, quotes: Quotes) -> Self {
        let (waiting, failed) = (Vec::new(), None);
        let mut blocks = Blocks { source, quotes, waiting, line: 1, ended: false, failed, cost: 1, sound: 0 };
        blocks.fill();
        if blocks.waiting.starts_with(MARK_UTF8) {
            blocks.waiting.drain(..MARK_UTF8.len());
        }
        blocks
    }

    /// The next block, or `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Block>> {
        self.fill();
        let mut cut = last_cut(&self.waiting, self.quotes);
        // What follows the last record is a record too, but not when its end was never read.
        if self.ended && self.failed.is_none() && !cut.open {
            cut.after = self.waiting.len();
        }
        if cut.after > 0 {
            return Ok(Some(Block::Records(self.take(cut.after))));
        }
        match self.failed.take() {
            Some(error) => {
                self.waiting.clear();
                Err(error)
            }
            None if self.waiting.is_empty() => Ok(None),
            None => Ok(Some(self.broken())),
        }
    }

    /// Reads until a block waits or the source ends.
    fn fill(&mut self) {
        let missing = BLOCK.saturating_sub(self.waiting.len());
        if missing > 0 && !self.ended {
            self.waiting.reserve_exact(missing);
            let read = self.source.by_ref().take(missing as u64).read_to_end(&mut self.waiting);
            self.ended = read.as_ref().map_or(true, |read| *read < missing);
            self.failed = read.err();
        }
    }

    /// Hands out the first `after` bytes.
    fn take(&mut self, after: usize) -> Records {
        let rest = self.waiting.split_off(after);
        let bytes = std::mem::replace(&mut self.waiting, rest);
        let first_line = self.line;
        self.line += memchr_iter(b'\n', &bytes).count() as u64;
        self.sound = self.sound.saturating_add(bytes.len());
        Records { bytes, first_line }
    }

    /// Passes over the first lines of a record that does not end.
    fn broken(&mut self) -> Block {
        let line = self.line;
        let reason = if self.ended { Reason::UnclosedQuote } else { Reason::RecordTooLong };
        if std::mem::take(&mut self.sound) > LONGEST_RECORD {
            self.cost = 1;
        }
        loop {
            let mut ends =
                memchr_iter(b'\n', &self.waiting).take(usize::try_from(self.cost).unwrap_or(usize::MAX));
            if let Some(first) = ends.next() {
                let (last, more) = ends.fold((first, 0), |(_, count), end| (end, count + 1));
                self.waiting.drain(..=last);
                self.cost = self.cost.saturating_mul(2);
                self.line += 1 + more;
                return Block::Broken { line, lines: 1 + more, reason };
            }
            self.waiting.clear();
            self.fill();
            if self.waiting.is_empty() {
                return Block::Broken { line, lines: 1, reason };
            }
        }
    }
}

/// Where the last complete record of some bytes ends.
#[derive(Debug, Clone, Copy)]
struct Cut {
    /// First byte after it; 0 when no record is complete.
    after: usize,
    /// What follows is inside quotes.
    open: bool,
}

fn last_cut(bytes: &[u8], quotes: Quotes) -> Cut {
    let delimiter = match quotes {
        Quotes::Delimited(delimiter) if memchr(b'"', bytes).is_some() => delimiter,
        _ => {
            let after = memchr2_iter(b'\n', b'\r', bytes).next_back().map_or(0, |end| end + 1);
            return Cut { after, open: false };
        }
    };
    let mut after = 0;
    loop {
        match record_end(bytes, after, delimiter) {
            End::At(end) => after = end + 1,
            End::Open => return Cut { after, open: true },
            End::Missing => return Cut { after, open: false },
        }
    }
}

/// How a record ends within some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The place of its line end.
    At(usize),
    /// No line end, outside quotes.
    Missing,
    /// Still inside quotes.
    Open,
}

/// The end of the record that starts at `start`. A quote opens only at the start of a field.
pub(super) fn record_end(bytes: &[u8], start: usize, delimiter: u8) -> End {
    let mut at = start;
    while let Some(found) = memchr3(b'\n', b'\r', b'"', &bytes[at..]) {
        let found = at + found;
        if bytes[found] != b'"' {
            return End::At(found);
        }
        at = found + 1;
        if found == start || bytes[found - 1] == delimiter {
            match closing_quote(bytes, at) {
                Some(close) => at = close + 1,
                None => return End::Open,
            }
        }
    }
    End::Missing
}

/// The quote that ends a quoted field whose text starts at `start`; a doubled quote is text.
fn closing_quote(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        let quote = at + memchr(b'"', &bytes[at..])?;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        at = quote + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(bytes: &[u8]) -> Vec<Block> {
        let mut blocks = Blocks::new(bytes, Quotes::Delimited(b','));
        std::iter::from_fn(|| blocks.next().expect("memory can be read")).collect()
    }

    #[test]
    fn a_record_ends_at_a_line_end_outside_quotes() {
        let cases: [(&str, End); 9] = [
            ("a,b\nc", End::At(3)),
            ("a,b\r\nc", End::At(3)),
            ("\"a\nb\",c\n", End::At(7)),
            ("\"a\"\"\n\",c\n", End::At(8)),
            ("a\"b\nc\"\n", End::At(3)),
            ("\"a\"b\"\nc", End::At(5)),
            ("a,\"b", End::Open),
            ("a,b", End::Missing),
            ("", End::Missing),
        ];
        for (text, end) in cases {
            assert_eq!(record_end(text.as_bytes(), 0, b','), end, "{text:?}");
        }
    }

    #[test]
    fn blocks_put_together_are_the_file() {
        let file: Vec<u8> = (0..200_000).flat_map(|n| format!("{n},\"x\ny\",{n}\r\n").into_bytes()).collect();
        let (mut whole, mut line, mut count) = (Vec::new(), 1, 0);
        for block in blocks(&file) {
            let Block::Records(records) = block else { panic!("no record is broken") };
            assert_eq!(records.first_line, line);
            assert!(records.bytes.ends_with(b"\n") || records.bytes.ends_with(b"\r"));
            line += memchr_iter(b'\n', &records.bytes).count() as u64;
            whole.extend(records.bytes);
            count += 1;
        }
        assert!(whole == file && count > 3, "{count} blocks");
    }

    /// Blocks in short: the text of records, or the lines and reason of a broken one.
    fn short(file: &[u8]) -> Vec<String> {
        let short = |block: &Block| match block {
            Block::Records(records) => {
                format!("{}: {:?}", records.first_line, String::from_utf8_lossy(&records.bytes))
            }
            Block::Broken { line, lines, reason } => format!("{line}: {lines} {reason:?}"),
        };
        blocks(file).iter().map(short).collect()
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        let found = short(b"\xEF\xBB\xBFa\n\"b\nc\nd");
        assert_eq!(found, ["1: \"a\\n\"", "2: 1 UnclosedQuote", "3: \"c\\nd\""]);
        assert!(short(b"").is_empty());
    }

    /// Gives its bytes and then fails.
    struct Breaking<'b>(&'b [u8]);

    impl Read for Breaking<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("broke off")),
                read => Ok(read),
            }
        }
    }

    #[test]
    fn records_before_a_break_are_handed_out() {
        let long = "x,y\n".repeat(LONGEST_RECORD / 3);
        let cases = [
            ("a\nb\nhalf a rec", 4),
            ("a\n\"b\nstill quo", 2),
            ("half", 0),
            ("", 0),
            ("a\n", 2),
            (&long, long.len()),
        ];
        for (text, whole) in cases {
            let mut blocks = Blocks::new(Breaking(text.as_bytes()), Quotes::Delimited(b','));
            let (mut length, mut failures) = (0, 0);
            loop {
                match blocks.next() {
                    Ok(Some(Block::Records(records))) => length += records.bytes.len(),
                    Ok(Some(broken)) => panic!("{broken:?}"),
                    Ok(None) => break,
                    Err(_) => failures += 1,
                }
            }
            assert_eq!((length, failures), (whole, 1), "{:?}", text.get(..20));
        }
    }

    #[test]
    fn an_endless_record_costs_its_first_line() {
        let endless = "x".repeat(3 * LONGEST_RECORD);
        for start in ["", "\"", "\"\"", "a,\"b\""] {
            let found = short(format!("{start}{endless}\na\n").as_bytes());
            assert_eq!(found, ["1: 1 RecordTooLong", "2: \"a\\n\""]);
        }
        assert_eq!(short(endless.as_bytes()), ["1: 1 RecordTooLong"]);
        let longest = "x".repeat(LONGEST_RECORD);
        assert_eq!(blocks(longest.as_bytes()).len(), 1);
    }

    /// Each line opens a quote whether it starts inside one or not.
    #[test]
    fn a_file_of_open_quotes_is_soon_through() {
        let file = "x,\"y\"z,\"\nx\n".repeat(200_000);
        let lines: Vec<u64> = blocks(file.as_bytes())
            .iter()
            .map(|block| match block {
                Block::Records(records) => memchr_iter(b'\n', &records.bytes).count() as u64,
                Block::Broken { lines, .. } => *lines,
            })
            .collect();
        assert_eq!(lines.iter().sum::<u64>(), 400_000);
        assert!(lines.len() < 100, "{} blocks", lines.len());
    }
}
