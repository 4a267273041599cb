//! Long lists in pages, newest first: how much is wanted, from where on, and where the page that follows begins.
//!
//! The first thing of a page is the one after `before`, whatever was added meanwhile. Invariant: a page that is not
//! full is the last one.

use super::call::Call;
use super::error::{ApiError, Reason};
use crate::control::is_id;

/// Things on a page when nothing is said.
const USUAL: u32 = 100;
/// Things on a page at most.
pub(super) const LONGEST_PAGE: u32 = 1000;

/// What is wanted of a long list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// Most things.
    pub(super) limit: u32,
}

impl Page {
    /// What a call wants.
    pub(super) fn of(call: &Call) -> Result<Self, ApiError> {
        let Some(text) = call.query.get("limit") else { return Ok(Self { limit: USUAL }) };
        let limit = text.parse().ok().filter(|limit| (1..=LONGEST_PAGE).contains(limit));
        let wrong = || ApiError::new(Reason::BadRequest, format!("`limit` is 1 to {LONGEST_PAGE}"));
        limit.map(|limit| Self { limit }).ok_or_else(wrong)
    }

    /// The `next` of what was found, by the mark of its last thing.
    pub(super) fn next<T>(self, found: &[T], mark: impl Fn(&T) -> String) -> Option<String> {
        let whole = found.len() == self.limit as usize;
        found.last().filter(|_| whole).map(mark)
    }
}

/// The id before which a page begins.
pub(super) fn before_id(call: &Call) -> Result<Option<&str>, ApiError> {
    let before = call.query.get("before").map(String::as_str);
    match before {
        Some(text) if !is_id(text) => Err(wrong("before")),
        before => Ok(before),
    }
}

/// The number before which a page begins.
pub(super) fn before_number(call: &Call) -> Result<Option<i64>, ApiError> {
    number(call, "before")
}

/// The number that a page begins at.
pub(super) fn number(call: &Call, name: &str) -> Result<Option<i64>, ApiError> {
    let Some(text) = call.query.get(name) else { return Ok(None) };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.map(Some).ok_or_else(|| wrong(name))
}

/// What is wrong with a mark that no page gave.
pub(super) fn wrong(name: &str) -> ApiError {
    ApiError::new(Reason::BadRequest, format!("`{name}` is the `next` of the page before"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_not_full_is_the_last_one() {
        let page = Page { limit: 3 };
        let mark = |number: &i64| number.to_string();
        assert_eq!(page.next(&[9, 8, 7], mark), Some("7".to_owned()));
        assert_eq!(page.next(&[9, 8], mark), None);
        assert_eq!(page.next(&[], mark), None);
    }
}
