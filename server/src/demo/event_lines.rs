//! Writes `root/` as lines of JSON: events as GA4 exports them, and later ones as Segment does.
//!
//! What makes them real is in them: visits that start with other events, page views, shoppers who do
//! not sign in, messages that were delivered twice. Invariant: lines are in order of time.

use std::path::Path;

use serde_json::{Value, json};

use super::DemoError;
use super::calendar::{DAY, END, day, stamp};
use super::contract_folder::money;
use super::history::{History, acts, group, shopper, visit_number};
use super::output::{Output, Paths};
use super::product::Assortment;
use super::prose;
use super::random::{Purpose, Random};
use super::visits::{Act, Row};

/// The shop changed from GA4 to Segment so many days before the end.
const SEGMENT_DAYS: i64 = 140;

pub(super) fn write(
    root: &Path,
    shop: &Assortment,
    history: &History,
    paths: &mut Paths,
) -> Result<(), DemoError> {
    let change = history.rows.partition_point(|row| row.time < END - DAY * SEGMENT_DAYS);
    // An order is not torn apart: all its lines have one time.
    let (before, after) = history.rows.split_at(change);
    let mut ga4 = Output::create(&root.join("events-1-ga4.jsonl"))?;
    for act in acts(before) {
        for line in ga4_lines(shop, act, history.seed) {
            ga4.write(format!("{line}\n").as_bytes())?;
        }
    }
    paths.add(ga4.close()?);
    let mut segment = Output::create(&root.join("events-2-segment.jsonl"))?;
    for act in acts(after) {
        for line in segment_lines(shop, act, history.seed) {
            segment.write(format!("{line}\n").as_bytes())?;
        }
    }
    paths.add(segment.close()?);
    Ok(())
}

/// Name of the browser: of one visit only when the shopper does not sign in.
fn browser(row: &Row, seed: u64) -> u64 {
    let visit = if row.anonymous { u64::from(row.visit) + 1 } else { 0 };
    Random::stream(seed, Purpose::Group, (1 << 50) + (u64::from(row.shopper) << 17) + visit).next()
}

fn ga4_lines(shop: &Assortment, act: &[Row], seed: u64) -> Vec<Value> {
    let row = &act[0];
    let browser = browser(row, seed);
    let pseudo = format!("{}.{}", browser >> 36, browser & 0xffff_ffff);
    let session = (visit_number(row, seed) % 10_000_000_000).to_string();
    let shopper = Some(shopper(row)).filter(|shopper| !shopper.is_empty());
    let event = |name: &str, time: i64, more: Value| {
        let mut event = json!({
            "event_date": day(time).replace('-', ""),
            "event_timestamp": (time * 1_000_000).to_string(),
            "event_name": name,
            "event_params": [
                { "key": "page_location", "value": { "string_value": "https://shop.example/" } },
                { "key": "ga_session_id", "value": { "int_value": session } },
            ],
            "user_id": shopper,
            "user_pseudo_id": pseudo,
            "platform": "WEB",
        });
        if let (Some(event), Value::Object(more)) = (event.as_object_mut(), more) {
            event.extend(more);
        }
        event
    };
    let items: Vec<Value> = act.iter().map(|row| ga4_item(shop, row.product)).collect();
    match row.act {
        Act::View => vec![
            event("page_view", row.time, Value::Null),
            event("view_item", row.time, json!({ "items": items })),
        ],
        Act::Order => {
            let order = json!({ "transaction_id": group(row, seed), "purchase_revenue": total(shop, act) });
            vec![event("purchase", row.time, json!({ "ecommerce": order, "items": items }))]
        }
    }
}

fn ga4_item(shop: &Assortment, product: u32) -> Value {
    let series = shop.series(product);
    json!({
        "item_id": shop.products[product as usize].id.to_string(),
        "item_name": prose::full_title(shop, product),
        "item_brand": series.brand().name,
        "item_variant": shop.colour(product).name,
        "item_category": series.category().name,
        "item_category2": "(not set)",
        "price": cents(series.cents),
        "quantity": "1",
    })
}

fn segment_lines(shop: &Assortment, act: &[Row], seed: u64) -> Vec<Value> {
    let row = &act[0];
    let shopper = Some(shopper(row)).filter(|shopper| !shopper.is_empty());
    let number = visit_number(row, seed);
    let mut random =
        Random::stream(seed, Purpose::Group, number ^ (u64::from(row.product) << 1) ^ row.act as u64);
    let message = |kind: &str| format!("{kind}-{number:012x}-{}-{}", row.product, row.act as u8);
    let call = |kind: &str, event: Option<&str>, properties: Value| {
        json!({
            "type": kind,
            "event": event,
            "userId": shopper,
            "anonymousId": format!("{:016x}", browser(row, seed)),
            "messageId": message(kind),
            "timestamp": stamp(row.time),
            "context": { "sessionId": number, "library": { "name": "analytics.js" } },
            "properties": properties,
        })
    };
    match row.act {
        Act::View => {
            let viewed = call("track", Some("Product Viewed"), segment_product(shop, row.product));
            let mut lines = vec![call("page", None, json!({ "url": "https://shop.example/" })), viewed];
            if random.chance(8) {
                lines.push(lines[1].clone());
            }
            lines
        }
        Act::Order => {
            let products: Vec<Value> = act.iter().map(|row| segment_product(shop, row.product)).collect();
            let order =
                json!({ "order_id": group(row, seed), "total": total(shop, act), "products": products });
            vec![call("track", Some("Order Completed"), order)]
        }
    }
}

fn segment_product(shop: &Assortment, product: u32) -> Value {
    let series = shop.series(product);
    json!({
        "product_id": shop.products[product as usize].id.to_string(),
        "name": prose::full_title(shop, product),
        "brand": series.brand().name,
        "variant": shop.colour(product).name,
        "category": series.category().name,
        "price": cents(series.cents),
        "quantity": 1,
    })
}

fn total(shop: &Assortment, act: &[Row]) -> Value {
    cents(act.iter().map(|row| shop.series(row.product).cents).sum())
}

/// A price as a number of JSON, from its text so that no sum is rounded here.
fn cents(cents: u32) -> Value {
    serde_json::from_str(&money(cents)).expect("a price is a number")
}
