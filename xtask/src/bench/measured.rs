//! JSON that a measuring program printed, read with errors that name the missing figure.

use serde_json::Value;

use crate::failure::Failure;

/// One document or a part of it.
#[derive(Debug, Clone)]
pub(crate) struct Measured(Value);

impl Measured {
    /// Reads one document.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        serde_json::from_str(text)
            .map(Self)
            .map_err(|e| Failure::new(format!("a measurement is not JSON: {e}\n{text}")))
    }

    /// Reads one document per line that starts with `{`; other lines are talk.
    pub(crate) fn parse_lines(text: &str) -> Result<Vec<Self>, Failure> {
        text.lines().filter(|line| line.starts_with('{')).map(Self::parse).collect()
    }

    /// The number at a path such as `/similar/wasm/p50`.
    pub(crate) fn number(&self, path: &str) -> Result<f64, Failure> {
        self.0.pointer(path).and_then(Value::as_f64).ok_or_else(|| self.lacks(path))
    }

    /// The text at a path.
    pub(crate) fn text(&self, path: &str) -> Result<String, Failure> {
        self.0.pointer(path).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| self.lacks(path))
    }

    /// The list at a path; the empty path is the document itself.
    pub(crate) fn list(&self, path: &str) -> Result<Vec<Self>, Failure> {
        let list = self.0.pointer(path).and_then(Value::as_array).ok_or_else(|| self.lacks(path))?;
        Ok(list.iter().cloned().map(Self).collect())
    }

    /// Names and values of the document's own fields.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.as_object().into_iter().flatten()
    }

    fn lacks(&self, path: &str) -> Failure {
        Failure::new(format!("a measurement lacks {path}: {}", self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_by_path() {
        let lines = Measured::parse_lines("talk\n{\"a\":{\"b\":1.5},\"c\":[{\"d\":\"x\"}]}\n").unwrap();
        assert_eq!(lines[0].number("/a/b"), Ok(1.5));
        assert_eq!(lines[0].list("/c").unwrap()[0].text("/d"), Ok("x".to_owned()));
        assert!(lines[0].number("/a/e").unwrap_err().to_string().contains("/a/e"));
    }
}
