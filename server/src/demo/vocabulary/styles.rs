//! Styles with their colours, the brands that keep to them, and words for series.
//!
//! All brands are invented. Invariant: `Brand::style` is a place in [`STYLES`].

use super::Department::{Kitchen, Living, Outdoors, Sound, Wear};
use super::Pattern::{Band, Block, Check, Chevron, Dip, Dots, Plain, Ribs, Speckle, Stripes};
use super::{Brand, Colour, Department, Style};

const fn colour(name: &'static str, rgb: u32) -> Colour {
    Colour { name, rgb }
}

/// Quiet, heritage, bright, wild, earthen.
pub(in crate::demo) static STYLES: [Style; 5] = [
    Style {
        colours: [
            colour("Chalk", 0xefebe2),
            colour("Oat", 0xd9c9ae),
            colour("Fog", 0xaebbc1),
            colour("Stone", 0x8c8f8b),
            colour("Graphite", 0x43484d),
        ],
        patterns: [Plain, Plain, Ribs, Band],
        moods: [
            "Nothing on it that does not need to be there.",
            "Drawn with as few lines as it takes.",
            "Quiet on the shelf, sure in the hand.",
            "Made to disappear into a calm day.",
        ],
    },
    Style {
        colours: [
            colour("Oxblood", 0x74282f),
            colour("Tan", 0xb9814f),
            colour("Forest", 0x2f4d3d),
            colour("Navy", 0x27395a),
            colour("Mustard", 0xc8982f),
        ],
        patterns: [Check, Band, Plain, Stripes],
        moods: [
            "The pattern comes from the maker's first catalogue.",
            "Looks better with every year of use.",
            "Built the way it was before anyone was in a hurry.",
            "A classic, and not shy about it.",
        ],
    },
    Style {
        colours: [
            colour("Coral", 0xf0745f),
            colour("Sunflower", 0xf4bf3a),
            colour("Cobalt", 0x2f5fd0),
            colour("Mint", 0x86ceb0),
            colour("Lilac", 0xb59ad8),
        ],
        patterns: [Dots, Stripes, Block, Plain],
        moods: [
            "Guaranteed to cheer up a Monday.",
            "Happiest next to something that clashes.",
            "A small loud thing for a grey morning.",
            "Comes in colours that do not apologise.",
        ],
    },
    Style {
        colours: [
            colour("Moss", 0x6d7c3f),
            colour("Rust", 0xb8552f),
            colour("Slate", 0x536779),
            colour("Signal", 0xea6a26),
            colour("Glacier", 0x8ab7cd),
        ],
        patterns: [Block, Chevron, Plain, Band],
        moods: [
            "Tested where the road ends.",
            "Made to be used hard and rinsed off.",
            "Every gram was argued about.",
            "Ready when the forecast is not.",
        ],
    },
    Style {
        colours: [
            colour("Terracotta", 0xc66e4c),
            colour("Sage", 0x98ab89),
            colour("Clay", 0xb48d75),
            colour("Indigo", 0x414f86),
            colour("Ochre", 0xcb943b),
        ],
        patterns: [Speckle, Dip, Plain, Stripes],
        moods: [
            "Made by hand, so no two are quite alike.",
            "Dyed and finished in small batches.",
            "Warm to look at and warmer to own.",
            "From a workshop with the windows open.",
        ],
    },
];

const fn brand(name: &'static str, style: usize, percent: u32, departments: &'static [Department]) -> Brand {
    Brand { name, style, percent, departments }
}

/// All makers.
pub(in crate::demo) static BRANDS: [Brand; 25] = [
    brand("Lindholt", 0, 130, &[Kitchen, Living]),
    brand("Nordro", 0, 105, &[Living, Sound]),
    brand("Halm", 0, 85, &[Kitchen, Wear]),
    brand("Fjellstad", 0, 145, &[Outdoors, Wear]),
    brand("Stilla", 0, 100, &[Sound, Outdoors]),
    brand("Ashby & Crane", 1, 135, &[Kitchen, Living]),
    brand("Harrow Mill", 1, 110, &[Living, Wear]),
    brand("Thornbury", 1, 125, &[Outdoors, Wear]),
    brand("Pellam", 1, 160, &[Sound, Wear]),
    brand("Old Quay", 1, 80, &[Kitchen, Outdoors]),
    brand("Pico Pop", 2, 75, &[Kitchen, Living]),
    brand("Zest", 2, 90, &[Kitchen, Sound]),
    brand("Jubilo", 2, 95, &[Living, Wear]),
    brand("Kite Club", 2, 100, &[Outdoors, Wear]),
    brand("Bloop", 2, 85, &[Sound, Outdoors]),
    brand("Ridgeline Works", 3, 140, &[Outdoors, Wear]),
    brand("Talus", 3, 115, &[Outdoors, Wear]),
    brand("Camp Nine", 3, 80, &[Outdoors, Kitchen]),
    brand("Hutwork", 3, 100, &[Living, Kitchen]),
    brand("Echo Cliff", 3, 120, &[Sound, Living]),
    brand("Terra Nove", 4, 115, &[Kitchen, Living]),
    brand("Kin & Kiln", 4, 100, &[Kitchen, Living]),
    brand("Mossa", 4, 95, &[Living, Wear]),
    brand("Wilder Loom", 4, 120, &[Wear, Outdoors]),
    brand("Sonnet", 4, 130, &[Sound, Living]),
];

/// Names of series.
pub(in crate::demo) static WORDS: [&str; 84] = [
    "Alder", "Arbor", "Aster", "Beacon", "Birch", "Bracken", "Brook", "Cairn", "Cedar", "Clover", "Coast",
    "Cove", "Crest", "Dale", "Dell", "Drift", "Dune", "Elm", "Ember", "Fen", "Fern", "Finch", "Fjord",
    "Flint", "Gale", "Glade", "Glen", "Gorse", "Grove", "Harbour", "Haven", "Hazel", "Heath", "Heron",
    "Hollow", "Inlet", "Isle", "Ivy", "Jetty", "Juniper", "Kestrel", "Knoll", "Lagoon", "Larch", "Linden",
    "Loft", "Lowland", "Maple", "Marsh", "Meadow", "Moor", "Nettle", "Nook", "North", "Orchard", "Osprey",
    "Otter", "Pebble", "Pine", "Prairie", "Quarry", "Quill", "Reed", "Ripple", "Rowan", "Sable", "Sedge",
    "Shore", "Skylark", "Sorrel", "Summit", "Thicket", "Thistle", "Tidal", "Timber", "Upland", "Vale",
    "Verge", "Willow", "Wharf", "Wren", "Yarrow", "Yew", "Zephyr",
];
