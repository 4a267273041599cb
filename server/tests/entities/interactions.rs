//! `Reco_Interactions`.

use cookshelf_server::catalogue::Scope;
use cookshelf_server::contract::{Contract, ContractError, ReadOptions};
use cookshelf_server::interaction::ANONYMOUS;

use super::{
    SHOP, check_hostile, contract, counts, errors, hostile, notes, shop_with, try_contract, warnings,
};

const ENTITY: &str = "Reco_Interactions";

fn scope(channel: &str, catalog: &str) -> Scope {
    Scope { channel: channel.into(), catalog: catalog.into() }
}

#[test]
fn clean() {
    let shop = shop_with(
        ENTITY,
        b"b1,1,1-red,anna,Transaction,2020-01-01T00:00:00.000Z,note,1.5,web,summer,2.5,False\n\
          b1,2\nb2,x,,bert,TRANSACTION,2020-01-01,,,store\nb1,1,,anna,,2020-01-02T00:00:00Z,,,web,summer,,1\n",
    );
    let rows = &shop.interactions;
    assert_eq!((&rows.group[..], &rows.item[..]), (&[0, 0, 1, 0][..], &[0, 1, 2, 0][..]));
    assert_eq!(rows.shopper, [0, ANONYMOUS, 1, 0]);
    assert_eq!(rows.time, [1_577_836_800, 0, 1_577_836_800, 1_577_923_200]);
    assert_eq!(
        (&rows.strength[..], &rows.positive[..]),
        (&[2.5, 1.0, 1.0, 1.0][..], &[false, true, true, true][..])
    );
    assert_eq!(rows.scopes, [scope("web", "summer"), scope("", ""), scope("store", "")]);
    assert_eq!((&rows.scope[..], rows.groups, rows.shoppers), (&[0, 1, 2, 0][..], 2, 2));
    assert_eq!((counts(&shop, ENTITY), errors(&shop, ENTITY)), ((4, 0), vec![]));
    let expected = [
        "2 groups, 2 named shoppers",
        "1 rows say no to an item (IsPositive)",
        "rows of 3 channels and catalogues",
    ];
    assert_eq!(notes(&shop, ENTITY), expected);
}

/// A shop with one channel pays nothing for the column.
#[test]
fn scopes_stay_away_until_a_row_names_one() {
    let plain = shop_with(ENTITY, b"b,1\nb,2,,,,,,,0,0\n");
    assert_eq!((&plain.interactions.scope[..], &plain.interactions.scopes[..]), (&[][..], &[][..]));
    let expected = [("AttributeValueNotAllowed", "Channel", 1), ("AttributeValueNotAllowed", "Catalog", 1)];
    assert_eq!((warnings(&plain, ENTITY), counts(&plain, ENTITY)), (expected.to_vec(), (2, 0)));
    // Enough rows for several pieces, so that the column has to be filled up from the start.
    let mut rows = "b,1,,,,2020-01-01T00:00:00.000Z,,,,\n".repeat(100_000);
    rows.push_str("b,2,,,,,,,,only-catalogue\n");
    let mixed = shop_with(ENTITY, rows.as_bytes()).interactions;
    assert_eq!((mixed.scope.len(), mixed.scope[99_999], mixed.scope[100_000]), (100_001, 0, 1));
    assert_eq!(mixed.scopes, [scope("", ""), scope("", "only-catalogue")]);
}

#[test]
fn too_many_channels_are_an_error_with_a_remedy() {
    let rows = |count: u32| (0..count).map(|n| format!("b,1,,,,,,,c{n}\n")).collect::<String>();
    let read = |rows: &str| {
        try_contract(&[SHOP, ("Reco_Interactions.csv", rows.as_bytes())], &ReadOptions::default())
    };
    assert_eq!(read(&rows(65_535)).unwrap().interactions.scopes.len(), 65_535);
    let error = read(&rows(65_536)).unwrap_err();
    assert!(matches!(error, ContractError::TooMany { limit: 65_535, .. }), "{error}");
    assert!(error.to_string().contains("Channel and Catalog"), "{error}");
}

#[test]
fn dirty() {
    let (long, channel) = ("g".repeat(257), "c".repeat(65));
    let rows = [
        ",1",
        "b,",
        "b,9",
        &format!("{long},1"),
        &format!("b,1,,{long}"),
        "b,1,,u,View",
        "b,1,,u,,01.02.2020",
        "b,1,,u,,,,much",
        "b,1,,u,,,,,,,-0.5",
        "b,1,,u,,,,,,,strong",
        "b,1,,u,,,,,,,1e39",
        "b,1,,u,,,,,,,,perhaps",
        &format!("b,1,,u,,,,,{channel},,0,0"),
    ]
    .join("\n");
    let shop = shop_with(ENTITY, rows.as_bytes());
    let expected = [
        ("EmptyMandatoryAttribute", "InteractionGroupingId", 1),
        ("ValueTooLong", "InteractionGroupingId", 1),
        ("EmptyMandatoryAttribute", "ItemId", 1),
        ("UnknownItem", "ItemId", 1),
        ("ValueTooLong", "UserId", 1),
        ("AttributeValueNotAllowed", "InteractionType", 1),
        ("DataTypeMismatch", "TimeStamp", 1),
        ("DataTypeMismatch", "(free number)", 1),
        ("DataTypeMismatch", "Strength", 1),
        ("AttributeValueNotAllowed", "Strength", 2),
        ("DataTypeMismatch", "IsPositive", 1),
    ];
    assert_eq!((errors(&shop, ENTITY), counts(&shop, ENTITY)), (expected.to_vec(), (13, 12)));
    assert_eq!(warnings(&shop, ENTITY), [("ValueTrimmed", "Channel", 1)]);
    let rows = &shop.interactions;
    assert_eq!((&rows.strength[..], &rows.positive[..]), (&[0.0][..], &[false][..]));
    assert_eq!(rows.scopes, [scope(&"c".repeat(64), "")]);
}

#[test]
fn hostile_rows_count_for_nothing_and_name_nobody() {
    let rows = "anna,1\u{1},,anna\nanna,1,\u{1},anna\nanna,1,,anna,anna\nanna,1,,anna,,anna\nanna,1,,anna,,,,anna\n\
                anna,1,,anna,,,,,,,NaN\nanna,1,,anna,,,,,,,inf\nanna,1,,anna,,,,,,,,anna\n\"an\"\"na\",1,,\"an\nna\"\n";
    let shop = shop_with(ENTITY, &hostile(rows));
    check_hostile(&shop, ENTITY);
    let expected = [
        ("InvalidIdFormat", "ItemId", 1),
        ("InvalidIdFormat", "ItemVariantId", 1),
        ("AttributeValueNotAllowed", "InteractionType", 1),
        ("DataTypeMismatch", "TimeStamp", 1),
        ("DataTypeMismatch", "(free number)", 1),
        ("DataTypeMismatch", "Strength", 2),
        ("DataTypeMismatch", "IsPositive", 1),
    ];
    assert_eq!(errors(&shop, ENTITY), expected);
    assert_eq!((shop.interactions.len(), shop.interactions.groups, shop.interactions.shoppers), (1, 1, 1));
    for text in [serde_json::to_string(&shop.report).unwrap(), shop.report.to_string()] {
        assert!(!text.contains("anna") && text.contains(ENTITY), "{text}");
    }
}

/// Ids that differ in one bit, or only in where they end, are different shoppers; numbers follow the rows.
#[test]
fn shoppers_are_told_apart_without_their_ids() {
    let ids = ["a", "b", "aa", "A", "a ", " a", "\u{e4}", "a\u{308}", "a"];
    let rows: String = ids.iter().map(|id| format!("{id},1,,{id}\n")).collect();
    let read = || -> Contract { contract(&[("Reco_Interactions.csv", rows.as_bytes())]) };
    let expected = [0, 1, 2, 3, 4, 5, 6, 7, 0];
    assert_eq!(
        (read().interactions.shopper, read().interactions.group),
        (expected.to_vec(), expected.to_vec())
    );
}
