//! Specs and stacks from outside: what is taken, what is refused and where, what comes back.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Change, Extra, Kind, LARGEST, Place, ResourceError, Spec, Stack};

fn refused(kind: Kind, json: &Value) -> (String, String) {
    match Spec::read(kind, json.to_string().as_bytes()) {
        Err(ResourceError::Spec { at, message }) => (at, message),
        other => panic!("{json}: {other:?}"),
    }
}

fn place(text: &str) -> Place {
    text.parse().unwrap()
}

#[test]
fn defaults_are_spelled_out_and_read_back() {
    let modeling = Spec::read(Kind::Modeling, br#"{"source":"/data"}"#).unwrap();
    let expected = json!({
        "source": "/data", "gate": false, "leastMinutesBetween": 30, "mostPerDay": 5, "keepModels": 10
    });
    assert_eq!(modeling.json(), expected);
    let endpoint = Spec::read(Kind::Endpoint, br#"{"modelings":["shop"]}"#).unwrap();
    let expected = json!({
        "modelings": ["shop"], "strategy": { "kind": "all" }, "validHours": 168, "origins": [], "recommend": "closed"
    });
    assert_eq!(endpoint.json(), expected);
    let account = Spec::read(Kind::Account, b"{}").unwrap();
    assert_eq!(account.json(), json!({}));
    for spec in [modeling, endpoint, account] {
        assert_eq!(Spec::of_value(spec.kind(), spec.json()).unwrap(), spec);
    }
}

#[test]
fn a_whole_modeling_is_read() {
    let json = json!({
        "source": "s3://acme/root",
        "credentials": "file:/etc/acme.toml",
        "settings": { "currency": "EUR", "keep": { "similar": 32 }, "lists": { "picks": false } },
        "schedule": { "every": "36h", "notBefore": "03:00" },
        "gate": true,
        "memory": "8 GiB",
        "keepModels": 3
    });
    let spec = Spec::of_value(Kind::Modeling, json.clone()).unwrap();
    let modeling = spec.modeling().unwrap();
    assert_eq!(modeling.schedule.unwrap().every.seconds(), 129_600);
    assert_eq!(modeling.memory, Some(crate::settings::ByteSize(8 << 30)));
    let settings = crate::settings::Settings::read(&modeling.settings_text(), "x").unwrap();
    assert_eq!((settings.currency.as_deref(), settings.keep.similar), (Some("EUR"), Some(32)));
    assert_eq!(spec.json()["schedule"], json["schedule"]);
    assert_eq!(spec.json()["memory"], "8 GiB");
}

#[test]
fn faults_of_modelings_are_refused_where_they_stand() {
    let with = |key: &str, value: Value| {
        let mut json = json!({ "source": "/data" });
        json[key] = value;
        json
    };
    let cases = [
        (json!({}), "", "source"),
        (json!([]), "", "struct ModelingSpec"),
        (with("source", json!("")), "/source", "path or an address"),
        (with("source", json!("ftp://host/x")), "/source", "s3://bucket/folder"),
        (with("source", json!("s3://key:hidden@bucket/x")), "/source", "bucket"),
        (
            with("source", json!("https://a.blob.core.windows.net/c/r?sv=2&sig=hidden")),
            "/source",
            "credentials",
        ),
        (with("credentials", json!("AKIAhidden")), "/credentials", "env:NAME"),
        (with("sauce", json!(1)), "/sauce", "unknown field `sauce`"),
        (with("settings", json!({ "keep": { "similr": 3 } })), "/settings/keep/similr", "similr"),
        (with("settings", json!({ "keep": { "text": 0 } })), "/settings/keep/text", "1 to 255"),
        (with("settings", json!({ "privacy_floor": 0 })), "/settings/privacy_floor", "at least 1"),
        (with("settings", json!({ "events": { "a.b": null } })), "/settings/events/a.b", "null"),
        (with("schedule", json!({ "every": "soon" })), "/schedule/every", "36h"),
        (with("schedule", json!({ "every": "5s" })), "/schedule/every", "at least 10s"),
        (with("schedule", json!({ "every": "1d", "notBefore": "3pm" })), "/schedule/notBefore", "03:00"),
        (with("memory", json!("8 potatoes")), "/memory", "8 GiB"),
        (with("memory", json!("1 KiB")), "/memory", "64 MiB"),
        (with("keepModels", json!(0)), "/keepModels", "1 to 1000"),
        (with("mostPerDay", json!(-1)), "/mostPerDay", "u32"),
        (with("gate", json!("yes")), "/gate", "boolean"),
    ];
    for (json, at, words) in cases {
        let (found, message) = refused(Kind::Modeling, &json);
        assert!(found == at && message.contains(words), "{json}: {found}: {message}");
        assert!(!message.contains("hidden"), "{message}");
    }
    let long = format!("{{\"source\":\"{}\"}}", "a".repeat(LARGEST));
    assert!(Spec::read(Kind::Modeling, long.as_bytes()).unwrap_err().to_string().contains("at most"));
    assert!(Spec::read(Kind::Account, b"{} x").unwrap_err().to_string().contains("trailing"));
}

#[test]
fn faults_of_endpoints_are_refused_where_they_stand() {
    let with = |key: &str, value: Value| {
        let mut json = json!({ "modelings": ["shop", "new"] });
        json[key] = value;
        json
    };
    let strategy = |value: Value| with("strategy", value);
    let canary =
        |steps: Value, guards: Value| strategy(json!({ "kind": "canary", "steps": steps, "guards": guards }));
    let steps = || json!([{ "percent": 5, "minutes": 60 }]);
    let arm = |name: &str, weight: u32| json!({ "modeling": name, "weight": weight });
    let cases = [
        (with("modelings", json!([])), "/modelings", "1 to 16"),
        (with("modelings", json!(["shop", "Shop"])), "/modelings/1", "no name"),
        (with("modelings", json!(["shop", "shop"])), "/modelings/1", "twice"),
        (with("validHours", json!(0)), "/validHours", "1 to"),
        (with("origins", json!(["https://shop.example/"])), "/origins/0", "no origin"),
        (with("origins", json!(["https://SHOP.example"])), "/origins/0", "no origin"),
        (with("origins", json!(["null"])), "/origins/0", "no origin"),
        (with("recommend", json!("everybody")), "/recommend", "`closed`, `keys`, `public`"),
        (strategy(json!({ "kind": "some" })), "/strategy/kind", "`blueGreen`"),
        (
            strategy(json!({ "kind": "all", "steps": [] })),
            "/strategy",
            "`steps` does not belong to kind `all`",
        ),
        (strategy(json!({ "kind": "blueGreen" })), "/strategy", "needs `promote`"),
        (
            strategy(json!({ "kind": "blueGreen", "promote": "automatic" })),
            "/strategy/afterMinutes",
            "minutes",
        ),
        (
            strategy(json!({ "kind": "blueGreen", "promote": "manual", "afterMinutes": 5 })),
            "/strategy/afterMinutes",
            "leave one",
        ),
        (canary(json!([]), json!([])), "/strategy/steps", "1 to 20"),
        (
            canary(json!([{ "percent": 50, "minutes": 1 }, { "percent": 50, "minutes": 1 }]), json!([])),
            "/strategy/steps/1/percent",
            "grow",
        ),
        (
            canary(json!([{ "percent": 101, "minutes": 1 }]), json!([])),
            "/strategy/steps/0/percent",
            "1 to 100",
        ),
        (canary(json!([{ "percent": 1 }]), json!([])), "/strategy/steps/0", "minutes"),
        (canary(steps(), json!([{ "metric": "a" }])), "/strategy/guards/0", "either"),
        (canary(steps(), json!([{ "metric": "a b", "atMost": 1 }])), "/strategy/guards/0/metric", "letters"),
        (
            strategy(json!({ "kind": "ab", "arms": [arm("shop", 1), arm("other", 1)] })),
            "/strategy/arms/1/modeling",
            "not one of",
        ),
        (
            strategy(json!({ "kind": "ab", "arms": [arm("shop", 1), arm("new", 0)] })),
            "/strategy/arms/1/weight",
            "1 to 10000",
        ),
        (
            strategy(
                json!({ "kind": "ab", "layer": { "name": "page", "from": 50, "to": 50 }, "arms": [arm("shop", 1), arm("new", 1)] }),
            ),
            "/strategy/layer",
            "a higher one",
        ),
        (strategy(json!({ "kind": "shadow", "modeling": "shop" })), "/strategy/modeling", "another one"),
    ];
    for (json, at, words) in cases {
        let (found, message) = refused(Kind::Endpoint, &json);
        assert!(found == at && message.contains(words), "{json}: {found}: {message}");
    }
}

const STACK: &str = r#"
[[account]]
name = "acme"
title = "Acme"

[[account.modeling]]
name = "shop"
source = "/data"
keep_models = 3
schedule = { every = "36h", not_before = "03:00" }
[account.modeling.settings]
privacy_floor = 3
keep.similar = 9

[[account.endpoint]]
name = "web"
modelings = ["shop"]
valid_hours = 24
[account.endpoint.strategy]
kind = "canary"
steps = [{ percent = 5, minutes = 60 }]

[[account]]
name = "other"
"#;

#[test]
fn a_stack_is_read_exported_and_read_again() {
    let stack = Stack::read(STACK, "stack.toml").unwrap();
    let places: Vec<String> = stack.resources().map(|(place, _)| place.to_string()).collect();
    assert_eq!(places, ["acme", "other", "acme/modelings/shop", "acme/endpoints/web"]);
    let modeling = stack.resources[&place("acme/modelings/shop")].modeling().unwrap();
    assert_eq!((modeling.keep_models, &modeling.settings["privacy_floor"]), (3, &json!(3)));
    let text = stack.text();
    assert_eq!(Stack::read(&text, "export").unwrap(), stack, "{text}");
    assert!(text.contains("[[account.modeling]]") && text.contains("keep_models = 3"), "{text}");
    assert!(text.contains("settings.keep.similar = 9"), "{text}");
}

#[test]
fn faults_of_stacks_name_their_line() {
    let replaced = |from: &str, to: &str| STACK.replacen(from, to, 1);
    let cases = [
        (replaced("keep_models = 3", "keep_models = 0"), 9, "1 to 1000"),
        (replaced("keep_models", "keep_model"), 9, "keep_models"),
        (replaced("not_before = \"03:00\"", "not_before = \"x\""), 10, "03:00"),
        (replaced("keep.similar", "keep.similr"), 13, "similr"),
        (replaced("[\"shop\"]", "[\"shop\", \"gone\"]"), 17, "no modeling `gone`"),
        (replaced("percent = 5", "percent = 500"), 21, "1 to 100"),
        (replaced("name = \"web\"", "name = \"Web\""), 16, "no name"),
        (replaced("name = \"web\"\n", ""), 15, "no `name`"),
        (replaced("name = \"other\"", "name = \"acme\""), 24, "twice"),
        (replaced("title =", "title ="), 0, ""),
        (replaced("[[account]]", "[[acount]]"), 0, ""),
        (replaced("title = \"Acme\"", "titel = \"Acme\""), 4, "`cooks_per_day`"),
        (replaced("\"Acme\"", "2026-01-01"), 4, "quotes"),
        (replaced("\"Acme\"", "= 1"), 4, ""),
        ("[account]\nname = \"a\"".to_owned(), 1, "[[…account]]"),
        ("x = 1".to_owned(), 1, "[[account]]"),
        ("[[account]]\nname = \"a\"\ncooksPerDay = 1\ncooks_per_day = 2".to_owned(), 4, "two spellings"),
    ];
    for (text, line, words) in cases {
        match Stack::read(&text, "stack.toml") {
            Ok(_) => assert_eq!(line, 0, "{text}"),
            Err(ResourceError::Stack { line: found, message, .. }) => {
                assert!(line == 0 || found == line && message.contains(words), "{text}\n{found}: {message}");
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn a_plan_creates_before_it_is_needed_and_deletes_afterwards() {
    let wanted = Stack::read(STACK, "stack.toml").unwrap();
    let shown = |changes: &[Change]| changes.iter().map(Change::to_string).collect::<Vec<_>>();
    let all = wanted.plan(&BTreeMap::new(), Extra::Keep);
    assert_eq!(shown(&all), ["+ acme", "+ other", "+ acme/modelings/shop", "+ acme/endpoints/web"]);

    let mut current = wanted.resources.clone();
    assert_eq!(wanted.plan(&current, Extra::Delete), []);
    let old = STACK.replacen("keep_models = 3", "keep_models = 7", 1).replacen("title = \"Acme\"", "", 1);
    current = Stack::read(&old, "old").unwrap().resources;
    let gone = "[[account]]\nname = \"gone\"\n[[account.modeling]]\nname = \"m\"\nsource = \"/d\"\n\
        [[account.endpoint]]\nname = \"e\"\nmodelings = [\"m\"]";
    current.extend(Stack::read(gone, "gone").unwrap().resources);
    let kept = wanted.plan(&current, Extra::Keep);
    let expected = [
        "~ acme\n    /title: (nothing) -> \"Acme\"",
        "~ acme/modelings/shop\n    /keepModels: 7 -> 3",
        "- gone/endpoints/e",
        "- gone/modelings/m",
        "- gone",
    ];
    assert_eq!(shown(&kept), expected[..2]);
    assert_eq!(shown(&wanted.plan(&current, Extra::Delete)), expected);
}

fn names() -> impl Strategy<Value = String> {
    "[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?"
}

fn modelings() -> impl Strategy<Value = Value> {
    let schedule = proptest::option::of((10_u64..1_000_000, proptest::option::of(0_u32..1_440)));
    let text = "[ -~\u{e0}-\u{ff}]{0,20}";
    (text, schedule, any::<bool>(), proptest::option::of(1_u64..9_000), 0_u32..1_000, any::<i32>()).prop_map(
        |(currency, schedule, gate, memory, least, weight)| {
            let mut json = json!({
                "source": "data/root", "gate": gate, "leastMinutesBetween": least,
                "settings": { "currency": currency, "events": { "view item": f64::from(weight) / 8.0 } }
            });
            if let Some((every, minute)) = schedule {
                json["schedule"] = json!({ "every": format!("{every}s") });
                if let Some(minute) = minute {
                    json["schedule"]["notBefore"] = json!(format!("{:02}:{:02}", minute / 60, minute % 60));
                }
            }
            if let Some(memory) = memory {
                json["memory"] = json!(format!("{} B", (memory + 1) << 26));
            }
            json
        },
    )
}

fn endpoints(modelings: Vec<String>) -> impl Strategy<Value = Value> {
    let strategy = prop_oneof![
        Just(json!({ "kind": "all" })),
        Just(json!({ "kind": "blueGreen", "promote": "manual" })),
        (0_u32..1_000)
            .prop_map(|after| json!({ "kind": "blueGreen", "promote": "automatic", "afterMinutes": after })),
        (1_u32..50, any::<i16>()).prop_map(|(percent, bound)| json!({
            "kind": "canary",
            "steps": [{ "percent": percent, "minutes": 1 }, { "percent": percent + 1, "minutes": 0 }],
            "guards": [{ "metric": "hits@10", "atLeast": f64::from(bound) / 16.0 }]
        })),
    ];
    (strategy, 1_u32..9_000).prop_map(move |(strategy, hours)| {
        json!({ "modelings": modelings, "strategy": strategy, "validHours": hours, "origins": ["https://a.example"] })
    })
}

fn stacks() -> impl Strategy<Value = Stack> {
    let account = proptest::collection::btree_map(names(), modelings(), 0..4).prop_flat_map(|modelings| {
        let names: Vec<String> = modelings.keys().cloned().collect();
        let endpoints = match names.is_empty() {
            true => Just(BTreeMap::new()).boxed(),
            false => proptest::collection::btree_map(self::names(), endpoints(names), 0..3).boxed(),
        };
        (proptest::option::of("[ -~]{0,20}"), Just(modelings), endpoints)
    });
    proptest::collection::btree_map(names(), account, 0..3).prop_map(|accounts| {
        let mut resources = Vec::new();
        for (account, (title, modelings, endpoints)) in accounts {
            let title = title.map_or_else(|| json!({}), |title| json!({ "title": title }));
            resources.push((account.clone(), title));
            let below = |(kind, specs): (&'static str, BTreeMap<String, Value>)| {
                let account = account.clone();
                specs.into_iter().map(move |(name, spec)| (format!("{account}/{kind}/{name}"), spec))
            };
            resources
                .extend([("modelings", modelings), ("endpoints", endpoints)].into_iter().flat_map(below));
        }
        Stack::of(resources.into_iter().map(|(at, spec)| {
            let place = place(&at);
            let spec = Spec::of_value(place.kind(), spec).unwrap();
            (place, spec)
        }))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_exported_reads_back_as_the_same_stack(stack in stacks()) {
        let text = stack.text();
        let back = Stack::read(&text, "export").map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(&back, &stack);
        prop_assert_eq!(back.plan(&stack.resources, Extra::Delete), vec![]);
    }
}
