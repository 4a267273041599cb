//! The routes that clients of Intelligent Recommendations call, answered by the same code that browsers run.
//!
//! For mail, for pages that are made on a server, for apps, and for whoever changes nothing but a host name. What the
//! caller tells of a shopper is used for this one answer and kept nowhere; `userId` is read and forgotten. Which
//! endpoint is meant is said by the path, by the host (`account-endpoint.` as it was there), or by there being one only.

use cookshelf_core::{ColumnValues, Item, ListKind, Model, Outcome, Request, recommend};

use super::answer::Answer;
use super::call::Call;
use super::error::{ApiError, Reason};
use super::offered::{Offered, offered};
use super::reco_shapes::{Context, Deed, PagingInfo, RecoItem, RecoResponse};
use crate::access::{Decision, Scope, Verb};
use crate::control::{ControlError, Wanted};
use crate::moment;
use crate::resource::{Name, Place, Recommend};

/// Items of an answer when nothing is said.
const COUNT: u32 = 20;
/// No list is longer, and no page begins later.
pub(super) const LONGEST: u32 = 1000;

/// A list under the name and number that clients know it by. The number of new items is theirs; they never told others.
const TITLES: [(ListKind, &str, u8); 9] = [
    (ListKind::Similar, "People also like", 1),
    (ListKind::Together, "Bought together", 2),
    (ListKind::New, "New", 3),
    (ListKind::Popular, "Popular", 4),
    (ListKind::Trending, "Trending", 5),
    (ListKind::Picks, "Picks for you", 6),
    (ListKind::Text, "Similar description", 7),
    (ListKind::Look, "Similar look", 8),
    (ListKind::Recent, "Recently viewed", 9),
];

pub(super) async fn similar(call: Call) -> Result<Answer, ApiError> {
    let seed = call.part("item").to_owned();
    list(&call, kind(&call, ListKind::Similar)?, &[seed]).await
}

pub(super) async fn cart(call: Call) -> Result<Answer, ApiError> {
    let named = call.part("item");
    let text = if named.is_empty() { asked(&call, "seedItemIds").unwrap_or_default() } else { named };
    let seeds: Vec<String> =
        text.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect();
    if seeds.is_empty() {
        return Err(ApiError::new(
            Reason::BadRequest,
            "`seedItemIds` names the items of the cart, with commas between",
        ));
    }
    list(&call, ListKind::Together, &seeds).await
}

pub(super) async fn picks(call: Call) -> Result<Answer, ApiError> {
    list(&call, kind(&call, ListKind::Picks)?, &[]).await
}

pub(super) async fn new(call: Call) -> Result<Answer, ApiError> {
    list(&call, ListKind::New, &[]).await
}

pub(super) async fn popular(call: Call) -> Result<Answer, ApiError> {
    list(&call, ListKind::Popular, &[]).await
}

pub(super) async fn trending(call: Call) -> Result<Answer, ApiError> {
    list(&call, ListKind::Trending, &[]).await
}

/// Puts items in the order in which this shopper may like them; those nothing is known of keep theirs, at the end.
pub(super) async fn personalize(call: Call) -> Result<Answer, ApiError> {
    let context = context(&call)?;
    let model = model(&call).await?;
    let items = find(&call, &model, ListKind::Picks, &[], &context)?;
    let place = |id: &String| items.iter().position(|item| item == id).unwrap_or(usize::MAX);
    let mut ordered = context.personalization_candidates.clone();
    ordered.sort_by_key(place);
    ordered.dedup();
    respond(&call, &model, ListKind::Picks, ordered)
}

/// Words of filters that occur in the list of items that look alike.
pub(super) async fn selectors(call: Call) -> Result<Answer, ApiError> {
    let model = model(&call).await?;
    let seed = [call.part("item").to_owned()];
    let found = find(&call, &model, ListKind::Look, &seed, &Context::default())?;
    let mut value = Vec::new();
    for column in model.attributes().into_iter().flat_map(|attributes| attributes.columns()) {
        let ColumnValues::Texts(texts) = &column.values else { continue };
        let positions = found.iter().filter_map(|id| model.ids().position(id));
        let mut words: Vec<String> = positions
            .flat_map(|position| column.codes.row(position as usize))
            .map(|code| texts.get(*code as usize).to_owned())
            .collect();
        words.sort_unstable();
        words.dedup();
        if !words.is_empty() {
            let values: Vec<_> =
                words.iter().map(|word| serde_json::json!({ "valueString": word })).collect();
            value.push(serde_json::json!({ "keyName": column.name, "values": values }));
        }
    }
    Ok(Answer::json(&serde_json::json!({ "value": value })))
}

/// Asks for a cook, with the answers that it had.
pub(super) async fn control(call: Call) -> Result<Answer, ApiError> {
    let (endpoint, offered) = endpoint(&call).await?;
    let modeling = modeling(&call, &offered)?;
    let place = Place::Modeling(endpoint.account().clone(), modeling.clone());
    may(&call, Verb::Cook, &place).await?;
    match call.state.control.enqueue(&place, Wanted::Manual, &call.actor).await {
        Ok(cook) => Ok(Answer::json(&serde_json::json!({
            "status": "Success", "environmentId": cook.id, "version": stamp(cook.created_ms / 1000),
        }))),
        Err(ControlError::UnderWay { .. }) => {
            Err(ApiError::new(Reason::TooManyRequests, "Too many requests").after(60))
        }
        Err(error) => Err(error.into()),
    }
}

async fn list(call: &Call, kind: ListKind, seeds: &[String]) -> Result<Answer, ApiError> {
    let context = context(call)?;
    let model = model(call).await?;
    let found = find(call, &model, kind, seeds, &context)?;
    respond(call, &model, kind, found)
}

/// The whole list, as a browser would make it.
fn find(
    call: &Call,
    model: &Model,
    kind: ListKind,
    seeds: &[String],
    context: &Context,
) -> Result<Vec<String>, ApiError> {
    let profile = context.history.iter().map(Deed::event).collect::<Result<_, _>>()?;
    let request = Request {
        seeds: seeds.iter().map(String::as_str).collect(),
        profile,
        channel: asked(call, "channelId").unwrap_or_default(),
        catalog: asked(call, "catalogId").unwrap_or_default(),
        moment: u32::try_from(call.actor.now_ms / 1000).unwrap_or(0),
        fallback: [ListKind::Trending, ListKind::Popular]
            .into_iter()
            .filter(|other| *other != kind)
            .collect(),
        ..Request::new(kind, LONGEST)
    };
    let list = match recommend(model, &request) {
        Outcome::Done(list) => list.items,
        Outcome::Needs(_) => Vec::new(),
    };
    let id = |item: &Item| model.ids().id(item.position);
    Ok(list.iter().filter_map(id).collect())
}

/// A page of a list.
fn respond(call: &Call, model: &Model, kind: ListKind, items: Vec<String>) -> Result<Answer, ApiError> {
    let (count, skip) = (number(call, "count", COUNT)?, number(call, "skipItems", 0)?);
    let known = TITLES.iter().find(|(known, ..)| *known == kind);
    let (title, title_id) = known.map_or((kind.name(), 0), |(_, title, number)| (*title, *number));
    let as_of = model.meta().map_or(0, |meta| meta.as_of);
    let total_items = items.len();
    let tracking_id = format!("00000000-0000-0000-0000-{title_id:012}");
    let page = items.into_iter().skip(skip as usize).take(count as usize);
    Ok(Answer::json(&RecoResponse {
        id: "Lists",
        name: "Lists",
        version: "v1.0",
        interactions_version: stamp(as_of),
        items: page.map(|id| RecoItem { id, tracking_id: tracking_id.clone() }).collect(),
        title,
        long_title: title,
        title_id,
        paging_info: PagingInfo { total_items },
        status: "Success",
    }))
}

/// `20261121080000`
fn stamp(seconds: i64) -> String {
    moment::compact(seconds).replace(['T', 'Z'], "")
}

/// What the shopper did: `history=` in the address, newest first, or the body.
fn context(call: &Call) -> Result<Context, ApiError> {
    let mut context: Context = if call.body.is_empty() { Context::default() } else { call.json()? };
    let named =
        asked(call, "history").unwrap_or_default().split(',').map(str::trim).filter(|id| !id.is_empty());
    context.history.extend(named.map(|id| Deed::Item(id.to_owned())));
    if let Some(wrapped) = context.recommendation_context.take() {
        context.history.extend(wrapped.history);
        context.personalization_candidates.extend(wrapped.personalization_candidates);
    }
    if context.history.len() > LONGEST as usize || context.personalization_candidates.len() > LONGEST as usize
    {
        return Err(ApiError::new(Reason::TooLarge, format!("at most {LONGEST} items are read")));
    }
    Ok(context)
}

/// A list by its name there.
fn kind(call: &Call, usual: ListKind) -> Result<ListKind, ApiError> {
    let Some(name) = asked(call, "algoType") else { return Ok(usual) };
    match name.to_ascii_lowercase().as_str() {
        "" | "mf" | "directassociation" => Ok(usual),
        "textual" => Ok(ListKind::Text),
        "visual" | "completesimilarstyles" => Ok(ListKind::Look),
        "recentviews" => Ok(ListKind::Recent),
        _ => Err(ApiError::new(
            Reason::BadRequest,
            "`algoType` is MF, Textual, Visual, CompleteSimilarStyles or RecentViews",
        )),
    }
}

/// A parameter; names are written in several cases by those who ask.
fn asked<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
    call.query.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn number(call: &Call, name: &str, usual: u32) -> Result<u32, ApiError> {
    let Some(text) = asked(call, name) else { return Ok(usual) };
    let wrong = || ApiError::new(Reason::BadRequest, format!("`{name}` is a whole number up to {LONGEST}"));
    text.parse().ok().filter(|number| *number <= LONGEST).ok_or_else(wrong)
}

/// The model that answers, if the caller may ask.
async fn model(call: &Call) -> Result<std::sync::Arc<Model>, ApiError> {
    let (endpoint, offered) = endpoint(call).await?;
    match offered.spec.recommend {
        Recommend::Closed => {
            return Err(ApiError::not_found(format!(
                "`{endpoint}` answers no lists here; its `recommend` says who may ask"
            )));
        }
        Recommend::Public => {}
        Recommend::Keys => may(call, Verb::Recommend, &endpoint).await?,
    }
    let modeling = modeling(call, &offered)?;
    let missing = || ApiError::new(Reason::Unavailable, format!("`{modeling}` has no model yet")).after(60);
    let model = offered.shown.get(modeling).ok_or_else(missing)?;
    call.state.bundles.model(&call.state.artifacts, endpoint.account().as_str(), model).await
}

fn modeling<'a>(call: &'a Call, offered: &'a Offered) -> Result<&'a Name, ApiError> {
    let wanted = asked(call, "modeling").filter(|name| !name.is_empty());
    let named = |name: &&Name| wanted.is_none_or(|wanted| name.as_str().eq_ignore_ascii_case(wanted));
    let missing = || ApiError::not_found("the endpoint has no modeling of this name");
    offered.spec.modelings.iter().find(named).ok_or_else(missing)
}

/// The policy's word, where the path alone did not say what is asked for.
async fn may(call: &Call, verb: Verb, place: &Place) -> Result<(), ApiError> {
    let scope = Scope::Place(place.clone());
    let (reason, why) = match call.caller.decide(verb, &scope) {
        Decision::Allow => return Ok(()),
        Decision::Identify => {
            (Reason::Unauthenticated, "give a key: `Authorization: Bearer ck_…`".to_owned())
        }
        Decision::Forbid => (Reason::Forbidden, format!("this needs {verb:?} on `{place}`")),
        Decision::Hide => (Reason::NotFound, format!("there is no `{place}`, or not for you")),
    };
    // A denial stays one when it cannot be written down.
    let _ = call.state.control.deny(&call.actor, "reco", Some(place), &why).await;
    Err(ApiError::new(reason, why))
}

/// The endpoint that is meant, with what it offers.
async fn endpoint(call: &Call) -> Result<(Place, Offered), ApiError> {
    let place = match &call.scope {
        Scope::Place(place) => place.clone(),
        Scope::Server => by_host(call)?,
    };
    let found = offered(&call.state, &place).await?;
    let missing = || ApiError::not_found(format!("there is no endpoint `{place}`"));
    Ok((place.clone(), found.ok_or_else(missing)?))
}

fn by_host(call: &Call) -> Result<Place, ApiError> {
    let host = call.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let label = host.split(['.', ':']).next().unwrap_or_default().to_ascii_lowercase();
    let place =
        |account: &str, endpoint: &str| Some(Place::Endpoint(account.parse().ok()?, endpoint.parse().ok()?));
    let parts = label.match_indices('-').map(|(at, _)| (&label[..at], &label[at + 1..]));
    let served: Vec<String> = call.state.library.sequences().into_iter().map(|(place, _)| place).collect();
    let known = |(account, endpoint): &(&str, &str)| {
        served.iter().any(|place| *place == format!("{account}/{endpoint}"))
    };
    let named = parts.filter(known).find_map(|(account, endpoint)| place(account, endpoint));
    let only = || match served.as_slice() {
        [one] => one.split_once('/').and_then(|(account, endpoint)| place(account, endpoint)),
        _ => None,
    };
    named.or_else(only).ok_or_else(|| {
        ApiError::not_found(
            "no endpoint has this host; call ACCOUNT-ENDPOINT.shop.example, or /ir/ACCOUNT/ENDPOINT/reco/…",
        )
    })
}
