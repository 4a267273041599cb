//! Why a picture could not be had.
//!
//! Never fatal: the item then has no look. Invariant: a kind of error has a name that does not change, and a
//! message says what to do.

use std::io;

/// Why a picture could not be had.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The address.
    #[error("the address cannot be used: {0}")]
    Address(&'static str),
    /// A file address in a folder that is not on this machine.
    #[error("file addresses are only read when the data folder is on this machine too; give a web address")]
    FileElsewhere,
    /// The file or object.
    #[error("cannot read it: {0}; check that it is there and may be read")]
    Unreadable(io::Error),
    /// More bytes than a picture may have.
    #[error("it has more than {0} bytes; give a smaller one, or raise `most_bytes` under [pictures]")]
    TooLong(u64),
    /// More pixels than a picture may have.
    #[error(
        "it has {width} x {height} pixels, more than {most} in all; give a smaller one, or raise `most_pixels` \
             under [pictures]"
    )]
    TooManyPixels {
        /// Pixels of a row.
        width: u64,
        /// Rows.
        height: u64,
        /// The setting.
        most: u64,
    },
    /// None of the kinds that are read.
    #[error("it is no JPEG, PNG or WebP picture; give one of these")]
    UnknownKind,
    /// A picture that breaks off or does not keep to its kind's rules.
    #[error("it is damaged: {0}; save it again")]
    Damaged(String),
    /// The server answered, but not with a picture.
    #[error("the server answered {0}; check the address in a browser")]
    Status(u16),
    /// The server did not answer in time or broke off.
    #[error("it could not be fetched: {0}; check the address and the network")]
    Network(String),
    /// A model of the shop's own could not say anything of it.
    #[error("{0}")]
    Model(String),
    /// The address leads into a network that is not public.
    #[error(
        "{0} is not a public address; set `private_networks = true` under [pictures] where that is meant"
    )]
    Private(String),
}

impl PictureError {
    /// The name of the kind of error.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Address(_) | Self::FileElsewhere => "PictureAddressNotAllowed",
            Self::Unreadable(_) => "PictureNotFound",
            Self::TooLong(_) | Self::TooManyPixels { .. } => "PictureTooLarge",
            Self::UnknownKind => "PictureKindNotSupported",
            Self::Damaged(_) => "PictureDamaged",
            Self::Status(_) | Self::Network(_) => "PictureNotFetched",
            Self::Model(_) => "PictureNotUnderstood",
            Self::Private(_) => "PictureAddressPrivate",
        }
    }

    /// Whether asking again may help.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::Network(_) | Self::Status(408 | 425 | 429 | 500..=599))
    }
}
