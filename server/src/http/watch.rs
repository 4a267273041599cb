//! Notices that a cook has published, loads the new blobs beside the old ones, then swaps.
//!
//! One thread that sleeps; it looks at one file's metadata a second and reads nothing while
//! that is unchanged. Invariant: whatever happens to OUT, something complete stays served.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::notice::{Notice, Notices};
use super::shelf::Stamp;
use super::site::Site;

const PERIOD: Duration = Duration::from_secs(1);

/// Wait after a manifest that could not be served; its blobs may still be on their way.
const RETRY: Duration = Duration::from_secs(5);

/// A watch in progress.
#[derive(Debug)]
pub(super) struct Watching {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

/// Starts watching the site's OUT.
pub(super) fn start(site: Arc<Site>) -> io::Result<Watching> {
    let (stop, stopped) = mpsc::channel();
    let thread =
        thread::Builder::new().name("watch-manifest".to_owned()).spawn(move || watch(&site, &stopped))?;
    Ok(Watching { stop, thread })
}

impl Watching {
    /// Ends the watch; a load that has begun is finished first.
    pub(super) fn stop(self) {
        drop(self.stop);
        // A watch that panicked has nothing left to stop.
        let _ = self.thread.join();
    }
}

fn watch(site: &Site, stopped: &Receiver<()>) {
    let mut refused = None;
    let mut wait = PERIOD;
    while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
        let stamp = Stamp::of(site.models());
        wait = PERIOD;
        if stamp.is_none() || stamp == site.shelf().stamp() {
            continue;
        }
        if !publish(site, refused == stamp) {
            refused = stamp;
            wait = RETRY;
        }
    }
}

/// Serves what OUT holds now, or tells why not; quietly when the same manifest is tried again.
fn publish(site: &Site, again: bool) -> bool {
    let notices = if again { Notices::default() } else { site.notices().clone() };
    // Requests go on reading the same shelf: only this thread ever waits to write.
    let newer = site.shelf().newer(site.models(), &notices);
    match newer {
        Ok((shelf, new_blobs)) => {
            site.replace(shelf);
            site.notices().tell(&Notice::Published { new_blobs });
            true
        }
        Err(reason) => {
            notices.tell(&Notice::PublishRefused { reason });
            false
        }
    }
}
