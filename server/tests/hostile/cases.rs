//! The cases: how each folder is written, and words that must be said about it.

use std::{
    fs::{self, File},
    path::Path,
};

use super::packed::{greedy_zstandard, gzip, repeated, zstandard};

/// One folder with something bad in it.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) write: Box<dyn Fn(&Path)>,
    /// All of them must be said: file, place, remedy.
    pub(crate) says: &'static [&'static str],
}

const GOOD: &str = "g,1,,u,,2026-01-01T00:00:00Z\n";

fn put(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A folder with good interactions and one more file.
fn beside(
    name: &'static str,
    path: &'static str,
    bytes: impl Fn() -> Vec<u8> + 'static,
    says: &'static [&'static str],
) -> Case {
    let write = move |root: &Path| {
        put(root, "Reco_Interactions/1.csv", GOOD.as_bytes());
        put(root, path, &bytes());
    };
    Case { name, write: Box::new(write), says }
}

/// A bad file of interactions.
fn rows(name: &'static str, bytes: impl Fn() -> Vec<u8> + 'static, says: &'static [&'static str]) -> Case {
    beside(name, "Reco_Interactions/2.csv", bytes, says)
}

fn model(name: &'static str, text: impl Fn() -> String + 'static, says: &'static [&'static str]) -> Case {
    beside(name, "model.json", move || text().into_bytes(), says)
}

pub(crate) fn all() -> Vec<Case> {
    [text(), values(), packed(), parquet(), descriptions(), lines(), other_entities(), folders()]
        .into_iter()
        .flatten()
        .collect()
}

fn text() -> Vec<Case> {
    vec![
        rows("nul bytes", || b"g,1\0,,u\ng,2,,u\n".to_vec(), &["2.csv:1", "NUL", "save the file as UTF-8"]),
        rows("latin one", || b"g,caf\xE9,,u\n".to_vec(), &["2.csv:1", "UTF-8"]),
        rows(
            "utf sixteen",
            || "\u{feff}g,1,,u\n".encode_utf16().flat_map(u16::to_le_bytes).collect(),
            &["2.csv:1", "save the file as UTF-8"],
        ),
        rows(
            "a million columns",
            || [",".repeat(1_000_000).into_bytes(), b"\n".to_vec()].concat(),
            &["2.csv:1", "columns"],
        ),
        rows("one long line", || vec![b'x'; 40 << 20], &["2.csv:1", "longer than 1 MiB"]),
        rows(
            "an open quote",
            || [b"\"g,1,,u\n".to_vec(), GOOD.repeat(50_000).into_bytes()].concat(),
            &["2.csv:1", "quote"],
        ),
        rows("quotes only", || vec![b'"'; 8 << 20], &["2.csv:1"]),
        rows("quotes and line ends", || b"\"\n".repeat(2 << 20), &["2.csv"]),
        rows("line ends only", || vec![b'\n'; 32 << 20], &["1 rows, 0 dropped"]),
        rows("carriage returns", || GOOD.replace('\n', "\r").repeat(3).into_bytes(), &["4 rows, 0 dropped"]),
        rows(
            "commas only",
            || b",,,,,,,,,,,,,,,,,,\n".repeat(100_000),
            &["2.csv:1", "a mandatory value is empty"],
        ),
        Case {
            name: "two gigabytes in one line",
            write: Box::new(|root| {
                put(root, "Reco_Interactions/1.csv", GOOD.as_bytes());
                // A file with a hole: it reads as two gigabytes of zeros.
                File::create(root.join("Reco_Interactions/2.csv")).unwrap().set_len(2 << 30).unwrap();
            }),
            says: &["2.csv:1", "longer than 1 MiB"],
        },
    ]
}

fn values() -> Vec<Case> {
    let strength = |value: &'static str| move || format!("g,1,,u,,,,,,,{value},True\n").into_bytes();
    vec![
        rows("a control character in an id", || b"g,a\x07b,,u\n".to_vec(), &["2.csv:1", "control character"]),
        rows(
            "an endless id",
            || format!("g,{},,u\n", "9".repeat(900_000)).into_bytes(),
            &["2.csv:1", "16 characters"],
        ),
        rows("an infinite strength", strength("1e999"), &["2.csv:1", "Strength"]),
        rows("no number", strength("NaN"), &["2.csv:1", "Strength"]),
        rows("a negative strength", strength("-1"), &["2.csv:1", "Strength"]),
        rows("no date", || b"g,1,,u,,9999-99-99T99:99:99Z\n".to_vec(), &["2.csv:1", "TimeStamp"]),
        rows("an odd zone", || b"g,1,,u,,2026-01-01T00:00:00+99:99\n".to_vec(), &["2.csv:1", "TimeStamp"]),
        rows("another type", || b"g,1,,u,Purchase\n".to_vec(), &["2.csv:1", "InteractionType"]),
    ]
}

fn packed() -> Vec<Case> {
    let gz = "Reco_Interactions/2.csv.gz";
    let zst = "Reco_Interactions/2.csv.zst";
    let cut = |mut bytes: Vec<u8>| {
        bytes.truncate(bytes.len() / 2);
        bytes
    };
    let flipped = |mut bytes: Vec<u8>| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0xFF;
        bytes
    };
    vec![
        beside(
            "a gzip bomb",
            gz,
            || gzip(repeated(b'x', 600 << 20)),
            &["2.csv.gz", "200 times", "unpack it"],
        ),
        beside("a zstandard bomb", zst, || zstandard(repeated(b'x', 2 << 30)), &["2.csv.zst", "200 times"]),
        beside(
            "half a gzip",
            gz,
            move || cut(gzip(GOOD.repeat(9_999).as_bytes())),
            &["2.csv.gz", "read to its end"],
        ),
        beside(
            "half a zstandard",
            zst,
            move || cut(zstandard(GOOD.repeat(9_999).as_bytes())),
            &["2.csv.zst", "read to its end"],
        ),
        beside("a flipped byte", gz, move || flipped(gzip(GOOD.repeat(9_999).as_bytes())), &["2.csv.gz"]),
        beside("no gzip at all", gz, || b"g,1,,u\n".to_vec(), &["2.csv.gz", "read to its end"]),
        beside("no zstandard at all", zst, || b"g,1,,u\n".to_vec(), &["2.csv.zst", "read to its end"]),
        beside("a greedy window", zst, greedy_zstandard, &["2.csv.zst", "read to its end"]),
    ]
}

fn parquet() -> Vec<Case> {
    let file = |name, bytes: fn() -> Vec<u8>, says| beside(name, "Reco_Interactions/2.parquet", bytes, says);
    vec![
        file("no parquet at all", || b"g,1,,u\n".to_vec(), &["2.parquet", "read to its end"]),
        file("an empty parquet", Vec::new, &["2.parquet", "read to its end"]),
        file("a parquet of marks", || b"PAR1PAR1".repeat(4), &["2.parquet", "read to its end"]),
        file(
            "a footer that lies",
            || {
                [b"PAR1".to_vec(), vec![0x15; 4096], u32::MAX.to_le_bytes().to_vec(), b"PAR1".to_vec()]
                    .concat()
            },
            &["2.parquet", "read to its end"],
        ),
    ]
}

fn descriptions() -> Vec<Case> {
    let entity = |inside: &str| format!("{{\"entities\": [{{\"name\": \"Reco_Interactions\", {inside}}}]}}");
    vec![
        model(
            "a broken description",
            || "{\"entities\": [}".to_owned(),
            &["model.json:1:15", "correct model.json"],
        ),
        model("deep nesting", || format!("{{\"annotations\": {}", "[".repeat(1 << 20)), &["model.json:1"]),
        model("a huge description", || " ".repeat(20 << 20), &["model.json", "larger than"]),
        model("entities that are none", || "{\"entities\": {\"a\": 1}}".to_owned(), &["model.json:1:"]),
        model(
            "a partition outside",
            move || entity("\"partitions\": [{\"location\": \"https://x/../../../etc/passwd\"}]"),
            &["Reco_Interactions", "is not in the folder"],
        ),
        model(
            "a partition of the system",
            move || entity("\"partitions\": [{\"location\": \"file:///etc/passwd\"}]"),
            &["Reco_Interactions", "is not in the folder"],
        ),
        model(
            "a missing column",
            move || entity("\"attributes\": [{\"name\": \"ItemId\"}]"),
            &["model.json", "InteractionGroupingId", "add it"],
        ),
        model(
            "too many columns",
            move || {
                let column = |at: usize| format!("{{\"name\": \"c{at}\"}},");
                let columns: String = (0..100_000).map(column).collect();
                entity(&format!("\"attributes\": [{columns}{{\"name\": \"ItemId\"}}]"))
            },
            &["model.json", "InteractionGroupingId"],
        ),
    ]
}

fn lines() -> Vec<Case> {
    let json = |name, text: fn() -> Vec<u8>, says| beside(name, "Reco_Interactions/2.jsonl", text, says);
    vec![
        json(
            "deep json",
            || format!("{{\"x\": {}\n", "[".repeat(900_000)).into_bytes(),
            &["2.jsonl:1", "JSON"],
        ),
        json("a list of json", || b"[{\"ItemId\": 1}]\n".to_vec(), &["2.jsonl:1", "one object on each line"]),
        json("a lone surrogate", || b"{\"ItemId\": \"\\ud800\"}\n".to_vec(), &["2.jsonl:1", "JSON"]),
        json("a nested id", || b"{\"ItemId\": {\"a\": 1}}\n".to_vec(), &["2.jsonl:1", "object or a list"]),
        json(
            "an endless object",
            || [b"{\"".to_vec(), vec![b'x'; 40 << 20]].concat(),
            &["2.jsonl:1", "longer than 1 MiB"],
        ),
        beside(
            "a bomb of json",
            "Reco_Interactions/2.jsonl.gz",
            || gzip(repeated(b'[', 600 << 20)),
            &["2.jsonl.gz", "200 times"],
        ),
    ]
}

fn other_entities() -> Vec<Case> {
    vec![
        beside(
            "a year without end",
            "Reco_Config/1.csv",
            || b"TrendingListMaxAgeDays,99999999999999\n".to_vec(),
            &["Reco_Config/1.csv:1", "Value"],
        ),
        beside(
            "days below zero",
            "Reco_Config/1.csv",
            || b"TrendingListMaxAgeDays,-1\n".to_vec(),
            &["Reco_Config/1.csv:1", "Value"],
        ),
        beside(
            "a hundred thousand filters",
            "Reco_ItemAndVariantFilters/1.csv",
            || (0..100_000).map(|at| format!("1,,filter {at},x\n")).collect::<String>().into_bytes(),
            &["Reco_ItemAndVariantFilters/1.csv:257", "256", "FilterValue"],
        ),
        beside(
            "a script for a picture",
            "Reco_ItemAndVariantImages/1.csv",
            || b"1,,javascript:alert(1)\n".to_vec(),
            &["Reco_ItemAndVariantImages/1.csv:1", "ImageFullUrl"],
        ),
        beside(
            "settings of another program",
            "cookshelf.toml",
            || b"[serve]\nport = 1\n".to_vec(),
            &["cookshelf.toml:1", "serve"],
        ),
        beside("endless settings", "cookshelf.toml", || vec![b'#'; 2 << 20], &["cookshelf.toml", "larger"]),
        beside(
            "settings that are no text",
            "cookshelf.toml",
            || vec![0xFF; 64],
            &["cookshelf.toml", "UTF-8"],
        ),
    ]
}

fn folders() -> Vec<Case> {
    vec![
        Case {
            name: "an empty folder",
            write: Box::new(|_| ()),
            says: &["nothing to read", "give the folder"],
        },
        Case {
            name: "a folder in the place of a file",
            write: Box::new(|root| {
                put(root, "Reco_Interactions/1.csv", GOOD.as_bytes());
                fs::create_dir_all(root.join("Reco_Interactions/2.csv")).unwrap();
                fs::create_dir_all(root.join("Reco_Config.csv")).unwrap();
            }),
            says: &["1 rows, 0 dropped"],
        },
        Case {
            name: "a pipe in the place of a file",
            write: Box::new(|root| {
                put(root, "Reco_Interactions/1.csv", GOOD.as_bytes());
                let made =
                    std::process::Command::new("mkfifo").arg(root.join("Reco_Interactions/2.csv")).status();
                assert!(made.unwrap().success());
            }),
            says: &["1 rows, 0 dropped"],
        },
    ]
}
