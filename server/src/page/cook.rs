//! The page of a cook: sample lists first, figures after them.

use cookshelf_core::{ListKind, Model};

use super::album::Album;
use super::document::{Pictures, document};
use super::shop::Shop;
use super::{facts, measures, shelves};
use crate::cook::{Commonness, CookReport, Sample};
use crate::markup::Markup;

/// Places of the page, in its order.
const PARTS: [(&str, &str); 9] = [
    ("samples", "Sample items"),
    ("profiles", "Sample shoppers"),
    ("charts", "Charts"),
    ("quality", "Quality"),
    ("floor", "Privacy"),
    ("readiness", "Data"),
    ("weight", "Weight"),
    ("settings", "Settings"),
    ("problems", "Problems"),
];

/// The page of what a cook made. `model` is what was packed, decoded again.
pub fn cook_page(report: &CookReport, model: &Model, album: Album<'_>) -> String {
    let shop = Shop::new(model, album);
    let title = format!("{}: what was cooked", report.name);
    document(&title, Pictures::OfTheShop, |out| {
        out.say("a", &[("class", &"skip"), ("href", &"#samples")], "To the lists");
        out.element("header", &[], |out| {
            out.say("p", &[("class", &"quiet")], &format!("Cookshelf · model {}", report.name));
            out.say("h1", &[], "What the cook made");
            facts::head(out, report, &shop);
            navigation(out);
        });
        out.element("main", &[], |out| {
            part(out, "samples", |out| samples(out, report, &shop));
            part(out, "profiles", |out| profiles(out, report, &shop));
            part(out, "charts", |out| charts(out, &shop));
            part(out, "quality", |out| measures::quality(out, report));
            part(out, "floor", |out| measures::floor(out, report, shop.meta.privacy_floor));
            part(out, "readiness", |out| {
                facts::ready(out, report);
                facts::cold(out, report);
            });
            part(out, "weight", |out| facts::weight(out, report));
            part(out, "settings", |out| facts::settings(out, report, &shop));
            part(out, "problems", |out| facts::problems(out, report));
        });
        out.say(
            "footer",
            &[("class", &"quiet")],
            "Every list here was made from the packed model by the code that shoppers' browsers run. No shopper's history is \
            in the model, so none is on this page.",
        );
    })
}

fn part(out: &mut Markup, id: &'static str, inside: impl FnOnce(&mut Markup)) {
    out.element("section", &[("aria-labelledby", &id)], inside);
}

fn navigation(out: &mut Markup) {
    out.element("nav", &[("aria-label", &"Parts of this page")], |out| {
        for (id, name) in PARTS {
            out.say("a", &[("href", &format!("#{id}"))], name);
        }
    });
}

/// A sample that is in the model.
struct Shown<'a> {
    sample: &'a Sample,
    position: u32,
}

fn shown<'a>(report: &'a CookReport, shop: &Shop<'_>) -> Vec<Shown<'a>> {
    let found =
        |sample: &'a Sample| Some(Shown { sample, position: shop.model.ids().position(&sample.item)? });
    report.samples.iter().filter_map(found).collect()
}

fn samples(out: &mut Markup, report: &CookReport, shop: &Shop<'_>) {
    out.say("h2", &[("id", &"samples")], "Sample items and their lists");
    let shown = shown(report, shop);
    out.say(
        "p",
        &[],
        "Well known, less known and new items, from different categories. A bar is an item's share of all that the model says \
        about the sample in that list. Would you show these lists?",
    );
    out.element("ul", &[("class", &"index")], |out| {
        for one in &shown {
            out.element("li", &[], |out| {
                out.element("a", &[("href", &format!("#item-{}", one.position))], |out| {
                    shop.picture(out, one.position);
                    out.say("span", &[("lang", &shop.meta.culture)], &shop.title(one.position));
                });
            });
        }
    });
    shown.iter().for_each(|one| item(out, shop, one));
}

fn item(out: &mut Markup, shop: &Shop<'_>, Shown { sample, position }: &Shown<'_>) {
    let id = format!("item-{position}");
    out.element("article", &[("aria-labelledby", &id)], |out| {
        out.element("div", &[("class", &"seed")], |out| {
            shop.picture(out, *position);
            out.element("div", &[], |out| {
                out.say("h3", &[("id", &id), ("lang", &shop.meta.culture)], &shop.title(*position));
                out.element("p", &[], |out| {
                    let (class, word) = commonness(sample.commonness);
                    out.say("span", &[("class", &format!("badge {class}"))], word);
                    let price = shop.price(*position);
                    for text in [price, shop.categories(*position), format!("id {}", sample.item)] {
                        if !text.is_empty() {
                            out.say("span", &[("class", &"detail")], &text);
                        }
                    }
                });
            });
        });
        shelves::of_item(out, shop, *position, &sample.item);
    });
}

fn commonness(commonness: Commonness) -> (&'static str, &'static str) {
    match commonness {
        Commonness::Popular => ("pass", "popular"),
        Commonness::Middling => ("plain", "chosen now and then"),
        Commonness::Rare => ("warn", "chosen rarely"),
        Commonness::Cold => ("cold", "new or hardly known"),
    }
}

/// Two made-up shoppers: one of popular items, one of others.
fn profiles(out: &mut Markup, report: &CookReport, shop: &Shop<'_>) {
    out.say("h2", &[("id", &"profiles")], "What made-up shoppers would see");
    if !shelves::can_pick(shop.model) {
        out.say(
            "p",
            &[("class", &"quiet")],
            "This model does not pick for shoppers: see “What the data is good for”.",
        );
        return;
    }
    let shown = shown(report, shop);
    let of = |commonness| shown.iter().filter(move |one| one.sample.commonness == commonness);
    for commonness in [Commonness::Popular, Commonness::Middling] {
        let seen: Vec<&Shown<'_>> = of(commonness).take(2).collect();
        let ids: Vec<&str> = seen.iter().map(|one| one.sample.item.as_str()).collect();
        if ids.is_empty() {
            continue;
        }
        out.element("article", &[], |out| {
            let titles: Vec<String> = seen.iter().map(|one| shop.title(one.position)).collect();
            out.say("h3", &[], &format!("Someone who looked at {}", titles.join(", then at ")));
            shelves::of_profile(out, shop, &ids);
        });
    }
}

fn charts(out: &mut Markup, shop: &Shop<'_>) {
    out.say("h2", &[("id", &"charts")], "Charts of the whole shop");
    out.say("p", &[], "A bar compares an item with the first of its chart.");
    out.element("article", &[], |out| {
        for list in [ListKind::Popular, ListKind::Trending, ListKind::New] {
            shelves::of_chart(out, shop, list);
        }
    });
}

#[cfg(test)]
mod tests {
    use cookshelf_core::Bundle;
    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::{Catalogue, Item};
    use crate::cook::StageSeconds;
    use crate::pack::{PackParams, pack};
    use crate::pictures::{Gallery, PictureParams};
    use crate::storage::Storage;
    use crate::train::{Neighbour, Rows, Trained};

    const ELEMENTS: &str = "!doctype html head meta title style body a header p h1 h2 h3 h4 dl div dt dd nav main section ul li \
        article span img ol code svg rect line circle polyline text desc table caption thead tbody tr th td details summary \
        footer";

    /// A model of three items with these titles and pictures, where the first is like the two others.
    fn page(words: &[String; 3], images: &[String; 3]) -> String {
        let item = |at: usize| Item {
            id: format!("{at}"),
            title: words[at].clone(),
            image: images[at].clone(),
            categories: vec![0],
            ..Item::default()
        };
        let catalogue = Catalogue {
            items: (0..3).map(item).collect(),
            categories: vec![words[0].clone()],
            culture: words[1].clone(),
            ..Catalogue::default()
        };
        let row = vec![Neighbour { item: 1, weight: 0.9 }, Neighbour { item: 2, weight: 0.3 }];
        let trained = Trained { text: Rows::of(vec![row, Vec::new(), Vec::new()]), ..Trained::default() };
        let params = PackParams {
            name: words[2].clone(),
            currency: words[0].clone(),
            address: String::new(),
            weight_bits: 8,
            factor_bits: 8,
            privacy_floor: 5,
            as_of: 0,
            settings: vec![(words[0].clone(), words[1].clone())],
        };
        let packed = pack(&catalogue, &trained, None, &params).unwrap();
        let model = Bundle::decode(&packed.bundle).unwrap().model().unwrap();
        let sample = |id: &str| Sample { item: id.to_owned(), commonness: Commonness::Cold };
        let report =
            CookReport { name: words[2].clone(), samples: vec![sample("0"), sample("gone")], ..empty() };
        let folder = tempfile::tempdir().unwrap();
        let (storage, pictures) = (Storage::disk(folder.path()).unwrap(), PictureParams::default());
        cook_page(&report, &model, Album::new(Gallery::open(&storage, &pictures)))
    }

    fn empty() -> CookReport {
        CookReport {
            name: String::new(),
            cooked_at: "2026-11-21T08:00:00Z".to_owned(),
            sequence: 1,
            contract: crate::contract::Report::default(),
            pictures: None,
            texts: None,
            items: 3,
            interactions: 0,
            shoppers: 0,
            readiness: Vec::new(),
            samples: Vec::new(),
            lists: Vec::new(),
            tuned: Vec::new(),
            filled: Vec::new(),
            holdout: Vec::new(),
            sections: Vec::new(),
            bytes: 0,
            new_blobs: 0,
            kept_blobs: 0,
            seconds: StageSeconds {
                read: 0.0,
                tune: 0.0,
                judge: 0.0,
                train: 0.0,
                likeness: 0.0,
                pack: 0.0,
                publish: 0.0,
            },
            rows_per_second: 0.0,
            peak_memory_bytes: 0,
        }
    }

    /// Every tag of a page: its name, and its attributes with their values.
    fn tags(page: &str) -> Vec<(String, Vec<(String, String)>)> {
        let opened = page.split('<').skip(1).filter(|rest| !rest.starts_with('/'));
        opened
            .map(|rest| {
                // Values hold no quotes, so they end where the next one is; what stands outside of them are names.
                let mut parts = rest.split('"');
                let mut attributes = Vec::new();
                let first = parts.next().unwrap_or_default();
                let (name, mut names) = first.split_once([' ', '>', '/']).unwrap_or((first, ""));
                while let Some(attribute) = names.trim().strip_suffix('=') {
                    attributes.push((attribute.to_owned(), parts.next().unwrap_or_default().to_owned()));
                    names = parts.next().unwrap_or_default();
                }
                (name.to_owned(), attributes)
            })
            .collect()
    }

    fn check(page: &str) {
        for (name, attributes) in tags(page) {
            assert!(ELEMENTS.split_whitespace().any(|known| known == name), "<{name}> in {page}");
            for (attribute, value) in attributes {
                assert!(!attribute.starts_with("on") && attribute != "style", "{attribute} in {page}");
                match attribute.as_str() {
                    "href" => assert!(value.starts_with('#'), "{value}"),
                    "src" => assert!(
                        value.starts_with("https://")
                            || value.starts_with("http://")
                            || value.starts_with("data:image/"),
                        "{value}"
                    ),
                    _ => (),
                }
            }
        }
    }

    #[test]
    fn a_page_shows_what_the_model_says_and_why() {
        let words = ["Blue linen shirt", "Linen trousers, blue", "Mug"].map(str::to_owned);
        let images = ["https://shop.example/1.jpg", "javascript:alert(1)", ""].map(str::to_owned);
        let page = page(&words, &images);
        check(&page);
        for expected in [
            "src=\"https://shop.example/1.jpg\"",
            "75 % · both say blue, linen",
            "25 % · similar description",
            "new or hardly known",
        ] {
            assert!(page.contains(expected), "{expected} is not in {page}");
        }
        assert!(!page.contains("javascript:"), "{page}");
        // No picture of a strange address, and nothing of a sample that the model does not have.
        assert_eq!(page.matches("<img ").count(), 2, "{page}");
        assert_eq!(page.matches("<article").count(), 2, "{page}");
        let policy = "http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; img-src data: https: http:; ";
        assert!(page.contains(policy) && !page.contains("unsafe"), "{page}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn whatever_the_data_says_is_text(
            words in prop::array::uniform3("(<script>|</style>|\"|' onload=|javascript:|&lt;|\\PC){0,6}"),
            images in prop::array::uniform3(
                "(https://shop.example/|javascript:|data:text/html,|//|\" onerror=\"|<script>|[a-z%&#'? ]){0,5}"
            ),
        ) {
            check(&page(&words, &images));
        }
    }
}
