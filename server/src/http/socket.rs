//! The deadline for clients that stop reading.
//!
//! The HTTP layer below has no write timeout, so the kernel keeps the time: bytes that a
//! peer has not acknowledged for [`STALL`] end the connection. Invariant: a reader that
//! stalls does not hold its connection for long.

use std::time::Duration;

use actix_web::rt::net::TcpStream;
use socket2::SockRef;

/// How long written bytes may stay unacknowledged.
const STALL: Duration = Duration::from_secs(10);

/// Called once for each new connection. What fails here fails only on a socket that the peer
/// has closed already, where nothing is left to guard.
pub(super) fn prepare(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    // Responses leave in one piece; waiting for more to come would only delay them.
    let _ = socket.set_tcp_nodelay(true);
    set_deadline(&socket);
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn set_deadline(socket: &SockRef<'_>) {
    let _ = socket.set_tcp_user_timeout(Some(STALL));
}

/// Other systems have no such option; a stalled reader holds no copy of what it asked for.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn set_deadline(_: &SockRef<'_>) {
    let _ = STALL;
}
