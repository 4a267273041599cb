//! The deadline for clients that stop reading.
//!
//! The HTTP layer below has no write timeout, so the kernel keeps the time: bytes that a
//! peer has not acknowledged for [`STALL`] end the connection. Invariant: a reader that
//! stalls holds one write buffer, and not for long.

use std::any::Any;
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use socket2::SockRef;

/// How long written bytes may stay unacknowledged.
const STALL: Duration = Duration::from_secs(10);

/// Called once for each new connection.
pub(super) fn prepare(connection: &dyn Any) {
    if let Some(stream) = connection.downcast_ref::<TcpStream>() {
        set_deadline(SockRef::from(stream));
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
#[expect(clippy::needless_pass_by_value, reason = "a SockRef is itself a reference")]
fn set_deadline(socket: SockRef<'_>) {
    // It fails only on a socket that the peer has closed already, where nothing is left to guard.
    let _ = socket.set_tcp_user_timeout(Some(STALL));
}

/// Other systems have no such option; sliced bodies alone bound what a stalled reader holds.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn set_deadline(_: SockRef<'_>) {
    let _ = STALL;
}
