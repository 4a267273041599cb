//! Many modelings that are cooked on a schedule, for as long as one likes: nothing is missed, drifts or leaks.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::given;
use crate::site::{Site, resident};

/// Looks at the memory, evenly over the time.
const LOOKS: u32 = 40;
/// A due time is acted on within this: the scheduler looks at the clock once a second.
const LATE_MS: i64 = 15_000;

#[tokio::test]
async fn many_modelings_are_cooked_on_schedule_without_drift_leak_or_missed_slot() {
    let (shops, seconds) = (given("COOKSHELF_TEST_SHOPS", 2), given("COOKSHELF_TEST_SHOPS_SECONDS", 65));
    let every = given("COOKSHELF_TEST_EVERY_SECONDS", 30);
    let site = Site::new().await;
    let server = site.start(&[("COOKS_AT_ONCE", "2")]);
    let schedule = format!(r#","schedule":{{"every":"{every}s"}},"keepModels":3"#);
    for shop in 0..shops {
        server.shop(&site, &format!("account-{}", shop % 10), &format!("shop-{shop}"), &schedule).await;
    }
    let mut memory = Vec::new();
    for _ in 0..LOOKS {
        sleep(Duration::from_secs(seconds) / LOOKS).await;
        memory.push(resident(server.child.id()));
    }
    let mut kept = Kept { every: every as i64, ..Kept::default() };
    for shop in 0..shops {
        let modeling = format!("/v1/accounts/account-{}/modelings/shop-{shop}", shop % 10);
        kept.look(&server.cooks(&modeling).await, &server.get(&modeling).await.json());
    }
    server.assert_audit_is_whole().await;
    let quarter = memory.len() / 4;
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len().max(1) as f64;
    let (early, late) = (mean(&memory[quarter..2 * quarter]), mean(&memory[3 * quarter..]));
    let figures = json!({
        "test": "shops", "database": site.database.word(), "modelings": shops, "seconds": seconds,
        "everySeconds": every, "published": kept.published, "missed": kept.missed,
        "latestMs": kept.latest_ms, "latestOfFirstMs": kept.latest_of_first_ms, "longestCookMs": kept.longest_ms,
        "earlyMegabytes": early.round(), "lateMegabytes": late.round(),
    });
    println!("{figures}");
    assert_eq!(kept.missed, 0, "{figures}");
    assert!(kept.published >= shops, "{figures}");
    assert!(kept.latest_ms < LATE_MS, "due times drift: {figures}");
    assert!(late < early * 1.25 + 10.0, "memory grows: {figures}");
    assert_eq!(work_left(&site), 0, "cooks leave folders behind");
}

/// How well schedules were kept.
#[derive(Debug, Default)]
struct Kept {
    every: i64,
    published: u64,
    missed: i64,
    latest_ms: i64,
    latest_of_first_ms: i64,
    longest_ms: i64,
}

impl Kept {
    /// Cooks of a modeling, newest first: one for each due time, made when it came.
    fn look(&mut self, cooks: &[Value], modeling: &Value) {
        let number = |cook: &Value, name: &str| cook[name].as_i64();
        let failed = cooks.iter().find(|cook| cook["slot"].is_null() || cook["state"] == "failed");
        assert!(failed.is_none(), "{failed:?}");
        let slots: Vec<i64> = cooks.iter().rev().map(|cook| number(cook, "slot").unwrap()).collect();
        for pair in slots.windows(2) {
            assert_eq!((pair[1] - pair[0]) % self.every, 0, "due times stay on their grid: {modeling}");
            self.missed += (pair[1] - pair[0]) / self.every - 1;
        }
        for (place, cook) in cooks.iter().rev().enumerate() {
            let late = number(cook, "createdMs").unwrap() - slots[place] * 1000;
            self.latest_ms = self.latest_ms.max(late);
            if place == 0 {
                self.latest_of_first_ms = self.latest_of_first_ms.max(late);
            }
            let Some(ended) = number(cook, "endedMs") else { continue };
            assert_eq!(cook["state"], "published", "{cook}");
            self.published += 1;
            self.longest_ms = self.longest_ms.max(ended - number(cook, "startedMs").unwrap());
        }
    }
}

/// Folders of cooks that nobody runs any more; two may run.
fn work_left(site: &Site) -> usize {
    let work = std::fs::read_dir(site.folder.path().join("data/work")).unwrap().flatten();
    work.filter(|entry| entry.file_name().to_string_lossy().starts_with("cook-")).count().saturating_sub(2)
}
