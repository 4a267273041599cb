//! Manifests as they are served.

use std::collections::BTreeMap;

use super::*;
use crate::publish::{
    BlobName, FormatVersion, IndexName, MOST_MANIFEST_BYTES, Manifest, ModelEntry, Strategy,
};

fn entry(inline: usize) -> ModelEntry {
    ModelEntry {
        patched_from: Vec::new(),
        name: "whatever the cook called it".to_owned(),
        cooked_at: "2026-11-22T08:00:00Z".to_owned(),
        items: 3,
        format: FormatVersion { major: 1, minor: 0 },
        bytes: 99,
        index: IndexName { hash: "0".repeat(32), size: 9, inline: (inline > 0).then(|| "A".repeat(inline)) },
        ids: BlobName { hash: "1".repeat(32), size: 9 },
    }
}

fn params() -> ComposeParams {
    ComposeParams { endpoint: web(), sequence: 7, now: 1_774_915_200, valid_seconds: 3_600 }
}

fn offer(models: usize) -> Offer {
    let models = (0..models).map(|n| Offered { name: format!("shop-{n}"), model: format!("m{n}") }).collect();
    Offer { models, strategy: Strategy::All }
}

fn entries(models: usize, inline: usize) -> BTreeMap<String, ModelEntry> {
    (0..models).map(|n| (format!("m{n}"), entry(inline))).collect()
}

fn secret() -> MasterSecret {
    MasterSecret::from_base64("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=").unwrap()
}

#[test]
fn a_manifest_says_all_of_an_offer_and_is_signed() {
    let (now, next) =
        (secret().manifest_key(&"now".parse().unwrap()), secret().manifest_key(&"next".parse().unwrap()));
    let announced = [(now.id().clone(), now.public()), (next.id().clone(), next.public())];
    let signers = Signers { signing: &[&now], announced: &announced };
    let composed = compose(&offer(2), &entries(2, 100), &signers, &params()).unwrap();
    let payload = open(&composed.envelope, &announced[..1]).unwrap();
    assert_eq!(serde_json::from_str::<Manifest>(&payload).unwrap(), composed.manifest);
    assert_eq!(open(&composed.envelope, &announced[1..]), Err(ReleaseError::Untrusted));
    let manifest = &composed.manifest;
    assert_eq!((manifest.endpoint.as_str(), manifest.sequence), ("acme/endpoints/web", 7));
    assert_eq!(
        (manifest.issued_at.as_str(), manifest.not_after.as_str()),
        ("2026-03-31T00:00:00Z", "2026-03-31T01:00:00Z")
    );
    assert_eq!(
        manifest.models.iter().map(|model| model.name.as_str()).collect::<Vec<_>>(),
        ["shop-0", "shop-1"]
    );
    assert_eq!(manifest.keys.iter().map(|key| key.id.as_str()).collect::<Vec<_>>(), ["now", "next"]);
    assert!(manifest.models.iter().all(|model| model.index.inline.is_some()));
}

#[test]
fn a_manifest_is_never_longer_than_clients_read() {
    let key = secret().manifest_key(&"now".parse().unwrap());
    let signers = Signers { signing: &[&key], announced: &[] };
    let composed = compose(&offer(3), &entries(3, 6_000), &signers, &params()).unwrap();
    assert!(composed.envelope.len() <= MOST_MANIFEST_BYTES);
    let inlined: Vec<bool> =
        composed.manifest.models.iter().map(|model| model.index.inline.is_some()).collect();
    assert_eq!(inlined, [true, true, false], "the first model is what most people get");
    let most = compose(&offer(16), &entries(16, 6_000), &signers, &params()).unwrap();
    assert!(most.envelope.len() <= MOST_MANIFEST_BYTES, "an endpoint may have 16 modelings");
    let error = compose(&offer(90), &entries(90, 0), &signers, &params()).err();
    assert!(matches!(error, Some(ReleaseError::Large { .. })), "{error:?}");
    let error = compose(&offer(2), &entries(1, 0), &signers, &params()).err();
    assert_eq!(error, Some(ReleaseError::Model("m1".to_owned())));
}

#[test]
fn strategies_have_the_form_that_clients_read() {
    let json = |strategy: &Strategy| serde_json::to_string(strategy).unwrap();
    let canary = both_arms(offer_of(CANARY));
    assert_eq!(
        json(&canary),
        r#"{"kind":"canary","salt":"acme/endpoints/web#m2","coverage":10000,"arms":[{"name":"next","weight":500,"model":1},{"name":"current","weight":9500,"model":0}]}"#
    );
    assert_eq!(json(&offer_of(MANUAL).strategy), r#"{"kind":"blueGreen","preview":1}"#);
    assert_eq!(json(&Strategy::All), r#"{"kind":"all"}"#);
}

fn offer_of(strategy: &str) -> Offer {
    let shop = name("shop");
    let cooked = |model| Event::Cooked { modeling: &shop, model };
    after(&spec(strategy), &[(0, cooked("m1")), (1, cooked("m2"))]).offer(&web(), &spec(strategy)).unwrap()
}

fn both_arms(offer: Offer) -> Strategy {
    assert_eq!(offer.models.len(), 2);
    offer.strategy
}
