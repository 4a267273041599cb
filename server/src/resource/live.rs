//! What an operator says of rows that arrive live: how long they are kept, how many may wait, and which subject of the
//! broker they come from besides.
//!
//! Invariant of a checked value: the names of stream and subject are names that the broker takes, and mean one subject
//! or a family of them, never everything.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::ResourceError;

const LONGEST_NAME: usize = 200;

/// Rows that arrive live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LiveSpec {
    /// Days for which they count, and for which the same event is not taken again: at least as long as it takes the data
    /// folder to have them.
    #[serde(default = "ninety")]
    #[schema(minimum = 1, maximum = 1_100, default = 90)]
    pub keep_days: u32,
    /// Most rows that are kept; beyond them none are taken.
    #[serde(default = "ten_million")]
    #[schema(minimum = 1, maximum = 1_000_000_000, default = 10_000_000)]
    pub most_rows: u32,
    /// A subject of the broker that they come from as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broker: Option<Subscription>,
}

/// A subject of the broker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subscription {
    /// The JetStream stream.
    #[schema(max_length = 200, example = "ORDERS")]
    pub stream: String,
    /// The subject in it.
    #[schema(max_length = 200, example = "orders.shop")]
    pub subject: String,
}

fn ninety() -> u32 {
    90
}

fn ten_million() -> u32 {
    10_000_000
}

impl Default for LiveSpec {
    fn default() -> Self {
        Self { keep_days: ninety(), most_rows: ten_million(), broker: None }
    }
}

impl LiveSpec {
    pub(super) fn check(&self) -> Result<(), ResourceError> {
        let within = [
            ("/live/keepDays", self.keep_days, 1..=1_100),
            ("/live/mostRows", self.most_rows, 1..=1_000_000_000),
        ];
        if let Some((at, value, range)) = within.into_iter().find(|(_, value, range)| !range.contains(value))
        {
            let message = format!("{value} is out of range; it is {} to {}", range.start(), range.end());
            return Err(ResourceError::spec(at, message));
        }
        match &self.broker {
            Some(Subscription { stream, .. }) if !is_stream(stream) => Err(ResourceError::spec(
                "/live/broker/stream",
                "the name of a stream has 1 to 200 visible letters without . * > / and \\",
            )),
            Some(Subscription { subject, .. }) if !is_subject(subject) => Err(ResourceError::spec(
                "/live/broker/subject",
                "a subject is words with points between them, such as orders.shop or orders.>; the first is no wildcard",
            )),
            _ => Ok(()),
        }
    }
}

fn is_visible(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_stream(text: &str) -> bool {
    is_visible(text) && !text.contains(['.', '*', '>', '/', '\\'])
}

fn is_subject(text: &str) -> bool {
    let words: Vec<&str> = text.split('.').collect();
    let last = words.len() - 1;
    let sound = |(place, word): (usize, &&str)| match *word {
        "" => false,
        "*" => place > 0,
        ">" => place > 0 && place == last,
        word => !word.contains(['*', '>']),
    };
    is_visible(text) && words.iter().enumerate().all(sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_broker_are_one_subject_or_a_family() {
        for subject in ["orders", "orders.shop", "orders.*.paid", "orders.>"] {
            assert!(is_subject(subject), "{subject}");
        }
        for subject in ["", ">", "*", "*.x", "a..b", "a.", ".a", "a b", "a.>.b", "a*", "a\n"] {
            assert!(!is_subject(subject), "{subject:?}");
        }
        assert!(is_stream("ORDERS") && !is_stream("a.b") && !is_stream("") && !is_stream("a/b"));
    }

    #[test]
    fn what_is_not_said_has_a_default_and_what_is_wrong_has_a_place() {
        let spec: LiveSpec = serde_json::from_str("{}").unwrap();
        assert_eq!(spec, LiveSpec::default());
        assert!(spec.check().is_ok());
        let wrong = |text: &str| {
            let spec: LiveSpec = serde_json::from_str(text).unwrap();
            spec.check().unwrap_err().to_string()
        };
        assert!(wrong(r#"{"keepDays":0}"#).contains("/live/keepDays"));
        assert!(wrong(r#"{"mostRows":0}"#).contains("/live/mostRows"));
        assert!(wrong(r#"{"broker":{"stream":"a.b","subject":"x"}}"#).contains("/live/broker/stream"));
        assert!(wrong(r#"{"broker":{"stream":"A","subject":">"}}"#).contains("/live/broker/subject"));
    }
}
