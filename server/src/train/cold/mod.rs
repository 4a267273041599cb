//! Neighbours and factors for items that shoppers have not chosen often enough.
//!
//! What is new, or below the privacy floor, borrows from what it is like by text and look, or else from the best
//! known items of its category. Who is like another is a substitute for it: `similar` and `picks` borrow the likes
//! themselves; what is bought with an item, or comes after it, is borrowed from the *rows* of its likes. An item that
//! no row shows is then put at the end of a few. Deliberately never outweighs what was learned: what is borrowed for
//! a row stands below the weakest neighbour that shoppers made. Invariant: a function of its arguments alone; a list
//! that learned nothing stays empty, so that its fallback answers and says so; rows stay sorted, without their own
//! seed, and within [`LONGEST_ROW`](super::LONGEST_ROW); a row that is long enough only gains the few items that it is
//! given to show.

mod likes;
mod wishes;

use std::fmt::{self, Display, Formatter};

use cookshelf_core::ListKind;
use rayon::prelude::*;
use serde::Serialize;

use self::likes::{Like, Likes, Source};
use self::wishes::{over_rows, to_likes};
use super::Trained;
use super::factors::ItemFactors;
use super::place::{Added, Finest, New, Place};
use super::rows::{LONGEST_ROW, Neighbour, Rows, add_up, strongest};
use crate::catalogue::Catalogue;
use crate::progress::thousands;

/// So many likes lend their rows and factors to one item.
const LENDERS: usize = 8;

/// How much is borrowed.
#[derive(Debug, Clone, PartialEq)]
pub struct ColdParams {
    /// Whether anything is.
    pub fill: bool,
    /// Rows shorter than this are filled up to it.
    pub enough: usize,
    /// Most items without shoppers that are shown in a row of another item.
    pub quota: usize,
    /// Most rows of other items that show one.
    pub shown_in: usize,
    /// Length of borrowed factors as a part of the mean they are borrowed from.
    pub shrink: f32,
}

impl Default for ColdParams {
    fn default() -> Self {
        Self { fill: true, enough: 12, quota: 2, shown_in: 6, shrink: 0.5 }
    }
}

/// What is known of items without shoppers.
#[derive(Debug, Clone, Copy)]
pub struct Likenesses<'a> {
    /// The items themselves.
    pub catalogue: &'a Catalogue,
    /// Rows of text likeness; may be empty.
    pub text: &'a Rows,
    /// Rows of look likeness; may be empty.
    pub look: &'a Rows,
}

/// What was borrowed for one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Filled {
    /// The list.
    pub list: &'static str,
    /// Items of which shoppers said too little.
    pub cold: usize,
    /// Those that something was borrowed for, most of it from what reads alike.
    pub text: usize,
    /// The same, from what looks alike.
    pub look: usize,
    /// The same, from what is of the same category.
    pub category: usize,
    /// Items that no row showed or that had no factors, and that can be shown now.
    pub shown: usize,
}

impl Filled {
    fn new(list: ListKind) -> Self {
        Filled { list: list.name(), cold: 0, text: 0, look: 0, category: 0, shown: 0 }
    }

    /// Items that something was borrowed for.
    pub fn filled(&self) -> usize {
        self.text + self.look + self.category
    }

    fn count(&mut self, from: Source) {
        match from {
            Source::Text => self.text += 1,
            Source::Look => self.look += 1,
            Source::Category => self.category += 1,
        }
    }
}

impl Display for Filled {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let said = |count: usize| thousands(count as u64);
        write!(out, "{} items of `{}` have too few shoppers; ", said(self.cold), self.list)?;
        if self.filled() == 0 {
            return write!(out, "nothing is known to borrow from");
        }
        let from = [(self.text, "like texts"), (self.look, "like looks"), (self.category, "their category")];
        let from: Vec<String> = from
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{} from {name}", said(count)))
            .collect();
        write!(out, "filled {}; {} shown that were not", from.join(", "), said(self.shown))
    }
}

/// How large the rows of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowSize {
    /// Neighbours that are kept.
    pub kept: usize,
    /// Bits of a weight once it is packed.
    pub bits: u8,
}

/// Fills what was learned of these lists, whose rows have the sizes that `size` says. Tells of those lists that had
/// something to fill.
pub fn fill(
    trained: &mut Trained,
    lists: &[ListKind],
    from: Likenesses<'_>,
    params: &ColdParams,
    size: impl Fn(ListKind) -> RowSize,
) -> Vec<Filled> {
    if !params.fill {
        return Vec::new();
    }
    let mut fill = |&list: &ListKind| {
        let size = size(list);
        let params = &ColdParams { enough: params.enough.min(size.kept).min(LONGEST_ROW), ..params.clone() };
        let rows = match list {
            ListKind::Similar => &mut trained.similar,
            ListKind::Together => &mut trained.together,
            ListKind::Next => &mut trained.next,
            ListKind::Picks => match &mut trained.factors {
                // All of `picks` is loaded at once: where factors say it, rows need not say it again.
                Some(factors) => return Some(fill_factors(factors, from, params)),
                None => &mut trained.picks,
            },
            _ => return None,
        };
        (rows.entries() > 0).then(|| fill_rows(rows, list, from, (params, Finest::of_bits(size.bits))))
    };
    lists.iter().filter_map(&mut fill).filter(|filled| filled.cold > 0).collect()
}

/// Fills short rows, and shows the items that no row shows.
fn fill_rows(
    rows: &mut Rows,
    list: ListKind,
    from: Likenesses<'_>,
    (params, finest): (&ColdParams, Finest),
) -> Filled {
    rows.of.resize(from.catalogue.items.len(), Vec::new());
    let known = rows.mentions();
    let likes = Likes::new(from, &known, params.enough);
    let is_substitute = matches!(list, ListKind::Similar | ListKind::Picks);
    let cold: Vec<u32> =
        (0..).zip(&rows.of).filter(|(_, row)| row.len() < params.enough).map(|(item, _)| item).collect();
    let learned = |item: u32| !rows.of[item as usize].is_empty();
    let likes: Vec<Vec<Like>> = match is_substitute {
        true => cold.par_iter().map(|&item| likes.of(item, |_| true)).collect(),
        false => cold.par_iter().map(|&item| likes.of(item, learned)).collect(),
    };
    let lent = |(&item, likes): (&u32, &Vec<Like>)| match is_substitute {
        true => likes.iter().map(Like::neighbour).collect(),
        false => lent_rows(item, &likes[..likes.len().min(LENDERS)], rows),
    };
    let lent: Vec<Vec<Neighbour>> = cold.par_iter().zip(&likes).map(lent).collect();
    let unseen: Vec<(u32, &[Like])> = cold
        .iter()
        .zip(&likes)
        .filter(|(item, _)| known[**item as usize] == 0)
        .map(|(&item, likes)| (item, &likes[..]))
        .collect();
    let wishes =
        if is_substitute { to_likes(&unseen, rows, params) } else { over_rows(&unseen, rows, params) };

    let mut filled = Filled { cold: cold.len(), ..Filled::new(list) };
    let mut new: Vec<New> = vec![New::default(); rows.of.len()];
    let sources: Vec<(u32, Option<Source>)> =
        cold.iter().zip(&likes).map(|(&item, likes)| (item, likes.first().map(|like| like.from))).collect();
    cold.iter().zip(lent).for_each(|(&item, lent)| new[item as usize].lent = lent);
    wishes.iter().for_each(|wish| new[wish.row as usize].wishes.push(wish.neighbour()));
    let added = place_all(rows, new, (params.enough, params.quota), finest);
    let lent = sources.into_iter().filter(|(item, _)| added[*item as usize].lent > 0);
    lent.filter_map(|(_, from)| from).for_each(|from| filled.count(from));
    let mut shown: Vec<u32> = added.into_iter().flat_map(|added| added.shown).collect();
    shown.sort_unstable();
    shown.dedup();
    Filled { shown: shown.len(), ..filled }
}

/// Gives every row what is new to it; says what found a place.
fn place_all(rows: &mut Rows, new: Vec<New>, sizes: (usize, usize), finest: Finest) -> Vec<Added> {
    let place = Place::beside(rows, finest);
    let add = |(row, new): (&mut Vec<Neighbour>, New)| {
        let added = place.fill(row, new, sizes);
        row.sort_unstable_by_key(|neighbour| neighbour.item);
        added
    };
    rows.of.par_iter_mut().zip(new).map(add).collect()
}

/// What the rows of its likes say, each as loud as it is alike.
fn lent_rows(item: u32, likes: &[Like], rows: &Rows) -> Vec<Neighbour> {
    let mut sum: Vec<Neighbour> = Vec::new();
    for like in likes {
        let row = &rows.of[like.item as usize];
        let loud = like.weight / strongest(row);
        sum.extend(row.iter().map(|one| Neighbour { weight: loud * one.weight, ..*one }));
    }
    sum.retain(|one| one.item != item);
    add_up(&mut sum);
    sum
}

/// Gives items without factors the mean of the factors of what they are like.
fn fill_factors(factors: &mut ItemFactors, from: Likenesses<'_>, params: &ColdParams) -> Filled {
    let is_known = |values: ndarray::ArrayView1<'_, f32>| values.iter().any(|&value| value != 0.0);
    let known: Vec<u32> = factors.values.outer_iter().map(|values| is_known(values).into()).collect();
    let likes = Likes::new(from, &known, params.enough);
    let cold: Vec<u32> = (0..).zip(&known).filter(|(_, known)| **known == 0).map(|(item, _)| item).collect();
    let of = |&item: &u32| {
        let mut likes = likes.of(item, |like| known[like as usize] > 0);
        likes.truncate(LENDERS);
        let mean = mean(factors, &likes, params.shrink);
        (item, likes.first().map(|like| like.from), mean)
    };
    let borrowed: Vec<(u32, Option<Source>, Vec<f32>)> = cold.par_iter().map(of).collect();
    let mut filled = Filled { cold: cold.len(), ..Filled::new(ListKind::Picks) };
    for (item, from, mean) in borrowed {
        let Some(from) = from else { continue };
        filled.count(from);
        filled.shown += 1;
        factors.values.row_mut(item as usize).iter_mut().zip(mean).for_each(|(value, mean)| *value = mean);
    }
    filled
}

fn mean(factors: &ItemFactors, likes: &[Like], shrink: f32) -> Vec<f32> {
    let total: f32 = likes.iter().map(|like| like.weight).sum();
    let mut mean = vec![0.0; factors.dims()];
    for like in likes {
        let share = shrink * like.weight / total;
        let values = factors.values.row(like.item as usize);
        mean.iter_mut().zip(values).for_each(|(mean, value)| *mean += share * value);
    }
    mean
}

#[cfg(test)]
mod tests;
