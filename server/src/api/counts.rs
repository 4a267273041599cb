//! Counts that a shop reports of its lists, by model, where the endpoint takes them.
//!
//! They come from the shop's own side with a key, never from a device: what a page counts it hands to its shop. Invariant:
//! only models that the endpoint offers are counted, so that reports cannot fill the database.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Answer;
use super::call::Call;
use super::error::{ApiError, Reason};
use crate::announce;
use crate::resource::{Counts, Spec};

/// What was counted, of one model.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CountsWish {
    /// Which model: the `model.id` of a page, the name of its index.
    #[schema(max_length = 32)]
    model: String,
    /// What was counted since the last report.
    counts: Counts,
}

/// What was counted of each model that is offered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CountsView {
    items: Vec<ModelCounts>,
}

/// Of one model.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ModelCounts {
    /// The name of its index.
    model: String,
    /// Its name in the manifest.
    name: String,
    /// What was counted of it, as long as counts are kept.
    counts: Sums,
}

/// All reports of one model together: without the end that one report has.
#[derive(Debug, Serialize, ToSchema)]
struct Sums {
    /// Lists that were asked for.
    lists: u64,
    /// Of those, how many could not be made.
    failed: u64,
    /// Of those, how many came back empty.
    empty: u64,
    /// Of those, how many were filled up by a fallback.
    filled: u64,
    /// Of those, how many somebody chose an item from.
    chosen: u64,
    /// Items of lists that a device also made with the model of a shadow.
    compared: u64,
    /// Of those, how many stood in both lists.
    shared: u64,
}

impl From<Counts> for Sums {
    fn from(Counts { lists, failed, empty, filled, chosen, compared, shared }: Counts) -> Self {
        Self { lists, failed, empty, filled, chosen, compared, shared }
    }
}

pub(super) async fn report(call: Call) -> Result<Answer, ApiError> {
    let (place, wish): (_, CountsWish) = (call.place()?, call.json()?);
    let Some(Spec::Endpoint(spec)) = call.state.control.resource(place).await?.map(|found| found.spec) else {
        return Err(ApiError::not_found(format!("there is no endpoint `{place}`")));
    };
    if !spec.counts {
        return Err(ApiError::new(
            Reason::Conflict,
            format!("`{place}` takes no counts; its `counts = true` switches them on"),
        ));
    }
    wish.counts.check()?;
    if !offered(&call).await?.iter().any(|(_, model)| *model == wish.model) {
        return Err(ApiError::new(Reason::Conflict, "the endpoint does not offer this model now"));
    }
    call.state.control.add_counts(place, &wish.model, &wish.counts, &call.actor).await?;
    Ok(Answer::nothing())
}

pub(super) async fn list(call: Call) -> Result<Answer, ApiError> {
    let place = call.place()?;
    if call.state.control.resource(place).await?.is_none() {
        return Err(ApiError::not_found(format!("there is no endpoint `{place}`")));
    }
    let mut items = Vec::new();
    for (name, model) in offered(&call).await? {
        let counts = call.state.control.counts_since(place, &model, 0).await?.into();
        items.push(ModelCounts { model, name, counts });
    }
    Ok(Answer::json(&CountsView { items }))
}

/// Name and index of each model that is offered now.
async fn offered(call: &Call) -> Result<Vec<(String, String)>, ApiError> {
    let latest = call.state.control.releases(call.place()?, None, 1).await?;
    Ok(latest.first().map_or(Vec::new(), announce::offered))
}
