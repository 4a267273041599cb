//! What a shop counted of the lists that one model made: plain numbers, added up, of nobody.
//!
//! Values only: who may report them and what follows from them is decided elsewhere. Invariant of checked counts: none is
//! larger than what it is a part of, so that every share is between 0 and 1.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::ResourceError;

/// One report of a shop's pages is not about more than this.
const MOST: u64 = 1_000_000_000;

/// What was counted of one model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Counts {
    /// Lists that were asked for.
    #[schema(maximum = 1_000_000_000)]
    pub lists: u64,
    /// Of those, how many could not be made.
    pub failed: u64,
    /// Of those, how many came back empty.
    pub empty: u64,
    /// Of those, how many were filled up by a fallback.
    pub filled: u64,
    /// Of those, how many somebody chose an item from.
    pub chosen: u64,
    /// Items of lists that a device also made with the model of a shadow.
    #[schema(maximum = 1_000_000_000)]
    pub compared: u64,
    /// Of those, how many stood in both lists.
    pub shared: u64,
}

impl Counts {
    /// A part is not larger than the whole.
    pub fn check(&self) -> Result<(), ResourceError> {
        let parts = [
            ("/counts/failed", self.failed, self.lists),
            ("/counts/empty", self.empty, self.lists),
            ("/counts/filled", self.filled, self.lists),
            ("/counts/chosen", self.chosen, self.lists),
            ("/counts/shared", self.shared, self.compared),
        ];
        if let Some((at, ..)) = parts.iter().find(|(_, part, whole)| part > whole) {
            return Err(ResourceError::spec(*at, "a part is not larger than what it is a part of"));
        }
        if self.lists > MOST || self.compared > MOST {
            return Err(ResourceError::spec("/counts", format!("at most {MOST} of anything in one report")));
        }
        Ok(())
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.lists += more.lists;
        self.failed += more.failed;
        self.empty += more.empty;
        self.filled += more.filled;
        self.chosen += more.chosen;
        self.compared += more.compared;
        self.shared += more.shared;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_not_larger_than_the_whole() {
        let counts = Counts { lists: 10, empty: 10, compared: 5, shared: 5, ..Counts::default() };
        assert!(counts.check().is_ok());
        assert!(Counts { empty: 11, ..counts }.check().is_err());
        assert!(Counts { shared: 6, ..counts }.check().is_err());
        assert!(Counts { lists: MOST + 1, ..counts }.check().is_err());
    }
}
