//! A cooked folder and a built shop made of made-up bytes, and a server on a free port.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use cookshelf_core::NAME_BYTES;
use cookshelf_server::http::{Notices, ServeError, ServeOptions, serve};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::sync::oneshot;

/// A folder OUT.
#[derive(Debug)]
pub(crate) struct Out {
    folder: TempDir,
}

impl Out {
    /// An empty one, without a manifest.
    pub(crate) fn new() -> Out {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("b/1")).unwrap();
        Out { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a blob under its true name.
    pub(crate) fn blob(&self, bytes: &[u8]) -> String {
        let name = name_of(bytes);
        self.blob_named(&name, bytes);
        name
    }

    /// Writes a blob under any name.
    pub(crate) fn blob_named(&self, name: &str, bytes: &[u8]) {
        fs::write(self.blob_path(name), bytes).unwrap();
    }

    pub(crate) fn blob_path(&self, name: &str) -> PathBuf {
        self.path().join("b/1").join(name)
    }

    /// Publishes: writes beside, then renames.
    pub(crate) fn manifest(&self, sequence: u64, index: &str, ids: &str) -> Vec<u8> {
        let payload = serde_json::json!({
            "schema": 1, "endpoint": "default", "sequence": sequence,
            "issuedAt": "2026-11-21T08:00:00Z", "notAfter": "2026-12-21T08:00:00Z",
            "strategy": { "kind": "all" },
            "models": [{
                "name": "default", "cookedAt": "2026-11-21T08:00:00Z", "items": 3,
                "format": { "major": 1, "minor": 0 }, "bytes": 3,
                "index": { "hash": index, "size": 1 }, "ids": { "hash": ids, "size": 1 },
            }],
            "blobs": "b/1/",
        });
        let manifest =
            serde_json::json!({ "cookshelf": 1, "payload": payload.to_string(), "signatures": [] });
        let bytes = manifest.to_string().into_bytes();
        self.manifest_bytes(&bytes);
        bytes
    }

    pub(crate) fn manifest_bytes(&self, bytes: &[u8]) {
        let beside = self.path().join("manifest.json.new");
        fs::write(&beside, bytes).unwrap();
        fs::rename(beside, self.path().join("manifest.json")).unwrap();
    }
}

/// A server in a thread of its own, stopped when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    notices: Arc<Mutex<Vec<String>>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<(), ServeError>>>,
}

impl Running {
    /// Starts on a free port. Connections wait until everything is loaded.
    pub(crate) fn start(models: &Path, shop: Option<&Path>) -> Running {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let notices = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&notices);
        let options = ServeOptions {
            notices: Notices::to(move |notice| heard.lock().unwrap().push(notice.to_string())),
            ..options(models, shop)
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(serve(listener, options, shutdown))
        });
        Running { address, notices, stop: Some(stop), thread: Some(thread) }
    }

    /// What the server told so far.
    pub(crate) fn notices(&self) -> Vec<String> {
        self.notices.lock().unwrap().clone()
    }

    /// Waits for the end that [`Running::start`] led to.
    pub(crate) fn ended(mut self) -> Result<(), ServeError> {
        let thread = self.thread.take().expect("not ended before");
        thread.join().expect("the server does not panic")
    }

    /// Stops it and waits until it has stopped.
    pub(crate) fn stop(mut self) -> Result<(), ServeError> {
        drop(self.stop.take());
        self.ended()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Options that name the folders and nothing else of interest.
pub(crate) fn options(models: &Path, shop: Option<&Path>) -> ServeOptions {
    ServeOptions {
        models: models.to_owned(),
        shop: shop.map(Path::to_owned),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        workers: 2,
        notices: Notices::default(),
    }
}

/// The name that a blob of these bytes has.
pub(crate) fn name_of(bytes: &[u8]) -> String {
    hex(bytes)[..2 * NAME_BYTES].to_owned()
}

/// The SHA-256 of bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes that no coding makes smaller, the same for the same seed.
pub(crate) fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// Bytes that every coding makes smaller.
pub(crate) fn words(length: usize) -> Vec<u8> {
    (0..length / 8).flat_map(|at| format!("word{:04}", at % 900).into_bytes()).collect()
}
