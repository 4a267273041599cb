//! `kill -9` at any moment of cook, publish, apply, delete and migrate.

use std::future::pending;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::process::Command;
use tokio::time::sleep;

use crate::ledger::Ledger;
use crate::release::served;
use crate::site::{Server, Site, until};
use crate::{Dice, database::Database, given};

/// Places of rounds before this many are deleted again.
const KEPT: u64 = 3;
/// A quarter of the kills is for a server that makes its tables.
const MIGRATING: u64 = 4;

#[tokio::test]
async fn a_server_killed_at_any_moment_serves_whole_releases_and_loses_nothing() {
    let (site, ledger, mut dice) = (Site::new().await, Ledger::default(), Dice::new());
    let (kills, seed) = (given("COOKSHELF_TEST_KILLS", 20), dice.0);
    let two = [("COOKS_AT_ONCE", "2")];
    let mut server = site.start(&two);
    let began = Instant::now();
    server.shop(&site, "demo", "first", "").await;
    server.cooked("/v1/accounts/demo/modelings/first").await;
    let a_cook = began.elapsed();
    let (mut running, mut slowest, mut a_start) = (0, Duration::ZERO, server.started_in);
    for round in 0..kills {
        let moment = Duration::from_millis(dice.below(a_cook.as_millis() as u64 * 5 / 4));
        tokio::select! {
            () = busy(&site, &server, &ledger, round) => {}
            () = sleep(moment) => {}
        }
        server.kill();
        if round % MIGRATING == 0 {
            killed_while_it_makes_tables(&site, &mut dice, a_start).await;
        }
        server = site.start(&two);
        a_start = server.started_in;
        slowest = slowest.max(server.started_in);
        ledger.check(&server).await;
        let newest = server.cooks(&format!("/v1/accounts/demo/modelings/shop-{round}")).await;
        running += u64::from(newest.first().is_some_and(|cook| cook["state"] == "running"));
        if round % 10 == 9 {
            server.assert_audit_is_whole().await;
        }
    }
    let published = settled(&server, &ledger).await;
    let records = server.assert_audit_is_whole().await;
    assert!(ledger.acknowledged.get() > kills, "{ledger:?}");
    let figures = json!({
        "test": "killed", "database": site.database.word(), "kills": kills, "seed": seed,
        "acknowledged": ledger.acknowledged.get(), "audit": records, "killedCooks": running, "published": published,
        "slowestStartMs": slowest.as_millis() as u64, "cookMs": a_cook.as_millis() as u64,
    });
    println!("{figures}");
}

/// Everything at once, until the server goes.
async fn busy(site: &Site, server: &Server, ledger: &Ledger, round: u64) {
    tokio::join!(
        titles(server, ledger),
        comings_and_goings(server, ledger, round),
        applying(site, server, ledger, round),
        cooking(site, server, ledger, round),
        leaving(server, ledger, round),
    );
}

async fn titles(server: &Server, ledger: &Ledger) {
    let path = "/v1/accounts/titled";
    let mut count = 0;
    while ledger.change(server, path, Some(json!({ "title": format!("title {count}") }))).await {
        count += 1;
    }
    pending().await
}

async fn comings_and_goings(server: &Server, ledger: &Ledger, round: u64) {
    let modeling = "/v1/accounts/moving/modelings/guest";
    let endpoint = "/v1/accounts/moving/endpoints/guest";
    let source = json!({ "source": format!("s3://bucket/{round}") });
    let offered = json!({ "modelings": ["guest"] });
    let mut there = ledger.change(server, "/v1/accounts/moving", Some(json!({}))).await;
    while there {
        there = ledger.change(server, modeling, Some(source.clone())).await
            && ledger.change(server, endpoint, Some(offered.clone())).await
            && ledger.change(server, endpoint, None).await
            && ledger.change(server, modeling, None).await;
    }
    pending().await
}

/// The program applies a stack of three places, again and again with other words.
async fn applying(site: &Site, server: &Server, ledger: &Ledger, round: u64) {
    let file = site.folder.path().join("stack.toml");
    let places =
        ["/v1/accounts/stack", "/v1/accounts/stack/modelings/shop", "/v1/accounts/stack/endpoints/web"];
    for count in 0_u64.. {
        let (title, keep) = (format!("{round} {count}"), 1 + (round * 7 + count) % 1000);
        let text = format!(
            "[[account]]\nname = \"stack\"\ntitle = \"{title}\"\n[[account.modeling]]\nname = \"shop\"\n\
             source = \"s3://bucket/x\"\nkeep_models = {keep}\n[[account.endpoint]]\nname = \"web\"\n\
             modelings = [\"shop\"]\nvalid_hours = {keep}\n"
        );
        std::fs::write(&file, text).unwrap();
        let wanted =
            [json!({ "title": title }), json!({ "keepModels": keep }), json!({ "validHours": keep })];
        places.iter().zip(wanted).for_each(|(path, wanted)| ledger.begin(path, Some(wanted)));
        let mut apply = Command::from(crate::site::program());
        apply.args(["apply", "-f"]).arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
        apply.env("COOKSHELF_URL", &server.url).env("COOKSHELF_KEY", &site.key).kill_on_drop(true);
        if !apply.status().await.is_ok_and(|status| status.success()) {
            break;
        }
        places.iter().for_each(|path| ledger.end(path));
    }
    pending().await
}

/// A shop of this round, cooked again and again, its releases watched.
async fn cooking(site: &Site, server: &Server, ledger: &Ledger, round: u64) {
    let place = |kind: &str| format!("/v1/accounts/demo/{kind}/shop-{round}");
    let (modeling, endpoint) = (place("modelings"), place("endpoints"));
    let spec = json!({ "source": site.data_folder(), "leastMinutesBetween": 0, "mostPerDay": 1440 });
    let offered = json!({ "modelings": [format!("shop-{round}")] });
    if !ledger.change(server, &modeling, Some(spec)).await
        || !ledger.change(server, &endpoint, Some(offered)).await
    {
        return pending().await;
    }
    while let Ok(answer) = server.ask("POST", &format!("{modeling}/cooks"), "").await {
        if answer.status == 202 {
            ledger.promised(format!("{modeling}/cooks/{}", answer.json()["id"].as_str().unwrap()));
        }
        let manifest = format!("/e/demo/shop-{round}/manifest.json");
        let Ok(answer) = server.ask("GET", &manifest, "").await else { break };
        if answer.status == 200 {
            let text = std::str::from_utf8(&answer.body).unwrap();
            let manifest = cookshelf_server::publish::Manifest::read(text).unwrap();
            ledger.saw(&format!("demo/shop-{round}"), manifest.sequence);
        }
        sleep(Duration::from_millis(30)).await;
    }
    pending().await
}

/// The places of an earlier round are deleted, as soon as nothing is under way there.
async fn leaving(server: &Server, ledger: &Ledger, round: u64) {
    let Some(old) = round.checked_sub(KEPT) else { return pending().await };
    for kind in ["endpoints", "modelings"] {
        let path = format!("/v1/accounts/demo/{kind}/shop-{old}");
        if !ledger.is_there(&path) || !ledger.change(server, &path, None).await {
            return pending().await;
        }
    }
    pending().await
}

/// A server is killed while it makes its tables; the one after it has all of them.
async fn killed_while_it_makes_tables(site: &Site, dice: &mut Dice, a_start: Duration) {
    let folder = tempfile::tempdir().unwrap();
    let empty = Database::new(folder.path()).await;
    let settings = [("DATABASE", empty.address.as_str()), ("ARTIFACTS", folder.path().to_str().unwrap())];
    let mut starting = site.serve(&settings).stderr(Stdio::null()).spawn().unwrap();
    sleep(Duration::from_millis(dice.below(a_start.as_millis() as u64 + 20))).await;
    starting.kill().unwrap();
    starting.wait().unwrap();
    let server = site.start(&settings);
    assert!(server.is_ready().await);
}

/// Every cook ends, and every endpoint of a modeling that has a model serves a whole release. How many were published.
async fn settled(server: &Server, ledger: &Ledger) -> usize {
    let modelings = ledger.below("/v1/accounts/demo/modelings/");
    let mut published = 0;
    for modeling in &modelings {
        let mut last = Vec::new();
        until("every cook has ended", async || {
            last = server.cooks(modeling).await;
            last.iter().all(|cook| cook["state"] != "running" && cook["state"] != "queued")
        })
        .await;
        // A cook that took down, or was taken down with, so many servers is given up.
        let (ended, given_up): (Vec<&Value>, Vec<&Value>) =
            last.iter().partition(|cook| cook["state"] == "published");
        let why = |cook: &&Value| cook["error"].as_str().is_some_and(|error| error.contains("went away"));
        assert!(given_up.iter().all(why), "{given_up:?}");
        let models = server.get(&format!("{modeling}/models?limit=100")).await.json();
        assert_eq!(models["items"].as_array().unwrap().len(), ended.len(), "a model for each, and only one");
        published += ended.len();
        let name = modeling.rsplit_once('/').unwrap().1;
        let offered = ledger.is_there(&format!("/v1/accounts/demo/endpoints/{name}"));
        if offered && !ended.is_empty() {
            until("the endpoint serves a whole release", async || {
                served(server, "demo", name).await.is_some()
            })
            .await;
        }
    }
    published
}
