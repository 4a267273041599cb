//! What has to be done so that what is there becomes what is wanted.
//!
//! Decides, does nothing. Invariant: done in order, no step needs what a later one makes, and none takes away what
//! something that stays still needs.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::difference::{FieldChange, difference};
use super::place::Place;
use super::spec::Spec;
use super::stack::Stack;

/// One step from what is there to what is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Something new.
    Create {
        /// Where.
        place: Place,
        /// What is said of it.
        spec: Spec,
    },
    /// Something that changes.
    Update {
        /// Where.
        place: Place,
        /// What is said of it now.
        spec: Spec,
        /// What is different.
        fields: Vec<FieldChange>,
    },
    /// Something that goes.
    Delete {
        /// Where.
        place: Place,
    },
}

/// What becomes of resources that are there and that nobody named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extra {
    /// They stay.
    Keep,
    /// They go.
    Delete,
}

impl Stack {
    /// The steps from `current` to this stack.
    pub fn plan(&self, current: &BTreeMap<Place, Spec>, extra: Extra) -> Vec<Change> {
        let mut places: Vec<&Place> = self.resources.keys().collect();
        // All accounts, then all modelings, then the endpoints that name them.
        places.sort_by_key(|place| place.kind());
        let mut changes: Vec<Change> = places.iter().filter_map(|place| self.step(place, current)).collect();
        if extra == Extra::Delete {
            let mut gone: Vec<&Place> =
                current.keys().filter(|place| !self.resources.contains_key(*place)).collect();
            gone.sort_by_key(|place| std::cmp::Reverse(place.kind()));
            changes.extend(gone.into_iter().map(|place| Change::Delete { place: place.clone() }));
        }
        changes
    }

    fn step(&self, place: &Place, current: &BTreeMap<Place, Spec>) -> Option<Change> {
        let (place, spec) = (place.clone(), self.resources.get(place)?.clone());
        let Some(before) = current.get(&place) else { return Some(Change::Create { place, spec }) };
        let fields = difference(&before.json(), &spec.json());
        (!fields.is_empty()).then_some(Change::Update { place, spec, fields })
    }
}

impl Change {
    /// What it is about.
    pub fn place(&self) -> &Place {
        match self {
            Self::Create { place, .. } | Self::Update { place, .. } | Self::Delete { place } => place,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create { place, .. } => write!(f, "+ {place}"),
            Self::Delete { place } => write!(f, "- {place}"),
            Self::Update { place, fields, .. } => {
                write!(f, "~ {place}")?;
                let shown =
                    |value: &Option<Value>| value.as_ref().map_or("(nothing)".to_owned(), Value::to_string);
                fields.iter().try_for_each(|field| {
                    write!(f, "\n    {}: {} -> {}", field.at, shown(&field.before), shown(&field.after))
                })
            }
        }
    }
}
