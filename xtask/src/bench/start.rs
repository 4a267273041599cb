//! How long a server with many endpoints takes to start.

use super::Pace;
use super::table::{Row, duration, thousands};
use crate::failure::Failure;
use crate::soak;
use crate::workshop::Workshop;

/// A start may take this long.
const MOST_MS: f64 = 2_000.0;

/// From the start of the program until it serves everything that was released.
pub(super) fn rows(workshop: &Workshop, _pace: Pace) -> Result<Vec<Row>, Failure> {
    workshop.program()?;
    let figures = soak::start(workshop)?;
    let (took, slowest) = (figures.number("/startMs")?, figures.number("/slowestStartMs")?);
    let verdict = if took <= MOST_MS { "within" } else { "OVER" };
    Ok(vec![Row {
        area: "server",
        what: format!(
            "start with {} endpoints, until all are served",
            thousands(figures.number("/endpoints")?)
        ),
        ours: format!("{} (slowest of five {})", duration(took), duration(slowest)),
        peer: format!("at most {}: {verdict}", duration(MOST_MS)),
    }])
}
