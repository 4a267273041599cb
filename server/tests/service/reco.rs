//! Calls of clients of Intelligent Recommendations, as they wrote them, answered as they were.

use serde_json::Value;

use crate::running::{Running, shop};

const STACK: &str = r#"
[[account]]
name = "demo"

[[account.modeling]]
name = "adw"
source = "shop/root"

[[account.endpoint]]
name = "web"
modelings = ["adw"]
recommend = "public"
"#;

fn ids(answer: &Value) -> Vec<String> {
    let items = answer["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_client_that_changes_only_the_host_name_is_answered_as_before() {
    let server = Running::start();
    shop(server.folder.path());
    let file = server.stack(STACK);
    server.done(&["apply", "-f", &file]);
    server.done(&["cooks", "start", "demo/adw", "--wait"]);
    let host = [("host", "demo-web.mir.shop.example")];
    let ask = |method: &str, path: &str, body: &str| {
        let mut answer = server.ask(method, path, None, &host, body);
        // What was released a moment ago may not be looked up yet.
        for _ in 0..100 {
            if ![404, 503].contains(&answer.status) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
            answer = server.ask(method, path, None, &host, body);
        }
        assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
        answer.json()
    };

    // The sample of its documents: /New?modeling=adw&Count=5
    let new = ask("GET", "/Reco/V1.0/New?modeling=adw&Count=5", "");
    assert_eq!(
        (&new["id"], &new["name"], &new["version"]),
        (&"Lists".into(), &"Lists".into(), &"v1.0".into())
    );
    assert_eq!(
        (&new["title"], &new["titleId"], &new["status"]),
        (&"New".into(), &3.into(), &"Success".into())
    );
    assert_eq!(new["items"][0]["trackingId"], "00000000-0000-0000-0000-000000000003");
    let version = new["interactionsVersion"].as_str().unwrap();
    assert!(version.len() == 14 && version.bytes().all(|digit| digit.is_ascii_digit()), "{version}");
    assert_eq!(ids(&new).len(), 5);
    assert!(new["pagingInfo"]["totalItems"].as_u64().unwrap() >= 5);

    let popular = ask("GET", "/reco/v1.0/popular?count=10", "");
    let next = ask("GET", "/reco/v1.0/popular?count=5&SkipItems=5", "");
    assert_eq!(ids(&popular)[5..], ids(&next), "pages follow each other");
    assert_eq!(popular["pagingInfo"], next["pagingInfo"]);
    assert_eq!(ids(&ask("GET", "/reco/v1.0/trending?Count=3", "")).len(), 3);

    let seed = ids(&popular)[0].clone();
    for path in [
        format!("/reco/v1.0/similar/{seed}?count=4"),
        format!("/reco/v1.0/Similar/{seed}?AlgoType=Textual&Count=4"),
        format!("/reco/v1.0/cart/items?seedItemIds={seed},{}&count=4", ids(&popular)[1]),
        format!("/Reco/V1.0/Cart/{seed}?count=4"),
        format!("/reco/v1.0/picks?userId=anna&count=4&history={seed}"),
    ] {
        let answer = ask("GET", &path, "");
        let found = ids(&answer);
        assert_eq!(found.len(), 4, "{path}");
        assert!(!found.contains(&seed), "{path} does not show what it is about");
    }

    // Whose picks they are is told by the caller, and only that counts.
    let picks = |who: &str, history: &str| {
        ids(&ask("GET", &format!("/reco/v1.0/picks?userId={who}&history={history}"), ""))
    };
    assert_eq!(picks("anna", &seed), picks("ben", &seed), "a name alone changes nothing");
    let body = format!(r#"{{"history":[{{"item":"{seed}","kind":"purchase","ageHours":5}}]}}"#);
    assert!(!ids(&ask("POST", "/reco/v1.0/picks", &body)).is_empty());
    let candidates = format!(
        r#"{{"RecommendationContext":{{"PersonalizationCandidates":["{}","{}","nothing"]}}}}"#,
        ids(&new)[0],
        ids(&new)[1]
    );
    let ordered = ids(&ask("POST", "/Reco/V1.0/Personalization?userId=anna", &candidates));
    assert_eq!((ordered.len(), ordered[2].as_str()), (3, "nothing"), "what nobody knows comes last");

    // Ways to ask that make no sense are located.
    let odd = server.ask("GET", "/reco/v1.0/popular?count=many", None, &host, "");
    assert_eq!((odd.status, &odd.json()["error"]["code"]), (400, &"bad_request".into()));
    assert!(ask("GET", &format!("/reco/v1.0/discovery/similar/selectors/{seed}"), "")["value"].is_array());

    // The path says it as well, and another host does not.
    assert_eq!(server.ask("GET", "/ir/demo/web/reco/v1.0/new", None, &[], "").status, 200);
    assert_eq!(server.ask("GET", "/ir/demo/none/reco/v1.0/new", None, &[], "").status, 404);

    // Cooking by its route: with a key, and not too often.
    let control = |key: Option<&str>| server.ask("POST", "/Control/V1.0/Model?modeling=adw", key, &host, "");
    assert_eq!(control(None).status, 401);
    let refused = control(Some(&server.key));
    assert_eq!(
        (refused.status, &refused.json()["error"]["code"]),
        (429, &"TooManyRequests".into()),
        "less than 30 minutes ago"
    );
}
