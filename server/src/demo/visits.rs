//! Eighteen months of visits: sessions of views, and the orders some of them end in.
//!
//! A visit starts from the shopper's taste and the season, wanders among similar
//! products, looks at what goes with the favourite, and may buy. What is bought
//! was viewed. What is used up is bought again, by some, when it is. Invariant: a
//! shopper's rows depend on (seed, shopper) alone.

use super::calendar::{DAY, END, VISIT_DAYS, month};
use super::random::{Purpose, Random};
use super::shelves::{Moment, Shelves};
use super::tastes::Taste;
use super::vocabulary::Shape;

/// The last days, in which fashions count.
const LATELY: i64 = 24 * DAY;

/// Of a thousand who bought what is used up, those who stay with it.
const REGULARS: u32 = 550;
/// Of a thousand of these, those who leave it before each refill.
const LOST: u32 = 120;

/// What a row records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    View,
    Order,
}

/// One row of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) time: i64,
    pub(super) shopper: u32,
    /// Number of the visit among the shopper's.
    pub(super) visit: u16,
    pub(super) act: Act,
    /// The shopper did not sign in.
    pub(super) anonymous: bool,
    pub(super) product: u32,
}

/// Everything one shopper did: the visits, oldest first, and then what was bought again.
pub(super) fn history(shelves: &Shelves<'_>, shopper: u32, seed: u64) -> Vec<Row> {
    let mut random = Random::stream(seed, Purpose::Shopper, u64::from(shopper));
    let taste = Taste::draw(&mut random);
    let mut times: Vec<i64> = (0..visits(&mut random)).map(|_| time(&mut random)).collect();
    times.sort_unstable();
    let mut rows = Vec::new();
    for (number, &time) in times.iter().enumerate() {
        let visit = Row {
            time,
            shopper,
            visit: number as u16,
            act: Act::View,
            anonymous: random.chance(90),
            product: 0,
        };
        stroll(shelves, &taste, visit, &mut random, &mut rows);
    }
    refill(shelves, times.len() as u16, &mut random, &mut rows);
    rows
}

/// Most shoppers come a few times, some come all the time: 10 on average.
fn visits(random: &mut Random) -> u32 {
    let (a, b) = (random.below(1_000), random.below(1_000));
    1 + a * b * 40 / 1_000_000
}

/// A moment of the history; evenings and the last months are busier.
fn time(random: &mut Random) -> i64 {
    let back =
        random.below(VISIT_DAYS).min(if random.chance(250) { random.below(VISIT_DAYS) } else { VISIT_DAYS });
    let hour = 7 + random.below(16).max(random.below(16));
    END - DAY * (1 + i64::from(back)) + i64::from(hour * 3600 + random.below(2_400))
}

/// One visit: views, perhaps an order.
fn stroll(shelves: &Shelves<'_>, taste: &Taste, visit: Row, random: &mut Random, rows: &mut Vec<Row>) {
    let when = Moment { time: visit.time, lately: visit.time >= END - LATELY };
    let category = taste.category(month(visit.time), random);
    let style = taste.style(random);
    let Some(first) = shelves.first(category, style, taste.level, when, random) else { return };
    let mut seen = vec![first];
    let mut at = first;
    for _ in 0..random.repeats(600, 8) {
        if let Some(next) = shelves.near(at, when, random) {
            at = next;
            see(&mut seen, next);
        }
    }
    let favourite = *random.pick(&seen);
    let mut basket = vec![favourite];
    fill(shelves, favourite, when, random, &mut basket);
    let buys = random.chance(680);
    // Those who only look still look at what would go with it.
    for &product in &basket {
        see(&mut seen, product);
    }
    let mut time = visit.time;
    for &product in &seen {
        rows.push(Row { time, product, ..visit });
        time += 15 + i64::from(random.below(140));
    }
    if buys {
        time += 60;
        rows.extend(basket.iter().map(|&product| Row { time, act: Act::Order, product, ..visit }));
    }
}

/// Regulars come back for what they first bought, each time it is used up: a look and an order.
fn refill(shelves: &Shelves<'_>, visits: u16, random: &mut Random, rows: &mut Vec<Row>) {
    let used_up = |row: &&Row| row.act == Act::Order && !row.anonymous && shelves.lasts_days(row.product) > 0;
    let Some(first) = rows.iter().find(used_up).copied().filter(|_| random.chance(REGULARS)) else { return };
    let (mut visit, mut time) = (visits, first.time);
    loop {
        let days = shelves.lasts_days(first.product);
        time += DAY * i64::from(days * 3 / 4 + random.below(days / 2));
        if time >= END - DAY || random.chance(LOST) {
            break;
        }
        rows.push(Row { time, visit, act: Act::View, ..first });
        rows.push(Row { time: time + 60, visit, ..first });
        visit += 1;
    }
}

fn see(seen: &mut Vec<u32>, product: u32) {
    if !seen.contains(&product) {
        seen.push(product);
    }
}

/// Adds what goes with the favourite; now and then something that goes with that.
fn fill(shelves: &Shelves<'_>, favourite: u32, when: Moment, random: &mut Random, basket: &mut Vec<u32>) {
    for &(shape, chance) in shelves.companions(favourite) {
        if random.chance(chance * 5 / 4)
            && let Some(product) = shelves.companion(favourite, shape as usize, when, random)
        {
            see(basket, product);
        }
    }
    if let Some(&last) = basket.last()
        && random.chance(200)
    {
        let further: &[(Shape, u32)] = shelves.companions(last);
        let (shape, _) = *random.pick(further);
        if let Some(product) = shelves.companion(last, shape as usize, when, random) {
            see(basket, product);
        }
    }
}
