//! Charts into their section.

use cookshelf_core::{Chart, Charts, Ranked};

use super::{error::PackError, layout::Layout};
use crate::train;

pub(super) fn encode(charts: &train::Charts, layout: &Layout) -> Result<Vec<u8>, PackError> {
    let pack = |chart: &train::Chart| {
        let row = |places: &Vec<train::Ranked>| -> Vec<Ranked> {
            let ranked =
                |place: &train::Ranked| Ranked { position: layout.position(place.item), score: place.score };
            places.iter().map(ranked).collect()
        };
        let rows: Vec<Vec<Ranked>> =
            std::iter::once(&chart.overall).chain(&chart.by_category).map(row).collect();
        Chart::new(&rows)
    };
    let packed = || Charts::new(pack(&charts.popular)?, pack(&charts.trending)?, pack(&charts.new)?).encode();
    packed().map_err(PackError::format("charts"))
}
