//! What the data of a folder is good for: each list kind, what it needs, what was found.
//!
//! Counts only; nothing is trained. The thresholds are rough on purpose: they tell a merchant whether
//! a list will be rich, thin or empty, and what would help.

use cookshelf_core::ListKind;
use rayon::prelude::*;
use serde::Serialize;

use super::params::CookParams;
use crate::{
    contract::Contract,
    interaction::{ANONYMOUS, Interactions},
    moment::DAY,
    progress::thousands,
    train::returning,
};

/// About one list kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    /// The list.
    pub list: &'static str,
    /// How good the list will be.
    pub verdict: Verdict,
    /// What a good list needs.
    pub needs: String,
    /// What is there.
    pub found: String,
    /// What to do, when something should be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// How good a list will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Good.
    Pass,
    /// Thin: it will often be short, and filled up from other lists.
    Warn,
    /// Empty.
    Fail,
    /// Switched off.
    Off,
}

impl Verdict {
    /// As a word for people.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Pass => "ready",
            Verdict::Warn => "thin",
            Verdict::Fail => "empty",
            Verdict::Off => "off",
        }
    }
}

/// Fewer items than this make a chart that looks poor on a page.
const CHART: u64 = 20;
/// So many shoppers or baskets with two items and more give neighbours for a fair part of a catalogue.
const LINKED: u64 = 1_000;
/// So many shoppers who come back tell how long things last.
const RETURNING: u64 = 100;
/// So many different (shopper, item) pairs tell tastes apart.
const PAIRS: u64 = 10_000;

/// Looks a cleaned folder over.
pub fn readiness(data: &Contract, params: &CookParams) -> Vec<Readiness> {
    let counts = Counts::of(data, params);
    let train = params.train_params(&data.config);
    let mut all = vec![
        counts.picks(data, params, train.factors.minimum as u64),
        counts.linked(ListKind::Similar, "shoppers", counts.linked_shoppers),
        counts.linked(ListKind::Together, "baskets", counts.linked_baskets),
        counts.next(),
        counts.chart(ListKind::Popular, counts.known_items, "chosen by"),
        counts.trending(train.charts.trending_interval_days),
        counts.newest(),
        counts.again(returning(&data.interactions)),
        counts.text(),
        counts.look(),
    ];
    for one in &mut all {
        let list = ListKind::ALL.into_iter().find(|list| list.name() == one.list);
        if list.is_some_and(|list| params.is_off(list)) {
            *one = Readiness { verdict: Verdict::Off, advice: None, ..one.clone() };
        }
    }
    all
}

/// What the verdicts rest on.
#[derive(Debug, Default)]
struct Counts {
    floor: u64,
    items: u64,
    released: u64,
    /// Items with a title, and with a picture.
    titled: u64,
    pictured: u64,
    rows: u64,
    /// Rows that name a time.
    timed: u64,
    /// Different (shopper, item) pairs.
    pairs: u64,
    /// Items that enough shoppers chose.
    known_items: u64,
    /// The same, within the window of trending.
    recent_items: u64,
    linked_shoppers: u64,
    linked_baskets: u64,
}

impl Counts {
    fn of(data: &Contract, params: &CookParams) -> Self {
        let (interactions, items) = (&data.interactions, data.catalogue.items.len());
        let floor = u64::from(params.train.privacy_floor);
        let as_of = interactions.time.iter().copied().max().unwrap_or(0);
        let window = i64::from(params.train_params(&data.config).charts.trending_interval_days) * DAY;
        let shopper = |row: usize| match interactions.shopper[row] {
            ANONYMOUS => u64::from(interactions.shoppers) + u64::from(interactions.group[row]),
            shopper => u64::from(shopper),
        };
        let mut counts = Counts {
            floor,
            items: items as u64,
            released: data.catalogue.items.iter().filter(|item| item.released.is_some()).count() as u64,
            titled: data.catalogue.items.iter().filter(|item| !item.title.is_empty()).count() as u64,
            pictured: data.catalogue.items.iter().filter(|item| !item.image.is_empty()).count() as u64,
            rows: interactions.len() as u64,
            timed: interactions.time.iter().filter(|time| **time != 0).count() as u64,
            ..Counts::default()
        };
        // One after the other: each of them is as long as the interactions.
        let chosen = pairs(interactions, |row| Some(shopper(row)));
        counts.pairs = chosen.len() as u64;
        counts.known_items = reaching(&chosen, items, floor);
        counts.linked_shoppers = with_two(&chosen);
        drop(chosen);
        let recent =
            pairs(interactions, |row| (interactions.time[row] >= as_of - window).then(|| shopper(row)));
        counts.recent_items = reaching(&recent, items, floor);
        drop(recent);
        counts.linked_baskets =
            with_two(&pairs(interactions, |row| Some(u64::from(interactions.group[row]))));
        counts
    }

    fn picks(&self, data: &Contract, params: &CookParams, minimum: u64) -> Readiness {
        let found = format!("{} different pairs", thousands(self.pairs));
        let needs = format!("{} different pairs of a shopper and an item", thousands(PAIRS));
        let list = ListKind::Picks.name();
        if !params.wants_picks(&data.config) {
            let advice = "PersonalizationEnabled is not True in Reco_Config; set it, or write `picks = true` under \
                [lists] in cookshelf.toml";
            return Readiness { list, verdict: Verdict::Off, needs, found, advice: Some(advice.to_owned()) };
        }
        let verdict = grade(self.pairs, minimum, PAIRS);
        let advice = (verdict != Verdict::Pass)
            .then(|| "give a longer history, or also views and likes instead of purchases alone".to_owned());
        Readiness { list, verdict, needs, found, advice }
    }

    fn linked(&self, list: ListKind, who: &str, linked: u64) -> Readiness {
        let (found, needs) = (
            format!("{} {who} with two items or more", thousands(linked)),
            format!("{} {who} with two items or more", thousands(LINKED)),
        );
        let verdict = grade(linked, self.floor.max(1), LINKED);
        let advice = match (verdict, list) {
            (Verdict::Pass, _) => None,
            (_, ListKind::Together) => Some(
                "say what was bought together (InteractionGroupingId), and give a longer history".to_owned(),
            ),
            _ => Some(
                "name shoppers (UserId), so that visits of one shopper add up; a longer history helps"
                    .to_owned(),
            ),
        };
        Readiness { list: list.name(), verdict, needs, found, advice }
    }

    /// A basket, a session and a visit are the same group of rows; what comes next needs their times besides.
    fn next(&self) -> Readiness {
        let linked = self.linked(ListKind::Next, "visits", self.linked_baskets);
        let advice = match (self.timed, linked.verdict) {
            (0, _) => "name the time of every row (TimeStamp): without it no item comes before another",
            (_, Verdict::Pass) => return linked,
            _ => {
                "say which rows are of one visit (InteractionGroupingId), give views besides purchases, and a longer history"
            }
        };
        let verdict = if self.timed == 0 { Verdict::Fail } else { linked.verdict };
        Readiness { verdict, advice: Some(advice.to_owned()), ..linked }
    }

    fn chart(&self, list: ListKind, items: u64, verb: &str) -> Readiness {
        let found = format!(
            "{} of {} items {verb} {} shoppers or more",
            thousands(items),
            thousands(self.items),
            self.floor
        );
        let verdict = grade(items, 1, CHART);
        let advice = (verdict != Verdict::Pass).then(|| {
            format!(
                "give a longer history; below {} distinct shoppers nothing is shown (privacy_floor)",
                self.floor
            )
        });
        Readiness { list: list.name(), verdict, needs: format!("{CHART} such items"), found, advice }
    }

    fn trending(&self, days: u32) -> Readiness {
        let verb = format!("chosen in the last {} days by", thousands(u64::from(days)));
        let chart = self.chart(ListKind::Trending, self.recent_items, &verb);
        if self.rows > 0 && self.timed == 0 {
            let advice = Some("no row names a time (TimeStamp), so nothing can be recent".to_owned());
            return Readiness { verdict: Verdict::Warn.min_of(chart.verdict), advice, ..chart };
        }
        chart
    }

    fn newest(&self) -> Readiness {
        let verdict = grade(self.released, 1, CHART.min(self.items.max(1)));
        let advice = (verdict != Verdict::Pass)
            .then(|| "give items a release date (ReleaseDate in Reco_ItemsAndVariants)".to_owned());
        let found =
            format!("{} of {} items have a release date", thousands(self.released), thousands(self.items));
        Readiness { list: ListKind::New.name(), verdict, needs: format!("{CHART} such items"), found, advice }
    }

    fn again(&self, returning: u64) -> Readiness {
        let verdict = grade(returning, self.floor.max(1), RETURNING);
        let advice = "name shoppers (UserId) and times (TimeStamp), and give a longer history of purchases";
        Readiness {
            list: ListKind::Again.name(),
            verdict,
            needs: format!("{} shoppers who bought something again on another day", thousands(RETURNING)),
            found: format!("{} such shoppers", thousands(returning)),
            advice: (verdict != Verdict::Pass).then(|| advice.to_owned()),
        }
    }

    fn text(&self) -> Readiness {
        let advice = "give items a title (Title in Reco_ItemsAndVariants), and a description";
        self.described(ListKind::Text, self.titled, "a title", advice)
    }

    fn look(&self) -> Readiness {
        let advice = "give items a picture (Reco_ItemAndVariantImages)";
        self.described(ListKind::Look, self.pictured, "the address of a picture", advice)
    }

    /// A list that the catalogue alone makes: an item needs something to be compared by.
    fn described(&self, list: ListKind, found: u64, what: &str, advice: &str) -> Readiness {
        let verdict = grade(found, 2, (self.items / 2).max(2));
        Readiness {
            list: list.name(),
            verdict,
            needs: format!("{what} for most items"),
            found: format!("{} of {} items have {what}", thousands(found), thousands(self.items)),
            advice: (verdict != Verdict::Pass).then(|| advice.to_owned()),
        }
    }
}

impl Verdict {
    /// The worse of two.
    fn min_of(self, other: Verdict) -> Verdict {
        if other == Verdict::Fail { Verdict::Fail } else { self }
    }
}

/// Empty below `some`, good from `good` on.
fn grade(found: u64, some: u64, good: u64) -> Verdict {
    match found {
        _ if found >= good => Verdict::Pass,
        _ if found >= some => Verdict::Warn,
        _ => Verdict::Fail,
    }
}

/// Different (actor, item) pairs of positive rows, sorted; rows without an actor are passed over.
pub(super) fn pairs(
    interactions: &Interactions,
    actor: impl Fn(usize) -> Option<u64> + Sync,
) -> Vec<(u64, u32)> {
    let positive = |row: &usize| interactions.positive[*row] && interactions.strength[*row] > 0.0;
    let mut pairs: Vec<(u64, u32)> = (0..interactions.len())
        .into_par_iter()
        .filter(positive)
        .filter_map(|row| Some((actor(row)?, interactions.item[row])))
        .collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// Items with at least `floor` different actors.
fn reaching(pairs: &[(u64, u32)], items: usize, floor: u64) -> u64 {
    let mut actors = vec![0u64; items];
    pairs.iter().for_each(|(_, item)| actors[*item as usize] += 1);
    actors.iter().filter(|count| **count >= floor.max(1)).count() as u64
}

/// Actors with at least two different items.
fn with_two(pairs: &[(u64, u32)]) -> u64 {
    pairs.chunk_by(|a, b| a.0 == b.0).filter(|of_actor| of_actor.len() > 1).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, Item};

    /// Ten shoppers, each with the same two items in one basket and a third one alone.
    fn data(shoppers: u32, time: i64) -> Contract {
        let mut data = Contract::default();
        let named = |id: u32| Item {
            id: id.to_string(),
            title: "thing".to_owned(),
            image: if id < 3 { "a.png".to_owned() } else { String::new() },
            ..Item::default()
        };
        data.catalogue = Catalogue { items: (0..30).map(named).collect(), ..Catalogue::default() };
        let rows = &mut data.interactions;
        for shopper in 0..shoppers {
            for (item, group) in [(0, 2 * shopper), (1, 2 * shopper), (2, 2 * shopper + 1)] {
                rows.group.push(group);
                rows.item.push(item);
                rows.shopper.push(shopper);
                rows.time.push(time);
                rows.strength.push(1.0);
                rows.positive.push(true);
                rows.scope.push(0);
            }
        }
        (rows.groups, rows.shoppers) = (2 * shoppers, shoppers);
        data
    }

    fn verdicts(data: &Contract, params: &CookParams) -> Vec<(&'static str, Verdict)> {
        readiness(data, params).iter().map(|one| (one.list, one.verdict)).collect()
    }

    #[test]
    fn thin_rich_and_empty_data_are_told_apart() {
        use Verdict::{Fail, Off, Pass, Warn};
        let params = CookParams::new(0);
        let thin = verdicts(&data(10, 1_700_000_000), &params);
        let expected = [
            ("picks", Off),
            ("similar", Warn),
            ("together", Warn),
            ("next", Warn),
            ("popular", Warn),
            ("trending", Warn),
            ("new", Fail),
            ("again", Fail),
            ("text", Pass),
            ("look", Warn),
        ];
        assert_eq!(thin, expected);
        let few = verdicts(&data(4, 1_700_000_000), &params);
        assert_eq!(few[1..5], [("similar", Fail), ("together", Fail), ("next", Fail), ("popular", Fail)]);
        let many = verdicts(&data(1_000, 1_700_000_000), &params);
        assert_eq!(many[1..4], [("similar", Pass), ("together", Pass), ("next", Pass)]);
        let none = verdicts(&Contract::default(), &params);
        assert!(none[1..].iter().all(|(_, verdict)| *verdict == Fail), "{none:?}");
    }

    #[test]
    fn switches_and_missing_times_are_named() {
        let mut params = CookParams::new(0);
        params.lists = vec![(ListKind::Picks, true), (ListKind::Similar, false)];
        let found = readiness(&data(400, 0), &params);
        assert_eq!((found[0].verdict, found[1].verdict), (Verdict::Warn, Verdict::Off));
        assert!(found[5].advice.as_deref().unwrap_or_default().contains("TimeStamp"), "{:?}", found[5]);
        assert_eq!((found[3].list, found[3].verdict), ("next", Verdict::Fail));
    }
}
