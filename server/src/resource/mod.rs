//! What operators say: names, places, specs of accounts, modelings and endpoints, and whole stacks of them.
//!
//! Pure values: parse, check, compare, write. No clock, no file, no database. Invariant: what was read here is valid,
//! and every refusal says where and what would be right.

mod account;
mod counts;
mod difference;
mod endpoint;
mod error;
mod export;
mod given;
mod interval;
mod live;
mod modeling;
mod name;
mod place;
mod plan;
mod read;
mod reference;
mod size;
mod spec;
mod stack;
mod strategy;
mod table;
#[cfg(test)]
mod tests;

pub use account::AccountSpec;
pub use counts::Counts;
pub use difference::{FieldChange, difference};
pub use endpoint::{EndpointSpec, Recommend};
pub use error::ResourceError;
pub use interval::{Interval, TimeOfDay};
pub use live::{LiveSpec, Subscription};
pub use modeling::{ModelingSpec, Schedule};
pub use name::Name;
pub use place::{Kind, Place};
pub use plan::{Change, Extra};
pub use read::{LARGEST, whole as read_whole};
pub use reference::Reference;
pub use spec::Spec;
pub use stack::Stack;
pub use strategy::{Arm, Guard, Layer, Promote, ShadowReport, Step, Strategy};
