//! A question as JavaScript writes it, in the words of the package's types.

use cookshelf_core::{Event, EventKind, ListKind, MAX_LIMIT, Request};
use serde::Deserialize;

use crate::fault::Fault;

/// The names of a question's fields.
pub(crate) const FIELDS: [&str; 12] = [
    "kind", "limit", "seeds", "profile", "exclude", "fallback", "channel", "catalog", "name", "image",
    "moment", "repeats",
];

/// What is asked; everything but the kind may be left out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Question {
    kind: String,
    #[serde(default = "usual_limit")]
    limit: u32,
    #[serde(default)]
    seeds: Vec<String>,
    /// Newest first.
    #[serde(default)]
    profile: Vec<Did>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    fallback: Vec<String>,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    catalog: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    image: String,
    /// Unix seconds.
    #[serde(default)]
    moment: u32,
    #[serde(default)]
    repeats: bool,
}

/// One thing the shopper did.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Did {
    item: String,
    #[serde(rename = "type")]
    kind: DidWhat,
    #[serde(default)]
    age_hours: u32,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum DidWhat {
    View,
    Select,
    AddToCart,
    RemoveFromCart,
    Purchase,
    Like,
    Dismiss,
}

impl Question {
    /// As the core asks it.
    pub(crate) fn request(&self) -> Result<Request<'_>, Fault> {
        Ok(Request {
            seeds: texts(&self.seeds),
            profile: self.profile.iter().map(Did::event).collect(),
            exclude: texts(&self.exclude),
            fallback: self.fallback.iter().map(|name| kind(name)).collect::<Result<_, _>>()?,
            moment: self.moment,
            channel: &self.channel,
            catalog: &self.catalog,
            name: &self.name,
            scene: &self.image,
            repeats: self.repeats,
            ..Request::new(kind(&self.kind)?, self.limit.min(MAX_LIMIT))
        })
    }
}

impl Did {
    fn event(&self) -> Event<'_> {
        let kind = match self.kind {
            DidWhat::View => EventKind::View,
            DidWhat::Select => EventKind::Select,
            DidWhat::AddToCart => EventKind::AddToCart,
            DidWhat::RemoveFromCart => EventKind::RemoveFromCart,
            DidWhat::Purchase => EventKind::Purchase,
            DidWhat::Like => EventKind::Like,
            DidWhat::Dismiss => EventKind::Dismiss,
        };
        Event { item: &self.item, kind, age_hours: self.age_hours }
    }
}

fn usual_limit() -> u32 {
    8
}

fn texts(of: &[String]) -> Vec<&str> {
    of.iter().map(String::as_str).collect()
}

fn kind(name: &str) -> Result<ListKind, Fault> {
    ListKind::ALL.into_iter().find(|kind| kind.name() == name).ok_or(Fault::Engine("kind"))
}
