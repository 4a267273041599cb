//! What is wrong with a settings file, and on which line.

/// Why settings were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}: {message}")]
pub struct SettingsError {
    /// The file.
    pub path: String,
    /// Line of the fault, from 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

impl SettingsError {
    /// From the parser, which knows the place as bytes.
    pub(super) fn new(text: &str, path: &str, error: &toml::de::Error) -> Self {
        let at = error.span().map_or(0, |span| span.start).min(text.len());
        let line = 1 + text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
        let found = text.lines().nth(line - 1).unwrap_or_default().trim();
        let message = error.message().trim_end().replace('\n', "; ");
        let message = if found.is_empty() { message } else { format!("`{found}`: {message}") };
        Self { path: path.to_owned(), line, message }
    }

    /// About the first line that sets `key`.
    pub(super) fn of_key(text: &str, path: &str, key: &str, message: String) -> Self {
        let sets = |line: &str| {
            let name = line.split('=').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
            line.contains('=') && name.rsplit('.').next() == Some(key)
        };
        let line = text.lines().position(sets).map_or(1, |line| line + 1);
        Self { path: path.to_owned(), line, message }
    }
}
