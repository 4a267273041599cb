//! `Reco_ItemAndVariantAvailabilities`.

use cookshelf_server::catalogue::{ALWAYS, Availability, Scope, Window};

use super::{SHOP, check_hostile, contract, counts, errors, hostile, notes, shop_with, warnings};

const ENTITY: &str = "Reco_ItemAndVariantAvailabilities";

fn scope(channel: &str, catalog: &str) -> Scope {
    Scope { channel: channel.into(), catalog: catalog.into() }
}

/// (scope, from, until)
type Row = (u32, i64, i64);

fn windows(rows: &[&[Row]]) -> Vec<Vec<Window>> {
    let window = |&(scope, from, until): &Row| Window { scope, from, until };
    rows.iter().map(|row| row.iter().map(window).collect()).collect()
}

#[test]
fn clean() {
    let shop = shop_with(
        ENTITY,
        b"1,,2020-01-01T00:00:00.000Z,2020-02-01T00:00:00.000Z,web,summer\n\
          1,1-red,,,store\n1,,,,store\n2\n2,,2020-01-01\n",
    );
    let expected = Availability {
        scopes: vec![scope("", ""), scope("store", ""), scope("web", "summer")],
        windows: windows(&[
            &[(1, ALWAYS.0, ALWAYS.1), (2, 1_577_836_800, 1_580_515_200)],
            &[(0, ALWAYS.0, ALWAYS.1), (0, 1_577_836_800, ALWAYS.1)],
            &[],
        ]),
    };
    assert_eq!(shop.catalogue.availability, Some(expected));
    assert_eq!((counts(&shop, ENTITY), errors(&shop, ENTITY)), ((5, 0), vec![]));
    let expected = ["2 items in 2 channels", "1 items have no valid window and may not be shown"];
    assert_eq!(notes(&shop, ENTITY), expected);
}

#[test]
fn an_entity_without_rows_hides_nothing() {
    let shop = shop_with(ENTITY, b"");
    assert_eq!(shop.catalogue.availability, None);
    assert_eq!(notes(&shop, ENTITY), ["no rows: every item may always be shown"]);
    assert_eq!(contract(&[SHOP]).catalogue.availability, None);
}

#[test]
fn dirty() {
    let long = "c".repeat(65);
    let rows = [
        "1,,2020-02-01,2020-01-01",
        "1,,,,0",
        "1,,,,web,0",
        "9",
        ",1-red",
        "1,,soon",
        "1,,,31/12/2020",
        &format!("2,,2020-01-01T01:00:00+01:00,2020-01-01,{long},,more"),
    ]
    .join("\r\n");
    let shop = shop_with(ENTITY, rows.as_bytes());
    let expected = [
        ("EmptyMandatoryAttribute", "ItemId", 1),
        ("UnknownItem", "ItemId", 1),
        ("DataTypeMismatch", "StartDate", 1),
        ("DataTypeMismatch", "EndDate", 1),
        ("AttributeValueNotAllowed", "EndDate", 1),
        ("AttributeValueNotAllowed", "Channel", 1),
        ("AttributeValueNotAllowed", "Catalog", 1),
    ];
    assert_eq!((counts(&shop, ENTITY), errors(&shop, ENTITY)), ((8, 7), expected.to_vec()));
    assert_eq!(warnings(&shop, ENTITY), [("ExtraColumns", "", 1), ("ValueTrimmed", "Channel", 1)]);
    let availability = shop.catalogue.availability.unwrap();
    assert_eq!(availability.scopes, [scope(&"c".repeat(64), "")]);
    assert_eq!(availability.windows, windows(&[&[], &[(0, 1_577_836_800, 1_577_836_800)], &[]]));
    let about_zero = &shop.report.entity(ENTITY).unwrap().errors[5];
    assert!(about_zero.message.contains("leave the value empty"), "{}", about_zero.message);
}

#[test]
fn hostile_rows_open_no_window() {
    let shop = shop_with(ENTITY, &hostile("1\u{1}\nx,\u{7}\nx,,,,\"a\nb\",\"c\"\"\"\n"));
    check_hostile(&shop, ENTITY);
    let expected = [("InvalidIdFormat", "ItemId", 1), ("InvalidIdFormat", "ItemVariantId", 1)];
    assert_eq!(errors(&shop, ENTITY), expected);
    let availability = shop.catalogue.availability.unwrap();
    assert_eq!(availability.scopes, [scope("a\nb", "c\"")]);
    assert_eq!(availability.windows, windows(&[&[], &[], &[(0, ALWAYS.0, ALWAYS.1)]]));
}
