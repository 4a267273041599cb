//! `Reco_ExternalRecommendationsLists` and `Reco_ExternalRecommendationsItems`.

use cookshelf_server::catalogue::{ALWAYS, NamedList};
use cookshelf_server::contract::Contract;

use super::{SHOP, check_hostile, contract, counts, errors, hostile, notes, warnings};

const LISTS: &str = "Reco_ExternalRecommendationsLists";
const ITEMS: &str = "Reco_ExternalRecommendationsItems";

fn shop(lists: &[u8], items: &[u8]) -> Contract {
    contract(&[
        SHOP,
        ("Reco_ExternalRecommendationsLists.csv", lists),
        ("Reco_ExternalRecommendationsItems.csv", items),
    ])
}

fn list(name: &str, title: &str, items: &[u32]) -> NamedList {
    let (from, until) = ALWAYS;
    NamedList { name: name.into(), title: title.into(), from, until, items: items.to_vec() }
}

#[test]
fn clean() {
    let shop = shop(
        b"Winter,Winter things\n\
          SummerSale2020,Best of 2020,2020-07-01T00:00:00.000Z,2020-08-31T23:59:59.999Z\nEmpty-1.0~_,Nothing\n",
        b"summersale2020,x,,1\nSummerSale2020,2,,-3\nSUMMERSALE2020,1,1-red,1\nWinter,2,,10\n",
    );
    let summer = NamedList {
        from: 1_593_561_600,
        until: 1_598_918_399,
        ..list("SummerSale2020", "Best of 2020", &[1, 0, 2])
    };
    let expected = [list("Empty-1.0~_", "Nothing", &[]), summer, list("Winter", "Winter things", &[1])];
    assert_eq!(shop.catalogue.lists, expected);
    assert_eq!((counts(&shop, LISTS), counts(&shop, ITEMS)), ((3, 0), (4, 0)));
    assert_eq!(notes(&shop, LISTS), ["3 lists"]);
    assert_eq!(notes(&shop, ITEMS), ["4 items in 3 lists, 1 of them empty"]);
}

#[test]
fn dirty() {
    let long = "n".repeat(65);
    let lists = format!(
        "sale,Old,2020-01-01\nSALE,New\nwith space,No\nRecoPicks,No\nnew,No\nCart,No\nSimilar,No\n\
         late,No,2020-02-01,2020-01-01\nuntitled,\n,Nameless\nwhen,No,soon\n{long},Long\n"
    );
    let items = format!(
        "sale,2,,2\nsale,2,,1\nsale,x,,1\nlost,2,,1\nsale,9,,1\nsale,2,,\nsale,2,,first\nsale,2,,1.5\n{long},1,,1\n"
    );
    let shop = shop(lists.as_bytes(), items.as_bytes());
    assert_eq!(shop.catalogue.lists, [list("SALE", "New", &[1, 2]), list(&long[..64], "Long", &[0])]);
    let expected = [
        ("EmptyMandatoryAttribute", "ListName", 1),
        ("AttributeValueNotAllowed", "ListName", 4),
        ("InvalidIdFormat", "ListName", 1),
        ("EmptyMandatoryAttribute", "Title", 1),
        ("DataTypeMismatch", "ListAvailabilityStartDate", 1),
        ("AttributeValueNotAllowed", "ListAvailabilityEndDate", 1),
    ];
    assert_eq!((errors(&shop, LISTS), counts(&shop, LISTS)), (expected.to_vec(), (12, 9)));
    let expected = [("ValueTrimmed", "ListName", 1), ("DuplicateRow", "ListName", 1)];
    assert_eq!(warnings(&shop, LISTS), expected);
    let expected = [
        ("UnknownList", "ListName", 1),
        ("UnknownItem", "ItemId", 1),
        ("EmptyMandatoryAttribute", "Rank", 1),
        ("DataTypeMismatch", "Rank", 2),
    ];
    assert_eq!((errors(&shop, ITEMS), counts(&shop, ITEMS)), (expected.to_vec(), (9, 5)));
    assert_eq!(notes(&shop, ITEMS)[1], "1 rows repeat an item of their list; its best rank counts");
}

#[test]
fn hostile_rows_make_no_list() {
    let lists = hostile("a\u{1},No\n../../etc,No\n<b>,No\n\u{441}art,No\nsound,\"<script>\"\"\n\"\n");
    let items = hostile(
        "sound,1\u{1},,1\nsound,1,,99999999999999999999\nsound,1,,0x1\nsound,2,,-9223372036854775808\n",
    );
    let shop = shop(&lists, &items);
    check_hostile(&shop, LISTS);
    check_hostile(&shop, ITEMS);
    assert_eq!(errors(&shop, LISTS), [("InvalidIdFormat", "ListName", 4)]);
    assert_eq!(errors(&shop, ITEMS), [("InvalidIdFormat", "ItemId", 1), ("DataTypeMismatch", "Rank", 2)]);
    assert_eq!(shop.catalogue.lists, [list("sound", "<script>\"\n", &[1])]);
}

#[test]
fn rank_may_be_declared_and_numbers_keep_their_culture() {
    let model = br#"{"culture": "de-DE", "entities": [
        {"name": "Reco_ExternalRecommendationsItems", "attributes": [
            {"name": "Rank", "dataType": "int64"}, {"name": "ItemId"}, {"name": "ListName"}]}]}"#;
    let shop = contract(&[
        SHOP,
        ("model.json", model),
        ("Reco_ExternalRecommendationsLists.csv", b"a,A\n"),
        ("Reco_ExternalRecommendationsItems.csv", b"2,2,a\n10,1,a\n\"1,5\",x,a\n"),
    ]);
    assert_eq!(shop.catalogue.lists, [list("a", "A", &[1, 0])]);
    assert_eq!(errors(&shop, ITEMS), [("DataTypeMismatch", "Rank", 1)]);
}
