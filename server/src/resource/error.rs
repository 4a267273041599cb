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
}

/// At most as much of `text` as an error may repeat, in one line.
pub(super) fn cut(text: &str) -> String {
    const MOST: usize = 80;
    let shown: String =
        text.chars().take(MOST).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(MOST).is_some() { shown + "…" } else { shown }
}
