//! One event: a line of JSON in the form of GA4's export or of Segment.
//!
//! Takes what matters out of either form and gives it one shape. Numbers and text are taken for one
//! another, as exports do; keys that mean nothing here are passed over, whatever they hold.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::tally::Reason;

/// What an event says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Event<'e> {
    pub(super) name: &'e str,
    /// The signed-in shopper, or else the browser.
    pub(super) shopper: &'e str,
    /// The browser, or else the shopper: sessions belong to browsers.
    pub(super) browser: &'e str,
    pub(super) session: &'e str,
    pub(super) order: &'e str,
    pub(super) time: &'e str,
    /// Name of the message, for finding it twice.
    pub(super) message: &'e str,
}

/// A product in an event.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Product<'e> {
    pub(super) id: &'e str,
    pub(super) name: &'e str,
    pub(super) brand: &'e str,
    pub(super) variant: &'e str,
    pub(super) categories: Vec<&'e str>,
    pub(super) price: &'e str,
    pub(super) image: &'e str,
}

/// Text, or a number or truth value as text; anything else is empty.
#[derive(Debug, Default, Clone)]
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(number.to_string())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(number.to_string())))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(number.to_string())))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(if truth { "true" } else { "false" })))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Text::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text::default())
    }
}

impl Text<'_> {
    /// The text; what GA4 writes for nothing is nothing.
    fn get(&self) -> &str {
        let text = self.0.trim();
        if matches!(text, "(not set)" | "(other)") { "" } else { text }
    }
}

/// The first text that says something.
fn either<'t>(texts: &[&'t Text<'_>]) -> &'t str {
    texts.iter().map(|text| text.get()).find(|text| !text.is_empty()).unwrap_or_default()
}

/// A line as it stands, in either form.
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Line<'a> {
    event_name: Text<'a>,
    event_timestamp: Text<'a>,
    user_id: Text<'a>,
    user_pseudo_id: Text<'a>,
    event_params: Option<Vec<Param<'a>>>,
    ecommerce: Option<Ecommerce<'a>>,
    items: Option<Vec<Item<'a>>>,
    event: Text<'a>,
    #[serde(rename = "userId")]
    segment_user: Text<'a>,
    #[serde(rename = "anonymousId")]
    anonymous: Text<'a>,
    timestamp: Text<'a>,
    #[serde(rename = "originalTimestamp")]
    original_timestamp: Text<'a>,
    #[serde(rename = "messageId")]
    message: Text<'a>,
    #[serde(rename = "type")]
    kind: Text<'a>,
    context: Option<Context<'a>>,
    properties: Option<Item<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Param<'a> {
    key: Text<'a>,
    value: Option<ParamValue<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct ParamValue<'a> {
    string_value: Text<'a>,
    int_value: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Ecommerce<'a> {
    transaction_id: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Context<'a> {
    #[serde(rename = "sessionId")]
    session: Text<'a>,
    session_id: Text<'a>,
}

/// A product of either form; Segment's properties are one too, and may hold others.
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Item<'a> {
    item_id: Text<'a>,
    item_name: Text<'a>,
    item_brand: Text<'a>,
    item_variant: Text<'a>,
    item_category: Text<'a>,
    item_category2: Text<'a>,
    item_category3: Text<'a>,
    item_category4: Text<'a>,
    item_category5: Text<'a>,
    price: Text<'a>,
    product_id: Text<'a>,
    sku: Text<'a>,
    name: Text<'a>,
    brand: Text<'a>,
    variant: Text<'a>,
    category: Text<'a>,
    image_url: Text<'a>,
    order_id: Text<'a>,
    session_id: Text<'a>,
    products: Option<Vec<Item<'a>>>,
}

impl<'a> Line<'a> {
    /// Reads a line.
    pub(super) fn parse(line: &'a [u8]) -> Result<Self, Reason> {
        let text = std::str::from_utf8(line).map_err(|_| Reason::InvalidUtf8)?;
        if !text.starts_with('{') {
            return Err(Reason::NotJson);
        }
        let parsed: Self = serde_json::from_str(text).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => Reason::NotAnEvent,
            _ => Reason::NotJson,
        })?;
        let known = either(&[&parsed.event_name, &parsed.event, &parsed.kind]);
        if known.is_empty() { Err(Reason::NotAnEvent) } else { Ok(parsed) }
    }

    /// What it says, apart from its products.
    pub(super) fn event(&self) -> Event<'_> {
        let properties = self.properties.as_ref();
        let session = properties.map(|properties| properties.session_id.get()).unwrap_or_default();
        let order = properties.map(|properties| properties.order_id.get()).unwrap_or_default();
        Event {
            // Pages and identities of Segment have a type and no event.
            name: either(&[&self.event_name, &self.event, &self.kind]),
            shopper: either(&[&self.user_id, &self.segment_user, &self.user_pseudo_id, &self.anonymous]),
            browser: either(&[&self.user_pseudo_id, &self.anonymous, &self.user_id, &self.segment_user]),
            session: first([self.param("ga_session_id"), self.session(), session]),
            order: first([self.transaction(), self.param("transaction_id"), order]),
            time: either(&[&self.event_timestamp, &self.timestamp, &self.original_timestamp]),
            message: self.message.get(),
        }
    }

    /// Its products, each with what is said about it.
    pub(super) fn products(&self) -> impl Iterator<Item = Product<'_>> {
        let properties = self.properties.as_ref();
        let listed = properties.and_then(|properties| properties.products.as_deref());
        let alone = properties.filter(|_| listed.is_none());
        let items = self.items.as_deref().unwrap_or_default().iter().chain(listed.unwrap_or_default());
        items.map(Item::product).chain(alone.map(Item::product).filter(|product| !product.id.is_empty()))
    }

    fn param(&self, key: &str) -> &str {
        let param = self.event_params.iter().flatten().find(|param| param.key.get() == key);
        let value = param.and_then(|param| param.value.as_ref());
        value.map(|value| either(&[&value.int_value, &value.string_value])).unwrap_or_default()
    }

    fn session(&self) -> &str {
        self.context
            .as_ref()
            .map(|context| either(&[&context.session, &context.session_id]))
            .unwrap_or_default()
    }

    fn transaction(&self) -> &str {
        self.ecommerce.as_ref().map(|ecommerce| ecommerce.transaction_id.get()).unwrap_or_default()
    }
}

fn first(texts: [&str; 3]) -> &str {
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

impl Item<'_> {
    fn product(&self) -> Product<'_> {
        let categories = [
            &self.item_category,
            &self.item_category2,
            &self.item_category3,
            &self.item_category4,
            &self.item_category5,
            &self.category,
        ];
        let categories = categories.map(Text::get).into_iter().filter(|name| !name.is_empty());
        Product {
            // GA4 wants an id or a name of each item.
            id: either(&[&self.item_id, &self.product_id, &self.sku, &self.item_name]),
            name: either(&[&self.item_name, &self.name]),
            brand: either(&[&self.item_brand, &self.brand]),
            variant: either(&[&self.item_variant, &self.variant]),
            categories: categories.collect(),
            price: self.price.get(),
            image: self.image_url.get(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_ga4_is_understood() {
        let text = r#"{"event_date": "20240101", "event_timestamp": "1704067200000000", "event_name": "purchase",
            "event_params": [{"key": "page", "value": {"string_value": "x"}},
                             {"key": "ga_session_id", "value": {"int_value": "77", "string_value": null}}],
            "user_id": null, "user_pseudo_id": "1.2", "ecommerce": {"transaction_id": "T1", "purchase_revenue": 5.0},
            "items": [{"item_id": 12, "item_name": "Mu\u0067", "item_category": "Cups", "item_category2": "(not set)",
                       "price": 9.5, "quantity": 2}, {"item_name": "Tea"}], "geo": {"deep": [{}]}}"#;
        let line = Line::parse(text.as_bytes()).unwrap();
        let event = Event {
            name: "purchase",
            shopper: "1.2",
            browser: "1.2",
            session: "77",
            order: "T1",
            time: "1704067200000000",
            message: "",
        };
        assert_eq!(line.event(), event);
        let products: Vec<_> = line.products().collect();
        let mug =
            Product { id: "12", name: "Mug", categories: vec!["Cups"], price: "9.5", ..Product::default() };
        assert_eq!(products, [mug, Product { id: "Tea", name: "Tea", ..Product::default() }]);
    }

    #[test]
    fn a_line_of_segment_is_understood() {
        let text = r#"{"type": "track", "event": "Product Added", "userId": "u", "anonymousId": "a", "messageId": "m",
            "timestamp": "2024-01-01T00:00:00Z", "context": {"sessionId": 5, "ip": "x"},
            "properties": {"product_id": "p", "name": "Mug", "brand": "B", "category": "Cups", "price": 3, "image_url": "i"}}"#;
        let line = Line::parse(text.as_bytes()).unwrap();
        let event = line.event();
        assert_eq!(
            (event.name, event.shopper, event.browser, event.session),
            ("Product Added", "u", "a", "5")
        );
        assert_eq!((event.order, event.time, event.message), ("", "2024-01-01T00:00:00Z", "m"));
        let product = line.products().next().unwrap();
        assert_eq!((product.id, product.brand, product.price, product.image), ("p", "B", "3", "i"));
        let order = r#"{"type": "track", "event": "Order Completed", "properties":
            {"order_id": "o", "products": [{"product_id": "p"}, {"sku": "s"}]}}"#;
        let line = Line::parse(order.as_bytes()).unwrap();
        assert_eq!(line.event().order, "o");
        assert_eq!(line.products().map(|product| product.id.to_owned()).collect::<Vec<_>>(), ["p", "s"]);
        let page = Line::parse(br#"{"type": "page", "userId": "u", "properties": {"url": "x"}}"#).unwrap();
        assert_eq!((page.event().name, page.products().count()), ("page", 0));
    }

    #[test]
    fn other_lines_are_no_events() {
        let deep = format!("{{\"event\": \"x\", \"a\": {}", "[".repeat(10_000));
        let cases: [(&[u8], Reason); 7] = [
            (b"{}", Reason::NotAnEvent),
            (b"[1]", Reason::NotJson),
            (b"{\"event_name\": \"x\", \"items\": 5}", Reason::NotAnEvent),
            (b"{\"event_name\": {\"x\": [1]}}", Reason::NotAnEvent),
            (b"{\"event_name\": ", Reason::NotJson),
            (b"\xff", Reason::InvalidUtf8),
            (deep.as_bytes(), Reason::NotJson),
        ];
        for (text, reason) in cases {
            assert_eq!(
                Line::parse(text).err(),
                Some(reason),
                "{}",
                String::from_utf8_lossy(&text[..text.len().min(60)])
            );
        }
    }
}
