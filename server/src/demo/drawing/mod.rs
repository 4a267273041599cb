//! Pictures of products, drawn as SVG from a series' proportions and colours.
//!
//! One light from the left, one ground line, one set of backdrops: the pictures
//! are a catalogue, not a collection. No fonts, scripts or links inside.
//! Invariant: the same product always draws the same bytes, all of them ASCII.

mod camp;
mod garments;
mod kitchen;
mod living;
mod pattern;
mod pen;
mod room;
mod sound;
mod tea;
mod travel;
mod wear;

use super::product::Assortment;
use super::vocabulary::{Pattern, Shape};
use pen::Pen;

/// Where things stand, in a picture 400 units wide and high.
const GROUND: i32 = 336;

/// A colour with its shadow and its light.
#[derive(Debug, Clone, Copy)]
struct Tone {
    base: u32,
    shade: u32,
    light: u32,
}

const STEEL: Tone = Tone { base: 0xb9c0c4, shade: 0x8d969c, light: 0xdde2e5 };
const DARK: Tone = Tone { base: 0x33373c, shade: 0x202327, light: 0x565c63 };
const PAPER: Tone = Tone { base: 0xf6f1e7, shade: 0xddd5c6, light: 0xfffdf8 };
const GLOW: u32 = 0xffe9ad;

/// All a drawing is told about a product.
#[derive(Debug)]
struct Look {
    kind: u8,
    main: Tone,
    accent: Tone,
    material: Tone,
    pattern: Pattern,
    form: [u8; 8],
}

impl Look {
    /// A proportion of this series between `low` and `high`; `which` is 0..8.
    fn span(&self, which: usize, low: i32, high: i32) -> i32 {
        low + (high - low) * i32::from(self.form[which]) / 255
    }

    /// One of `count` variants of this series.
    fn variant(&self, which: usize, count: u8) -> u8 {
        self.form[which] % count
    }
}

/// The picture of a product.
pub(super) fn draw(shop: &Assortment, product: u32) -> String {
    let series = shop.series(product);
    let colours = &series.style().colours;
    let own = shop.products[product as usize].colour as usize;
    let other = (own + 1 + usize::from(series.form[7] % 4)) % colours.len();
    let look = Look {
        kind: series.kind,
        main: tone(colours[own].rgb),
        accent: tone(colours[other].rgb),
        material: material(series.material()),
        pattern: series.pattern,
        form: series.form,
    };
    let mut pen = Pen::new(backdrop(series.brand().style, look.form[6], look.main.base));
    let kind = series.category().shape;
    let (percent, ground) = staging(kind, look.kind);
    pen.staged(percent, ground, |pen| shape(pen, kind, &look));
    pen.finish()
}

/// How large a kind is shown, in percent, and where its ground line comes to lie:
/// small things come closer, flat things stand higher.
fn staging(shape: Shape, kind: u8) -> (i32, i32) {
    match (shape, kind) {
        (Shape::Mug, 0) => (122, 316),
        (Shape::Mug, 1) => (138, 302),
        (Shape::Mug, _) => (112, 336),
        (Shape::Teapot, 0) => (122, 306),
        (Shape::CoffeeMaker | Shape::Coffee | Shape::Backpack, _) => (106, 334),
        (Shape::Teapot, _) => (116, 320),
        (Shape::Chair | Shape::Plant, _) => (108, 340),
        (Shape::Vase, 0) => (102, 340),
        (Shape::Vase, _) => (120, 326),
        (Shape::Textile, 0) => (112, 316),
        (Shape::Textile, _) => (118, 296),
        (Shape::Speaker, 0) => (108, 334),
        (Shape::Speaker, _) => (112, 312),
        (Shape::SleepingBag, 0) => (104, 336),
        (Shape::SleepingBag, 1) => (118, 304),
        (Shape::SleepingBag, _) => (128, 286),
        (Shape::Bottle, 2) => (134, 326),
        (Shape::Bottle, _) => (118, 340),
        (Shape::Boot, 2) => (120, 296),
        (Shape::Boot, _) => (114, 316),
        (Shape::Tent, 1) => (106, 304),
        (Shape::Tent, _) => (106, 326),
        _ => (100, GROUND),
    }
}

fn shape(pen: &mut Pen, shape: Shape, look: &Look) {
    match shape {
        Shape::Mug => kitchen::mug(pen, look),
        Shape::CoffeeMaker => kitchen::coffee_maker(pen, look),
        Shape::Coffee => kitchen::coffee(pen, look),
        Shape::Teapot => tea::teapot(pen, look),
        Shape::Lamp => living::lamp(pen, look),
        Shape::Chair => living::chair(pen, look),
        Shape::Plant => room::plant(pen, look),
        Shape::Vase => room::vase(pen, look),
        Shape::Textile => room::textile(pen, look),
        Shape::Speaker => sound::speaker(pen, look),
        Shape::Headphones => sound::headphones(pen, look),
        Shape::Tent => camp::tent(pen, look),
        Shape::SleepingBag => camp::sleeping_bag(pen, look),
        Shape::Lantern => camp::lantern(pen, look),
        Shape::Backpack => travel::backpack(pen, look),
        Shape::Bottle => travel::bottle(pen, look),
        Shape::Boot => wear::boot(pen, look),
        Shape::Watch => wear::watch(pen, look),
        Shape::Jacket => garments::jacket(pen, look),
        Shape::Knitwear => garments::knitwear(pen, look),
    }
}

fn tone(base: u32) -> Tone {
    Tone { base, shade: mix(base, 0x1d1a2b, 26), light: mix(base, 0xffffff, 34) }
}

/// `percent` of `other` in `base`.
fn mix(base: u32, other: u32, percent: u32) -> u32 {
    let channel = |shift: u32| {
        let (a, b) = (base >> shift & 0xff, other >> shift & 0xff);
        ((a * (100 - percent) + b * percent) / 100) << shift
    };
    channel(16) | channel(8) | channel(0)
}

/// How bright a colour looks, 0..=255.
fn brightness(rgb: u32) -> u32 {
    ((rgb >> 16 & 0xff) * 54 + (rgb >> 8 & 0xff) * 183 + (rgb & 0xff) * 19) / 256
}

/// Every style has its own three walls, and three deeper ones for pale products.
fn backdrop(style: usize, which: u8, main: u32) -> u32 {
    const WALLS: [[u32; 3]; 5] = [
        [0xe9e6df, 0xe2e6e7, 0xece7dc],
        [0xeee4d3, 0xe3e5da, 0xece0da],
        [0xfbe6dc, 0xe3eef4, 0xf7efd2],
        [0xe3e8e4, 0xe9e6d9, 0xdfe7ec],
        [0xf1e4d8, 0xe6eadd, 0xeae3e6],
    ];
    const DEEP: [[u32; 3]; 5] = [
        [0xb9c2bb, 0xc9b79c, 0xb3bec6],
        [0xc2b28f, 0xaab3a0, 0xc7a999],
        [0xf3b9a6, 0xa9cbe0, 0xc7b8e2],
        [0xa9b9b2, 0xc3ba9c, 0xa6b8c4],
        [0xd3ad93, 0xb2bda0, 0xc2b0b8],
    ];
    let walls = if brightness(main) > 185 { &DEEP } else { &WALLS };
    walls[style][usize::from(which % 3)]
}

fn material(name: &str) -> Tone {
    match name {
        "Oak" => tone(0xc99a62),
        "Beech" => tone(0xdcb788),
        "Walnut" => tone(0x75492f),
        "Brass" => tone(0xc9a24a),
        "Copper" => tone(0xb96f4a),
        "Cast Iron" => DARK,
        "Cement" => tone(0xa9a7a2),
        "Terracotta" => tone(0xc26b48),
        _ => STEEL,
    }
}

#[cfg(test)]
mod tests {
    use super::super::product::assortment;
    use super::*;

    #[test]
    fn every_picture_is_well_formed_and_self_contained() {
        let shop = assortment(1_200, 5);
        for product in 0..1_200 {
            let svg = draw(&shop, product);
            assert!(svg.is_ascii() && svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{svg}");
            assert!(svg.len() < 8_000, "{} bytes for {product}", svg.len());
            assert!(!svg.contains("href") && !svg.contains("script") && !svg.contains("NaN"), "{svg}");
            let (open, close) = (svg.matches('<').count(), svg.matches('>').count());
            assert_eq!(open, close, "{svg}");
            assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count(), "{svg}");
        }
    }

    #[test]
    fn colours_of_a_series_share_their_outline() {
        let shop = assortment(600, 5);
        let pair = (1..600u32).find(|&p| {
            let twin = |q: u32| shop.products[q as usize].series;
            (0..p).any(|q| twin(q) == twin(p))
        });
        let second = pair.expect("600 products hold a series in two colours");
        let series = shop.products[second as usize].series;
        let first = (0..second).find(|&q| shop.products[q as usize].series == series).unwrap();
        let outline = |p| {
            let svg = draw(&shop, p);
            let start = svg.find(" d=\"").unwrap();
            svg[start..].split('"').nth(1).unwrap().to_owned()
        };
        assert_eq!(outline(first), outline(second));
        assert_ne!(draw(&shop, first), draw(&shop, second));
    }
}
