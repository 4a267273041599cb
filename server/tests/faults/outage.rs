//! The database goes away under load, and comes back.

use std::cell::Cell;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::database::{Database, Way};
use crate::given;
use crate::release::{Release, served};
use crate::site::{Server, Site, until};

/// Clients that read at the same time.
const READERS: usize = 4;
/// Between two changes of a client.
const PAUSE: Duration = Duration::from_millis(100);
/// Changes that have to be refused before the database comes back.
const REFUSED: u64 = 2;

#[derive(Debug, Default)]
struct Load {
    answered: Cell<u64>,
    slowest: Cell<Duration>,
    over: Cell<bool>,
}

#[tokio::test]
async fn downloads_go_on_while_the_database_is_away_and_all_is_well_when_it_is_back() {
    let site = Site::new().await;
    let server = site.start(&[]);
    server.shop(&site, "demo", "shop", "").await;
    server.cooked("/v1/accounts/demo/modelings/shop").await;
    let release = first_release(&server).await;
    for way in site.database.ways() {
        let load = Load::default();
        let readers = (0..READERS).map(|_| read(&server, &release, &load));
        let (_, mut figures) = tokio::join!(futures_util::future::join_all(readers), async {
            let figures = away(&site, &server, *way).await;
            load.over.set(true);
            figures
        });
        figures["downloads"] = load.answered.get().into();
        figures["slowestDownloadMs"] = (load.slowest.get().as_millis() as u64).into();
        assert!(load.answered.get() > 100, "{figures}");
        println!("{figures}");
    }
    server.assert_audit_is_whole().await;
}

async fn first_release(server: &Server) -> Release {
    until("a release is served", async || served(server, "demo", "shop").await.is_some()).await;
    served(server, "demo", "shop").await.unwrap()
}

/// Reads manifest and blobs; everything has to be answered.
async fn read(server: &Server, release: &Release, load: &Load) {
    while !load.over.get() {
        for path in &release.paths {
            let began = Instant::now();
            assert_eq!(server.get(path).await.status, 200, "{path}");
            load.slowest.set(load.slowest.get().max(began.elapsed()));
            load.answered.set(load.answered.get() + 1);
        }
        sleep(Duration::from_millis(5)).await;
    }
}

/// Takes the database away for a while; what became of changes meanwhile and after.
async fn away(site: &Site, server: &Server, way: Way) -> Value {
    let seconds = given("COOKSHELF_TEST_OUTAGE_SECONDS", 4);
    let gone = site.database.take_away(way).await;
    let began = Instant::now();
    let (mut refused, mut slowest) = (0, Duration::ZERO);
    while refused < REFUSED || began.elapsed() < Duration::from_secs(seconds) {
        let asked = Instant::now();
        let answer = server.ask("PUT", "/v1/accounts/demo", r#"{"title":"away"}"#).await.unwrap();
        assert!(answer.status == 503 && answer.retry_after, "{way:?}: {answer:?} {}", answer.json());
        slowest = slowest.max(asked.elapsed());
        refused += 1;
        if way != Way::Locked {
            assert!(!server.is_ready().await, "{way:?}");
        }
        assert_eq!(server.get("/livez").await.status, 200);
        sleep(PAUSE).await;
    }
    let was_away = began.elapsed();
    gone.give_back().await;
    let back = Instant::now();
    until("changes go well again", async || {
        let title = format!("back from {way:?}");
        let changed =
            server.ask("PUT", "/v1/accounts/demo", &json!({ "title": title }).to_string()).await.unwrap();
        changed.status == 200 && server.is_ready().await
    })
    .await;
    let healthy = back.elapsed();
    let most = given("COOKSHELF_TEST_HEALTHY_MS", 60_000);
    assert!(healthy < Duration::from_millis(most), "{way:?}: healthy after {healthy:?}");
    server.cooked("/v1/accounts/demo/modelings/shop").await;
    json!({
        "test": "outage", "way": format!("{way:?}"), "database": site.database.word(),
        "awaySeconds": was_away.as_secs(), "refused": refused, "slowestRefusalMs": slowest.as_millis() as u64,
        "healthyAfterMs": healthy.as_millis() as u64,
    })
}

#[tokio::test]
async fn a_server_that_starts_without_its_database_serves_what_was_released() {
    let site = Site::new().await;
    let mut server = site.start(&[]);
    server.shop(&site, "demo", "shop", "").await;
    server.cooked("/v1/accounts/demo/modelings/shop").await;
    let before = first_release(&server).await;
    // What is served is kept with the artifacts a moment after it is.
    let kept = site.folder.path().join("data/artifacts/manifests/demo/shop.json");
    until("it is kept", async || kept.is_file()).await;
    server.kill();

    let hidden = Hidden::hide(&site.database).await;
    let server = site.start(&[]);
    let after = served(&server, "demo", "shop").await.unwrap();
    assert_eq!((after.sequence, &after.paths), (before.sequence, &before.paths));
    assert!(!server.is_ready().await);
    assert_eq!(server.get("/livez").await.status, 200);
    let refused = server.ask("PUT", "/v1/accounts/demo", "{}").await.unwrap();
    assert!(refused.status == 503 && refused.retry_after, "{refused:?}");
    hidden.show().await;
    until("it is ready", async || server.is_ready().await).await;
    server.done("PUT", "/v1/accounts/demo", r#"{"title":"back"}"#).await;
    server.cooked("/v1/accounts/demo/modelings/shop").await;
    until("what is new is served", async || {
        served(&server, "demo", "shop").await.is_some_and(|release| release.sequence > before.sequence)
    })
    .await;
    let said = server.said.lock().unwrap().join("\n");
    assert!(said.contains("the database is back"), "{said}");
}

/// A database that is not to be found: PostgreSQL is shut down; something else lies where the file was.
enum Hidden<'a> {
    Server(crate::database::Away),
    File(&'a std::path::Path),
}

impl<'a> Hidden<'a> {
    async fn hide(database: &'a Database) -> Self {
        let Some(file) = &database.file else { return Self::Server(database.take_away(Way::ShutDown).await) };
        std::fs::rename(file, file.with_extension("hidden")).unwrap();
        std::fs::create_dir(file).unwrap();
        Self::File(file)
    }

    async fn show(self) {
        match self {
            Self::Server(away) => away.give_back().await,
            Self::File(file) => {
                std::fs::remove_dir(file).unwrap();
                std::fs::rename(file.with_extension("hidden"), file).unwrap();
            }
        }
    }
}
