//! Nobody is named: planted shopper ids, raw or hashed in the usual ways, occur nowhere in what a
//! cook writes or prints.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{fs, path::Path, process::Command};

use base64::{Engine, prelude::BASE64_STANDARD};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Ids as shops have them: mail addresses, numbers, GUIDs, words.
fn planted() -> Vec<String> {
    let mut ids = Vec::new();
    for at in 0..40 {
        ids.push(format!("anna.{at}@planted.example"));
        ids.push(format!("+4917{at:08}55"));
        ids.push(format!("7f3c{at:04}-1b2c-4d5e-8f90-a1b2c3d4e5f6"));
        ids.push(format!("planted shopper {at}"));
    }
    ids
}

/// The id and what one would look for who knows it.
fn traces(id: &str) -> Vec<Vec<u8>> {
    let digests = [
        Md5::digest(id.as_bytes()).to_vec(),
        Sha1::digest(id.as_bytes()).to_vec(),
        Sha256::digest(id.as_bytes()).to_vec(),
    ];
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut traces = vec![id.as_bytes().to_vec(), BASE64_STANDARD.encode(id).into_bytes()];
    for digest in digests {
        traces.extend([hex(&digest).into_bytes(), hex(&digest).to_uppercase().into_bytes()]);
        traces.extend([BASE64_STANDARD.encode(&digest).into_bytes(), digest]);
    }
    traces
}

/// Rows that carry the ids where they belong, and where they do not.
fn write_folder(root: &Path, ids: &[String]) {
    let mut rows = String::new();
    for (at, id) in ids.iter().enumerate() {
        for item in 0..6 {
            rows += &format!("{id},{},,{id},,2026-01-0{}T00:00:00Z\n", (at + item) % 12, 1 + item);
            rows += &format!("basket {at},{},,{id}\n", (at * 7 + item) % 12);
        }
        // Slipped into the columns of type, time, strength and truth; into an unclosed quote; behind the last column.
        rows += &format!("g,1,,u,{id}\ng,1,,u,,{id}\ng,1,,u,,,,,,,{id}\ng,1,,u,,,,,,,1,{id}\n");
        rows += &format!("g,1,,u,,,,{id}\ng,1,,u,,,,,,,1,True,{id}\ng,1,,{id}\u{1}\n");
        rows += &format!("g,1,,{}\n", id.repeat(20));
    }
    let put = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put("Reco_Interactions/1.csv", &rows);
    put("Reco_Interactions/2.csv", &format!("g,1,,\"{}\n", ids[0]));
    put("Reco_OptOutUsers/1.csv", &format!("{},2026-01-01\n{},never\n\"{}", ids[1], ids[2], ids[3]));
    put("Reco_Config/1.csv", "PersonalizationEnabled,True\n");
}

#[test]
fn no_shopper_is_named_in_what_a_cook_writes_or_prints() {
    let (root, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ids = planted();
    write_folder(root.path(), &ids);
    let mut written = Vec::new();
    for (command, more) in [("cook", vec!["-o", out.path().to_str().unwrap()]), ("check", vec!["--json"])] {
        let ended = Command::new(env!("CARGO_BIN_EXE_cookshelf"))
            .args([command, root.path().to_str().unwrap(), "--privacy-floor=1"])
            .args(more)
            .output()
            .unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        written.push((format!("{command}: printed"), ended.stdout));
        written.push((format!("{command}: said"), ended.stderr));
    }
    let mut left = vec![out.path().to_owned()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => left.push(path),
                false => written.push((path.display().to_string(), fs::read(&path).unwrap())),
            }
        }
    }
    assert!(written.len() > 8, "the cook wrote {} files", written.len());
    for id in &ids {
        for trace in traces(id) {
            for (place, bytes) in &written {
                let found = memchr::memmem::find(bytes, &trace).is_some();
                assert!(!found, "{place} holds {id:?} as {:?}", String::from_utf8_lossy(&trace));
            }
        }
    }
}
