//! A wire between a server of ours and PostgreSQL, which can be cut.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, spawn};

use super::Bench;
use crate::control::DatabaseUrl;

/// The wire; while it is cut, every connection ends as soon as it begins.
pub(super) struct Proxy {
    pub(super) address: DatabaseUrl,
    cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<AbortHandle>>>,
    listening: AbortHandle,
}

impl Proxy {
    /// A wire to the PostgreSQL of `bench`; nothing when it is a file.
    pub(super) async fn to(bench: &Bench) -> Option<Self> {
        let target: url::Url = bench.server()?.parse().unwrap();
        let target = (target.host_str().unwrap().to_owned(), target.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut url = bench.address.url().clone();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let (cut, open) = (Arc::<AtomicBool>::default(), Arc::<Mutex<Vec<AbortHandle>>>::default());
        let (is_cut, all) = (cut.clone(), open.clone());
        let listening = spawn(async move {
            loop {
                let (mut near, _) = listener.accept().await.unwrap();
                if is_cut.load(Ordering::Relaxed) {
                    continue;
                }
                let target = target.clone();
                let both = spawn(async move {
                    let mut far = TcpStream::connect(target).await.unwrap();
                    // An end by either side is an end.
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
                all.lock().unwrap().push(both.abort_handle());
            }
        });
        let address = url.as_str().parse().unwrap();
        Some(Self { address, cut, open, listening: listening.abort_handle() })
    }

    /// Ends every connection; new ones end at once until it is mended.
    pub(super) fn cut(&self) {
        self.cut.store(true, Ordering::Relaxed);
        self.open.lock().unwrap().drain(..).for_each(|connection| connection.abort());
    }

    pub(super) fn mend(&self) {
        self.cut.store(false, Ordering::Relaxed);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
        self.cut();
    }
}
