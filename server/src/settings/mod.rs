//! What an operator may set in `cookshelf.toml`, beside the data or given by hand.
//!
//! Every setting has a default, so no file is needed. It reads text and gives values; which of
//! several wins (defaults, the folder's own `Reco_Config`, this file, the command line) is decided by
//! whoever puts them together. A key that is not known here is refused, with its line.

mod bytes;
mod charts;
mod error;
mod models;

use std::collections::BTreeMap;

use cookshelf_core::ListKind;
use serde::Deserialize;

pub use bytes::ByteSize;
pub use charts::{Charts, DecayForm, PopularChart, TrendingChart};
pub use error::SettingsError;
pub use models::{LookModelFile, TextModelFile};

/// The name of the file beside the data.
pub const FILE_NAME: &str = "cookshelf.toml";
/// Larger files are no settings.
pub const LARGEST: u64 = 1 << 20;

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The modeling's name.
    pub name: Option<String>,
    /// Currency of the prices.
    pub currency: Option<String>,
    /// Address of an item's page, with `{id}` in it.
    pub address: Option<String>,
    /// No statistic about fewer distinct shoppers than this enters the model.
    pub privacy_floor: Option<u32>,
    /// Which lists are made; all that the data allows when a list is not named.
    pub lists: BTreeMap<String, bool>,
    /// How much work it may be to find settings that suit the shop.
    pub tune: Option<Effort>,
    /// Settings of training by list and name, as a cook's report gives them: these are not tuned.
    pub training: BTreeMap<String, BTreeMap<String, f64>>,
    /// How much is kept.
    pub keep: Keep,
    /// What is done for items that shoppers say too little of.
    pub cold: Cold,
    /// Which stretches of time count.
    pub windows: Windows,
    /// How the charts are made.
    pub charts: Charts,
    /// How texts are compared.
    pub text: TextModelFile,
    /// How pictures are compared.
    pub look: LookModelFile,
    /// What pictures may take.
    pub pictures: Pictures,
    /// What may be used up.
    pub budget: Budget,
    /// How much an event of each name says about a shopper; 0 leaves it out, below 0 it is a dislike.
    pub events: BTreeMap<String, f64>,
}

/// How much work it may be to find settings that suit the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// None: the recommended settings are taken.
    #[default]
    Off,
    /// Each setting is looked at once.
    Quick,
    /// Settings are looked at again until none helps any more.
    Full,
}

/// How much is kept of what was learned.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keep {
    /// Neighbours per item for `similar`.
    pub similar: Option<usize>,
    /// Neighbours per item for `together`.
    pub together: Option<usize>,
    /// Neighbours per item for `text`.
    pub text: Option<usize>,
    /// Neighbours per item for `look`.
    pub look: Option<usize>,
    /// Values per item for `picks`.
    pub picks_dims: Option<usize>,
    /// Places of the overall charts.
    pub charts: Option<usize>,
    /// Places of the chart of one category or channel.
    pub category_charts: Option<usize>,
    /// Bits per neighbour weight, 4 or 8.
    pub weight_bits: Option<u8>,
    /// Bits per factor value, 4 or 8.
    pub factor_bits: Option<u8>,
}

/// What is done for items that are new, or below the privacy floor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cold {
    /// Whether their rows and factors are borrowed from what they are like.
    pub fill: Option<bool>,
    /// Rows shorter than this are filled up to it.
    pub enough: Option<usize>,
    /// Most items that nothing shows yet in a row of another item; 0 shows none.
    pub quota: Option<usize>,
}

/// Limits of reading pictures, for `look`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pictures {
    /// Size of one file.
    pub most_bytes: Option<ByteSize>,
    /// Pixels of one picture.
    pub most_pixels: Option<u64>,
    /// Seconds for one answer from the web.
    pub seconds: Option<u64>,
    /// Whether addresses of private networks, and proxies, may be used.
    pub private_networks: Option<bool>,
    /// Folder that keeps pictures from the web.
    pub cache: Option<String>,
}

/// Which stretches of time count; each wins over its key in `Reco_Config`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Windows {
    /// Days of interactions that count for `popular`.
    pub popular_days: Option<u32>,
    /// Days of interactions that count for `trending`.
    pub trending_days: Option<u32>,
    /// Oldest age of a trending item in days.
    pub trending_max_age_days: Option<u32>,
}

/// What a cook may use up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// Memory of the cook.
    pub memory: Option<ByteSize>,
    /// Size of the model; a larger one is not published.
    pub model: Option<ByteSize>,
    /// Bytes of an item that `picks` may take, after compression.
    pub picks_bytes_per_item: Option<u32>,
}

impl Settings {
    /// Reads the text of a settings file; `path` is only for messages.
    pub fn read(text: &str, path: &str) -> Result<Self, SettingsError> {
        let settings: Self = toml::from_str(text).map_err(|error| SettingsError::new(text, path, &error))?;
        settings.checked(text, path)
    }

    /// Whether a list is wanted; `None` when the file does not say.
    pub fn wants(&self, list: ListKind) -> Option<bool> {
        self.lists.get(list.name()).copied()
    }

    fn checked(self, text: &str, path: &str) -> Result<Self, SettingsError> {
        let wrong = |key: &str, message: String| Err(SettingsError::of_key(text, path, key, message));
        let known = ListKind::ALL.map(ListKind::name);
        if let Some(name) = self.lists.keys().find(|name| !known.contains(&name.as_str())) {
            return wrong(name, format!("there is no list `{name}`; lists are {}", known.join(", ")));
        }
        if let Some((name, weight)) = self.events.iter().find(|(_, weight)| !weight.is_finite()) {
            return wrong(name, format!("the weight {weight} is no finite number"));
        }
        let mut training = self.training.values().flatten();
        if let Some((name, value)) = training.find(|(_, value)| !value.is_finite()) {
            return wrong(name, format!("{value} is no finite number"));
        }
        for (key, bits) in [("weight_bits", self.keep.weight_bits), ("factor_bits", self.keep.factor_bits)] {
            if bits.is_some_and(|bits| bits != 4 && bits != 8) {
                return wrong(key, format!("{key} is 4 or 8"));
            }
        }
        for (key, kept) in [("text", self.keep.text), ("look", self.keep.look)] {
            if kept.is_some_and(|kept| !(1..=255).contains(&kept)) {
                return wrong(key, format!("{key} is 1 to 255"));
            }
        }
        if self.cold.enough.is_some_and(|enough| !(1..=255).contains(&enough)) {
            return wrong("enough", "enough is 1 to 255; `fill = false` borrows nothing".to_owned());
        }
        if self.privacy_floor == Some(0) {
            return wrong(
                "privacy_floor",
                "privacy_floor is at least 1; 1 switches the floor off".to_owned(),
            );
        }
        if self.address.as_deref().is_some_and(|address| !address.is_empty() && !address.contains("{id}")) {
            return wrong("address", "address has {id} where the item's id goes".to_owned());
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_is_read() {
        let text = "currency = \"EUR\"\nprivacy_floor = 10\n[lists]\npicks = false\n[keep]\nsimilar = 32\n\
            [windows]\ntrending_days = 14\n[budget]\nmemory = \"8 GiB\"\nmodel = 5000000\n\
            [events]\nview_item = 0.5\nremove_from_cart = -1\n";
        let settings = Settings::read(text, "cookshelf.toml").unwrap();
        assert_eq!((settings.wants(ListKind::Picks), settings.wants(ListKind::Similar)), (Some(false), None));
        assert_eq!(settings.budget.memory, Some(ByteSize(8 << 30)));
        assert_eq!(settings.budget.model, Some(ByteSize(5_000_000)));
        assert_eq!((settings.windows.trending_days, settings.keep.similar), (Some(14), Some(32)));
        assert_eq!(settings.events["remove_from_cart"], -1.0);
        assert_eq!(Settings::read("", "x").unwrap(), Settings::default());
    }

    #[test]
    fn faults_name_their_line() {
        let cases = [
            ("name = \"a\"\nprivcy_floor = 3\n", "cookshelf.toml:2", "privcy_floor"),
            ("[keep]\nsimilar = \"many\"\n", "cookshelf.toml:2", "similar"),
            ("[lists]\n\npikcs = true\n", "cookshelf.toml:3", "no list `pikcs`"),
            ("[keep]\nweight_bits = 5\n", "cookshelf.toml:2", "4 or 8"),
            ("[budget]\nmemory = \"8 potatoes\"\n", "cookshelf.toml:2", "8 GiB"),
            ("[lists]\nlook = true\n[keep]\nsimilar = 9\ntext = 256\n", "cookshelf.toml:5", "1 to 255"),
            ("[pictures]\nmost_bytes = \"x\"\n", "cookshelf.toml:2", "8 GiB"),
            ("[cold]\nfill = true\nenough = 0\n", "cookshelf.toml:3", "1 to 255"),
            ("privacy_floor = 0", "cookshelf.toml:1", "at least 1"),
            ("address = \"/p/\"", "cookshelf.toml:1", "{id}"),
            ("a = = 1", "cookshelf.toml:1", ""),
        ];
        for (text, place, words) in cases {
            let error = Settings::read(text, "cookshelf.toml").unwrap_err().to_string();
            assert!(error.starts_with(place) && error.contains(words), "{text:?}: {error}");
        }
    }
}
