//! Why training could not start.
//!
//! Training itself cannot fail: everything that could go wrong is looked for
//! before the first count. Invariant: every message names the column and row,
//! or the setting, that has to change.

/// Input that training refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    /// The columns of the interactions do not belong together.
    #[error("interaction column `{column}` has {found} rows but `item` has {expected}: fill every column")]
    Columns {
        /// The odd column.
        column: &'static str,
        /// Its length.
        found: usize,
        /// The length of the item column.
        expected: usize,
    },
    /// A number points past the end of what it numbers.
    #[error("interaction row {row}: `{column}` is {found} but there are only {limit}: number them from 0")]
    OutOfRange {
        /// Place in the columns, from 0.
        row: usize,
        /// The column.
        column: &'static str,
        /// The number found.
        found: u32,
        /// How many there are.
        limit: usize,
    },
    /// A strength that is no number above zero.
    #[error(
        "interaction row {row}: strength {found} is not a finite number of 0 or more: clean it when reading"
    )]
    Strength {
        /// Place in the columns, from 0.
        row: usize,
        /// The strength found.
        found: String,
    },
    /// A setting that there is not.
    #[error("there is no setting `{name}` under [training]; there are {known}")]
    UnknownSetting {
        /// The name found.
        name: String,
        /// All names.
        known: String,
    },
    /// An item names a category that does not exist.
    #[error("item {item} names category {category} but there are only {limit}: number them from 0")]
    Category {
        /// Place of the item in the catalogue.
        item: usize,
        /// The number found.
        category: u32,
        /// How many categories there are.
        limit: usize,
    },
    /// More items than a model can number.
    #[error("the catalogue has {found} items but a model numbers at most {limit}: split it")]
    TooManyItems {
        /// Items in the catalogue.
        found: usize,
        /// Most that fit.
        limit: usize,
    },
    /// A setting outside its range.
    #[error("training setting `{name}` is {value}: give it {expected}")]
    Setting {
        /// The field of `TrainParams`.
        name: &'static str,
        /// What it was.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
}
