//! What an operator says of a modeling: which data, how it is cooked, and when.
//!
//! Opens nothing: whether the data is there shows when it is cooked. Invariant of a checked spec: its settings are
//! settings, and no secret stands in it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::error::ResourceError;
use super::interval::{Interval, TimeOfDay};
use super::live::LiveSpec;
use super::reference::Reference;
use super::table;
use crate::settings::{ByteSize, Settings};
use crate::storage;

const LONGEST_SOURCE: usize = 2048;
/// A cook needs some memory to say that it has too little.
const LEAST_MEMORY: ByteSize = ByteSize(64 << 20);
const MOST_MEMORY: ByteSize = ByteSize(64 << 40);
/// The shortest rhythm; more often than this, the look at the clock itself is too coarse.
const LEAST_EVERY: u64 = 10;

/// A data folder and how it is cooked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelingSpec {
    /// The data folder: a path of the server's machine, or an address such as `s3://bucket/folder`.
    #[schema(max_length = 2048, example = "s3://acme-data/root")]
    pub source: String,
    /// Where the server finds the keys of that store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials: Option<Reference>,
    /// Settings with the keys of `cookshelf.toml`; what the folder's own file says is not looked at then.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub settings: Map<String, Value>,
    /// When it is cooked by itself; only by hand when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    /// Publish nothing when a list is worse than what is served, or than plain popularity.
    #[serde(default)]
    pub gate: bool,
    /// Most memory of one cook; what is free on the machine when left out.
    #[serde(default, with = "super::size", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "8 GiB")]
    pub memory: Option<ByteSize>,
    /// Fewest minutes between two cooks that are asked for by hand.
    #[serde(default = "thirty")]
    #[schema(maximum = 10_080, default = 30)]
    pub least_minutes_between: u32,
    /// Most cooks asked for by hand in any 24 hours.
    #[serde(default = "five")]
    #[schema(maximum = 1_440, default = 5)]
    pub most_per_day: u32,
    /// How many models are kept; older ones that no endpoint offers are deleted.
    #[serde(default = "ten")]
    #[schema(minimum = 1, maximum = 1_000, default = 10)]
    pub keep_models: u32,
    /// Rows that arrive live; all defaults when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<LiveSpec>,
}

/// When a modeling is cooked by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Schedule {
    /// From one due time to the next.
    pub every: Interval,
    /// Due times of a day or longer lie at this time of the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<TimeOfDay>,
}

// As Intelligent Recommendations had them.
fn thirty() -> u32 {
    30
}

fn five() -> u32 {
    5
}

fn ten() -> u32 {
    10
}

impl ModelingSpec {
    /// The settings as the text of a `cookshelf.toml`.
    pub fn settings_text(&self) -> String {
        // A checked spec has settings that can be written; one that was put together by hand may not.
        table::lines(&self.settings).unwrap_or_default().into_iter().map(|line| line.text + "\n").collect()
    }

    /// What holds for rows that arrive live.
    pub fn live(&self) -> LiveSpec {
        self.live.clone().unwrap_or_default()
    }

    pub(super) fn check(&self) -> Result<(), ResourceError> {
        self.check_source()?;
        self.live().check()?;
        self.check_settings()?;
        if self.schedule.is_some_and(|schedule| schedule.every.seconds() < LEAST_EVERY) {
            return Err(ResourceError::spec("/schedule/every", format!("it is at least {LEAST_EVERY}s")));
        }
        if self.memory.is_some_and(|memory| !(LEAST_MEMORY..=MOST_MEMORY).contains(&memory)) {
            return Err(ResourceError::spec("/memory", "the memory of a cook is 64 MiB to 64 TiB"));
        }
        let within = [
            ("/leastMinutesBetween", self.least_minutes_between, 0..=10_080),
            ("/mostPerDay", self.most_per_day, 0..=1_440),
            ("/keepModels", self.keep_models, 1..=1_000),
        ];
        match within.into_iter().find(|(_, value, range)| !range.contains(value)) {
            None => Ok(()),
            Some((at, value, range)) => {
                let message = format!("{value} is out of range; it is {} to {}", range.start(), range.end());
                Err(ResourceError::spec(at, message))
            }
        }
    }

    fn check_source(&self) -> Result<(), ResourceError> {
        let wrong = |message: String| Err(ResourceError::spec("/source", message));
        let source = &self.source;
        if source.trim().is_empty() || source.len() > LONGEST_SOURCE || source.contains(char::is_control) {
            return wrong(format!("a source is a path or an address of 1 to {LONGEST_SOURCE} bytes"));
        }
        if let Err(error) = storage::check_address(source) {
            return wrong(error.to_string());
        }
        // A signature in an address would be stored, shown and exported with it.
        if source.contains("://") && source.contains('?') {
            return wrong(
                "a signature does not belong into an address; `credentials` says where it lies".to_owned(),
            );
        }
        Ok(())
    }

    fn check_settings(&self) -> Result<(), ResourceError> {
        let lines = table::lines(&self.settings).map_err(|error| error.below("/settings"))?;
        let text: String = lines.iter().map(|line| format!("{}\n", line.text)).collect();
        // What the operator decides: where the server writes, and which networks it reaches.
        for (name, why) in [
            ("cache", "the server keeps pictures where its operator said"),
            ("private_networks", "the operator opens networks with `networks`"),
        ] {
            if self.settings.get("pictures").and_then(|pictures| pictures.get(name)).is_some() {
                return Err(ResourceError::spec(format!("/settings/pictures/{name}"), why.to_owned()));
            }
        }
        let Err(error) = Settings::read(&text, "settings") else { return Ok(()) };
        let line = lines.get(error.line.saturating_sub(1));
        let pointer = line.map(|line| line.pointer.as_str()).unwrap_or_default();
        Err(ResourceError::spec(format!("/settings{pointer}"), error.message))
    }
}
