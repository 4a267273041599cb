//! `Reco_OptOutUsers`: a folder with their rows must give what a folder without them gives.

use cookshelf_server::contract::Contract;

use super::{check_hostile, contract, counts, errors, hostile, notes, shop_with, warnings};

const ENTITY: &str = "Reco_OptOutUsers";

/// Rows with those of `anna` and `zoë` among them, marked by `!`.
const ROWS: &str = "!g0,only-anna,,anna,,,,,secret,\ng1,1,,bert\n!g1,1,,anna\n!anna,2\n!zo\u{eb},x,,,,,,,web\n\
                    g2,2,,carl,,2020-01-01,,,web,a,2,False\n!carl,2,,zo\u{eb}\nanna,2,,carl\ng2,x\n";

fn lines(keep: impl Fn(&str) -> bool) -> String {
    let lines = ROWS.lines().filter(|line| keep(line));
    lines.map(|line| format!("{}\n", line.trim_start_matches('!'))).collect()
}

fn values(contract: Contract) -> Contract {
    Contract { report: Default::default(), ..contract }
}

#[test]
fn clean() {
    let all = lines(|_| true);
    let without = lines(|line| !line.starts_with('!'));
    let opted_out: &[u8] = "anna,2019-10-31T22:30:00.000Z\nzo\u{eb},2019-10-31\n".as_bytes();
    let catalogue: (&str, &[u8]) = ("Reco_ItemsAndVariants.csv", b"1\n2\nx\nonly-anna\n");
    for more in [&[][..], &[catalogue]] {
        let rows = [("Reco_Interactions.csv", all.as_bytes()), ("Reco_OptOutUsers.csv", opted_out)];
        let with = contract(&[&rows[..], more].concat());
        assert_eq!(
            (counts(&with, ENTITY), notes(&with, ENTITY)),
            ((2, 0), vec!["2 shoppers opted out".into()])
        );
        let expected = [("OptedOut", "InteractionGroupingId", 2), ("OptedOut", "UserId", 3)];
        assert_eq!(errors(&with, "Reco_Interactions"), expected);
        let rows = [("Reco_Interactions.csv", without.as_bytes())];
        assert_eq!(values(with), values(contract(&[&rows[..], more].concat())));
    }
}

#[test]
fn dirty() {
    let long = "u".repeat(257);
    let shop = shop_with(ENTITY, format!(",2020-01-01\nanna,never\nanna\n{long},2020-01-01\n").as_bytes());
    let expected = [("EmptyMandatoryAttribute", "UserId", 1), ("ValueTooLong", "UserId", 1)];
    assert_eq!((errors(&shop, ENTITY), counts(&shop, ENTITY)), (expected.to_vec(), (4, 2)));
    assert_eq!(warnings(&shop, ENTITY), [("ReplacedByIngestionTime", "LastModifiedDate", 1)]);
    assert_eq!(notes(&shop, ENTITY), ["1 shoppers opted out"]);
}

#[test]
fn hostile_rows_name_nobody() {
    let shop =
        shop_with(ENTITY, &hostile("anna\u{1}@shop.example,anna@shop.example\nanna@shop.example,1,anna\n"));
    check_hostile(&shop, ENTITY);
    assert_eq!(errors(&shop, ENTITY), []);
    for text in [serde_json::to_string(&shop.report).unwrap(), shop.report.to_string()] {
        assert!(!text.contains("anna") && text.contains(ENTITY), "{text}");
    }
}
