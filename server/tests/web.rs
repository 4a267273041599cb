//! A folder on a plain web server, which can neither list nor be written to.

#![expect(clippy::unwrap_used, reason = "a test whose server cannot be made should stop there")]

mod parts;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use cookshelf_server::contract::{Contract, ContractError, ReadOptions, read};
use cookshelf_server::progress::Progress;
use cookshelf_server::storage::{Credentials, Storage, StorageError};

type Files = BTreeMap<String, Vec<u8>>;

/// Serves files until the tests end; of `short` only a part of what it promises.
fn serve(files: Files, short: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/data", listener.local_addr().unwrap());
    let files = Arc::new(files);
    thread::spawn(move || {
        for client in listener.incoming() {
            let (client, files) = (client.unwrap(), files.clone());
            thread::spawn(move || answer(client, &files, short));
        }
    });
    address
}

/// One answer to one request, ranges included.
fn answer(mut client: TcpStream, files: &Files, short: &str) {
    let lines = BufReader::new(client.try_clone().unwrap()).lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let Some(mut words) = head.first().map(|line| line.split(' ')) else { return };
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = path.trim_start_matches("/data/").to_owned();
    let Some(bytes) = files.get(&path) else {
        let _ = client.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        return;
    };
    let asked = head
        .iter()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("range: bytes=").map(str::to_owned));
    let (status, part) = match asked.as_deref().and_then(|range| range.split_once('-')) {
        Some((from, to)) if path != short => {
            let from = from.parse::<usize>().unwrap();
            let to = to.parse::<usize>().map_or(bytes.len(), |to| bytes.len().min(to + 1));
            (
                format!("206 Partial Content\r\ncontent-range: bytes {from}-{}/{}", to - 1, bytes.len()),
                &bytes[from..to],
            )
        }
        Some(_) => ("416 Range Not Satisfiable".to_owned(), &bytes[..0]),
        None => ("200 OK".to_owned(), &bytes[..]),
    };
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", part.len());
    let body = match (method, path == short) {
        ("HEAD", _) => &part[..0],
        (_, true) => &part[..part.len() / 2],
        _ => part,
    };
    // The client may have gone.
    let _ = client.write_all(head.as_bytes()).and_then(|()| client.write_all(body));
}

fn read_web(address: &str) -> Result<Contract, ContractError> {
    let keys = Credentials::read("[http]\nallow_http = true", "keys.toml").unwrap();
    let storage = Storage::open(address, &keys)?;
    read(&storage, &ReadOptions::default(), Progress::Silent)
}

/// The mixed files, and a description that lists them.
fn folder() -> (Files, Vec<parts::Row>) {
    let (mixed, rows) = parts::mixed(1000);
    let location = |name: &str| format!("https://old.blob.core.windows.net/c/Reco_Interactions/{name}");
    let partitions: Vec<_> =
        mixed.iter().map(|(name, _)| serde_json::json!({"name": name, "location": location(name)})).collect();
    let entity = serde_json::json!({"name": "Reco_Interactions", "partitions": partitions});
    let model = serde_json::json!({"entities": [entity]}).to_string();
    let mut files: Files =
        mixed.into_iter().map(|(name, bytes)| (format!("Reco_Interactions/{name}"), bytes)).collect();
    files.insert("model.json".to_owned(), model.into_bytes());
    (files, rows)
}

#[test]
fn listed_files_are_read() {
    let (files, rows) = folder();
    let web = read_web(&serve(files, "")).unwrap();
    let disk = tempfile::tempdir().unwrap();
    parts::write(disk.path(), &[("all.csv", parts::csv(&rows))]);
    let whole =
        read(&Storage::disk(disk.path()).unwrap(), &ReadOptions::default(), Progress::Silent).unwrap();
    assert_eq!(web.interactions.len(), 6000);
    assert_eq!((web.interactions, web.catalogue), (whole.interactions, whole.catalogue));
}

#[test]
fn a_folder_that_lists_nothing_says_what_to_do() {
    let (files, _) = folder();
    let without = files.iter().filter(|(path, _)| *path != "model.json");
    let without: Files = without.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
    let mut unlisted = files.clone();
    unlisted.insert("model.json".to_owned(), br#"{"entities": [{"name": "Reco_Interactions"}]}"#.to_vec());
    for files in [without, unlisted] {
        let error = read_web(&serve(files, "")).unwrap_err();
        assert!(matches!(error, ContractError::Storage(StorageError::CannotList { .. })), "{error}");
        assert!(error.to_string().contains("partitions"), "{error}");
    }
    let mut missing = files;
    missing.remove("Reco_Interactions/3.csv.zst");
    let error = read_web(&serve(missing, "")).unwrap_err();
    assert!(matches!(error, ContractError::MissingPartition { .. }), "{error}");
}

#[test]
fn an_answer_that_breaks_off_stops_the_reading() {
    let (mut files, _) = folder();
    let long = parts::csv(&parts::rows(0, 60_000));
    files.insert("Reco_Interactions/1.csv".to_owned(), long);
    let error = read_web(&serve(files, "Reco_Interactions/1.csv")).unwrap_err();
    assert!(matches!(error, ContractError::Unreadable { .. }), "{error}");
    assert!(error.to_string().contains("/data/Reco_Interactions/1.csv"), "{error}");
}
