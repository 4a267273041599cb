//! What is wrong with a name, a place, a spec or a stack, and where.

/// A value that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResourceError {
    /// Text that is no name.
    #[error(
        "`{text}` is no name: 1 to {} of a-z, 0-9 and -, beginning and ending with a letter or a digit",
        super::Name::LONGEST
    )]
    Name {
        /// What was given, cut short.
        text: String,
    },
    /// Text that is no place.
    #[error(
        "`{text}` is no place: write `acme`, `acme/modelings/shop` or `acme/endpoints/web`, each name 1 to \
         {} of a-z, 0-9 and -",
        super::Name::LONGEST
    )]
    Place {
        /// What was given, cut short.
        text: String,
    },
    /// A spec, or a part of one.
    #[error("{}{message}", located(at))]
    Spec {
        /// JSON pointer to the part; empty for the whole.
        at: String,
        /// What is wrong and what would be right.
        message: String,
    },
    /// A stack file.
    #[error("{path}:{line}: {message}")]
    Stack {
        /// The file.
        path: String,
        /// Line of the fault, from 1.
        line: usize,
        /// What is wrong and what would be right.
        message: String,
    },
}

impl ResourceError {
    /// About the part of a spec at a JSON pointer.
    pub(super) fn spec(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Spec { at: at.into(), message: message.into() }
    }

    /// The same, further inside: what was at `/percent` is at `/steps/0/percent`.
    pub(super) fn below(self, prefix: &str) -> Self {
        match self {
            Self::Spec { at, message } => Self::Spec { at: format!("{prefix}{at}"), message },
            other => other,
        }
    }
}

fn located(at: &str) -> String {
    if at.is_empty() { String::new() } else { format!("at `{at}`: ") }
}

/// At most as much of `text` as an error may repeat, in one line.
pub(super) fn cut(text: &str) -> String {
    const MOST: usize = 80;
    let shown: String =
        text.chars().take(MOST).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(MOST).is_some() { shown + "…" } else { shown }
}
