//! Two servers on one database and one store, and one of them stands still for longer than its lease.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::database::signal;
use crate::release::served;
use crate::site::{Server, Site, until};
use crate::{Dice, given};

/// Longer than a claim holds without another word.
const HELD_UP: Duration = Duration::from_secs(33);
/// What the other one is given to take over and cook, before the first goes on.
const TAKING_OVER: Duration = Duration::from_secs(20);
/// Modelings, each with one due time.
const SHOPS: usize = 4;

#[tokio::test]
async fn every_due_time_is_published_once_while_a_server_stands_still() {
    let (site, mut dice) = (Site::new().await, Dice::new());
    let servers = [site.start(&[]), site.start(&[])];
    for round in 0..given("COOKSHELF_TEST_ROUNDS", 1) {
        let account = format!("round-{round}");
        for shop in 0..SHOPS {
            servers[0].shop(&site, &account, &format!("shop-{shop}"), r#","schedule":{"every":"24h"}"#).await;
        }
        // Whoever works first stands still in the middle of it; the moment is anywhere from claim to publish.
        let mut found = None;
        until("a server works", async || {
            found = holder(&servers, &account).await;
            found.is_some()
        })
        .await;
        sleep(Duration::from_millis(dice.below(1_500))).await;
        let (held_up, other) = match found {
            Some(0) => (&servers[0], &servers[1]),
            _ => (&servers[1], &servers[0]),
        };
        signal("STOP", &[held_up.child.id()]);
        sleep(HELD_UP).await;
        // A server that holds the lock of a file in that moment holds up the other one as well.
        let began = Instant::now();
        while began.elapsed() < TAKING_OVER && !all_published(&cooks(other, &account).await) {
            sleep(Duration::from_millis(200)).await;
        }
        signal("CONT", &[held_up.child.id()]);
        let mut all = Vec::new();
        until("everything is published", async || {
            all = cooks(other, &account).await;
            all_published(&all)
        })
        .await;
        // Longer than it takes to come to its end, or to hear that the claim is lost.
        sleep(Duration::from_secs(6)).await;
        let after = cooks(held_up, &account).await;
        assert_eq!(after, all, "the one that was held up changed nothing");
        assert_eq!(all.len(), SHOPS, "one cook for each due time");
        for shop in 0..SHOPS {
            for server in &servers {
                let release = served(server, &account, &format!("shop-{shop}")).await.unwrap();
                assert_eq!(release.sequence, 1, "published once");
            }
        }
        let taken_over = all.iter().filter(|cook| cook["attempt"] != 1).count();
        let publishes = publishes(other, &account).await;
        assert_eq!(publishes, SHOPS, "one record for each");
        let figures = json!({
            "test": "heldUp", "database": site.database.word(), "dueTimes": SHOPS, "published": publishes,
            "takenOver": taken_over,
        });
        println!("{figures}");
    }
    servers[0].assert_audit_is_whole().await;
}

/// Which server works on a cook of the account.
async fn holder(servers: &[Server; 2], account: &str) -> Option<usize> {
    let all = cooks(&servers[0], account).await;
    let holder = all.iter().find(|cook| cook["state"] == "running")?["holder"].as_str()?.to_owned();
    servers.iter().position(|server| holder.ends_with(&format!(":{}", server.child.id())))
}

fn all_published(cooks: &[Value]) -> bool {
    cooks.len() == SHOPS && cooks.iter().all(|cook| cook["state"] == "published")
}

async fn cooks(server: &Server, account: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for shop in 0..SHOPS {
        all.extend(server.cooks(&format!("/v1/accounts/{account}/modelings/shop-{shop}")).await);
    }
    all
}

/// Records of publishing in the audit of an account.
async fn publishes(server: &Server, account: &str) -> usize {
    let audit = server.get(&format!("/v1/accounts/{account}/audit?limit=100")).await.json();
    audit["items"].as_array().unwrap().iter().filter(|record| record["action"] == "cook.publish").count()
}
