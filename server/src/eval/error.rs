//! What is wrong with cases, and where.

/// Why nothing could be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvalError {
    /// A line that is no case.
    #[error("{path}:{line}: {message}")]
    Line {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong and what would be right.
        message: String,
    },
    /// A file without cases.
    #[error(
        "{path}: there are no cases; a line after the header is a case: its name, its context, its targets"
    )]
    Empty {
        /// The file.
        path: String,
    },
    /// A filter that cannot be read.
    #[error("`{text}` is no condition; write column=value, category=NAME or stock=yes")]
    Where {
        /// What was typed.
        text: String,
    },
    /// A list that no case can be about.
    #[error("`{list}` cannot be evaluated: {why}")]
    List {
        /// The list.
        list: &'static str,
        /// Why not.
        why: &'static str,
    },
}
