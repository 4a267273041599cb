//! `Reco_SeededRecommendationsEnrichment` and its unseeded sibling.

use cookshelf_core::ListKind;
use cookshelf_server::catalogue::Override;
use cookshelf_server::contract::Contract;

use super::{SHOP, check_hostile, contract, counts, errors, hostile, notes, shop_with, warnings};

const SEEDED: &str = "Reco_SeededRecommendationsEnrichment";
const UNSEEDED: &str = "Reco_UnseededRecommendationsEnrichment";

fn one(list: ListKind, seed: Option<u32>, include: &[u32], exclude: &[u32]) -> Override {
    Override { list, seed, include: include.to_vec(), exclude: exclude.to_vec() }
}

#[test]
fn clean() {
    let shop = contract(&[
        SHOP,
        (
            "Reco_SeededRecommendationsEnrichment.csv",
            b"RecoPeopleAlsoBuy,,1,,x,,Include,2\nSimilar,MF,1,1-red,2,,include,1\n\
              similar,Visual,1,,2,,Exclude,\nRecoSimilarTextual,,2,,1,,EXCLUDE,not a rank\n\
              Cart,,x,,1,,Include\nRecoCart,,x,,2,,Include,5\n",
        ),
        (
            "Reco_UnseededRecommendationsEnrichment.csv",
            b"RecoBestSelling,,2,,Include,1\nPopular,,x,,Include,1\nTrending,,1,,Exclude\n\
              RecoNew,,1,,Include\nPicks,MF,2,,Exclude,1\n",
        ),
    ]);
    use ListKind::{Look, New, Picks, Popular, Similar, Text, Together, Trending};
    let expected = [
        one(Picks, None, &[], &[1]),
        one(Similar, Some(0), &[1, 2], &[]),
        one(Together, Some(2), &[1, 0], &[]),
        one(Popular, None, &[1, 2], &[]),
        one(Trending, None, &[], &[0]),
        one(New, None, &[0], &[]),
        one(Text, Some(1), &[], &[0]),
        one(Look, Some(0), &[], &[1]),
    ];
    assert_eq!(shop.catalogue.overrides, expected);
    assert_eq!((counts(&shop, SEEDED), counts(&shop, UNSEEDED)), ((6, 0), (5, 0)));
    assert_eq!(notes(&shop, SEEDED), ["4 items included and 2 excluded in 4 lists"]);
    assert_eq!(notes(&shop, UNSEEDED), ["3 items included and 2 excluded in 4 lists"]);
}

#[test]
fn an_exclude_beats_every_include() {
    let shop = shop_with(
        UNSEEDED,
        b"New,,1,,Include,1\nNew,,2,,Include,2\nNew,,1,,Exclude\nNew,,x,,Include,9\nNew,,x,1,Include,1\nreconew,,1,,Include,1\n",
    );
    assert_eq!(shop.catalogue.overrides, [one(ListKind::New, None, &[2, 1], &[0])]);
    assert_eq!(notes(&shop, UNSEEDED)[1], "1 items are both included and excluded; the exclude counts");
}

#[test]
fn a_list_of_the_shops_own_is_changed_at_once() {
    let shop = contract(&[
        SHOP,
        ("Reco_ExternalRecommendationsLists.csv", b"Sale,Sale\n"),
        ("Reco_ExternalRecommendationsItems.csv", b"Sale,1,,1\nSale,2,,2\n"),
        ("Reco_UnseededRecommendationsEnrichment.csv", b"SALE,,x,,Include,1\nsale,,1,,Exclude\n"),
    ]);
    assert_eq!((&shop.catalogue.lists[0].items[..], shop.catalogue.overrides.len()), (&[2, 1][..], 0));
}

#[test]
fn dirty() {
    let shop = contract(&[
        SHOP,
        (
            "Reco_SeededRecommendationsEnrichment.csv",
            b"Similar,CompleteSimilarStyles,1,,2,,Include\nBestOf,,1,,2,,Include\nNew,,1,,2,,Include\n\
              Similar,,9,,2,,Include\nSimilar,,1,,9,,Include\nSimilar,,1,,2,,Hide\nSimilar,,1,,2,,Include,first\n\
              ,,1,,2,,Include\nSimilar,,,,2,,Include\nSimilar,,1,,,,Include\nSimilar,,1,,2,,\nSimilar,,1,,2,,Include,1,more\n",
        ),
        (
            "Reco_UnseededRecommendationsEnrichment.csv",
            b"Similar,,2,,Include\nPopular,MF,2,,Include\nRecent,,2,,Include\nNew,,2,,Exclude,0.5\n",
        ),
    ]);
    let expected = [one(ListKind::Similar, Some(0), &[1], &[]), one(ListKind::New, None, &[], &[1])];
    assert_eq!(shop.catalogue.overrides, expected);
    let expected = [
        ("EmptyMandatoryAttribute", "RecoListName", 1),
        ("AttributeValueNotAllowed", "RecoListName", 1),
        ("UnknownList", "RecoListName", 1),
        ("UnsupportedAlgoType", "AlgoType", 1),
        ("EmptyMandatoryAttribute", "SeedItemId", 1),
        ("UnknownItem", "SeedItemId", 1),
        ("EmptyMandatoryAttribute", "ItemId", 1),
        ("UnknownItem", "ItemId", 1),
        ("EmptyMandatoryAttribute", "EnrichmentAction", 1),
        ("AttributeValueNotAllowed", "EnrichmentAction", 1),
        ("DataTypeMismatch", "Rank", 1),
    ];
    assert_eq!((errors(&shop, SEEDED), counts(&shop, SEEDED)), (expected.to_vec(), (12, 11)));
    assert_eq!(warnings(&shop, SEEDED), [("ExtraColumns", "", 1)]);
    let expected = [
        ("AttributeValueNotAllowed", "RecoListName", 1),
        ("UnknownList", "RecoListName", 1),
        ("UnsupportedAlgoType", "AlgoType", 1),
    ];
    assert_eq!((errors(&shop, UNSEEDED), counts(&shop, UNSEEDED)), (expected.to_vec(), (4, 3)));
}

#[test]
fn hostile_rows_change_nothing() {
    let long = "x".repeat(70);
    let rows = format!(
        "Sim\u{1}ilar,,1,,2,,Include\nSimilar,,1\u{1},,2,,Include\nSimilar,{long},1,,2,,Include\nSimilar,,1,,2,,{long}\n"
    );
    let shop = shop_with(SEEDED, &hostile(&rows));
    check_hostile(&shop, SEEDED);
    let expected = [
        ("UnknownList", "RecoListName", 1),
        ("UnsupportedAlgoType", "AlgoType", 1),
        ("InvalidIdFormat", "SeedItemId", 1),
        ("AttributeValueNotAllowed", "EnrichmentAction", 1),
    ];
    assert_eq!((errors(&shop, SEEDED), shop.catalogue.overrides.len()), (expected.to_vec(), 0));
    let shop = shop_with(UNSEEDED, &hostile("New,,1,,Include,99999999999999999999\n"));
    check_hostile(&shop, UNSEEDED);
    assert_eq!(errors(&shop, UNSEEDED), [("DataTypeMismatch", "Rank", 1)]);
}

fn with_model(model: &str, files: &[super::File<'_>]) -> Contract {
    let files: Vec<_> =
        [SHOP, ("model.json", model.as_bytes())].into_iter().chain(files.iter().copied()).collect();
    contract(&files)
}

#[test]
fn the_unseeded_entity_may_have_any_name() {
    let model = r#"{"entities": [
        {"name": "Reco_SeededRecommendationsEnrichment", "attributes": [{"name": "RecoListName"},
            {"name": "SeedItemId"}, {"name": "ItemId"}, {"name": "EnrichmentAction"}]},
        {"name": "Our_TopLists", "attributes": [{"name": "ItemId"}, {"name": "enrichmentaction"},
            {"name": "RecoListName"}, {"name": "Rank", "dataType": "int64"}]}]}"#;
    let rows: &[u8] = b"1,Exclude,New,\n2,Include,New,3\n";
    let shop = with_model(model, &[("Our_TopLists/a.csv", rows)]);
    assert_eq!(shop.catalogue.overrides, [one(ListKind::New, None, &[1], &[0])]);
    assert_eq!(notes(&shop, UNSEEDED)[0], "the folder calls it Our_TopLists");
    assert_eq!(shop.report.not_read, []);
}
