//! A server with many endpoints starts: everything that was released is served when it says that it is there.

use futures_util::{StreamExt, stream};
use serde_json::json;

use crate::given;
use crate::site::{Site, until};

/// Starts of which the middle one counts.
const STARTS: usize = 5;

#[tokio::test]
async fn a_server_with_many_endpoints_starts_with_all_of_them() {
    let endpoints = given("COOKSHELF_TEST_ENDPOINTS", 60);
    let site = Site::new().await;
    let mut server = site.start(&[]);
    server.shop(&site, "demo", "shop", "").await;
    server.cooked("/v1/accounts/demo/modelings/shop").await;
    let path = |number: u64| format!("/v1/accounts/demo/endpoints/web-{number}");
    let put = |number| {
        let (server, path) = (&server, path(number));
        async move { server.done("PUT", &path, r#"{"modelings":["shop"]}"#).await }
    };
    stream::iter(0..endpoints).map(put).buffer_unordered(8).collect::<Vec<_>>().await;
    // What is served is also kept for a start without the database; that is part of what a start looks at.
    let kept = site.folder.path().join("data/artifacts/manifests/demo");
    until("everything is kept", async || {
        std::fs::read_dir(&kept).is_ok_and(|found| found.count() as u64 > endpoints)
    })
    .await;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        server.kill();
        server = site.start(&[]);
        starts.push(server.started_in.as_millis() as u64);
        for number in 0..endpoints {
            let manifest = format!("/e/demo/web-{number}/manifest.json");
            assert_eq!(server.get(&manifest).await.status, 200, "{manifest}");
        }
    }
    // What was served as it is at first is sent smaller before long.
    until("manifests are made smaller", async || {
        let request = site.client.get(format!("{}/e/demo/web-0/manifest.json", server.url));
        let answer = request.header("accept-encoding", "br").send().await.unwrap();
        answer.headers().contains_key("content-encoding")
    })
    .await;
    starts.sort_unstable();
    let (middle, slowest) = (starts[STARTS / 2], starts[STARTS - 1]);
    let figures = json!({
        "test": "start", "database": site.database.word(), "endpoints": endpoints, "startMs": middle,
        "slowestStartMs": slowest,
    });
    println!("{figures}");
    assert!(middle < given("COOKSHELF_TEST_START_MS", 60_000), "{figures}");
}
