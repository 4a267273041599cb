//! Writes `root/` as a Shopify shop exports it: products with their variants and images, and orders.
//!
//! Views are nowhere in such exports. What makes them real is in them: several rows per product,
//! descriptions in HTML, archived products, cancelled orders, lines without a SKU.

use std::path::Path;

use super::DemoError;
use super::calendar::stamp;
use super::contract_folder::{IMAGES, money};
use super::history::{History, acts, shopper};
use super::output::{Output, Paths};
use super::product::Assortment;
use super::prose;
use super::random::{Purpose, Random};
use super::visits::{Act, Row};
use super::vocabulary::Shape;

const PRODUCT_COLUMNS: [&str; 22] = [
    "Handle",
    "Title",
    "Body (HTML)",
    "Vendor",
    "Product Category",
    "Type",
    "Tags",
    "Published",
    "Option1 Name",
    "Option1 Value",
    "Option2 Name",
    "Option2 Value",
    "Variant SKU",
    "Variant Inventory Tracker",
    "Variant Inventory Qty",
    "Variant Price",
    "Variant Requires Shipping",
    "Image Src",
    "Image Position",
    "Image Alt Text",
    "Gift Card",
    "Status",
];
const ORDER_COLUMNS: [&str; 14] = [
    "Name",
    "Email",
    "Financial Status",
    "Paid at",
    "Fulfillment Status",
    "Currency",
    "Total",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem sku",
    "Cancelled at",
    "Source",
];

/// Sizes of clothes and boots, with what the larger ones cost more in percent.
const SIZES: [(&str, u32); 3] = [("S", 0), ("M", 0), ("L", 8)];

pub(super) fn write(
    root: &Path,
    shop: &Assortment,
    history: &History,
    paths: &mut Paths,
) -> Result<(), DemoError> {
    let mut products = Output::create(&root.join("products_export.csv"))?;
    products.csv(&PRODUCT_COLUMNS)?;
    for place in 0..shop.products.len() as u32 {
        write_product(&mut products, shop, place, history.seed, Status::Active)?;
        // A shop keeps what it no longer sells.
        if place % 40 == 17 {
            write_product(&mut products, shop, place, history.seed, Status::Archived)?;
        }
    }
    paths.add(products.close()?);
    let mut orders = Output::create(&root.join("orders_export.csv"))?;
    orders.csv(&ORDER_COLUMNS)?;
    let mut number = 1_000;
    for order in acts(&history.rows).filter(|act| act[0].act == Act::Order) {
        let mut random = Random::stream(history.seed, Purpose::Group, (1 << 48) + number);
        number += 1;
        // Somebody paid twice, and the first order was cancelled.
        if random.chance(30) {
            write_order(&mut orders, shop, order, number, Some(order[0].time + 900), &mut random)?;
            number += 1;
        }
        write_order(&mut orders, shop, order, number, None, &mut random)?;
    }
    paths.add(orders.close()?);
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Active,
    Archived,
}

/// The address of a product in the shop: words of its title, and its number.
fn handle(shop: &Assortment, place: u32) -> String {
    let title = prose::full_title(shop, place).to_lowercase();
    let words = title.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut handle: Vec<&str> = words.collect();
    let id = shop.products[place as usize].id.to_string();
    handle.push(&id);
    handle.join("-")
}

fn sizes(shop: &Assortment, place: u32) -> &'static [(&'static str, u32)] {
    let worn = matches!(shop.series(place).category().shape, Shape::Jacket | Shape::Knitwear | Shape::Boot);
    if worn { &SIZES } else { &SIZES[..1] }
}

fn write_product(
    file: &mut Output,
    shop: &Assortment,
    place: u32,
    seed: u64,
    status: Status,
) -> Result<(), DemoError> {
    let (series, id) = (shop.series(place), shop.products[place as usize].id);
    let mut handle = handle(shop, place);
    let mut title = prose::full_title(shop, place);
    let (published, state) = match status {
        Status::Active => ("true", "active"),
        Status::Archived => ("false", "archived"),
    };
    if status == Status::Archived {
        handle.push_str("-old");
        title.push_str(" (old)");
    }
    let body = body(&prose::description(shop, place, seed), series.material());
    let category = format!("{} > {}", series.category().department.name(), series.category().name);
    let tags = format!("{}, {}", series.category().department.name().to_lowercase(), series.material());
    let image = format!("{IMAGES}{id}.svg");
    let sizes = sizes(shop, place);
    for (nth, (size, more)) in sizes.iter().enumerate() {
        let first = |text: &'static str| if nth == 0 { text } else { "" };
        let once = |text: &str| if nth == 0 { text.to_owned() } else { String::new() };
        let (option, choice) = if sizes.len() > 1 { (first("Size"), *size) } else { ("", "") };
        file.csv(&[
            &handle,
            &once(&title),
            &once(&body),
            &once(series.brand().name),
            &once(&category),
            &once(series.category().name),
            &once(&tags),
            first(published),
            first("Colour"),
            shop.colour(place).name,
            option,
            choice,
            &sku(id, size, status),
            "shopify",
            &(id % 90).to_string(),
            &money(series.cents + series.cents * more / 100),
            "true",
            &once(&image),
            first("1"),
            &once(&title),
            "false",
            state,
        ])?;
    }
    // A second picture has a row of its own.
    if id % 3 == 0 {
        let mut cells = [""; PRODUCT_COLUMNS.len()];
        let second = format!("{IMAGES}{id}-2.svg");
        (cells[0], cells[17], cells[18]) = (&handle, &second, "2");
        file.csv(&cells)?;
    }
    Ok(())
}

fn body(text: &str, material: &str) -> String {
    let text = text.replace('&', "&amp;");
    format!(
        "<div class=\"description\">\n<p>{text}</p>\n<ul><li>Material:&nbsp;<b>{material}</b></li></ul>\n</div>"
    )
}

fn sku(id: u32, size: &str, status: Status) -> String {
    let end = if status == Status::Archived { "-OLD" } else { "" };
    format!("{id}-{size}{end}")
}

fn write_order(
    file: &mut Output,
    shop: &Assortment,
    lines: &[Row],
    number: u64,
    cancelled: Option<i64>,
    random: &mut Random,
) -> Result<(), DemoError> {
    let name = format!("#{number}");
    let shopper = shopper(&lines[0]);
    let email = if shopper.is_empty() { String::new() } else { format!("{shopper}@mail.example") };
    let (time, cents) =
        (local(lines[0].time), lines.iter().map(|line| shop.series(line.product).cents).sum());
    let cancelled = cancelled.map(local).unwrap_or_default();
    let status = if cancelled.is_empty() { "paid" } else { "refunded" };
    for (nth, line) in lines.iter().enumerate() {
        let once = |text: &str| if nth == 0 { text.to_owned() } else { String::new() };
        let id = shop.products[line.product as usize].id;
        let (size, _) = *random.pick(sizes(shop, line.product));
        // Lines that were put in by hand have no SKU.
        let sku = if random.chance(150) { String::new() } else { sku(id, size, Status::Active) };
        file.csv(&[
            &name,
            &email,
            &once(status),
            &once(&time),
            &once("fulfilled"),
            &once("EUR"),
            &once(&money(cents)),
            &once(&time),
            "1",
            &line_name(shop, line.product, size),
            &money(shop.series(line.product).cents),
            &sku,
            &once(&cancelled),
            &once("web"),
        ])?;
    }
    Ok(())
}

fn line_name(shop: &Assortment, product: u32, size: &str) -> String {
    let (title, colour) = (prose::full_title(shop, product), shop.colour(product).name);
    if sizes(shop, product).len() > 1 {
        format!("{title} - {colour} / {size}")
    } else {
        format!("{title} - {colour}")
    }
}

/// A moment as the shop's admin shows it, two hours east of UTC.
fn local(seconds: i64) -> String {
    let there = stamp(seconds + 2 * 3_600);
    format!("{} {} +0200", &there[..10], &there[11..19])
}
