//! What can be wrong with a secret, a role or a grant. No message ever repeats a secret.

use thiserror::Error;

/// Why something of this room was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AccessError {
    /// Text that is no key: another form, another length, a character too many.
    #[error("this is no key: one looks like ck_key_ and 43 letters and digits, _ and 6 more")]
    Shape,
    /// The form of a key, but its check digits say otherwise: mistyped, or cut while copying.
    #[error("this key is mistyped: its last six characters do not fit the rest; copy it again, whole")]
    Checksum,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Entropy(String),
    /// A role of another name.
    #[error("`{0}` is no role; it is one of sender, reader, writer, admin")]
    Role(String),
    /// Where a role counts is neither the server nor a place.
    #[error("`{found}` is no place to grant a role on: {why}; write * for the whole server")]
    Scope {
        /// What was written.
        found: String,
        /// What is wrong with it.
        why: String,
    },
    /// A grant that is not `role on place`.
    #[error("`{0}` is no grant; write for example `writer on acme/modelings/shop`, or `admin on *`")]
    Grant(String),
}
