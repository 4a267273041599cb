//! A response body that hands out stored bytes in slices.
//!
//! The HTTP layer copies whatever it is handed into the connection's write buffer, so a
//! whole 4 MiB blob would cost 4 MiB for every slow reader. Invariant: no slice is larger
//! than [`SLICE`], and the slices are exactly as long together as the size announced.

use std::convert::Infallible;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;

/// The most that is handed over at once.
const SLICE: usize = 32 * 1024;

/// The write buffer is flushed at this size: two slices for each system call, and still
/// below the size at which the HTTP layer would free and allocate it again for each reply.
pub(super) const WRITE_BUFFER: usize = 2 * SLICE;

/// What follows the head of a response.
#[derive(Debug)]
pub(super) struct Body {
    rest: Bytes,
    size: BodySize,
}

impl Body {
    /// All of `bytes`, then the end.
    pub(super) fn of(bytes: Bytes) -> Body {
        Body { size: BodySize::Sized(bytes.len() as u64), rest: bytes }
    }

    /// The reply to HEAD: announces `length` and sends nothing.
    pub(super) fn announced(length: usize) -> Body {
        Body { size: BodySize::Sized(length as u64), rest: Bytes::new() }
    }

    /// Neither a body nor a length, as 204 and 304 want it.
    pub(super) fn none() -> Body {
        Body { size: BodySize::None, rest: Bytes::new() }
    }
}

impl MessageBody for Body {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let slice = match self.rest.len() {
            0 => return Poll::Ready(None),
            small if small <= SLICE => mem::take(&mut self.rest),
            _ => self.rest.split_to(SLICE),
        };
        Poll::Ready(Some(Ok(slice)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slices(mut body: Body) -> Vec<Bytes> {
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut all = Vec::new();
        while let Poll::Ready(Some(Ok(slice))) = Pin::new(&mut body).poll_next(&mut context) {
            all.push(slice);
        }
        all
    }

    #[test]
    fn slices_are_small_and_complete() {
        for length in [0, 1, SLICE - 1, SLICE, SLICE + 1, 3 * SLICE, 5 * SLICE + 7] {
            let bytes: Bytes = (0..length).map(|at| (at % 251) as u8).collect();
            let body = Body::of(bytes.clone());
            assert_eq!(body.size(), BodySize::Sized(length as u64));
            let parts = slices(body);
            assert!(parts.iter().all(|part| !part.is_empty() && part.len() <= SLICE), "length {length}");
            assert_eq!(parts.concat(), bytes, "length {length}");
        }
    }

    #[test]
    fn an_announced_body_sends_nothing() {
        let body = Body::announced(9);
        assert_eq!(body.size(), BodySize::Sized(9));
        assert!(slices(body).is_empty());
    }
}
