//! Stored bytes on their way to a socket, without a copy of them for each reader.
//!
//! Small things are plain memory. On Linux, larger ones live in a memory file, from which
//! the kernel sends pages as they are; elsewhere they are plain memory, too. No disk is
//! touched after loading. Invariant: content never changes once it is stored.

use std::ops::Range;

use bytes::{Buf, Bytes};

#[cfg(target_os = "linux")]
pub(super) use self::slab::{Slab, Stretch};

/// Bytes to send.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Nothing,
    Memory(Bytes),
    #[cfg(target_os = "linux")]
    Stretch(Stretch),
}

impl Content {
    /// How many bytes are left to send.
    pub(super) fn len(&self) -> usize {
        match self {
            Content::Nothing => 0,
            Content::Memory(bytes) => bytes.len(),
            #[cfg(target_os = "linux")]
            Content::Stretch(stretch) => stretch.len(),
        }
    }

    /// A part of it. The range must lie within it.
    pub(super) fn slice(&self, range: Range<usize>) -> Content {
        match self {
            Content::Nothing => Content::Nothing,
            Content::Memory(bytes) => Content::Memory(bytes.slice(range)),
            #[cfg(target_os = "linux")]
            Content::Stretch(stretch) => Content::Stretch(stretch.slice(range)),
        }
    }

    /// Forgets the first `sent` bytes.
    pub(super) fn advance(&mut self, sent: usize) {
        match self {
            Content::Nothing => {}
            Content::Memory(bytes) => bytes.advance(sent),
            #[cfg(target_os = "linux")]
            Content::Stretch(stretch) => stretch.advance(sent),
        }
    }
}

/// Where other systems store content.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
pub(super) struct Slab;

#[cfg(not(target_os = "linux"))]
impl Slab {
    pub(super) fn new() -> Slab {
        Slab
    }

    pub(super) fn keep(&self, bytes: Bytes) -> Content {
        Content::Memory(bytes)
    }
}

#[cfg(target_os = "linux")]
mod slab {
    use std::io;
    use std::ops::Range;
    use std::os::fd::{AsFd, OwnedFd};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use bytes::Bytes;
    use rustix::fs::{FallocateFlags, MemfdFlags, fallocate, memfd_create, sendfile};

    use super::Content;

    /// Up to this, one write of head and body together is cheaper than two calls, also with the copy that it makes; and
    /// what a reader that stalls can hold of it is little.
    const SMALL: usize = 8 * 1024;

    /// Pages are given back whole, so each thing begins on its own.
    const PAGE: u64 = 4096;

    /// One memory file for everything that is loaded together.
    #[derive(Debug)]
    pub(in crate::http) struct Slab {
        file: Option<Arc<OwnedFd>>,
        end: AtomicU64,
    }

    /// A thing's place in its slab; gives the memory back when nothing refers to it any more.
    #[derive(Debug)]
    struct Place {
        file: Arc<OwnedFd>,
        start: u64,
        length: u64,
    }

    /// Part of a thing, shrinking from the front as it is sent.
    #[derive(Debug, Clone)]
    pub(in crate::http) struct Stretch {
        place: Arc<Place>,
        at: u64,
        end: u64,
    }

    impl Slab {
        /// An empty one. Where memory files are forbidden, content stays in plain memory.
        pub(in crate::http) fn new() -> Slab {
            let file = memfd_create(c"cookshelf", MemfdFlags::CLOEXEC).ok().map(Arc::new);
            Slab { file, end: AtomicU64::new(0) }
        }

        /// Stores bytes; may be called from many threads.
        pub(in crate::http) fn keep(&self, bytes: Bytes) -> Content {
            let Some(file) = self.file.as_ref().filter(|_| bytes.len() > SMALL) else {
                return Content::Memory(bytes);
            };
            let length = bytes.len() as u64;
            let start = self.end.fetch_add(length.next_multiple_of(PAGE), Ordering::Relaxed);
            if write_all(file, &bytes, start).is_err() {
                return Content::Memory(bytes);
            }
            let place = Arc::new(Place { file: Arc::clone(file), start, length });
            Content::Stretch(Stretch { place, at: start, end: start + length })
        }
    }

    fn write_all(file: &OwnedFd, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = rustix::io::pwrite(file, bytes, at)?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            bytes = &bytes[written..];
            at += written as u64;
        }
        Ok(())
    }

    impl Drop for Place {
        fn drop(&mut self) {
            // Should it fail, the memory is given back with the rest of the slab.
            let _ = fallocate(
                &self.file,
                FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE,
                self.start,
                self.length.next_multiple_of(PAGE),
            );
        }
    }

    impl Stretch {
        pub(super) fn len(&self) -> usize {
            usize::try_from(self.end - self.at).expect("it was a slice in memory once")
        }

        pub(super) fn slice(&self, range: Range<usize>) -> Stretch {
            let (at, end) = (self.at + range.start as u64, self.at + range.end as u64);
            debug_assert!(at <= end && end <= self.end);
            Stretch { place: Arc::clone(&self.place), at, end }
        }

        pub(super) fn advance(&mut self, sent: usize) {
            self.at += sent as u64;
        }

        /// Copies its first bytes, as many as fit.
        pub(in crate::http) fn read(&self, into: &mut [u8]) -> io::Result<usize> {
            let length = into.len().min(self.len());
            Ok(rustix::io::pread(&self.place.file, &mut into[..length], self.at)?)
        }

        /// Hands pages to a socket; says how many bytes the socket took.
        pub(in crate::http) fn send_to(&self, socket: impl AsFd) -> io::Result<usize> {
            let mut at = self.at;
            Ok(sendfile(socket, &self.place.file, Some(&mut at), self.len())?)
        }
    }

    #[cfg(test)]
    mod tests {
        use std::io::Read;
        use std::os::unix::net::UnixStream;

        use super::*;

        fn sent(content: &Content) -> Vec<u8> {
            let Content::Stretch(stretch) = content else { panic!("large things are stretches") };
            let (ours, mut theirs) = UnixStream::pair().unwrap();
            let (mut stretch, mut all) = (stretch.clone(), Vec::new());
            while stretch.len() > 0 {
                let length = stretch.send_to(&ours).unwrap();
                stretch.advance(length);
                let mut part = vec![0; length];
                theirs.read_exact(&mut part).unwrap();
                all.extend(part);
            }
            all
        }

        #[test]
        fn what_is_kept_is_sent_and_outlives_its_slab() {
            let slab = Slab::new();
            let things: Vec<Vec<u8>> = (1..6).map(|at| vec![at; SMALL * usize::from(at) + 1]).collect();
            let kept: Vec<Content> =
                things.iter().map(|thing| slab.keep(Bytes::from(thing.clone()))).collect();
            drop(slab);
            for (thing, content) in things.iter().zip(&kept) {
                assert_eq!(sent(content), *thing);
                assert_eq!(sent(&content.slice(5..6000)), thing[5..6000]);
            }
        }

        #[test]
        fn memory_is_given_back_thing_by_thing() {
            let slab = Slab::new();
            let (first, second) = (slab.keep(vec![1; 1 << 20].into()), slab.keep(vec![2; 1 << 20].into()));
            let blocks = || rustix::fs::fstat(slab.file.as_ref().unwrap()).unwrap().st_blocks;
            let both = blocks();
            drop(first);
            assert!(blocks() <= both / 2 + 8, "{} of {both} blocks", blocks());
            assert_eq!(sent(&second.slice(0..9000)), vec![2; 9000]);
        }

        #[test]
        fn small_things_stay_in_memory() {
            let content = Slab::new().keep(Bytes::from(vec![3; SMALL]));
            assert!(matches!(&content, Content::Memory(bytes) if bytes.len() == SMALL));
        }
    }
}
