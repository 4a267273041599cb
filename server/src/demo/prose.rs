//! Words for people: titles and descriptions.
//!
//! Every sentence is true of the product it is given to (its material, colour,
//! kind). Invariant: the same series always reads the same.

use super::product::{Assortment, Series};
use super::random::{Purpose, Random};
use super::vocabulary::Pattern;

/// The title without the brand, as the storefront shows it: `Fjord Stoneware Mug, Oat`.
pub(super) fn title(shop: &Assortment, product: u32) -> String {
    let series = shop.series(product);
    let mut title = series_name(series);
    title.push_str(", ");
    title.push_str(shop.colour(product).name);
    title
}

/// The title with the brand, as a catalogue export has it: `Lindholt Fjord Stoneware Mug, Oat`.
pub(super) fn full_title(shop: &Assortment, product: u32) -> String {
    format!("{} {}", shop.series(product).brand().name, title(shop, product))
}

/// One to three sentences.
pub(super) fn description(shop: &Assortment, product: u32, seed: u64) -> String {
    let number = shop.products[product as usize].series;
    let series = shop.series(product);
    let mut random = Random::stream(seed, Purpose::Words, (1 << 32) + u64::from(number));
    let colour = shop.colour(product).name.to_lowercase();
    let mut text = opening(series, &colour, &mut random);
    if random.chance(850) {
        text.push(' ');
        let facts = &series.category().facts;
        text.push_str(facts[random.place(facts.len())]);
    }
    if random.chance(550) {
        text.push(' ');
        let moods = &series.style().moods;
        text.push_str(moods[random.place(moods.len())]);
    }
    text
}

fn series_name(series: &Series) -> String {
    use super::vocabulary::WORDS;
    let mut name = WORDS[series.word as usize].to_owned();
    if series.edition > 1 {
        name.push_str(&format!(" No. {}", series.edition));
    }
    if series.category().names_material {
        name.push(' ');
        name.push_str(series.material());
    }
    name.push(' ');
    name.push_str(series.category().kinds[series.kind as usize].noun);
    name
}

fn opening(series: &Series, colour: &str, random: &mut Random) -> String {
    let noun = series.category().kinds[series.kind as usize].noun.to_lowercase();
    let material = series.material();
    let material =
        if series.category().slug == "coffee" { material.to_owned() } else { material.to_lowercase() };
    let finish = finish(series.pattern);
    match (series.category().slug, random.below(2)) {
        ("coffee", 0) => format!("{} from {material}, in a {colour} bag that closes again.", capital(&noun)),
        ("coffee", _) => format!("{material}, roasted for a clear cup; the {colour} label is this season's."),
        ("plants", _) => format!("{} in a {colour} {material} pot.", capital(&with_article(&noun))),
        (_, 0) => format!("{} in {colour} {material}{finish}.", capital(&with_article(&noun))),
        _ => {
            format!("{}, made of {material} and finished in {colour}{finish}.", capital(&with_article(&noun)))
        }
    }
}

fn finish(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::Plain => "",
        Pattern::Band => ", with one contrasting band",
        Pattern::Stripes => ", with stripes",
        Pattern::Check => ", with a check",
        Pattern::Dots => ", with dots",
        Pattern::Chevron => ", with a chevron line",
        Pattern::Speckle => ", speckled",
        Pattern::Dip => ", dipped in a second colour",
        Pattern::Block => ", in two blocks of colour",
        Pattern::Ribs => ", finely ribbed",
    }
}

fn with_article(noun: &str) -> String {
    let plural = noun.ends_with("phones") || noun.ends_with("buds");
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    match (plural, vowel) {
        (true, _) => noun.to_owned(),
        (false, true) => format!("an {noun}"),
        (false, false) => format!("a {noun}"),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::product::assortment;
    use super::*;

    #[test]
    fn descriptions_are_one_to_three_sentences() {
        let shop = assortment(300, 7);
        for product in 0..300 {
            let text = description(&shop, product, 7);
            let sentences = text.matches(['.', '!']).count();
            assert!((1..=4).contains(&sentences) && text.ends_with('.'), "{text}");
            assert!(!text.contains("  ") && text.len() < 400, "{text}");
        }
    }

    #[test]
    fn titles_name_series_kind_and_colour() {
        let shop = assortment(300, 7);
        let mug = (0..300).find(|&p| shop.series(p).category().slug == "mugs").unwrap();
        let title = title(&shop, mug);
        assert!(title.ends_with(shop.colour(mug).name), "{title}");
        assert!(title.contains(shop.series(mug).material()), "{title}");
        assert!(full_title(&shop, mug).starts_with(shop.series(mug).brand().name));
    }
}
