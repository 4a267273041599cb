//! Who gets which model: the release strategies, as they are written and checked.
//!
//! What a strategy does from one moment to the next is decided elsewhere. Read through one flat form, so that an error
//! can say which key of which kind is wrong.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::ResourceError;
use super::name::Name;

const MOST_STEPS: usize = 20;
const MOST_GUARDS: usize = 20;
const MOST_WEIGHT: u32 = 10_000;
const MOST_HOLDOUT: u32 = 50;
const LONGEST_TEXT: usize = 64;
/// 90 days.
const MOST_MINUTES: u32 = 129_600;

/// Who gets which model of an endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    try_from = "super::given::Given"
)]
pub enum Strategy {
    /// Everybody gets the newest at once.
    All,
    /// A new model is offered beside the old one, for a look, until it is promoted.
    BlueGreen {
        /// By whom.
        promote: Promote,
        /// How long it is only looked at before it promotes itself.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(maximum = 129_600)]
        after_minutes: Option<u32>,
    },
    /// A growing part of all shoppers gets the new model.
    Canary {
        /// In order; after the last one everybody gets it.
        #[schema(min_items = 1, max_items = 20)]
        steps: Vec<Step>,
        /// What must hold, or the old model comes back by itself.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[schema(max_items = 20)]
        guards: Vec<Guard>,
    },
    /// Shoppers are divided among modelings, for a comparison.
    Ab {
        /// What makes this division independent of others; the endpoint's name when left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 64)]
        salt: Option<String>,
        /// Comparisons of one layer never share a shopper.
        #[serde(skip_serializing_if = "Option::is_none")]
        layer: Option<Layer>,
        /// So many of a hundred shoppers take part in nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(maximum = 50)]
        holdout_percent: Option<u32>,
        /// Who gets what, by weight.
        #[schema(min_items = 2, max_items = 16)]
        arms: Vec<Arm>,
    },
    /// The device scores a second modeling too, and shows nothing of it.
    Shadow {
        /// The second one.
        modeling: Name,
        /// What becomes of the comparison.
        report: ShadowReport,
    },
}

/// Who promotes a new model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Promote {
    /// A person.
    Manual,
    /// Time.
    Automatic,
}

/// One step of a canary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// So many of a hundred shoppers get the new model.
    #[schema(minimum = 1, maximum = 100)]
    pub percent: u32,
    /// For so long.
    #[schema(maximum = 129_600)]
    pub minutes: u32,
}

/// Something that must hold of the new model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Guard {
    /// The measure: `failedShare`, `emptyShare`, `filledShare`, `chosenShare`, `sharedShare` or `lists`, out of the counts that the
    /// shop reports. Nothing is known of a share until a hundred lists stand behind it.
    #[schema(max_length = 64)]
    pub metric: String,
    /// It is at most this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// It is at least this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
}

/// One part of the shoppers of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arm {
    /// What they get.
    pub modeling: Name,
    /// How large the part is, beside the weights of the others.
    #[schema(minimum = 1, maximum = 10_000)]
    pub weight: u32,
}

/// The part of a layer that a comparison has. Parts are said, not dealt out: who takes part in one comparison must not
/// change because another one begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Layer {
    /// Which layer of the account.
    #[schema(min_length = 1, max_length = 64)]
    pub name: String,
    /// Where the part begins, in percent of all shoppers.
    #[schema(maximum = 99)]
    pub from: u32,
    /// Where it ends.
    #[schema(minimum = 1, maximum = 100)]
    pub to: u32,
}

impl Layer {
    /// True where somebody may be in both parts.
    pub fn touches(&self, other: &Self) -> bool {
        self.name == other.name && self.from < other.to && other.from < self.to
    }

    fn check(&self) -> Result<(), ResourceError> {
        check_text("/layer/name", Some(&self.name))?;
        if self.from < self.to && self.to <= 100 {
            return Ok(());
        }
        Err(ResourceError::spec(
            "/layer",
            "a part of a layer goes from a percent to a higher one, at most 100",
        ))
    }
}

/// What becomes of a comparison on the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ShadowReport {
    /// It stays on the device.
    Off,
    /// A page that says so may send counts.
    Counts,
}

impl Strategy {
    /// As it is written in `kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::BlueGreen { .. } => "blueGreen",
            Self::Canary { .. } => "canary",
            Self::Ab { .. } => "ab",
            Self::Shadow { .. } => "shadow",
        }
    }

    /// The part of a layer that it has.
    pub fn layer(&self) -> Option<&Layer> {
        match self {
            Self::Ab { layer, .. } => layer.as_ref(),
            Self::All | Self::BlueGreen { .. } | Self::Canary { .. } | Self::Shadow { .. } => None,
        }
    }

    pub(super) fn check(&self, modelings: &[Name]) -> Result<(), ResourceError> {
        match self {
            Self::All => Ok(()),
            Self::BlueGreen { promote, after_minutes } => check_blue_green(*promote, *after_minutes),
            Self::Canary { steps, guards } => check_steps(steps).and_then(|()| check_guards(guards)),
            Self::Ab { salt, layer, holdout_percent, arms } => {
                check_text("/salt", salt.as_deref())?;
                layer.as_ref().map_or(Ok(()), Layer::check)?;
                if holdout_percent.is_some_and(|percent| percent > MOST_HOLDOUT) {
                    return Err(ResourceError::spec("/holdoutPercent", format!("it is 0 to {MOST_HOLDOUT}")));
                }
                check_arms(arms, modelings)
            }
            Self::Shadow { modeling, .. } => match modelings.iter().position(|name| name == modeling) {
                Some(0) => Err(ResourceError::spec(
                    "/modeling",
                    "the first modeling is what is shown; a shadow is another one",
                )),
                Some(_) => Ok(()),
                None => Err(unknown("/modeling", modeling)),
            },
        }
    }
}

fn unknown(at: &str, modeling: &Name) -> ResourceError {
    ResourceError::spec(at, format!("`{modeling}` is not one of the endpoint's `modelings`"))
}

fn check_blue_green(promote: Promote, after: Option<u32>) -> Result<(), ResourceError> {
    let wrong = |message: &str| Err(ResourceError::spec("/afterMinutes", message));
    match (promote, after) {
        (Promote::Manual, Some(_)) => {
            wrong("what is promoted by hand waits for no time; leave one of them out")
        }
        (Promote::Automatic, None) => wrong("say after how many minutes it promotes itself"),
        (_, Some(minutes)) if minutes > MOST_MINUTES => wrong("it is 0 to 129600"),
        _ => Ok(()),
    }
}

fn check_steps(steps: &[Step]) -> Result<(), ResourceError> {
    if !(1..=MOST_STEPS).contains(&steps.len()) {
        return Err(ResourceError::spec("/steps", format!("a canary has 1 to {MOST_STEPS} steps")));
    }
    let mut before = 0;
    for (place, step) in steps.iter().enumerate() {
        if !(1..=100).contains(&step.percent) || step.percent <= before {
            let message = format!("{} after {before}: percents are 1 to 100 and grow", step.percent);
            return Err(ResourceError::spec(format!("/steps/{place}/percent"), message));
        }
        if step.minutes > MOST_MINUTES {
            return Err(ResourceError::spec(format!("/steps/{place}/minutes"), "it is 0 to 129600"));
        }
        before = step.percent;
    }
    Ok(())
}

fn check_guards(guards: &[Guard]) -> Result<(), ResourceError> {
    if guards.len() > MOST_GUARDS {
        return Err(ResourceError::spec("/guards", format!("at most {MOST_GUARDS} guards")));
    }
    for (place, guard) in guards.iter().enumerate() {
        let wrong =
            |key: &str, message: &str| Err(ResourceError::spec(format!("/guards/{place}{key}"), message));
        let part = |c: char| c.is_ascii_alphanumeric() || "._@-/".contains(c);
        if !(1..=LONGEST_TEXT).contains(&guard.metric.len()) || !guard.metric.chars().all(part) {
            return wrong("/metric", "a metric is 1 to 64 of letters, digits and . _ @ - /");
        }
        match (guard.at_most, guard.at_least) {
            (Some(bound), None) | (None, Some(bound)) if bound.is_finite() => {}
            (Some(_), None) | (None, Some(_)) => return wrong("", "a bound is a finite number"),
            _ => return wrong("", "say either `atMost` or `atLeast`"),
        }
    }
    Ok(())
}

fn check_text(at: &str, text: Option<&str>) -> Result<(), ResourceError> {
    match text {
        Some(text) if text.is_empty() || text.len() > LONGEST_TEXT || text.contains(char::is_control) => {
            Err(ResourceError::spec(at, format!("it has 1 to {LONGEST_TEXT} bytes in one line")))
        }
        _ => Ok(()),
    }
}

fn check_arms(arms: &[Arm], modelings: &[Name]) -> Result<(), ResourceError> {
    if !(2..=16).contains(&arms.len()) {
        return Err(ResourceError::spec("/arms", "a comparison has 2 to 16 arms"));
    }
    let mut seen = BTreeSet::new();
    for (place, arm) in arms.iter().enumerate() {
        let at = |key: &str| format!("/arms/{place}/{key}");
        if !modelings.contains(&arm.modeling) {
            return Err(unknown(&at("modeling"), &arm.modeling));
        }
        if !seen.insert(&arm.modeling) {
            return Err(ResourceError::spec(at("modeling"), format!("`{}` has two arms", arm.modeling)));
        }
        if !(1..=MOST_WEIGHT).contains(&arm.weight) {
            return Err(ResourceError::spec(at("weight"), format!("a weight is 1 to {MOST_WEIGHT}")));
        }
    }
    Ok(())
}
