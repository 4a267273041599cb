//! Eighteen months of visits: sessions of views, and the orders some of them end in.
//!
//! A visit starts from the shopper's taste and the season, wanders among similar
//! products, looks at what goes with the favourite, and may buy. What is bought
//! was viewed. Invariant: a shopper's rows depend on (seed, shopper) alone.

use super::calendar::{DAY, END, VISIT_DAYS, month};
use super::random::{Purpose, Random};
use super::shelves::{Moment, Shelves};
use super::tastes::Taste;
use super::vocabulary::Shape;

/// The last days, in which fashions count.
const LATELY: i64 = 24 * DAY;

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

/// Everything one shopper did, oldest first.
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
