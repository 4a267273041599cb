//! What an endpoint serves, looked at as a suspicious client would.

use std::collections::BTreeSet;

use cookshelf_core::Section;
use cookshelf_server::publish::{Manifest, hex, name_of};
use sha2::{Digest, Sha256};

use crate::site::Server;

/// One complete release: its number, and the paths of its manifest and of everything that it names.
pub(crate) struct Release {
    pub(crate) sequence: u64,
    pub(crate) paths: Vec<String>,
}

/// What an endpoint serves; nothing when it serves nothing. Every blob is there and is what its name says.
pub(crate) async fn served(server: &Server, account: &str, endpoint: &str) -> Option<Release> {
    let manifest_path = format!("/e/{account}/{endpoint}/manifest.json");
    let answer = server.get(&manifest_path).await;
    if answer.status == 404 {
        return None;
    }
    assert_eq!(answer.status, 200, "{manifest_path}");
    let manifest = Manifest::read(std::str::from_utf8(&answer.body).unwrap()).unwrap();
    assert!(!manifest.models.is_empty(), "{manifest_path}");
    let mut paths = BTreeSet::new();
    for model in &manifest.models {
        let index = format!("/e/{account}/{endpoint}/b/1/{}", model.index.hash);
        let Section::Index(index) = Section::decode(&blob(server, &index, &mut paths).await).unwrap() else {
            panic!("{index} is no index")
        };
        for located in index.entries() {
            let path = format!("/e/{account}/{endpoint}/b/1/{}", hex(&located.place.hash));
            assert_eq!(blob(server, &path, &mut paths).await.len(), located.place.size as usize, "{path}");
        }
        assert!(paths.iter().any(|path| path.ends_with(&model.ids.hash)), "{manifest_path}: its ids");
    }
    paths.insert(manifest_path);
    Some(Release { sequence: manifest.sequence, paths: paths.into_iter().collect() })
}

async fn blob(server: &Server, path: &str, paths: &mut BTreeSet<String>) -> bytes::Bytes {
    let answer = server.get(path).await;
    assert_eq!(answer.status, 200, "{path} is named by a manifest");
    assert!(
        path.ends_with(&hex(&name_of(&Sha256::digest(&answer.body).into()))),
        "{path} holds something else"
    );
    paths.insert(path.to_owned());
    answer.body
}
