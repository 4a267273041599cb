//! The settings that a folder may carry in `Reco_Config`.
//!
//! Five keys with their defaults; what the settings do is up to the stages that read them.

/// Settings of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Items released longer ago than this are no candidates of `trending`.
    pub trending_max_age_days: u32,
    /// How many days of interactions count for `trending`.
    pub trending_interval_days: u32,
    /// How many days of interactions count for `popular`.
    pub best_selling_interval_days: u32,
    /// Whether personal lists are wanted.
    pub personalization_enabled: bool,
    /// Whether every item id must be a GUID.
    pub item_id_as_guid: bool,
}

impl Config {
    /// What suits a shop that never had the contract: personal lists, and charts of the last months
    /// instead of the contract's 50 and 100 years.
    pub(super) fn of_other_shops() -> Self {
        Config {
            trending_interval_days: 30,
            best_selling_interval_days: 365,
            personalization_enabled: true,
            ..Config::default()
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            trending_max_age_days: 18_250,
            trending_interval_days: 18_250,
            best_selling_interval_days: 36_500,
            personalization_enabled: false,
            item_id_as_guid: false,
        }
    }
}
