//! A connection that sends stored content right behind a response's head.
//!
//! The HTTP layer copies bodies into a buffer of each connection, which costs a copy for
//! each request and memory for each reader that stalls. So a response's body goes past it:
//! a request leaves the content in its connection's [`Outbox`], the HTTP layer writes the
//! head, and the connection sends the content before it accepts anything else. Most lines of a head were made when
//! its content was stored; the connection puts them into the head that the HTTP layer writes.
//! Invariant: bytes leave in the order head, content, next head; a content is in the outbox
//! until its last byte is with the kernel, or with the layer that encrypts it.

use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::rt::net::TcpStream;
use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::body::Parcel;
use super::content::Content;
use super::stream::Stream;

/// Ends each line of a head, and the head.
const END_OF_LINE: &str = "\r\n";

/// The first lines of a head, those that were made earlier, and its end.
const HEAD_PARTS: usize = 3;

/// What a connection has still to send behind the head that is being written.
#[derive(Debug, Clone)]
pub(super) struct Outbox(Rc<RefCell<Pending>>);

#[derive(Debug)]
struct Pending {
    /// Lines that the head gets before it is sent.
    lines: Bytes,
    /// What is left of a head that got its lines.
    head: Bytes,
    content: Content,
    /// The head is with the kernel; only content may follow.
    head_sent: bool,
    /// Somebody was told to wait for the end of the content.
    awaited: bool,
}

/// A connection with its outbox.
#[derive(Debug)]
pub(super) struct Wire {
    stream: Stream,
    outbox: Outbox,
}

impl Outbox {
    fn new() -> Outbox {
        Outbox(Rc::new(RefCell::new(Pending::of(Parcel { lines: Bytes::new(), content: Content::Nothing }))))
    }

    /// Leaves the content of the response whose head comes next. The one before has been sent:
    /// its body did not end earlier.
    pub(super) fn put(&self, parcel: Parcel) {
        let mut pending = self.0.borrow_mut();
        debug_assert!(pending.is_sent(), "the response before is not complete");
        *pending = Pending::of(parcel);
    }

    /// True when all is sent; otherwise whoever asks is woken when it is.
    pub(super) fn is_sent(&self) -> bool {
        let mut pending = self.0.borrow_mut();
        pending.awaited = !pending.is_sent();
        !pending.awaited
    }
}

impl Pending {
    fn of(Parcel { lines, content }: Parcel) -> Pending {
        Pending { lines, head: Bytes::new(), content, head_sent: false, awaited: false }
    }

    /// Nothing waits for the head or is left of it, and nothing follows it. Until then no other head may come.
    fn is_sent(&self) -> bool {
        self.lines.is_empty() && self.head.is_empty() && self.content.len() == 0
    }

    /// Takes over a head of which some bytes were sent, together with the content that was sent behind it.
    fn take_head(&mut self, head: &[u8], sent: usize) {
        let length = head.len() + self.lines.len();
        if sent < length {
            self.head = Bytes::from(with_lines(head, &self.lines).concat()).split_off(sent);
        } else {
            self.content.advance(sent - length);
        }
        self.lines = Bytes::new();
        self.head_sent = true;
    }
}

/// A head, which ends with an empty line, with more lines before that.
fn with_lines<'a>(head: &'a [u8], lines: &'a [u8]) -> [&'a [u8]; HEAD_PARTS] {
    let (first, end) = head.split_at(head.len().saturating_sub(END_OF_LINE.len()));
    [first, lines, end]
}

impl Wire {
    pub(super) fn new(stream: Stream) -> Wire {
        Wire { stream, outbox: Outbox::new() }
    }

    pub(super) fn outbox(&self) -> Outbox {
        self.outbox.clone()
    }

    /// Sends what is in the outbox.
    fn poll_outbox(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut pending = self.outbox.0.borrow_mut();
        while !pending.head.is_empty() {
            let sent = ready!(send_head(&mut self.stream, &[&pending.head], &pending.content, context))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            let of_head = sent.min(pending.head.len());
            pending.head.advance(of_head);
            pending.content.advance(sent - of_head);
        }
        while pending.content.len() > 0 {
            let sent = ready!(send(&mut self.stream, &pending.content, context))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            pending.content.advance(sent);
        }
        // Lets go of what was sent.
        pending.content = Content::Nothing;
        if std::mem::take(&mut pending.awaited) {
            context.waker().wake_by_ref();
        }
        Poll::Ready(Ok(()))
    }
}

/// Sends some of a content.
fn send(stream: &mut Stream, content: &Content, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
    match content {
        Content::Nothing => Poll::Ready(Ok(0)),
        Content::Memory(bytes) => Pin::new(stream).poll_write(context, bytes),
        #[cfg(target_os = "linux")]
        Content::Stretch(stretch) => match stream {
            Stream::Plain(stream) => when_writable(stream, context, || stretch.send_to(&*stream)),
            Stream::Secured(stream) => {
                let mut record = [0; RECORD];
                let length = stretch.read(&mut record)?;
                Pin::new(stream).poll_write(context, &record[..length])
            }
        },
    }
}

/// Most bytes that TLS sends in one piece.
#[cfg(target_os = "linux")]
const RECORD: usize = 16 * 1024;

/// Sends a head that content follows: together with it, or told to the kernel to wait for it.
fn send_head(
    stream: &mut Stream,
    head: &[&[u8]],
    content: &Content,
    context: &mut Context<'_>,
) -> Poll<io::Result<usize>> {
    let mut parts = [IoSlice::new(&[]); HEAD_PARTS + 1];
    for (part, bytes) in parts.iter_mut().zip(head) {
        *part = IoSlice::new(bytes);
    }
    let of_head = head.len();
    match content {
        Content::Nothing => Pin::new(stream).poll_write_vectored(context, &parts[..of_head]),
        Content::Memory(bytes) => {
            parts[of_head] = IoSlice::new(bytes);
            Pin::new(stream).poll_write_vectored(context, &parts[..=of_head])
        }
        #[cfg(target_os = "linux")]
        Content::Stretch(_) => match stream {
            Stream::Plain(stream) => {
                use rustix::net::{SendAncillaryBuffer, SendFlags, sendmsg};
                when_writable(stream, context, || {
                    let flags = SendFlags::MORE | SendFlags::NOSIGNAL;
                    Ok(sendmsg(&*stream, &parts[..of_head], &mut SendAncillaryBuffer::default(), flags)?)
                })
            }
            Stream::Secured(stream) => Pin::new(stream).poll_write_vectored(context, &parts[..of_head]),
        },
    }
}

/// Tries a call on the socket until it does something or the socket has no room.
#[cfg(target_os = "linux")]
fn when_writable(
    stream: &TcpStream,
    context: &mut Context<'_>,
    call: impl Fn() -> io::Result<usize>,
) -> Poll<io::Result<usize>> {
    loop {
        ready!(stream.poll_write_ready(context))?;
        match stream.try_io(tokio::io::Interest::WRITABLE, &call) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return Poll::Ready(done),
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    /// Takes heads, and the few bodies the HTTP layer makes itself.
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        head: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wire = &mut *self;
        if wire.outbox.0.borrow().head_sent {
            ready!(wire.poll_outbox(context))?;
        }
        let mut pending = wire.outbox.0.borrow_mut();
        if pending.lines.is_empty() {
            let sent = ready!(send_head(&mut wire.stream, &[head], &pending.content, context))?;
            if sent < head.len() {
                return Poll::Ready(Ok(sent));
            }
            pending.take_head(head, sent);
            return Poll::Ready(Ok(head.len()));
        }
        let parts = with_lines(head, &pending.lines);
        let sent = ready!(send_head(&mut wire.stream, &parts, &pending.content, context))?;
        pending.take_head(head, sent);
        drop(pending);
        // What the kernel does not take now goes when the HTTP layer flushes.
        match wire.poll_outbox(context) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(head.len())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.outbox.0.borrow().head_sent {
            ready!(self.poll_outbox(context))?;
        }
        // Under TLS the last piece may still be here.
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
