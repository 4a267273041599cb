//! Why bytes are not a model: one enum, with what was found and where.

use core::fmt;

use crate::kind::SectionKind;

/// Bytes that cannot be used. Every variant says what to do by its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatError {
    /// The bytes end before the thing they announce.
    Truncated {
        /// Bytes needed.
        needed: u64,
        /// Bytes there.
        found: u64,
    },
    /// The first bytes are not ours: a text file, an error page, another format.
    NotOurs,
    /// Written by another major version.
    Version {
        /// Major version of the bytes.
        major: u16,
        /// Minor version of the bytes.
        minor: u16,
    },
    /// A checksum does not match: the bytes were damaged on their way.
    Checksum {
        /// Which part.
        part: &'static str,
    },
    /// A critical section this reader does not know.
    UnknownCritical {
        /// Its kind number.
        kind: u16,
    },
    /// A rule of the container is broken.
    Container {
        /// The broken rule.
        rule: &'static str,
    },
    /// A rule of one section is broken.
    Section {
        /// The section.
        kind: SectionKind,
        /// The broken rule.
        rule: &'static str,
    },
    /// Too large for the format.
    TooLarge {
        /// What is too large.
        what: &'static str,
    },
}

impl FormatError {
    /// A broken rule of `kind`. A browser only says of which: all the rules are a kilobyte of text, and `cookshelf inspect`
    /// tells them.
    pub(crate) fn section(kind: SectionKind, rule: &'static str) -> Self {
        Self::Section { kind, rule: if cfg!(target_family = "wasm") { "" } else { rule } }
    }

    /// What is wrong in a few words, for a browser, where formatting a message costs another kilobyte.
    pub fn brief(&self) -> &'static str {
        match self {
            Self::Truncated { .. } => "the bytes end too early",
            Self::NotOurs => "these are not Cookshelf bytes",
            Self::Version { .. } | Self::UnknownCritical { .. } => "a newer format; update cookshelf",
            Self::Checksum { .. } => "the checksum does not match",
            Self::Container { rule } => rule,
            Self::Section { kind, .. } => kind.name(),
            Self::TooLarge { what } => what,
        }
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { needed, found } => {
                write!(f, "the bytes end too early: {needed} needed, {found} there; fetch the blob again")
            }
            Self::NotOurs => f.write_str("these are not Cookshelf bytes; check the address they came from"),
            Self::Version { major, minor } => write!(
                f,
                "format {major}.{minor} is not readable by this version, which reads {}.x; update cookshelf",
                super::MAJOR
            ),
            Self::Checksum { part } => write!(f, "the checksum of the {part} does not match; fetch it again"),
            Self::UnknownCritical { kind } => {
                write!(f, "section kind {kind} is needed but unknown to this version; update cookshelf")
            }
            Self::Container { rule } => write!(f, "broken container: {rule}"),
            Self::Section { kind, rule } => write!(f, "broken section `{}`: {rule}", kind.name()),
            Self::TooLarge { what } => write!(f, "{what} is too large for the format"),
        }
    }
}

impl core::error::Error for FormatError {}
