//! Shop events as lines of JSON, in the form of GA4's export or of Segment.
//!
//! Brings the files and the entities together; what a line means is said in `event_line`, what becomes
//! of it in `event_interactions` and `event_catalogue`. A table of items beside the events says what
//! the items are; without one the events do.

use std::sync::Arc;

use super::super::error::ContractError;
use super::super::schema;
use super::super::table::Table;
use super::EventWeights;
use super::event_catalogue::{EventCatalogue, Part};
use super::event_interactions::EventInteractions;
use super::look::{Found, Kind, Vendor};
use super::plain::{self, entity, table};
use crate::storage::Storage;

type Columns = [(&'static str, Option<&'static str>); 9];

const GA4: Columns = [
    ("InteractionGroupingId", Some("ecommerce.transaction_id or ga_session_id")),
    ("ItemId", Some("items.item_id")),
    ("UserId", Some("user_id or user_pseudo_id")),
    ("TimeStamp", Some("event_timestamp")),
    ("Title", Some("items.item_name")),
    ("Category", Some("items.item_category")),
    ("FilterName", Some("(name of a column)")),
    ("FilterValue", Some("items.item_brand or items.price")),
    ("ImageFullUrl", None),
];
const SEGMENT: Columns = [
    ("InteractionGroupingId", Some("properties.order_id or context.sessionId")),
    ("ItemId", Some("product_id")),
    ("UserId", Some("userId or anonymousId")),
    ("TimeStamp", Some("timestamp")),
    ("Title", Some("name")),
    ("Category", Some("category")),
    ("FilterName", Some("(name of a column)")),
    ("FilterValue", Some("brand or price")),
    ("ImageFullUrl", Some("image_url")),
];

const PARTS: [(&str, Part); 4] = [
    ("Reco_ItemsAndVariants", Part::Item),
    ("Reco_ItemCategories", Part::Categories),
    ("Reco_ItemAndVariantImages", Part::Images),
    ("Reco_ItemAndVariantFilters", Part::Filters),
];

/// The tables of a folder with events.
pub(super) fn tables<'s>(
    storage: &'s Storage,
    found: &[Found],
    weights: &EventWeights,
) -> Result<Vec<Table<'s>>, ContractError> {
    let events = found.iter().filter_map(|file| match file.kind {
        Kind::Events(vendor) => Some((file.source.clone(), vendor)),
        _ => None,
    });
    let (files, vendors): (Vec<_>, Vec<_>) = events.unzip();
    let names = if vendors.first() == Some(&Vendor::Segment) { SEGMENT } else { GA4 };
    let mut tables = plain::items(storage, found)?;
    if tables.is_empty() {
        let seen = Arc::default();
        for (entity_name, part) in PARTS {
            let Some(entity) = entity(entity_name) else { continue };
            let mut made = table(
                storage,
                entity,
                files.clone(),
                Arc::new(EventCatalogue { part, seen: Arc::clone(&seen) }),
                &names,
            );
            if part == Part::Item {
                made.layout.notes.push("no table of items: the events say what the items are".into());
            }
            tables.push(made);
        }
        // The events are counted where they are interactions.
        tables
            .iter_mut()
            .filter_map(|table| table.door.as_mut())
            .for_each(|door| door.broken = super::Broken::Elsewhere);
    }
    let way = EventInteractions { weights: weights.clone() };
    let mut made = table(storage, &schema::INTERACTIONS, files, Arc::new(way), &names);
    made.layout
        .notes
        .push("an order, or else a session, or else what one shopper did on one day belongs together".into());
    tables.push(made);
    Ok(tables)
}
