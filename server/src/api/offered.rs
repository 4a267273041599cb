//! What an endpoint offers now, remembered for a moment, and for longer while the database is away.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use super::error::ApiError;
use super::state::ApiState;
use crate::control::ControlError;
use crate::release::Rollout;
use crate::resource::{EndpointSpec, Name, Place};

/// How long it is believed.
const BELIEVED_MS: i64 = 2_000;
/// More endpoints than this at once are looked up each time.
const MOST: usize = 10_000;

/// What an endpoint offers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Offered {
    pub(super) spec: EndpointSpec,
    /// The model that each modeling shows everybody.
    pub(super) shown: BTreeMap<Name, String>,
}

/// What was looked up lately, and when.
#[derive(Debug, Default)]
pub(super) struct Lately(Mutex<HashMap<Place, (Offered, i64)>>);

/// What the endpoint at a place offers.
pub(super) async fn offered(state: &ApiState, place: &Place) -> Result<Option<Offered>, ApiError> {
    let now_ms = state.clock.now_ms();
    let known = {
        let lately = state.lately.0.lock().unwrap_or_else(PoisonError::into_inner);
        lately.get(place).cloned()
    };
    if let Some((offered, at)) = &known
        && (0..BELIEVED_MS).contains(&(now_ms - at))
    {
        return Ok(Some(offered.clone()));
    }
    match look(state, place).await {
        Ok(Some(offered)) => {
            let mut lately = state.lately.0.lock().unwrap_or_else(PoisonError::into_inner);
            if lately.len() >= MOST {
                lately.clear();
            }
            lately.insert(place.clone(), (offered.clone(), now_ms));
            Ok(Some(offered))
        }
        Ok(None) => Ok(None),
        Err(error) => match known {
            Some((offered, _)) => Ok(Some(offered)),
            None => Err(error.into()),
        },
    }
}

async fn look(state: &ApiState, place: &Place) -> Result<Option<Offered>, ControlError> {
    let Some(resource) = state.control.resource(place).await? else { return Ok(None) };
    let Some(spec) = resource.spec.endpoint().cloned() else { return Ok(None) };
    let latest = state.control.releases(place, None, 1).await?;
    let rollout =
        latest.first().and_then(|release| serde_json::from_value::<Rollout>(release.state.clone()).ok());
    Ok(Some(Offered { spec, shown: rollout.map(|rollout| rollout.shown).unwrap_or_default() }))
}
