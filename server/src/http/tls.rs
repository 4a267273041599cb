//! The certificate of a server, read again when its files change.
//!
//! Connections that are open keep what they began with. Invariant: files that cannot be used change nothing: the
//! certificate that was read before goes on.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use actix_web::rt::net::TcpStream;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a client may take to agree on keys.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// The certificate and its key.
#[derive(Debug)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Current>,
}

#[derive(Debug)]
struct Current {
    acceptor: Acceptor,
    seen: [Option<SystemTime>; 2],
}

#[derive(Clone)]
struct Acceptor(TlsAcceptor);

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Acceptor")
    }
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct TlsError {
    /// The file.
    path: PathBuf,
    /// What is wrong with it.
    reason: String,
}

impl Tls {
    /// A certificate with those that lead to its root, and its key: PEM files both.
    pub fn open(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let seen = [changed(certificate), changed(key)];
        let acceptor = read(certificate, key)?;
        let current = RwLock::new(Current { acceptor, seen });
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), current })
    }

    /// Reads the files again if they changed; true when new connections get another certificate.
    pub fn look(&self) -> Result<bool, TlsError> {
        let seen = [changed(&self.certificate), changed(&self.key)];
        if self.current.read().unwrap_or_else(PoisonError::into_inner).seen == seen {
            return Ok(false);
        }
        let acceptor = read(&self.certificate, &self.key);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        // What is broken is not read again before it changes: it is told once.
        current.seen = seen;
        current.acceptor = acceptor?;
        Ok(true)
    }

    /// Agrees on keys with a client.
    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let acceptor = self.current.read().unwrap_or_else(PoisonError::into_inner).acceptor.0.clone();
        tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await?
    }
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|file| file.modified()).ok()
}

fn read(certificate: &Path, key: &Path) -> Result<Acceptor, TlsError> {
    let wrong = |path: &Path, reason: String| TlsError { path: path.to_owned(), reason };
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|cause| wrong(certificate, format!("it is no certificate in PEM: {cause}")))?;
    let secret = PrivateKeyDer::from_pem_file(key)
        .map_err(|cause| wrong(key, format!("it is no private key in PEM: {cause}")))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|cause| wrong(certificate, cause.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, secret);
    let mut config = config.map_err(|cause| {
        wrong(certificate, format!("it cannot be used with the key of {}: {cause}", key.display()))
    })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Acceptor(TlsAcceptor::from(Arc::new(config))))
}
