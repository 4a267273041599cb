//! A file of a store as a stream of bytes, fetched ahead of whoever reads it.
//!
//! At most a few pieces wait in memory. A stream that ends before the file does is an error, never a
//! shorter file, and a file that changes on the way is noticed.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, Bytes};
use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt};
use tokio::sync::mpsc;

use super::failure::Secrets;

/// How much one request asks for.
const PIECE: u64 = 4 << 20;
/// Requests under way at once.
const UNDER_WAY: usize = 3;
/// How long a stream may stand still.
const STANDSTILL: Duration = Duration::from_secs(60);

/// One file, as it was when it was opened.
#[derive(Clone)]
pub(super) struct Remembered {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) path: Path,
    pub(super) secrets: Secrets,
    pub(super) bytes: u64,
    tag: Option<String>,
}

impl Remembered {
    pub(super) fn new(store: Arc<dyn ObjectStore>, secrets: Secrets, about: ObjectMeta) -> Self {
        // A weak tag does not promise the same bytes, and may not be asked for.
        let tag = about.e_tag.filter(|tag| !tag.starts_with("W/"));
        Self { store, path: about.location, secrets, bytes: about.size, tag }
    }

    /// Exactly the bytes of a range, in pieces.
    fn pieces(self, range: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> + Send {
        let count = (range.end - range.start).div_ceil(PIECE);
        let starts = (0..count).map(move |number| range.start + number * PIECE);
        let fetch = move |start: u64| {
            let end = range.end.min(start + PIECE);
            let file = self.clone();
            async move { file.piece(start..end).await }
        };
        futures_util::stream::iter(starts).map(fetch).buffered(UNDER_WAY)
    }

    async fn piece(self, range: Range<u64>) -> io::Result<Bytes> {
        let wanted = range.end - range.start;
        let options =
            GetOptions { range: Some(range.into()), if_match: self.tag.clone(), ..GetOptions::default() };
        let got = self.store.get_opts(&self.path, options).await;
        let bytes = match got {
            Ok(got) => got.bytes().await,
            Err(error) => Err(error),
        };
        let bytes = bytes.map_err(|error| self.secrets.explain(&error))?;
        if bytes.len() as u64 != wanted {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the store sent less than it has"));
        }
        Ok(bytes)
    }

    /// All bytes of a range in one.
    pub(super) async fn range(self, range: Range<u64>) -> io::Result<Bytes> {
        let mut all = Vec::with_capacity(usize::try_from(range.end - range.start).map_err(io::Error::other)?);
        let mut pieces = std::pin::pin!(self.pieces(range));
        while let Some(piece) = pieces.next().await {
            all.extend_from_slice(&piece?);
        }
        Ok(all.into())
    }
}

/// What comes over from the network.
enum Arrived {
    Bytes(Bytes),
    Failed(io::Error),
    End,
}

/// Reads what arrives.
pub(super) struct Ahead {
    arriving: mpsc::Receiver<Arrived>,
    current: Bytes,
    ended: bool,
}

/// The fetching half of an [`Ahead`].
pub(super) struct Fetching(mpsc::Sender<Arrived>);

pub(super) fn channel() -> (Fetching, Ahead) {
    let (sender, arriving) = mpsc::channel(1);
    (Fetching(sender), Ahead { arriving, current: Bytes::new(), ended: false })
}

impl Fetching {
    /// Fetches a file whose size is known, by ranges.
    pub(super) async fn by_ranges(self, file: Remembered) {
        let all = 0..file.bytes;
        self.forward(file.pieces(all)).await;
    }

    /// Fetches a file in one answer, for servers that know no ranges.
    pub(super) async fn at_once(self, store: Arc<dyn ObjectStore>, path: Path, secrets: Secrets) {
        match store.get(&path).await {
            Ok(got) => {
                let stream = got.into_stream().map_err(move |error| secrets.explain(&error));
                self.forward(stream).await;
            }
            Err(error) => drop(self.0.send(Arrived::Failed(secrets.explain(&error))).await),
        }
    }

    async fn forward(self, stream: impl Stream<Item = io::Result<Bytes>> + Send) {
        let mut stream = std::pin::pin!(stream);
        loop {
            let arrived = match tokio::time::timeout(STANDSTILL, stream.next()).await {
                Ok(Some(Ok(bytes))) => Arrived::Bytes(bytes),
                Ok(Some(Err(error))) => Arrived::Failed(error),
                Ok(None) => Arrived::End,
                Err(_) => {
                    Arrived::Failed(io::Error::new(io::ErrorKind::TimedOut, "nothing came for a minute"))
                }
            };
            let more = matches!(arrived, Arrived::Bytes(_));
            // Nobody reads any more when sending fails.
            if self.0.send(arrived).await.is_err() || !more {
                return;
            }
        }
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() && !self.ended && !buffer.is_empty() {
            match self.arriving.blocking_recv() {
                Some(Arrived::Bytes(bytes)) => self.current = bytes,
                Some(Arrived::End) => self.ended = true,
                Some(Arrived::Failed(error)) => return Err(error),
                None => {
                    return Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the connection is gone"));
                }
            }
        }
        let length = buffer.len().min(self.current.len());
        self.current.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}
