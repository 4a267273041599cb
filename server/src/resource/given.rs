//! A strategy as it is given: every key of every kind in one flat form.
//!
//! An enum with a tag would lose the place of an error inside it. Invariant: a key of another kind is refused.

use serde::{Deserialize, Deserializer};

use super::name::Name;
use super::strategy::{Arm, Guard, Layer, Promote, ShadowReport, Step, Strategy};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum GivenKind {
    All,
    BlueGreen,
    Canary,
    Ab,
    Shadow,
}

/// Whatever a strategy may say.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Given {
    kind: GivenKind,
    promote: Option<Promote>,
    after_minutes: Option<u32>,
    steps: Option<Vec<Step>>,
    #[serde(default, deserialize_with = "something")]
    guards: Option<Vec<Guard>>,
    salt: Option<String>,
    layer: Option<Layer>,
    holdout_percent: Option<u32>,
    arms: Option<Vec<Arm>>,
    modeling: Option<Name>,
    #[serde(default, deserialize_with = "something")]
    report: Option<ShadowReport>,
}

/// What may be left out, and is no `null` when it is there.
fn something<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

impl Given {
    /// The keys that are there.
    fn keys(&self) -> Vec<&'static str> {
        let all = [
            ("promote", self.promote.is_some()),
            ("afterMinutes", self.after_minutes.is_some()),
            ("steps", self.steps.is_some()),
            ("guards", self.guards.is_some()),
            ("salt", self.salt.is_some()),
            ("layer", self.layer.is_some()),
            ("holdoutPercent", self.holdout_percent.is_some()),
            ("arms", self.arms.is_some()),
            ("modeling", self.modeling.is_some()),
            ("report", self.report.is_some()),
        ];
        all.into_iter().filter(|(_, given)| *given).map(|(key, _)| key).collect()
    }

    fn takes(&self) -> (&'static str, &'static [&'static str]) {
        match self.kind {
            GivenKind::All => ("all", &[]),
            GivenKind::BlueGreen => ("blueGreen", &["promote", "afterMinutes"]),
            GivenKind::Canary => ("canary", &["steps", "guards"]),
            GivenKind::Ab => ("ab", &["salt", "layer", "holdoutPercent", "arms"]),
            GivenKind::Shadow => ("shadow", &["modeling", "report"]),
        }
    }
}

impl TryFrom<Given> for Strategy {
    type Error = String;

    fn try_from(given: Given) -> Result<Self, String> {
        let (kind, takes) = given.takes();
        if let Some(key) = given.keys().into_iter().find(|key| !takes.contains(key)) {
            let takes = if takes.is_empty() { "nothing else".to_owned() } else { takes.join(", ") };
            return Err(format!("`{key}` does not belong to kind `{kind}`, which takes {takes}"));
        }
        let lacks = |key: &str| format!("kind `{kind}` needs `{key}`");
        Ok(match given.kind {
            GivenKind::All => Self::All,
            GivenKind::BlueGreen => Self::BlueGreen {
                promote: given.promote.ok_or_else(|| lacks("promote"))?,
                after_minutes: given.after_minutes,
            },
            GivenKind::Canary => Self::Canary {
                steps: given.steps.ok_or_else(|| lacks("steps"))?,
                guards: given.guards.unwrap_or_default(),
            },
            GivenKind::Ab => Self::Ab {
                salt: given.salt,
                layer: given.layer,
                holdout_percent: given.holdout_percent,
                arms: given.arms.ok_or_else(|| lacks("arms"))?,
            },
            GivenKind::Shadow => Self::Shadow {
                modeling: given.modeling.ok_or_else(|| lacks("modeling"))?,
                report: given.report.unwrap_or(ShadowReport::Off),
            },
        })
    }
}
