//! What is popular, trending and new: lists that need no profile.
//!
//! Deliberately no clock: "now" is the newest time in the data, so the same
//! folder gives the same charts on any day. Invariant: charts are sorted by
//! score descending, ties by item number, and every score is above zero.
//!
//! - popular: distinct shoppers with a positive interaction in the window.
//! - trending: the same shoppers, each worth less the older their newest
//!   interaction with the item is, in one of four forms ([`Decay`]). Where no
//!   half-life is given, it is a part of the window or of the time the data spans,
//!   whichever is shorter: a twelfth (a year of data: one month), or half of it for
//!   the straight line, which so ends where the window does. Items released too
//!   long ago are left out.
//! - new: release dates, newest first, scored 1 / (1 + days behind the newest).
//!
//! Popular and trending are also made of the interactions of each channel alone,
//! with the same floor; new needs no such row, for availability says what is sold.
//!
//! A row without a time counts as 1970, as the contract says.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::catalogue::{Catalogue, Scope};
use crate::interaction::Interactions;

use super::matrix::actor;
use super::params::{ChartParams, Decay, TrainParams};
use super::refusals::Refusals;
use super::rounding::exact;

const DAY: i64 = 86_400;
/// Half-lives in the window of trending.
const HALF_LIVES: f64 = 12.0;
/// All charts of a model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Charts {
    /// Most shoppers.
    pub popular: Chart,
    /// Most shoppers lately.
    pub trending: Chart,
    /// Newest release dates.
    pub new: Chart,
    /// Channels in which something is popular or trending, sorted.
    pub channels: Vec<String>,
}

/// One chart, overall, per category and per channel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chart {
    /// Over the whole catalogue.
    pub overall: Vec<Ranked>,
    /// Indexed like `Catalogue::categories`.
    pub by_category: Vec<Vec<Ranked>>,
    /// Indexed like `Charts::channels`, or empty.
    pub by_channel: Vec<Vec<Ranked>>,
}

/// One place of a chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Place in the catalogue.
    pub item: u32,
    /// Above zero; comparable within one chart only.
    pub score: f32,
}

/// That somebody chose an item, with the newest time they did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Choice {
    /// Place in some list of channels; 0 where channels are not told apart.
    channel: u32,
    item: u32,
    actor: u64,
    time: i64,
}

/// The newest time of the data in Unix seconds; 0 when no row names a time.
pub fn as_of(interactions: &Interactions) -> i64 {
    interactions.time.iter().copied().max().unwrap_or(0)
}

/// Makes all charts.
pub fn charts(catalogue: &Catalogue, interactions: &Interactions, params: &TrainParams) -> Charts {
    let released = catalogue.items.iter().filter_map(|item| item.released).max();
    let now = match as_of(interactions) {
        0 => released.unwrap_or(0),
        time => time,
    };
    let chosen = choices(interactions, |_| Some(0));
    let mut charts = Charts {
        popular: chart(catalogue, popular(&chosen, now, params), &params.charts),
        trending: chart(catalogue, trending(catalogue, &chosen, now, params), &params.charts),
        new: chart(catalogue, newest(catalogue, released.unwrap_or(0)), &params.charts),
        channels: Vec::new(),
    };
    drop(chosen);
    by_channel(&mut charts, catalogue, interactions, now, params);
    charts
}

/// Popular and trending of each channel, as far as the floor lets anything through.
fn by_channel(
    charts: &mut Charts,
    catalogue: &Catalogue,
    interactions: &Interactions,
    now: i64,
    params: &TrainParams,
) {
    let names: Vec<Option<&str>> = interactions.scopes.iter().map(channel_name).collect();
    let channels: Vec<&str> =
        names.iter().flatten().copied().collect::<BTreeSet<&str>>().into_iter().collect();
    if channels.is_empty() {
        return;
    }
    let of_scope: Vec<Option<u32>> =
        names.iter().map(|name| channels.binary_search(&(*name)?).ok().map(|at| at as u32)).collect();
    let of_row = |row: usize| *of_scope.get(usize::from(*interactions.scope.get(row)?))?;
    let chosen = choices(interactions, of_row);
    for of_channel in chosen.chunk_by(|a, b| a.channel == b.channel) {
        let row = |scored| top(scored, params.charts.per_category);
        let popular = row(popular(of_channel, now, params));
        let trending = row(trending(catalogue, of_channel, now, params));
        if !popular.is_empty() || !trending.is_empty() {
            charts.channels.push(channels[of_channel[0].channel as usize].to_owned());
            charts.popular.by_channel.push(popular);
            charts.trending.by_channel.push(trending);
        }
    }
}

fn channel_name(scope: &Scope) -> Option<&str> {
    Some(scope.channel.as_str()).filter(|name| !name.is_empty())
}

/// One entry per channel, item and actor, sorted by channel and item; rows without a channel are left out.
fn choices(interactions: &Interactions, channel: impl Fn(usize) -> Option<u32>) -> Vec<Choice> {
    let refusals = Refusals::of(interactions, |row| actor(interactions, row));
    let mut choices: Vec<Choice> = (0..interactions.len())
        .filter(|&row| refusals.leave_row(interactions, row, actor(interactions, row)))
        .filter_map(|row| {
            Some(Choice {
                channel: channel(row)?,
                item: interactions.item[row],
                actor: actor(interactions, row),
                time: interactions.time[row],
            })
        })
        .collect();
    let who = |choice: &Choice| (choice.channel, choice.item, choice.actor);
    choices.par_sort_unstable_by(|a, b| who(a).cmp(&who(b)).then(b.time.cmp(&a.time)));
    choices.dedup_by_key(|choice| who(choice));
    choices
}

fn popular(choices: &[Choice], now: i64, params: &TrainParams) -> Vec<Ranked> {
    let since = now - i64::from(params.charts.best_selling_interval_days) * DAY;
    let least = params.privacy_floor.max(params.charts.popular_minimum) as usize;
    let scores = choices.chunk_by(|a, b| a.item == b.item).filter_map(|of_item| {
        let shoppers = of_item.iter().filter(|choice| choice.time >= since).count();
        (shoppers >= least).then(|| Ranked { item: of_item[0].item, score: shoppers as f32 })
    });
    scores.collect()
}

fn trending(catalogue: &Catalogue, choices: &[Choice], now: i64, params: &TrainParams) -> Vec<Ranked> {
    let window = i64::from(params.charts.trending_interval_days) * DAY;
    let since = now - window;
    let oldest = choices.iter().map(|choice| choice.time).filter(|&time| time >= since).min().unwrap_or(now);
    let fading = Fading::new(&params.charts, (now - oldest).min(window));
    let least = params.privacy_floor.max(params.charts.trending_minimum) as usize;
    let released_since = now - i64::from(params.charts.trending_max_age_days) * DAY;
    let scores = choices.chunk_by(|a, b| a.item == b.item).filter_map(|of_item| {
        let item = of_item[0].item;
        let fresh = catalogue.items[item as usize].released.is_none_or(|time| time >= released_since);
        let recent = || of_item.iter().filter(|choice| choice.time >= since);
        let enough = recent().count() >= least;
        let score = recent().map(|choice| fading.worth(now - choice.time)).sum::<f64>() as f32;
        (fresh && enough && score > 0.0).then_some(Ranked { item, score })
    });
    scores.collect()
}

/// How trending forgets.
#[derive(Debug, Clone, Copy)]
struct Fading {
    form: Decay,
    /// Seconds.
    half_life: f64,
}

impl Fading {
    /// `span` is the seconds that there is something to forget in.
    fn new(params: &ChartParams, span: i64) -> Self {
        // A straight line counts nothing at twice its half-life: where the window ends.
        let half_lives = if params.decay == Decay::Linear { 2.0 } else { HALF_LIVES };
        let half_life = params.half_life_days.map_or(span as f64 / half_lives, |days| days * DAY as f64);
        Self { form: params.decay, half_life: half_life.max(1.0) }
    }

    /// What an interaction of this age in seconds counts against one of now: 0 to 1.
    fn worth(self, age: i64) -> f64 {
        let half_lives = age as f64 / self.half_life;
        exact(match self.form {
            Decay::Exponential => (-half_lives).exp2(),
            Decay::Linear => (1.0 - 0.5 * half_lives).max(0.0),
            Decay::Power => 1.0 / (1.0 + half_lives),
            Decay::None => 1.0,
        })
    }
}

fn newest(catalogue: &Catalogue, newest: i64) -> Vec<Ranked> {
    let scores = catalogue.items.iter().enumerate().filter_map(|(item, about)| {
        let days = (newest - about.released?) as f64 / DAY as f64;
        Some(Ranked { item: item as u32, score: (1.0 / (1.0 + days)) as f32 })
    });
    scores.collect()
}

/// Sorts the scored items overall and within each category.
fn chart(catalogue: &Catalogue, scored: Vec<Ranked>, params: &ChartParams) -> Chart {
    let mut by_category: Vec<Vec<Ranked>> = vec![Vec::new(); catalogue.categories.len()];
    for ranked in &scored {
        for &category in &catalogue.items[ranked.item as usize].categories {
            by_category[category as usize].push(*ranked);
        }
    }
    Chart {
        overall: top(scored, params.overall),
        by_category: by_category.into_iter().map(|scored| top(scored, params.per_category)).collect(),
        by_channel: Vec::new(),
    }
}

fn top(mut scored: Vec<Ranked>, depth: usize) -> Vec<Ranked> {
    scored.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.item.cmp(&b.item)));
    scored.truncate(depth);
    scored
}
