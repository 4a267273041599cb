//! The rows of each entity, cleaned: one file per entity, or per pair that belongs together.
//!
//! Each `read` takes the table of its entity and gives its values with the report about it. Order
//! and dependence between entities are decided above, in [`super::read`].

pub(super) mod availabilities;
pub(super) mod config;
pub(super) mod images;
pub(super) mod interactions;
pub(super) mod items;
pub(super) mod labels;
mod list_names;
pub(super) mod named_lists;
pub(super) mod opted_out;
pub(super) mod overrides;
pub(super) mod scenes;
mod scopes;
mod span;
mod twice;

use super::report::{EntityReport, Report};

/// Values of an entity and the report about its rows.
pub(super) struct Cleaned<T> {
    pub(super) values: T,
    pub(super) report: EntityReport,
}

impl Report {
    /// Files the report of an entity and gives its values.
    pub(super) fn take<T>(&mut self, cleaned: Cleaned<T>) -> T {
        self.entities.push(cleaned.report);
        cleaned.values
    }
}
