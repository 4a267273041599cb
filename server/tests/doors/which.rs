//! Which door a folder is read through.

use cookshelf_server::contract::{ContractError, ReadAs, ReadOptions};

use crate::folder::{contract, folder, read_as, read_with, rows};

const CONTRACT: (&str, &str) = ("Reco_Interactions.csv", "g,1\n");
const PRODUCTS: (&str, &str) = ("p.csv", "Handle,Title,Body (HTML)\nmug,Mug,\n");
const EVENTS: (&str, &str) = (
    "e.json",
    "{\"event_name\": \"view_item\", \"user_pseudo_id\": \"u\", \"items\": [{\"item_id\": \"1\"}]}\n",
);
const ITEMS: (&str, &str) = ("items.csv", "id,title\n1,One\n");
const INTERACTIONS: (&str, &str) = ("interactions.csv", "session,id\ns,1\n");

#[test]
fn the_door_is_found_by_looking() {
    let cases: [(&[(&str, &str)], ReadAs); 6] = [
        (&[CONTRACT, PRODUCTS, EVENTS, ITEMS], ReadAs::Contract),
        (&[PRODUCTS, EVENTS, ITEMS], ReadAs::Shopify),
        (&[EVENTS, ITEMS], ReadAs::Events),
        (&[EVENTS, INTERACTIONS], ReadAs::Events),
        (&[INTERACTIONS], ReadAs::Plain),
        (&[ITEMS, ("stray.csv", "x\n")], ReadAs::Plain),
    ];
    for (files, expected) in cases {
        assert_eq!(contract(files).report.read_as, expected, "{files:?}");
    }
}

#[test]
fn files_of_other_doors_are_named() {
    let shop = contract(&[EVENTS, ITEMS, INTERACTIONS]);
    assert_eq!(shop.catalogue.items[0].title, "One");
    assert_eq!(rows(&shop).len(), 1);
    let [charts, left] = &shop.report.notes[..] else { panic!("two notes: {:?}", shop.report.notes) };
    assert!(charts.contains("[windows] in cookshelf.toml"), "{charts}");
    assert_eq!(left, "interactions.csv was not read, since the folder is read as events");
    assert!(shop.report.to_string().starts_with("read as events\n"), "{}", shop.report);
}

#[test]
fn shops_without_the_contract_have_its_settings_chosen_for_them() {
    let config = |files: &[(&str, &str)]| contract(files).config;
    let (own, other) = (config(&[CONTRACT]), config(&[INTERACTIONS]));
    assert_eq!((own.personalization_enabled, own.trending_interval_days), (false, 18_250));
    assert_eq!((other.personalization_enabled, other.trending_interval_days), (true, 30));
}

#[test]
fn a_door_can_be_asked_for() {
    let all = [CONTRACT, PRODUCTS, EVENTS, ITEMS, INTERACTIONS];
    for way in ReadAs::ALL {
        assert_eq!(read_as(&all, way).unwrap().report.read_as, way);
        assert_eq!(ReadAs::of_name(way.name()), Some(way));
    }
    assert_eq!(ReadAs::of_name("woo"), None);
}

#[test]
fn a_folder_in_which_nothing_fits_says_what_was_looked_for() {
    let root = folder(&[("stray.csv", "a,b\n1,2\n"), ("notes.txt", "x")]);
    let asked = |read_as: Option<ReadAs>| {
        let options = ReadOptions { read_as, ..ReadOptions::default() };
        let error = read_with(root.path(), &options).unwrap_err();
        assert!(matches!(error, ContractError::NothingToRead { .. }), "{error}");
        error.to_string()
    };
    let all = asked(None);
    for word in ["Reco_Interactions", "Handle", "Lineitem name", "event_name", "interactions", ".csv"] {
        assert!(all.contains(word), "{word} is not in: {all}");
    }
    assert!(!asked(Some(ReadAs::Contract)).contains("Lineitem"));
    assert!(!asked(Some(ReadAs::Shopify)).contains("Reco_"));
}
