//! One thread that does all waiting for the network, so that the rest of the program can be plain code.
//!
//! It computes nothing. A call blocks its own thread only; the thread here never blocks.

use std::future::Future;
use std::io;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// The thread; it ends with this value.
#[derive(Debug)]
pub(crate) struct Reactor {
    handle: Handle,
    _stop: oneshot::Sender<()>,
}

impl Reactor {
    pub(crate) fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let run = move || drop(runtime.block_on(stopped));
        std::thread::Builder::new().name("storage".to_owned()).spawn(run)?;
        Ok(Self { handle, _stop: stop })
    }

    /// Waits for something to be done over there.
    pub(crate) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = io::Result<T>> + Send + 'static,
    ) -> io::Result<T> {
        let (done, result) = std::sync::mpsc::sync_channel(1);
        self.start_work(async move {
            // Nobody waits any more when this fails.
            let _ = done.send(work.await);
        });
        result.recv().unwrap_or_else(|_| Err(io::Error::other("the reading thread ended")))
    }

    /// Starts something and does not wait for it.
    pub(crate) fn start_work(&self, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.handle.spawn(work));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_back_and_panics_are_errors() {
        let reactor = Reactor::start().unwrap();
        assert_eq!(reactor.wait(async { Ok(7) }).unwrap(), 7);
        let lost = reactor.wait(async {
            if std::hint::black_box(true) {
                std::panic::resume_unwind(Box::new(()));
            }
            Ok(())
        });
        assert!(lost.is_err());
        assert!(reactor.wait(async { Err::<(), _>(io::Error::other("x")) }).is_err());
    }
}
