//! Evaluation: how often a list shows what the shopper went on to choose.
//!
//! It asks the decoded model exactly as a device does, for cases that the model
//! has not seen, and compares. Deliberately knows nothing of training: whatever
//! rounding and cutting a model went through is inside its figures. Invariant:
//! figures depend on the model, the cases and the parameters only, not on the
//! number of threads; the one exception is the time that an answer takes.
//!
//! ```text
//! cases.csv ─▶ cases ─▶ ask (core) ─▶ scores ─▶ summary, interval
//! bundle    ─▶ model ─▶ sizes
//! ```

mod ask;
mod cases;
mod error;
mod interval;
mod question;
mod scores;
mod sizes;
mod summary;

pub use cases::{Case, read_cases};
pub use error::EvalError;
pub use interval::Interval;
pub use question::{EvalParams, Where, default_fallback, default_repeats};
pub use scores::Scores;
pub use sizes::{Sizes, compressed, sizes};
pub use summary::{Evaluation, Figure, evaluate};
