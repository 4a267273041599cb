//! The rows of each entity, cleaned: one file per entity (two label entities share one).
//!
//! Each `read` takes the table of its entity and gives its values with the report about it. Order
//! and dependence between entities are decided above, in [`super::read`].

pub(super) mod config;
pub(super) mod images;
pub(super) mod interactions;
pub(super) mod items;
pub(super) mod labels;
pub(super) mod opted_out;

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
