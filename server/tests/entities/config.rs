//! `Reco_Config`.

use cookshelf_server::contract::Config;

use super::{check_hostile, counts, errors, hostile, notes, shop_with, warnings};

const ENTITY: &str = "Reco_Config";

#[test]
fn clean() {
    let shop = shop_with(
        ENTITY,
        b"TrendingListMaxAgeDays,180\ntrendinglisttransactionsintervaldays,30\n\
          BESTSELLINGLISTTRANSACTIONSINTERVALDAYS,365\nPersonalizationEnabled,True\nItemIdAsGuid,0\n",
    );
    let expected = Config {
        trending_max_age_days: 180,
        trending_interval_days: 30,
        best_selling_interval_days: 365,
        personalization_enabled: true,
        item_id_as_guid: false,
    };
    assert_eq!((counts(&shop, ENTITY), shop.config), ((5, 0), expected));
}

#[test]
fn dirty() {
    let shop = shop_with(
        ENTITY,
        b"Colour,blue\nTrendingListMaxAgeDays,many\nTrendingListMaxAgeDays,-1\nTrendingListMaxAgeDays,\n\
          ItemIdAsGuid,yes\nPersonalizationEnabled,1\nPersonalizationEnabled,0\n",
    );
    let expected = [
        ("AttributeValueNotAllowed", "Key", 1),
        ("EmptyMandatoryAttribute", "Value", 1),
        ("DataTypeMismatch", "Value", 2),
        ("AttributeValueNotAllowed", "Value", 1),
    ];
    assert_eq!((counts(&shop, ENTITY), errors(&shop, ENTITY)), ((7, 5), expected.to_vec()));
    assert_eq!(warnings(&shop, ENTITY), [("DuplicateRow", "Key", 1)]);
    assert_eq!(shop.config, Config::default());
    assert!(notes(&shop, ENTITY)[0].contains("PersonalizationEnabled"));
}

#[test]
fn hostile_rows_set_nothing() {
    let long = "9".repeat(300);
    let rows = format!(
        "TrendingListMaxAgeDays,{long}\nTrendingListMaxAgeDays,99999999999\nItemIdAsGuid\u{1},1\n{long},1\n"
    );
    let shop = shop_with(ENTITY, &hostile(&rows));
    check_hostile(&shop, ENTITY);
    let expected = [
        ("AttributeValueNotAllowed", "Key", 1),
        ("ValueTooLong", "Key", 1),
        ("AttributeValueNotAllowed", "Value", 1),
        ("ValueTooLong", "Value", 1),
    ];
    assert_eq!((errors(&shop, ENTITY), &shop.config), (expected.to_vec(), &Config::default()));
}
