//! Folders in object stores against emulators of them, which `cargo xtask test --only stores` starts.
//!
//! Without the emulators every test fails and says so.

#![expect(clippy::unwrap_used, reason = "a test whose store cannot be filled should stop there")]

mod parts;
mod six_commands;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cookshelf_server::contract::{ContractError, ReadOptions, read};
use cookshelf_server::cook::{CookError, CookParams, CookReport, cook};
use cookshelf_server::demo::{ShopParams, write_shop};
use cookshelf_server::progress::Progress;
use cookshelf_server::storage::{Credentials, Storage, StorageError};
use tempfile::TempDir;

fn given(variable: &str) -> String {
    std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set; run this by `cargo xtask test --only stores`"))
}

fn key() -> String {
    given("COOKSHELF_TEST_STORE_KEY")
}

fn azure(endpoint: &str, key: &str) -> Credentials {
    let name = given("COOKSHELF_TEST_STORE_NAME");
    let text = format!(
        "[azure]\naccount_name = \"{name}\"\naccount_key = \"{key}\"\nendpoint = \"{endpoint}/{name}\"\nallow_http = true"
    );
    Credentials::read(&text, "azure.toml").unwrap()
}

fn s3_text(endpoint: &str) -> String {
    let keys = "access_key_id = \"a\"\nsecret_access_key = \"b\"\nregion = \"us-east-1\"\nallow_http = true";
    format!("[s3]\n{keys}\nendpoint = \"{endpoint}\"")
}

fn s3(endpoint: &str) -> Credentials {
    Credentials::read(&s3_text(endpoint), "s3.toml").unwrap()
}

/// A folder of each emulator, with the keys to it.
fn places(folder: &str) -> [(String, Credentials); 2] {
    let name = given("COOKSHELF_TEST_STORE_NAME");
    [
        (format!("az://{name}/{folder}"), azure(&given("COOKSHELF_TEST_AZURE"), &key())),
        (format!("s3://{name}/{folder}"), s3(&given("COOKSHELF_TEST_S3"))),
    ]
}

/// Copies a folder of this machine into a store.
fn upload(root: &Path, storage: &Storage) {
    let disk = Storage::disk(root).unwrap();
    let top = disk.top().unwrap();
    let below = top.folders.iter().flat_map(|folder| disk.below(folder).unwrap());
    for entry in top.files.iter().cloned().chain(below) {
        storage.write(&entry.path, &fs::read(root.join(&entry.path)).unwrap()).unwrap();
    }
}

fn cook_from(root: &str, credentials: &Credentials, out: &Path) -> Result<CookReport, CookError> {
    let storage = Storage::open(root, credentials).map_err(ContractError::from)?;
    cook(&storage, out, &CookParams::new(1_763_700_000), Progress::Silent)
}

/// Every file of a cooked model.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut left) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(path) = left.pop() {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// A shop as the contract has it, with every form of file and odd names.
fn roots() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_shop(folder.path(), &ShopParams { items: 200, shoppers: 600, seed: 5 }, Progress::Silent).unwrap();
    let (files, _) = parts::mixed(3000);
    let mixed = folder.path().join("mixed");
    parts::write(&mixed, &files);
    let odd = parts::csv(&parts::rows(0, 50));
    parts::write(&mixed, &[("part 7 (ü) 100%25+&=.csv", odd.clone()), ("_temporary.csv", odd)]);
    folder
}

#[test]
fn the_same_folder_gives_the_same_model_from_every_store() {
    let folder = roots();
    for root in ["root", "mixed"] {
        let (disk, out) = (folder.path().join(root), folder.path().join(format!("{root}-disk")));
        let report = cook_from(disk.to_str().unwrap(), &Credentials::default(), &out).unwrap();
        let expected = files(&out);
        assert!(
            expected.contains_key(Path::new("model.shelf")) && expected.len() > 4,
            "{:?}",
            expected.keys()
        );
        for (number, (place, keys)) in places(&format!("same/{root}")).into_iter().enumerate() {
            upload(&disk, &Storage::open(&place, &keys).unwrap());
            let out = folder.path().join(format!("{root}-{number}"));
            let remote = cook_from(&place, &keys, &out).unwrap();
            assert!(files(&out) == expected, "{place} gives another model");
            let contract = |report: &CookReport| serde_json::to_value(&report.contract).unwrap();
            assert_eq!(contract(&remote), contract(&report), "{place}");
        }
    }
}

#[test]
fn a_wrong_key_is_refused_and_never_shown() {
    let wrong = "d3Jvbmcga2V5IG9mIHRoZSB0ZXN0cw==";
    let keys = azure(&given("COOKSHELF_TEST_AZURE"), wrong);
    let place = format!("az://{}/same/root", given("COOKSHELF_TEST_STORE_NAME"));
    let out = tempfile::tempdir().unwrap();
    let error = cook_from(&place, &keys, out.path()).unwrap_err();
    let text = format!("{error} {error:?} {keys:?}");
    assert!(text.contains(&place) && text.contains("credentials"), "{text}");
    assert!(!text.contains(wrong), "{text}");
    assert!(files(out.path()).is_empty());
}

#[test]
fn what_is_missing_is_named() {
    let name = given("COOKSHELF_TEST_STORE_NAME");
    for (place, keys) in places("x") {
        let missing = place.replace(&format!("://{name}/"), "://no-such-container/");
        let error = Storage::open(&missing, &keys).unwrap().top().unwrap_err().to_string();
        assert!(error.contains(&missing) && error.contains("no such"), "{error}");
        let storage = Storage::open(&place, &keys).unwrap();
        assert!(storage.find("no/such/file.csv").unwrap().is_none());
        let error = storage.read("no/such/file.csv").map(drop).unwrap_err().to_string();
        assert!(error.contains(&format!("{place}/no/such/file.csv")), "{error}");
        let empty = read(&storage, &ReadOptions::default(), Progress::Silent).unwrap_err();
        assert!(matches!(empty, ContractError::NothingToRead { .. }), "{empty}");
    }
}

#[test]
fn files_are_written_whole_and_replaced() {
    for (place, keys) in places("logs") {
        let storage = Storage::open(&place, &keys).unwrap();
        for text in ["first", "second and longer", ""] {
            storage.write("cook 1/report.json", text.as_bytes()).unwrap();
            assert_eq!(storage.read_small("cook 1/report.json", 100).unwrap().unwrap(), text.as_bytes());
        }
        assert_eq!(storage.top().unwrap().folders, ["cook 1"]);
        assert_eq!(storage.below("cook 1").unwrap()[0].path, "cook 1/report.json");
    }
}

#[test]
fn a_large_file_is_written_in_parts_and_read_whole() {
    let bytes: Vec<u8> = (0..20_000_003_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (place, keys) in places("large") {
        let storage = Storage::open(&place, &keys).unwrap();
        storage.write("a/large", &bytes).unwrap();
        assert_eq!(storage.find("a/large").unwrap().unwrap().bytes, bytes.len() as u64, "{place}");
        let mut read = Vec::new();
        storage.read("a/large").unwrap().read_to_end(&mut read).unwrap();
        assert!(read == bytes, "{place}");
    }
}

#[test]
fn the_six_commands_of_the_readme_do_the_same_on_postgres_and_s3_by_two_settings() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("s3.toml");
    fs::write(&keys, s3_text(&given("COOKSHELF_TEST_S3"))).unwrap();
    let place = format!("s3://{}/served", given("COOKSHELF_TEST_STORE_NAME"));
    let settings = [
        ("COOKSHELF_SERVER_DATABASE", given("COOKSHELF_TEST_POSTGRES")),
        ("COOKSHELF_SERVER_ARTIFACTS", place.clone()),
        // The keys to that place.
        ("COOKSHELF_SERVER_CREDENTIALS", keys.display().to_string()),
    ];
    six_commands::run(folder.path(), &settings);
    let data = folder.path().join("data");
    assert!(!data.join("cookshelf.db").exists() && !data.join("artifacts").exists(), "all lies elsewhere");
    let storage = Storage::open(&place, &s3(&given("COOKSHELF_TEST_S3"))).unwrap();
    assert!(storage.find("manifests/demo/web.json").unwrap().is_some());
}

/// Passes connections on until so many bytes came back, then serves nobody any more.
fn dying(server: &str, after: usize) -> String {
    let server = server.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let left = Arc::new(AtomicUsize::new(after));
    thread::spawn(move || {
        for client in listener.incoming() {
            let (client, left) = (client.unwrap(), left.clone());
            let server = TcpStream::connect(&server).unwrap();
            let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || std::io::copy(&mut from, &mut to));
            thread::spawn(move || pass_back(&server, &client, &left));
        }
    });
    address
}

fn pass_back(mut server: &TcpStream, mut client: &TcpStream, left: &AtomicUsize) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(read @ 1..) = server.read(&mut buffer) {
        let before =
            left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| Some(left.saturating_sub(read)));
        if before.is_ok_and(|before| before < read) || client.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    // Either side may be gone already.
    let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
}

#[test]
fn a_store_that_dies_stops_the_cook() {
    let folder = tempfile::tempdir().unwrap();
    let rows = parts::csv(&parts::rows(0, 300_000));
    let packed = parts::zstd(&rows.repeat(8));
    parts::write(folder.path(), &[("1.csv", rows), ("2.csv.zst", packed)]);
    let name = given("COOKSHELF_TEST_STORE_NAME");
    for (place, keys) in places("dying") {
        upload(folder.path(), &Storage::open(&place, &keys).unwrap());
    }
    let dead = [
        (format!("az://{name}/dying"), azure(&dying(&given("COOKSHELF_TEST_AZURE"), 9 << 20), &key())),
        (format!("s3://{name}/dying"), s3(&dying(&given("COOKSHELF_TEST_S3"), 9 << 20))),
    ];
    for (place, keys) in dead {
        let started = Instant::now();
        let error = cook_from(&place, &keys, &folder.path().join("out")).unwrap_err();
        let CookError::Contract(contract) = &error else { panic!("{error}") };
        let stopped = match contract {
            ContractError::Unreadable { .. } => true,
            ContractError::Storage(error) => matches!(error, StorageError::Unreadable { .. }),
            _ => false,
        };
        assert!(
            stopped && error.to_string().contains(&format!("{place}/Reco_Interactions/1.csv")),
            "{error}"
        );
        assert!(!error.to_string().contains(&key()), "{error}");
        assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
        assert!(!folder.path().join("out").exists());
    }
}
