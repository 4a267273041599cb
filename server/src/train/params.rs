//! Every number that steers training, in one place.
//!
//! Deliberately holds no data-set names and no per-shop presets: the same
//! recommended values serve every shop, and what differs between shops is
//! expressed relative to the data (multiples of the mean row length, parts of
//! the time span). Invariant: a `TrainParams` that passed [`TrainParams::check`]
//! cannot make training divide by zero or loop without end.

use cookshelf_core::ListKind;

use super::error::TrainError;
use super::rows::LONGEST_ROW;

/// What training may be told.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainParams {
    /// Fewest distinct shoppers (the group counts where a row names no shopper) that an item needs to enter a
    /// chart or the factors, and that a pair needs to become neighbours. 1 switches the floor off.
    pub privacy_floor: u32,
    /// Most items of one shopper or basket that are counted, the newest ones; bounds the work of one odd row.
    pub longest_history: usize,
    /// People who chose this also chose: rows are shoppers.
    pub similar: RidgeParams,
    /// Bought together: rows are baskets.
    pub together: RidgeParams,
    /// What comes next in a session.
    pub next: NextParams,
    /// Rows for `picks`, added to its factors: rows are shoppers.
    pub picks: PickParams,
    /// Item factors for `picks`.
    pub factors: FactorParams,
    /// Buying again.
    pub again: AgainParams,
    /// The charts that need no shopper.
    pub charts: ChartParams,
    /// What is learned at all.
    pub wanted: Wanted,
}

/// Lists that cost time and bytes, and whether they are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Item factors.
    pub picks: bool,
    /// People who chose this also chose.
    pub similar: bool,
    /// Bought together.
    pub together: bool,
    /// What comes next in a session.
    pub next: bool,
    /// How often things are bought again.
    pub again: bool,
}

impl Wanted {
    /// The lists that are wanted, in the order in which they are learned.
    pub fn lists(self) -> Vec<ListKind> {
        let lists = [
            (ListKind::Similar, self.similar),
            (ListKind::Together, self.together),
            (ListKind::Next, self.next),
            (ListKind::Picks, self.picks),
            (ListKind::Again, self.again),
        ];
        lists.into_iter().filter(|(_, wanted)| *wanted).map(|(list, _)| list).collect()
    }
}

/// Settings of one item-item ridge regression.
#[derive(Debug, Clone, PartialEq)]
pub struct RidgeParams {
    /// Most seeds that keep a weight for one target.
    pub kept: usize,
    /// Most candidate seeds looked at for one target, by cosine.
    pub candidates: usize,
    /// λ, in rows of weight 1: a seed held by this many rows has its weight halved, one held by many keeps it.
    /// Not relative to the data, on purpose: it suits dense and sparse shops alike, and a few more interactions
    /// cannot move the weights of the whole shop.
    pub ridge: f32,
    /// δ, how much of its own weight each seed is held back by, as if that often a seed were missing from a row:
    /// what is chosen often shall not rely on what is chosen with it.
    pub dropout: f32,
    /// Rows are scaled by (row length)^-scaling, so that long histories do not drown short ones.
    pub scaling: f32,
    /// Seeds are weakened by (how often they were chosen)^damping: what everybody has says little.
    pub damping: f32,
    /// How fast what is older counts less: a row counts half at the age of `1 / fading` of the whole time; 0 for never.
    pub fading: f32,
}

/// Settings of the transitions within sessions.
#[derive(Debug, Clone, PartialEq)]
pub struct NextParams {
    /// Steps before and after an item that count.
    pub window: usize,
    /// What each step further off counts as a multiple of the one before.
    pub decay: f32,
    /// What a step backwards counts as a multiple of one forwards.
    pub backwards: f32,
    /// Rows are divided by (their sum)^scaling: 1 makes all items speak alike, 0 lets frequent ones speak louder.
    pub scaling: f32,
    /// Weight of what is reached over another item; 0 for none.
    pub hops: f32,
    /// How fast what is older counts less, as in [`RidgeParams`].
    pub fading: f32,
    /// Most neighbours of one item.
    pub kept: usize,
    /// What each item of a session weighs as a multiple of the next newer one.
    pub step: f32,
    /// What an item of the session speaks for itself.
    pub own: f32,
}

/// Settings of buying again.
#[derive(Debug, Clone, PartialEq)]
pub struct AgainParams {
    /// What an item counts that was bought just now, against one that is due.
    pub start: f32,
    /// How fast an overdue item counts less: it counts half when it is `1 / fading` intervals late.
    pub fading: f32,
    /// How many gaps of a shopper's own the typical interval is worth.
    pub trust: f32,
    /// How many buyers of an item the share of its category is worth.
    pub smoothing: f32,
}

/// Settings of the rows that are added to the factors of `picks`.
#[derive(Debug, Clone, PartialEq)]
pub struct PickParams {
    /// The regression.
    pub rows: RidgeParams,
    /// What the rows weigh against the factors; 0 for none.
    pub blend: f32,
    /// What each item of a profile weighs as a multiple of the next newer one.
    pub step: f32,
}

/// Settings of the implicit alternating least squares.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorParams {
    /// Values per item; 0 for no factors.
    pub dims: usize,
    /// Alternations of shoppers and items.
    pub rounds: usize,
    /// Weight of an item that a shopper did not choose, against 1 for a chosen one.
    pub alpha0: f32,
    /// λ of each side as a multiple of its mean row length, so that sparse shops are not flattened to zero.
    pub ridge: f32,
    /// What each item of a profile weighs as a multiple of the next newer one.
    pub step: f32,
    /// Fewest distinct (shopper, item) pairs worth factorising; below, there are no factors.
    pub minimum: usize,
}

/// Depths and windows of the charts; the windows are keys of `Reco_Config`.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartParams {
    /// Places of an overall chart.
    pub overall: usize,
    /// Places of a chart of one category or one channel.
    pub per_category: usize,
    /// `TrendingListMaxAgeDays`: oldest release date of a trending item.
    pub trending_max_age_days: u32,
    /// `TrendingListTransactionsIntervalDays`: interactions that count for trending.
    pub trending_interval_days: u32,
    /// `BestSellingListTransactionsIntervalDays`: interactions that count for popular.
    pub best_selling_interval_days: u32,
    /// Fewest distinct shoppers of a popular item; the privacy floor holds besides.
    pub popular_minimum: u32,
    /// Fewest distinct shoppers of a trending item; the privacy floor holds besides.
    pub trending_minimum: u32,
    /// How the worth of an interaction fades for trending.
    pub decay: Decay,
    /// The age at which it is worth half; a part of the time in question when not given.
    pub half_life_days: Option<f64>,
}

/// How the worth of an interaction fades with its age; each is worth half at its half-life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decay {
    /// Half again with every half-life.
    Exponential,
    /// Down in a straight line, to nothing at two half-lives.
    Linear,
    /// `1 / (1 + half-lives)`: fast at first, then slower and slower.
    Power,
    /// Not at all.
    None,
}

impl TrainParams {
    /// Most neighbours of one item in a list of rows.
    pub fn kept(&self, list: ListKind) -> usize {
        match list {
            ListKind::Similar => self.similar.kept,
            ListKind::Together => self.together.kept,
            ListKind::Next => self.next.kept,
            ListKind::Picks => self.picks.rows.kept,
            _ => LONGEST_ROW,
        }
    }

    /// The values every cook starts from: tuned on a dense film catalogue, wholesale baskets and sparse click
    /// sessions together, none of them favoured; windows are the defaults of the data contract.
    pub fn recommended() -> TrainParams {
        TrainParams {
            privacy_floor: 5,
            longest_history: 2000,
            similar: RidgeParams {
                kept: 64,
                candidates: 300,
                ridge: 4.0,
                dropout: 0.0,
                scaling: 0.4,
                damping: 0.0,
                fading: 0.0,
            },
            together: RidgeParams {
                kept: 128,
                candidates: 300,
                ridge: 4.0,
                dropout: 0.35,
                scaling: 0.35,
                damping: 0.0,
                fading: 0.5,
            },
            next: NextParams {
                window: 8,
                decay: 0.7,
                backwards: 0.7,
                scaling: 0.75,
                hops: 0.6,
                fading: 1.0,
                kept: 48,
                step: 0.6875,
                own: 1.0,
            },
            picks: PickParams {
                rows: RidgeParams {
                    kept: 32,
                    candidates: 200,
                    ridge: 4.0,
                    dropout: 0.0,
                    scaling: 0.35,
                    damping: 0.0,
                    fading: 0.0,
                },
                blend: 1.25,
                step: 1.0,
            },
            factors: FactorParams {
                dims: 64,
                rounds: 6,
                alpha0: 0.2,
                ridge: 0.075,
                step: 1.0,
                minimum: 1000,
            },
            again: AgainParams { start: 0.5, fading: 0.25, trust: 2.0, smoothing: 30.0 },
            charts: ChartParams {
                overall: 100,
                per_category: 20,
                trending_max_age_days: 18_250,
                trending_interval_days: 18_250,
                best_selling_interval_days: 36_500,
                popular_minimum: 1,
                trending_minimum: 1,
                decay: Decay::Exponential,
                half_life_days: None,
            },
            wanted: Wanted { picks: true, similar: true, together: true, next: true, again: true },
        }
    }

    /// Refuses values that training could not work with.
    pub(super) fn check(&self) -> Result<(), TrainError> {
        let positive = |name: &'static str, value: usize| match value {
            0 => Err(TrainError::Setting { name, value: "0".to_owned(), expected: "at least 1" }),
            _ => Ok(()),
        };
        positive("privacy_floor", self.privacy_floor as usize)?;
        positive("longest_history", self.longest_history)?;
        self.similar.check()?;
        self.together.check()?;
        self.next.check()?;
        self.picks.rows.check()?;
        self.again.check()?;
        share("picks.step", self.picks.step)?;
        positive("factors.rounds", self.factors.rounds)?;
        above_zero("factors.alpha0", self.factors.alpha0)?;
        above_zero("factors.ridge", self.factors.ridge)
    }
}

impl RidgeParams {
    fn check(&self) -> Result<(), TrainError> {
        if self.kept == 0 || self.kept > LONGEST_ROW {
            let value = self.kept.to_string();
            return Err(TrainError::Setting { name: "kept", value, expected: "1 to 255" });
        }
        if self.candidates < self.kept {
            let value = self.candidates.to_string();
            return Err(TrainError::Setting {
                name: "candidates",
                value,
                expected: "at least as many as `kept`",
            });
        }
        if !(0.0..=1.0).contains(&self.scaling) {
            let value = self.scaling.to_string();
            return Err(TrainError::Setting { name: "scaling", value, expected: "0 to 1" });
        }
        not_negative("fading", self.fading)?;
        not_negative("damping", self.damping)?;
        not_negative("dropout", self.dropout)?;
        above_zero("ridge", self.ridge)
    }
}

impl AgainParams {
    fn check(&self) -> Result<(), TrainError> {
        above_zero("again.start", self.start)?;
        share("again.start", self.start)?;
        not_negative("again.fading", self.fading)?;
        above_zero("again.trust", self.trust)?;
        not_negative("again.smoothing", self.smoothing)
    }
}

impl NextParams {
    fn check(&self) -> Result<(), TrainError> {
        let within = |name: &'static str, value: usize, most: usize, expected: &'static str| match value {
            value if value > 0 && value <= most => Ok(()),
            _ => Err(TrainError::Setting { name, value: value.to_string(), expected }),
        };
        within("next.window", self.window, 100, "1 to 100")?;
        within("next.kept", self.kept, LONGEST_ROW, "1 to 255")?;
        not_negative("next.fading", self.fading)?;
        not_negative("next.hops", self.hops)?;
        share("next.decay", self.decay)?;
        share("next.backwards", self.backwards)?;
        share("next.scaling", self.scaling)?;
        share("next.step", self.step)
    }
}

fn share(name: &'static str, value: f32) -> Result<(), TrainError> {
    if (0.0..=1.0).contains(&value) {
        return Ok(());
    }
    Err(TrainError::Setting { name, value: value.to_string(), expected: "0 to 1" })
}

fn not_negative(name: &'static str, value: f32) -> Result<(), TrainError> {
    if value >= 0.0 && value.is_finite() {
        return Ok(());
    }
    Err(TrainError::Setting { name, value: value.to_string(), expected: "a finite number, 0 or above" })
}

fn above_zero(name: &'static str, value: f32) -> Result<(), TrainError> {
    if value > 0.0 && value.is_finite() {
        return Ok(());
    }
    Err(TrainError::Setting { name, value: value.to_string(), expected: "a finite number above 0" })
}
