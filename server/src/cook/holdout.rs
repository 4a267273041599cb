//! Hides the end of the data, and asks about it: cases for one list, and what is left to learn from.
//!
//! By time where the data has times, otherwise by a number mixed from who did
//! what, so that the same data is always cut alike. Nobody's name enters a case:
//! it is numbered. Invariant: nothing that a case asks for is among what is left
//! of that shopper, basket or session.

use cookshelf_core::ListKind;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalogue::Catalogue;
use crate::chance::mixed;
use crate::eval::Case;
use crate::interaction::{ANONYMOUS, Interactions};

/// One row in this many is hidden.
const HIDDEN: u64 = 8;
/// Questions asked of one basket.
const QUESTIONS: usize = 4;
/// Fewer cases say nothing.
const FEWEST: usize = 50;
const HOUR: i64 = 3600;
/// Longest context of a case.
const LONGEST: usize = 500;

/// Data cut in two.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Held {
    /// The list.
    pub(super) list: ListKind,
    /// The second from which data is hidden; `None` when it is hidden by chance.
    pub(super) from: Option<i64>,
    /// What is left to learn from.
    pub(super) left: Interactions,
    /// Questions about what was hidden.
    pub(super) cases: Vec<Case>,
}

/// Cuts data for one list; `None` when there is too little for a verdict. Of more than `most` cases a part is drawn.
pub(super) fn hold_out(
    catalogue: &Catalogue,
    interactions: &Interactions,
    list: ListKind,
    most: usize,
) -> Option<Held> {
    let rows = Rows { catalogue, interactions };
    let held = match list {
        ListKind::Together => rows.baskets(),
        ListKind::Next => rows.sessions(),
        ListKind::Again => rows.returns(),
        _ => rows
            .shoppers_by_time()
            .filter(|held| held.cases.len() >= FEWEST)
            .or_else(|| rows.shoppers_by_chance()),
    };
    let mut held = held.filter(|held| held.cases.len() >= FEWEST)?;
    if list == ListKind::Similar {
        held.cases
            .iter_mut()
            .for_each(|case| drop(case.context.drain(..case.context.len().saturating_sub(1))));
    }
    thin(&mut held.cases, most);
    Some(Held { list, ..held })
}

/// Keeps `most` cases, spread over all of them.
fn thin(cases: &mut Vec<Case>, most: usize) {
    if cases.len() <= most {
        return;
    }
    let all = std::mem::take(cases);
    let step = all.len() as f64 / most as f64;
    let mut next = 0.0;
    for (at, case) in all.into_iter().enumerate() {
        if at as f64 >= next {
            cases.push(case);
            next += step;
        }
    }
}

#[derive(Clone, Copy)]
struct Rows<'a> {
    catalogue: &'a Catalogue,
    interactions: &'a Interactions,
}

impl Rows<'_> {
    fn positive(&self) -> impl Iterator<Item = usize> {
        (0..self.interactions.len()).filter(|&row| self.interactions.positive[row])
    }

    fn id(&self, item: u32) -> String {
        self.catalogue.items[item as usize].id.clone()
    }

    fn case(&self, number: usize, context: &[u32], targets: &[u32]) -> Case {
        let ids = |items: &[u32]| items.iter().map(|item| self.id(*item)).collect();
        let from = context.len().saturating_sub(LONGEST);
        Case {
            name: number.to_string(),
            context: ids(&context[from..]),
            targets: ids(targets),
            ..Case::default()
        }
    }

    /// The second from which rows are hidden; `None` when most rows have no time of their own.
    fn cut_in_time(&self) -> Option<i64> {
        let mut times: Vec<i64> = self.positive().map(|row| self.interactions.time[row]).collect();
        if times.is_empty() {
            return None;
        }
        times.sort_unstable();
        let cut = times[times.len() - times.len() / HIDDEN as usize - 1];
        (times[0] < cut && cut < times[times.len() - 1]).then_some(cut)
    }

    /// The rows that `keep` keeps, and what is asked about the others.
    fn held(&self, from: Option<i64>, keep: impl Fn(usize) -> bool, cases: Vec<Case>) -> Held {
        let all = self.interactions;
        let rows: Vec<usize> = (0..all.len()).filter(|&row| keep(row)).collect();
        let scope =
            if all.scope.is_empty() { Vec::new() } else { rows.iter().map(|&row| all.scope[row]).collect() };
        let purchase = match all.purchase.is_empty() {
            true => Vec::new(),
            false => rows.iter().map(|&row| all.purchase[row]).collect(),
        };
        let left = Interactions {
            group: rows.iter().map(|&row| all.group[row]).collect(),
            item: rows.iter().map(|&row| all.item[row]).collect(),
            shopper: rows.iter().map(|&row| all.shopper[row]).collect(),
            time: rows.iter().map(|&row| all.time[row]).collect(),
            strength: rows.iter().map(|&row| all.strength[row]).collect(),
            positive: rows.iter().map(|&row| all.positive[row]).collect(),
            purchase,
            scope,
            scopes: all.scopes.clone(),
            groups: all.groups,
            shoppers: all.shoppers,
        };
        Held { list: ListKind::Picks, from, left, cases }
    }

    /// What named shoppers chose for the first time after a moment, from what they chose before.
    fn shoppers_by_time(&self) -> Option<Held> {
        let cut = self.cut_in_time()?;
        let all = self.interactions;
        let histories = gathered(
            self.positive().filter(|&row| all.shopper[row] != ANONYMOUS),
            |row| all.shopper[row],
            all,
        );
        let mut cases = Vec::new();
        for (_, steps) in &histories {
            let known: Vec<u32> = once(steps.iter().filter(|step| step.time < cut).map(|step| step.item));
            let later = once(steps.iter().filter(|step| step.time >= cut).map(|step| step.item));
            let new: Vec<u32> = later.into_iter().filter(|item| !known.contains(item)).collect();
            if !known.is_empty() && !new.is_empty() {
                cases.push(self.case(cases.len(), &known, &new));
            }
        }
        Some(self.held(Some(cut), |row| all.time[row] < cut, cases))
    }

    /// What named shoppers bought again after a moment, from when and how often they bought it before. Each is asked on
    /// their first visit after it.
    fn returns(&self) -> Option<Held> {
        let cut = self.cut_in_time()?;
        let all = self.interactions;
        let bought = |row: &usize| all.shopper[*row] != ANONYMOUS && all.is_purchase(*row);
        let histories = gathered(self.positive().filter(bought), |row| all.shopper[row], all);
        let mut cases = Vec::new();
        for (_, steps) in &histories {
            let (before, after) = steps.split_at(steps.partition_point(|step| step.time < cut));
            let Some(asked) = after.first().map(|step| step.time) else { continue };
            let before = &before[before.len().saturating_sub(LONGEST)..];
            let known: Vec<u32> = before.iter().map(|step| step.item).collect();
            let targets = once(after.iter().map(|step| step.item).filter(|item| known.contains(item)));
            if !targets.is_empty() {
                let hours = |step: &Step| u32::try_from((asked - step.time) / HOUR).unwrap_or(u32::MAX);
                let age_hours = before.iter().map(hours).collect();
                cases.push(Case { age_hours, ..self.case(cases.len(), &known, &targets) });
            }
        }
        Some(self.held(Some(cut), |row| all.time[row] < cut, cases))
    }

    /// A fifth of the items of some shoppers, by chance.
    fn shoppers_by_chance(&self) -> Option<Held> {
        let all = self.interactions;
        let actor = |row: usize| match all.shopper[row] {
            ANONYMOUS => u64::from(all.shoppers) + u64::from(all.group[row]),
            shopper => shopper.into(),
        };
        let asked = |actor: u64| mixed(actor).is_multiple_of(3);
        let hidden =
            |actor: u64, item: u32| asked(actor) && mixed((actor << 32) ^ u64::from(item)).is_multiple_of(5);
        let histories = gathered(self.positive().filter(|&row| asked(actor(row))), actor, all);
        let mut cases = Vec::new();
        for (actor, steps) in &histories {
            let items = once(steps.iter().map(|step| step.item));
            let (targets, context): (Vec<u32>, Vec<u32>) =
                items.into_iter().partition(|&item| hidden(*actor, item));
            if !targets.is_empty() && !context.is_empty() {
                cases.push(self.case(cases.len(), &context, &targets));
            }
        }
        Some(self.held(None, |row| !hidden(actor(row), all.item[row]), cases))
    }

    /// The groups that are hidden: the newest, or some by chance.
    fn hidden_groups(&self) -> FxHashSet<u32> {
        let all = self.interactions;
        match self.cut_in_time() {
            Some(cut) => {
                self.positive().filter(|&row| all.time[row] >= cut).map(|row| all.group[row]).collect()
            }
            None => {
                let chosen = |group: &u32| mixed(u64::from(*group)).is_multiple_of(HIDDEN);
                self.positive().map(|row| all.group[row]).filter(chosen).collect()
            }
        }
    }

    /// One item of each hidden basket, from the others in it.
    fn baskets(&self) -> Option<Held> {
        let all = self.interactions;
        let hidden = self.hidden_groups();
        let groups = gathered(
            self.positive().filter(|&row| hidden.contains(&all.group[row])),
            |row| all.group[row],
            all,
        );
        let mut cases = Vec::new();
        for (_, steps) in &groups {
            let items = once(steps.iter().map(|step| step.item));
            if items.len() < 2 {
                continue;
            }
            // Several questions of each: one alone says little about a long basket.
            let start = mixed(u64::from(items[0])) as usize % items.len();
            for turn in 0..QUESTIONS.min(items.len()) {
                let target = items[(start + turn) % items.len()];
                let others: Vec<u32> = items.iter().copied().filter(|item| *item != target).collect();
                cases.push(self.case(cases.len(), &others, &[target]));
            }
        }
        Some(self.held(self.cut_in_time(), |row| !hidden.contains(&all.group[row]), cases))
    }

    /// Each step of the hidden sessions, from the steps before it.
    fn sessions(&self) -> Option<Held> {
        let all = self.interactions;
        let hidden = self.hidden_groups();
        let groups = gathered(
            self.positive().filter(|&row| hidden.contains(&all.group[row])),
            |row| all.group[row],
            all,
        );
        let mut cases = Vec::new();
        for (_, steps) in &groups {
            let items: Vec<u32> = steps.iter().map(|step| step.item).collect();
            for at in 1..items.len().min(LONGEST) {
                cases.push(self.case(cases.len(), &items[..at], &items[at..=at]));
            }
        }
        Some(self.held(self.cut_in_time(), |row| !hidden.contains(&all.group[row]), cases))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    time: i64,
    item: u32,
}

/// Rows by key, in the order of the keys, each oldest first.
fn gathered<K: Ord + std::hash::Hash + Copy>(
    rows: impl Iterator<Item = usize>,
    key: impl Fn(usize) -> K,
    all: &Interactions,
) -> Vec<(K, Vec<Step>)> {
    let mut of: FxHashMap<K, Vec<Step>> = FxHashMap::default();
    for row in rows {
        of.entry(key(row)).or_default().push(Step { time: all.time[row], item: all.item[row] });
    }
    let mut of: Vec<(K, Vec<Step>)> = of.into_iter().collect();
    of.sort_unstable_by_key(|(key, _)| *key);
    of.iter_mut().for_each(|(_, steps)| steps.sort_unstable());
    of
}

/// Each item where it stands first.
fn once(items: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut seen = FxHashSet::default();
    items.filter(|item| seen.insert(*item)).collect()
}
