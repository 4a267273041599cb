//! From what is known of an endpoint and what happened to its next signed manifest; the same for workers and routes.
//!
//! Pure but for making keys: the facts come from the transaction that stores the release. Invariant: a release is
//! made when something is offered that was not, or when the one that is served grows old, and not otherwise.

use std::collections::BTreeMap;

use serde_json::json;

use crate::control::{
    Actor, Control, ControlError, EndpointFacts, NewRelease, NewSigningKey, Release, SigningKey,
    SigningKeyState,
};
use crate::publish::{Manifest, ModelEntry};
use crate::release::{
    ComposeParams, Event, KeyId, ManifestKey, MasterSecret, PublicKey, ReleaseError, Rollout, Signers,
    compose as seal,
};
use crate::resource::{Kind, Name, Place, Spec};

/// The next release of an endpoint; `None` when what is served is right and fresh.
pub fn compose(
    facts: &EndpointFacts,
    event: Event<'_>,
    secret: &MasterSecret,
) -> Result<Option<NewRelease>, String> {
    next(facts, event, secret).map_err(|error| error.to_string())
}

fn next(
    facts: &EndpointFacts,
    event: Event<'_>,
    secret: &MasterSecret,
) -> Result<Option<NewRelease>, ReleaseError> {
    let now = facts.now_ms / 1000;
    let latest = facts.latest.as_ref().filter(|latest| latest.envelope.is_some());
    let before: Rollout = match latest {
        Some(latest) => serde_json::from_value(latest.state.clone())
            .map_err(|error| ReleaseError::Strategy(format!("the rollout cannot be read: {error}")))?,
        None => Rollout::default(),
    };
    let after = with_first_models(&before, facts, now)?.next(&facts.spec, event, now)?;
    let Some(offer) = after.offer(&facts.place, &facts.spec) else { return Ok(None) };
    let keys = Keys::of(&facts.keys, secret)?;
    let signing: Vec<&ManifestKey> = keys.signing.iter().collect();
    let signers = Signers { signing: &signing, announced: &keys.announced };
    let params = ComposeParams {
        endpoint: facts.place.clone(),
        sequence: facts.sequence.unsigned_abs(),
        now,
        valid_seconds: i64::from(facts.spec.valid_hours) * 3600,
    };
    let composed = seal(&offer, &entries(facts)?, &signers, &params)?;
    if let Some(latest) = latest
        && before == after
        && says_the_same(latest, &composed.manifest)
        && now - latest.created_ms / 1000 < params.valid_seconds / 2
    {
        return Ok(None);
    }
    let models = after.models().map(str::to_owned).collect();
    let offered: BTreeMap<&str, &str> =
        offer.models.iter().map(|offered| (offered.name.as_str(), offered.model.as_str())).collect();
    let note = json!({ "offers": offered, "strategy": facts.spec.strategy.kind() });
    let state = serde_json::to_value(&after).expect("a rollout is texts and whole numbers");
    Ok(Some(NewRelease { state, envelope: composed.envelope, models, note }))
}

/// Name and index of each model that a release offers, in the order of its manifest.
pub fn offered(release: &Release) -> Vec<(String, String)> {
    let manifest = release.envelope.as_deref().and_then(|text| Manifest::read(text).ok());
    let models = manifest.into_iter().flat_map(|manifest| manifest.models);
    models.map(|model| (model.name, model.index.hash)).collect()
}

/// A modeling that shows nothing yet shows its newest model: as when it was cooked before the endpoint was made.
fn with_first_models(before: &Rollout, facts: &EndpointFacts, now: i64) -> Result<Rollout, ReleaseError> {
    let mut rollout = before.clone();
    for name in &facts.spec.modelings {
        let newest = facts.models.get(name).and_then(|models| models.first());
        if let Some(model) = newest.filter(|_| !rollout.shown.contains_key(name)) {
            let event = Event::Cooked { modeling: name, model: &model.id };
            rollout = rollout.next(&facts.spec, event, now)?;
        }
    }
    Ok(rollout)
}

/// What a manifest says of each model that may be named.
fn entries(facts: &EndpointFacts) -> Result<BTreeMap<String, ModelEntry>, ReleaseError> {
    let all = facts.models.values().flatten();
    all.map(|model| match serde_json::from_value(model.entry.clone()) {
        Ok(entry) => Ok((model.id.clone(), entry)),
        Err(_) => Err(ReleaseError::Model(model.id.clone())),
    })
    .collect()
}

/// Apart from its number and its dates; one that was put back from a backup says a lower number than it has.
fn says_the_same(latest: &Release, manifest: &Manifest) -> bool {
    let Some(old) = latest.envelope.as_deref().and_then(|text| Manifest::read(text).ok()) else {
        return false;
    };
    if i64::try_from(old.sequence).ok() != Some(latest.sequence) {
        return false;
    }
    let dated = Manifest {
        sequence: old.sequence,
        issued_at: old.issued_at.clone(),
        not_after: old.not_after.clone(),
        ..manifest.clone()
    };
    // Whether an index fits in depends on the length of the dates and the number, too.
    dated.without_inlined() == old.without_inlined()
}

struct Keys {
    signing: Vec<ManifestKey>,
    announced: Vec<(KeyId, PublicKey)>,
}

impl Keys {
    fn of(keys: &[SigningKey], secret: &MasterSecret) -> Result<Self, ReleaseError> {
        let mut found = Self { signing: Vec::new(), announced: Vec::new() };
        for key in keys.iter().filter(|key| key.state != SigningKeyState::Retired) {
            let made = secret.manifest_key(&key.id.parse()?);
            // Pages would refuse what another key signs, and servers with two secrets would replace each other's releases.
            if made.public().to_string() != key.public {
                return Err(ReleaseError::OtherSecret(key.id.clone()));
            }
            found.announced.push((made.id().clone(), made.public()));
            if key.state == SigningKeyState::Current {
                found.signing.push(made);
            }
        }
        Ok(found)
    }
}

/// Sees to it that every endpoint of a modeling has keys.
pub async fn keys(
    control: &Control,
    secret: &MasterSecret,
    modeling: &Place,
    holder: &str,
    now_ms: i64,
) -> Result<(), ControlError> {
    let offers = |spec: &Spec, name: &Name| spec.endpoint().is_some_and(|spec| spec.modelings.contains(name));
    for (place, resource) in control.everything(Some(modeling.account())).await? {
        if place.kind() == Kind::Endpoint && offers(&resource.spec, modeling.name()) {
            first_keys(control, secret, &place, &Actor::new("keeper", holder, now_ms)).await?;
        }
    }
    Ok(())
}

/// Gives an endpoint its first keys, unless it has some.
pub async fn first_keys(
    control: &Control,
    secret: &MasterSecret,
    endpoint: &Place,
    actor: &Actor,
) -> Result<(), ControlError> {
    if control.signing_keys(endpoint).await?.is_empty() {
        turn_keys(control, secret, endpoint, actor).await?;
    }
    Ok(())
}

/// The current key of an endpoint retires, the next one signs, and a new one becomes next.
pub async fn turn_keys(
    control: &Control,
    secret: &MasterSecret,
    endpoint: &Place,
    actor: &Actor,
) -> Result<Vec<SigningKey>, ControlError> {
    let new = || {
        let id = KeyId::generate().map_err(|error| ControlError::Composing { message: error.to_string() })?;
        let public = secret.manifest_key(&id).public().to_string();
        Ok::<_, ControlError>(NewSigningKey { id: id.to_string(), public })
    };
    control.turn_keys(endpoint, &new()?, &new()?, actor).await
}
