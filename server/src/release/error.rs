//! What can go wrong while a release is put together, signed or checked.

use thiserror::Error;

/// Why there is no release.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReleaseError {
    /// The master secret is not 32 bytes in base64.
    #[error("the master secret is not 32 bytes in base64; restore the file, or the variable, it came from")]
    Secret,
    /// Keys that another secret made.
    #[error(
        "this server's master secret did not make key `{0}`: give it the `COOKSHELF_SECRET`, or the file `secret`, of the \
         server that made the endpoint"
    )]
    OtherSecret(String),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Entropy(String),
    /// The name of a key is too long, or not plain.
    #[error("`{0}` is no name of a key: 1 to 64 letters, digits, - and _")]
    KeyId(String),
    /// A public key that is none.
    #[error("a public key is 32 bytes in base64, of a point on the curve")]
    PublicKey,
    /// Not an envelope.
    #[error("this is no signed manifest: {0}")]
    Envelope(String),
    /// No signature by a key that is trusted.
    #[error("no signature of this manifest is by a key that is trusted")]
    Untrusted,
    /// A manifest that clients would refuse.
    #[error(
        "the manifest has {found} bytes, and clients refuse more than {most}: take an endpoint fewer arms"
    )]
    Large {
        /// Bytes it has.
        found: usize,
        /// Bytes it may have.
        most: usize,
    },
    /// A model whose entry is not there.
    #[error("nothing is known of model `{0}`; cook again")]
    Model(String),
    /// Nothing there to do it with.
    #[error("there is no model to {0}; `put` shows one by its name")]
    Nothing(String),
    /// A strategy that names what is not there, or adds up to nothing.
    #[error("{0}")]
    Strategy(String),
}
