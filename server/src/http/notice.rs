//! What a server tells the person who started it.
//!
//! The room itself prints nothing and keeps no log; whoever starts it decides what to show.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::ServeError;

/// One thing worth telling. `Display` gives a plain sentence without a full stop.
#[derive(Debug)]
#[non_exhaustive]
pub enum Notice {
    /// One more file is verified, compressed and in memory.
    Loaded {
        /// Files ready so far, of this load.
        done: usize,
        /// Files of this load.
        of: usize,
    },
    /// A blob's bytes do not hash to its name; it is not served.
    BlobRefused {
        /// The damaged file.
        path: PathBuf,
    },
    /// A newer manifest is now served.
    Published {
        /// Blobs that came with it.
        new_blobs: usize,
    },
    /// A newer manifest cannot be served; the one before stays.
    PublishRefused {
        /// Why.
        reason: ServeError,
    },
    /// Something in the shop folder that is neither file nor folder (such as a symbolic link) is not served.
    ShopFileSkipped {
        /// What was skipped.
        path: PathBuf,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::Loaded { done, of } => write!(f, "{done} of {of} files ready"),
            Notice::BlobRefused { path } => {
                write!(
                    f,
                    "{}: its bytes do not match its name, so it is not served; cook again",
                    path.display()
                )
            }
            Notice::Published { new_blobs } => {
                write!(f, "a newer manifest is served ({new_blobs} new blobs)")
            }
            Notice::PublishRefused { reason } => {
                write!(f, "the newer manifest is not served, the one before stays: {reason}")
            }
            Notice::ShopFileSkipped { path } => {
                write!(f, "{}: not a plain file, so it is not served", path.display())
            }
        }
    }
}

/// Where notices go; by default nowhere. Called from several threads.
#[derive(Clone, Default)]
pub struct Notices(Option<Arc<Listener>>);

type Listener = dyn Fn(&Notice) + Send + Sync;

impl Notices {
    /// Sends every notice to `listener`.
    pub fn to(listener: impl Fn(&Notice) + Send + Sync + 'static) -> Notices {
        Notices(Some(Arc::new(listener)))
    }

    pub(super) fn tell(&self, notice: &Notice) {
        if let Some(listener) = &self.0 {
            listener(notice);
        }
    }
}

impl fmt::Debug for Notices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Notices(heard)" } else { "Notices(unheard)" })
    }
}
