//! A list as JavaScript reads it, in the words of the package's types.

use cookshelf_core::{Level, Reason, Rule};
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::card::CardView;

/// A list.
#[derive(Serialize)]
pub(crate) struct Answer<'m> {
    #[serde(serialize_with = "level")]
    pub(crate) level: Level,
    pub(crate) items: Vec<Shown<'m>>,
    #[serde(serialize_with = "removed")]
    pub(crate) removed: Vec<(Rule, u32)>,
}

/// One recommendation.
#[derive(Serialize)]
pub(crate) struct Shown<'m> {
    pub(crate) id: String,
    pub(crate) score: f32,
    #[serde(serialize_with = "reason")]
    pub(crate) reason: Reason,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) because: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) card: Option<CardView<'m>>,
}

/// A blob that is missing.
#[derive(Serialize)]
pub(crate) struct Blob<'t> {
    hash: &'t str,
    size: u32,
}

impl<'t> Blob<'t> {
    /// From `hash:size`.
    pub(crate) fn read(line: &'t str) -> Option<Self> {
        let (hash, size) = line.split_once(':')?;
        Some(Self { hash, size: size.parse().ok()? })
    }
}

impl Serialize for CardView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, text) in self.texts() {
            if !(text.is_empty() && matches!(name, "price" | "currency")) {
                map.serialize_entry(name, text)?;
            }
        }
        map.end()
    }
}

fn level<S: Serializer>(level: &Level, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match level {
        Level::Asked => "asked",
        Level::PartlyFallback => "partly-fallback",
        Level::Fallback => "fallback",
        Level::Empty => "empty",
    })
}

fn reason<S: Serializer>(reason: &Reason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match reason {
        Reason::SimilarTo => "similar-to",
        Reason::TogetherWith => "together-with",
        Reason::YourTaste => "your-taste",
        Reason::Trending => "trending",
        Reason::Popular => "popular",
        Reason::New => "new",
        Reason::Recent => "recent",
        Reason::Chosen => "chosen",
        Reason::Given => "given",
        Reason::Again => "again",
    })
}

fn removed<S: Serializer>(rules: &[(Rule, u32)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(rules.iter().map(|(rule, count)| (name(*rule), count)))
}

/// As the package calls it.
fn name(rule: Rule) -> &'static str {
    match rule {
        Rule::Excluded => "excluded",
        Rule::Seed => "seed",
        Rule::Dismissed => "dismissed",
        Rule::Known => "known",
        Rule::Unavailable => "unavailable",
        Rule::Filter => "filter",
        Rule::Shop => "shop",
        Rule::Shown => "shown",
        Rule::Buried => "boost",
        Rule::Elsewhere => "among",
        Rule::Score => "score",
        Rule::Category => "category",
    }
}
