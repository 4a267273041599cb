//! What a cook is told, put together from defaults, the folder, the settings file and the command line.
//!
//! Of several, the last in that order wins.

use std::{collections::BTreeMap, path::PathBuf};

use cookshelf_core::ListKind;

use crate::{
    contract::{Config, EventWeights, ReadOptions},
    pack::PackParams,
    pictures::PictureParams,
    settings::{
        self, ByteSize, Charts, DecayForm, Effort, LookModelFile, Settings, SettingsError, TextModelFile,
        Windows,
    },
    storage::{Storage, StorageError},
    train::{self, ChartParams, ColdParams, Decay, LookParams, TextParams, TrainParams},
};

/// The name of a modeling that was given none.
pub const DEFAULT_NAME: &str = "default";

/// What to cook, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct CookParams {
    /// The modeling's name.
    pub name: String,
    /// Currency of prices, or empty.
    pub currency: String,
    /// Address of an item's page with `{id}` in it, or empty.
    pub address: String,
    /// Unix seconds of this cook; only the manifest and the logs show it.
    pub now: i64,
    /// How long the manifest may be believed.
    pub valid_seconds: i64,
    /// Bits per neighbour weight, 4 or 8.
    pub weight_bits: u8,
    /// Bits per factor value, 4 or 8.
    pub factor_bits: u8,
    /// How the folder is read.
    pub read: ReadOptions,
    /// Settings of training; windows are those of `Reco_Config` where `windows` says nothing.
    pub train: TrainParams,
    /// Settings of text likeness.
    pub text: TextParams,
    /// Settings of look likeness.
    pub look: LookParams,
    /// What is borrowed for items that shoppers say too little of.
    pub cold: ColdParams,
    /// A model of the shop's own that compares texts.
    pub text_model: TextModelFile,
    /// One that compares pictures.
    pub look_model: LookModelFile,
    /// What pictures may take.
    pub pictures: PictureParams,
    /// Windows that win over `Reco_Config`.
    pub windows: Windows,
    /// Lists that are switched on or off by hand.
    pub lists: Vec<(ListKind, bool)>,
    /// How much work it may be to find settings that suit the shop.
    pub tune: Effort,
    /// Settings of training that are given, by name: they are not tuned.
    pub pinned: BTreeMap<String, f32>,
    /// Whether the lists are asked about data that is hidden from them first.
    pub hold_out: bool,
    /// Whether a list that loses there stops the cook.
    pub gate: bool,
    /// Bytes of an item that `picks` may take; by the number of items when not given.
    pub picks_bytes_per_item: Option<u32>,
    /// Larger models are not published.
    pub model_budget: Option<ByteSize>,
    /// Whether the report also names sample items, and says how ready each list is: what a page for people shows.
    pub samples: bool,
}

/// Why the settings of a folder could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ReadSettingsError {
    /// The file.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// What it says.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// The settings file of a folder, or the defaults where there is none.
pub fn read_settings(storage: &Storage) -> Result<Settings, ReadSettingsError> {
    let path = settings::FILE_NAME;
    if storage.find(path)?.is_none() {
        return Ok(Settings::default());
    }
    let shown = storage.join(path);
    let refused = |message: &str| SettingsError { path: shown.clone(), line: 1, message: message.to_owned() };
    let bytes = storage.read_small(path, settings::LARGEST)?;
    let bytes = bytes.ok_or_else(|| refused("the file is larger than any settings"))?;
    let text = String::from_utf8(bytes).map_err(|_| refused("the file is not UTF-8 text"))?;
    Ok(Settings::read(&text, &shown)?)
}

impl CookParams {
    /// The defaults of every cook.
    pub fn new(now: i64) -> Self {
        CookParams {
            name: DEFAULT_NAME.to_owned(),
            currency: String::new(),
            address: String::new(),
            now,
            valid_seconds: 30 * 86_400,
            weight_bits: 4,
            factor_bits: 4,
            read: ReadOptions::default(),
            train: TrainParams::recommended(),
            text: TextParams::default(),
            look: LookParams::default(),
            cold: ColdParams::default(),
            text_model: TextModelFile::default(),
            look_model: LookModelFile::default(),
            pictures: PictureParams::default(),
            windows: Windows::default(),
            lists: Vec::new(),
            tune: Effort::Off,
            pinned: BTreeMap::new(),
            hold_out: false,
            gate: false,
            picks_bytes_per_item: None,
            model_budget: None,
            samples: false,
        }
    }

    /// Takes over whatever the settings say.
    pub fn apply(&mut self, settings: &Settings) {
        set(&mut self.name, settings.name.clone());
        set(&mut self.currency, settings.currency.clone());
        set(&mut self.address, settings.address.clone());
        set(&mut self.train.privacy_floor, settings.privacy_floor);
        let keep = &settings.keep;
        let sizes = [
            ("similar.kept", keep.similar),
            ("together.kept", keep.together),
            ("factors.dims", keep.picks_dims),
        ];
        let given = sizes.into_iter().filter_map(|(name, size)| Some((name.to_owned(), size? as f32)));
        self.pinned.extend(given);
        self.text_model = settings.text.clone();
        self.look_model = settings.look.clone();
        set(&mut self.text.kept, keep.text);
        set(&mut self.look.kept, keep.look);
        set(&mut self.train.charts.overall, keep.charts);
        set(&mut self.train.charts.per_category, keep.category_charts);
        set_charts(&mut self.train.charts, &settings.charts);
        set(&mut self.weight_bits, keep.weight_bits);
        set(&mut self.factor_bits, keep.factor_bits);
        set(&mut self.cold.fill, settings.cold.fill);
        set(&mut self.cold.enough, settings.cold.enough);
        set(&mut self.cold.quota, settings.cold.quota);
        let (pictures, said) = (&mut self.pictures, &settings.pictures);
        set(&mut pictures.most_bytes, said.most_bytes.map(|size| size.0));
        set(&mut pictures.most_pixels, said.most_pixels);
        set(&mut pictures.seconds, said.seconds);
        set(&mut pictures.private_networks, said.private_networks);
        pictures.cache = said.cache.as_ref().map(PathBuf::from).or(pictures.cache.take());
        if !settings.events.is_empty() {
            self.read.weights = EventWeights::with(&settings.events);
        }
        let wanted = |list: ListKind| settings.wants(list).map(|wanted| (list, wanted));
        self.lists.extend(ListKind::ALL.into_iter().filter_map(wanted));
        self.windows = settings.windows.clone();
        set(&mut self.tune, settings.tune);
        for (list, values) in &settings.training {
            self.pinned.extend(values.iter().map(|(name, value)| (format!("{list}.{name}"), *value as f32)));
        }
        self.picks_bytes_per_item = settings.budget.picks_bytes_per_item.or(self.picks_bytes_per_item);
        self.model_budget = settings.budget.model.or(self.model_budget);
    }

    /// Whether a list was switched off by hand.
    pub fn is_off(&self, list: ListKind) -> bool {
        self.switch(list) == Some(false)
    }

    /// Whether `picks` are made: a switch wins over `PersonalizationEnabled`.
    pub fn wants_picks(&self, config: &Config) -> bool {
        self.switch(ListKind::Picks).unwrap_or(config.personalization_enabled)
    }

    fn switch(&self, list: ListKind) -> Option<bool> {
        self.lists.iter().rev().find(|(named, _)| *named == list).map(|(_, on)| *on)
    }

    /// Bytes of an item that `picks` may take. A shopper's browser loads them for all items at once, so that larger
    /// shops have to do with fewer: 200 kB in all, as far as that leaves lists worth showing.
    pub(super) fn picks_bytes(&self, items: usize) -> f32 {
        const WHOLE: f32 = 200_000.0;
        const RANGE: (f32, f32) = (20.0, 80.0);
        let usual = (WHOLE / items.max(1) as f32).clamp(RANGE.0, RANGE.1);
        self.picks_bytes_per_item.map_or(usual, |bytes| bytes as f32)
    }

    /// Settings of training for a folder with this `Reco_Config`.
    pub fn train_params(&self, config: &Config) -> TrainParams {
        let mut train = self.train.clone();
        let (windows, charts) = (&self.windows, &mut train.charts);
        charts.trending_max_age_days = windows.trending_max_age_days.unwrap_or(config.trending_max_age_days);
        charts.trending_interval_days = windows.trending_days.unwrap_or(config.trending_interval_days);
        charts.best_selling_interval_days = windows.popular_days.unwrap_or(config.best_selling_interval_days);
        train.wanted.picks = self.wants_picks(config);
        train.wanted.similar = !self.is_off(ListKind::Similar);
        train.wanted.together = !self.is_off(ListKind::Together);
        train.wanted.next = !self.is_off(ListKind::Next);
        train.wanted.again = !self.is_off(ListKind::Again);
        train
    }

    /// Charts without those that are switched off.
    pub(super) fn wanted_charts(&self, charts: train::Charts) -> train::Charts {
        let chart = |list, chart| if self.is_off(list) { train::Chart::default() } else { chart };
        train::Charts {
            popular: chart(ListKind::Popular, charts.popular),
            trending: chart(ListKind::Trending, charts.trending),
            new: chart(ListKind::New, charts.new),
            channels: charts.channels,
        }
    }

    pub(super) fn pack_params(&self, train: &TrainParams, as_of: i64) -> PackParams {
        let setting = |name: &str, value: String| (name.to_owned(), value);
        PackParams {
            name: self.name.clone(),
            currency: self.currency.clone(),
            address: self.address.clone(),
            weight_bits: self.weight_bits,
            factor_bits: self.factor_bits,
            privacy_floor: train.privacy_floor,
            as_of,
            settings: vec![
                setting("similar.kept", train.similar.kept.to_string()),
                setting("together.kept", train.together.kept.to_string()),
                setting("factors.dims", train.factors.dims.to_string()),
                setting("factors.rounds", train.factors.rounds.to_string()),
                setting("weight bits", self.weight_bits.to_string()),
                setting("factor bits", self.factor_bits.to_string()),
            ],
        }
    }
}

fn set_charts(own: &mut ChartParams, said: &Charts) {
    set(&mut own.popular_minimum, said.popular.minimum_shoppers);
    set(&mut own.trending_minimum, said.trending.minimum_shoppers);
    let decay = said.trending.decay.map(|form| match form {
        DecayForm::Exponential => Decay::Exponential,
        DecayForm::Linear => Decay::Linear,
        DecayForm::Power => Decay::Power,
        DecayForm::None => Decay::None,
    });
    set(&mut own.decay, decay);
    own.half_life_days = said.trending.half_life_days.or(own.half_life_days);
}

fn set<T: Clone>(own: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *own = said;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_are_made_as_the_settings_say_and_else_as_ever() {
        let charts = |text: &str| {
            let mut params = CookParams::new(0);
            params.apply(&Settings::read(text, "cookshelf.toml").unwrap());
            params.train_params(&Config::default()).charts
        };
        let usual = charts("");
        assert_eq!((usual.decay, usual.half_life_days), (Decay::Exponential, None));
        assert_eq!((usual.popular_minimum, usual.trending_minimum), (1, 1));
        let said = charts(
            "[charts.trending]\ndecay = \"power\"\nhalf_life_days = 7\nminimum_shoppers = 9\n\
            [charts.popular]\nminimum_shoppers = 3\n[windows]\ntrending_days = 30\n",
        );
        let expected = ChartParams {
            decay: Decay::Power,
            half_life_days: Some(7.0),
            trending_minimum: 9,
            popular_minimum: 3,
            trending_interval_days: 30,
            ..usual
        };
        assert_eq!(said, expected);
    }
}
