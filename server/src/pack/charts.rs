//! Charts into their section.

use cookshelf_core::{Chart, Charts, Names, Ranked};

use super::{error::PackError, layout::Layout};
use crate::train;

pub(super) fn encode(charts: &train::Charts, layout: &Layout) -> Result<Vec<u8>, PackError> {
    let pack = |chart: &train::Chart| {
        let row = |places: &Vec<train::Ranked>| -> Vec<Ranked> {
            let ranked =
                |place: &train::Ranked| Ranked { position: layout.position(place.item), score: place.score };
            places.iter().map(ranked).collect()
        };
        // A chart that tells no channels apart still has a row for each: an empty one.
        let none = Vec::new();
        let channels = (0..charts.channels.len()).map(|at| chart.by_channel.get(at).unwrap_or(&none));
        let rows: Vec<Vec<Ranked>> =
            std::iter::once(&chart.overall).chain(&chart.by_category).chain(channels).map(row).collect();
        Chart::new(&rows)
    };
    let packed = || {
        let parts = [pack(&charts.popular)?, pack(&charts.trending)?, pack(&charts.new)?];
        Charts::new(Names::new(&charts.channels), parts)?.encode()
    };
    packed().map_err(PackError::format("charts"))
}
