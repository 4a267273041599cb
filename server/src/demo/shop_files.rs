//! Writes `shop/`: the products and pictures a storefront has from its own platform.
//!
//! Nothing here comes from the recommender. `art.json` holds all pictures in one
//! file, so that showing one asks nobody for anything; `images/` holds the same
//! pictures as files.

use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;

use super::DemoError;
use super::calendar::day;
use super::contract_folder::money;
use super::drawing::draw;
use super::output::{Output, Paths, make_folder};
use super::product::Assortment;
use super::prose;
use super::vocabulary::{CATEGORIES, STYLES};
use crate::progress::Progress;

#[derive(Serialize)]
struct Shop<'a> {
    name: &'a str,
    line: &'a str,
    currency: &'a str,
    categories: Vec<Shelf<'a>>,
    colours: Vec<Swatch<'a>>,
    products: Vec<Card<'a>>,
}

#[derive(Serialize)]
struct Shelf<'a> {
    name: &'a str,
    slug: &'a str,
    department: &'a str,
    line: &'a str,
}

#[derive(Serialize)]
struct Swatch<'a> {
    name: &'a str,
    rgb: String,
}

/// A product as the storefront sees it.
#[derive(Serialize)]
struct Card<'a> {
    id: String,
    title: String,
    description: String,
    category: &'a str,
    brand: &'a str,
    colour: &'a str,
    material: &'a str,
    price: String,
    released: String,
    /// Products of the same design share it.
    series: u32,
    art: String,
}

pub(super) fn write_shop_files(
    folder: &Path,
    shop: &Assortment,
    seed: u64,
    progress: Progress,
    paths: &mut Paths,
) -> Result<(), DemoError> {
    write_products(&folder.join("products.json"), shop, seed, paths)?;
    make_folder(&folder.join("images"))?;
    let stage = progress.stage("draw", shop.products.len() as u64, "pictures");
    let mut all = Output::create(&folder.join("art.json"))?;
    let places: Vec<u32> = (0..shop.products.len() as u32).collect();
    for batch in places.chunks(2_000) {
        let pictures: Vec<String> = batch.par_iter().map(|&place| draw(shop, place)).collect();
        for (&place, picture) in batch.iter().zip(&pictures) {
            let id = shop.products[place as usize].id;
            let start = if place == 0 { '{' } else { ',' };
            let text = serde_json::to_string(picture).expect("text always has a JSON form");
            all.write(format!("{start}\"{id}\":{text}").as_bytes())?;
        }
        let written = batch.par_iter().zip(&pictures).map(|(&place, picture)| {
            let name = format!("images/{}.svg", shop.products[place as usize].id);
            let mut file = Output::create(&folder.join(name))?;
            file.write(picture.as_bytes())?;
            file.close()
        });
        paths.add(written.sum::<Result<u64, DemoError>>()?);
        stage.advance(batch.len() as u64);
    }
    all.write(b"}\n")?;
    paths.add(all.close()?);
    stage.done(&format!("{} pictures", shop.products.len()));
    Ok(())
}

fn write_products(path: &Path, shop: &Assortment, seed: u64, paths: &mut Paths) -> Result<(), DemoError> {
    let shelf = |c: &&'static super::vocabulary::Category| Shelf {
        name: c.name,
        slug: c.slug,
        department: c.department.name(),
        line: c.line,
    };
    let swatch =
        |c: &'static super::vocabulary::Colour| Swatch { name: c.name, rgb: format!("#{:06x}", c.rgb) };
    let page = Shop {
        name: "Tarn",
        line: "Goods for home and hill",
        currency: "EUR",
        categories: CATEGORIES.iter().map(shelf).collect(),
        colours: STYLES.iter().flat_map(|s| &s.colours).map(swatch).collect(),
        products: (0..shop.products.len() as u32).map(|place| card(shop, place, seed)).collect(),
    };
    let mut file = Output::create(path)?;
    file.write(serde_json::to_string(&page).expect("the value holds text keys only").as_bytes())?;
    file.write(b"\n")?;
    paths.add(file.close()?);
    Ok(())
}

fn card(shop: &Assortment, place: u32, seed: u64) -> Card<'_> {
    let product = &shop.products[place as usize];
    let series = shop.series(place);
    Card {
        id: product.id.to_string(),
        title: prose::title(shop, place),
        description: prose::description(shop, place, seed),
        category: series.category().name,
        brand: series.brand().name,
        colour: shop.colour(place).name,
        material: series.material(),
        price: money(series.cents),
        released: day(product.released),
        series: product.series,
        art: format!("images/{}.svg", product.id),
    }
}
