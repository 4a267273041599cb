//! Whole folders through the contract reader: what comes out, and what the report says.
//!
//! Every folder is written by the test itself. Rules of single values are tested beside their code.

#![expect(clippy::unwrap_used, reason = "a test whose folder cannot be made or read should stop there")]

use std::fs;
use std::path::Path;

use cookshelf_server::contract::{Config, Contract, ContractError, Problem, ReadOptions, read};
use cookshelf_server::interaction::ANONYMOUS;
use cookshelf_server::progress::Progress;
use cookshelf_server::storage::Storage;
use tempfile::TempDir;

type File<'a> = (&'a str, &'a [u8]);

fn folder(files: &[File<'_>]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    root
}

fn read_folder(root: &Path) -> Result<Contract, ContractError> {
    read(&Storage::disk(root)?, &ReadOptions::default(), Progress::Silent)
}

fn contract(files: &[File<'_>]) -> Contract {
    read_folder(folder(files).path()).unwrap()
}

/// What was wrong with rows: type, column, count.
fn listed(problems: &[Problem]) -> Vec<(&str, &str, u64)> {
    problems.iter().map(|one| (one.error_type, one.column.as_deref().unwrap_or(""), one.count)).collect()
}

fn errors<'c>(contract: &'c Contract, entity: &str) -> Vec<(&'c str, &'c str, u64)> {
    listed(&contract.report.entity(entity).unwrap().errors)
}

fn warnings<'c>(contract: &'c Contract, entity: &str) -> Vec<(&'c str, &'c str, u64)> {
    listed(&contract.report.entity(entity).unwrap().warnings)
}

fn ids(contract: &Contract) -> Vec<&str> {
    contract.catalogue.items.iter().map(|item| item.id.as_str()).collect()
}

const ITEMS: &str = "Reco_ItemsAndVariants/a.csv";
const INTERACTIONS: &str = "Reco_Interactions/a.csv";

#[test]
fn a_whole_folder_becomes_values() {
    let contract = contract(&[
        (
            ITEMS,
            b"10,,Ten,Tenth,2020-01-01\n9,,Nine,,\n9,9-red,Nine red,,\nB,,Bee,,2020-01-02T00:00:00.000Z\n",
        ),
        (
            INTERACTIONS,
            b"g1,10,,anna,Transaction,2020-01-03T00:00:00.000Z,,,,,2.5,False\ng1,9,9-red\ng2,9,,bert\n",
        ),
        ("Reco_ItemCategories.csv", b"9,Red\n9,Blue\n10,Blue\n9,Red\n"),
        ("Reco_ItemAndVariantFilters.csv", b"9,9-red,size,XL\n9,,colour,red\n10,,size,S\n"),
        (
            "Reco_ItemAndVariantImages.csv",
            b"9,9-red,https://x/v.png,true\n9,,https://x/2.png,0\n9,,https://x/1.png,1\n",
        ),
        ("Reco_Config.csv", b"PERSONALIZATIONENABLED,1\nTrendingListMaxAgeDays,30\n"),
    ]);
    assert_eq!(ids(&contract), ["9", "10", "B"]);
    let catalogue = &contract.catalogue;
    assert_eq!(catalogue.categories, ["Blue", "Red"]);
    assert_eq!(catalogue.filters, ["colour", "size"]);
    let [nine, ten, _] = &catalogue.items[..] else { panic!("three items") };
    assert_eq!((nine.title.as_str(), nine.released, nine.image.as_str()), ("Nine", None, "https://x/1.png"));
    assert_eq!(nine.categories, [0, 1]);
    assert_eq!(nine.filters, [(0, "red".to_owned()), (1, "XL".to_owned())]);
    assert_eq!((ten.description.as_str(), ten.released), ("Tenth", Some(1_577_836_800)));
    let rows = &contract.interactions;
    assert_eq!((&rows.group[..], &rows.item[..]), (&[0, 0, 1][..], &[1, 0, 0][..]));
    assert_eq!(rows.shopper, [0, ANONYMOUS, 1]);
    assert_eq!((&rows.time[..], &rows.strength[..]), (&[1_578_009_600, 0, 0][..], &[2.5, 1.0, 1.0][..]));
    assert_eq!((&rows.positive[..], rows.groups, rows.shoppers), (&[false, true, true][..], 2, 2));
    let config = Config { trending_max_age_days: 30, personalization_enabled: true, ..Config::default() };
    assert_eq!(contract.config, config);
    assert_eq!(catalogue.culture, "en-US");
}

#[test]
fn every_dropped_row_is_counted_with_its_reason() {
    let long = "x".repeat(257);
    let rows = [
        "g,1,,u",
        ",1",
        "g,",
        "g,7",
        "g,a\tb",
        "g,1,,out-anna",
        "g,1,,u,View",
        "g,1,,u,,31/10/2019",
        "g,1,,u,,,,abc",
        "g,1,,u,,,,,,,1e999",
        "g,1,,u,,,,,,,-1",
        "g,1,,u,,,,,,,,maybe",
        "g,1,,u,,,,,0,0",
        "g\0,1",
        "\"g\"\"1\",1",
        "g,1,,u,transaction,2019-10-31,,1.5,,,3,TRUE,extra",
        &format!("{long},1"),
        "\"never closed",
    ];
    let mut file = rows.join("\r\n").into_bytes();
    file.extend(b"\r\ng,1\xFF\n\n");
    let contract = contract(&[
        ("Reco_ItemsAndVariants.csv", b"1,,One"),
        ("Reco_Interactions.csv", &file),
        ("Reco_OptOutUsers/x.csv", b"out-anna,2019-10-31T22:30:00.000Z\n,2019-10-31\nother,never\n"),
    ]);
    let expected = [
        ("MalformedRow", "", 1),
        ("MalformedRow", "", 1),
        ("MalformedRow", "", 1),
        ("EmptyMandatoryAttribute", "InteractionGroupingId", 1),
        ("ValueTooLong", "InteractionGroupingId", 1),
        ("EmptyMandatoryAttribute", "ItemId", 1),
        ("InvalidIdFormat", "ItemId", 1),
        ("UnknownItem", "ItemId", 1),
        ("OptedOut", "UserId", 1),
        ("AttributeValueNotAllowed", "InteractionType", 1),
        ("DataTypeMismatch", "TimeStamp", 1),
        ("DataTypeMismatch", "(free number)", 1),
        ("DataTypeMismatch", "Strength", 1),
        ("AttributeValueNotAllowed", "Strength", 1),
        ("DataTypeMismatch", "IsPositive", 1),
    ];
    assert_eq!(errors(&contract, "Reco_Interactions"), expected);
    let expected = [
        ("ExtraColumns", "", 1),
        ("AttributeValueNotAllowed", "Channel", 1),
        ("AttributeValueNotAllowed", "Catalog", 1),
    ];
    assert_eq!(warnings(&contract, "Reco_Interactions"), expected);
    let report = contract.report.entity("Reco_Interactions").unwrap();
    assert_eq!((report.total_record_count, report.total_dropped_records, report.accepted), (19, 15, 4));
    assert_eq!(contract.interactions.len(), 4);
    assert_eq!((contract.interactions.groups, contract.interactions.shoppers), (2, 1));
    let mut places = report.errors.iter().flat_map(|problem| &problem.examples);
    assert!(
        places.any(|place| place.file == "Reco_Interactions.csv" && place.line == 18),
        "{}",
        contract.report
    );
}

#[test]
fn the_report_names_no_shopper() {
    let contract = contract(&[
        (
            INTERACTIONS,
            b"g-anna,1,,anna,anna,\ng-anna,1,,anna,,anna\ng-anna,1,,anna\ng-anna,\ng\t,1,,zoe,,,,,,,anna\n",
        ),
        ("Reco_OptOutUsers.csv", b"anna,2020-01-01\n"),
    ]);
    let json = serde_json::to_string(&contract.report).unwrap();
    assert!(
        json.contains("\"totalRecordCount\":5") && json.contains("\"columnsFrom\":\"builtIn\""),
        "{json}"
    );
    assert!(json.contains("\"errorType\":\"OptedOut\",\"column\":\"UserId\",\"count\":1"), "{json}");
    for text in [json, contract.report.to_string()] {
        assert!(!text.contains("anna") && !text.contains("zoe"), "{text}");
    }
}

#[test]
fn interactions_stand_in_for_a_missing_catalogue() {
    let contract = contract(&[
        (INTERACTIONS, b"g,b\ng,10\ng,9\nh,only-out,,out\nh,10\n"),
        ("Reco_OptOutUsers.csv", b"out,2020-01-01"),
        ("Reco_ItemCategories.csv", b"9,x\nonly-out,y\n"),
    ]);
    assert_eq!(ids(&contract), ["9", "10", "b"]);
    assert_eq!(contract.interactions.item, [2, 1, 0, 1]);
    assert_eq!((contract.interactions.groups, contract.interactions.shoppers), (2, 0));
    assert_eq!(errors(&contract, "Reco_ItemCategories"), [("UnknownItem", "ItemId", 1)]);
    assert_eq!(contract.catalogue.categories, ["x"]);
}

#[test]
fn the_columns_of_model_json_win() {
    let model = br#"{"culture": "de-DE", "entities": [
        {"$type": "LocalEntity", "name": "Reco_Interactions", "attributes": [
            {"name": "Strength", "dataType": "double"}, {"name": "ItemId", "dataType": "int64"},
            {"name": "InteractionGroupingId", "dataType": "string"}, {"name": "Shade", "dataType": "boolean"},
            {"name": "UserId", "dataType": "string",
             "annotations": [{"name": "IsMandatory", "value": "True"}]}],
         "partitions": [
            {"name": "b", "location": "https://x.blob.core.windows.net/c/root/parts/b.csv?sig=secret",
             "fileFormatSettings": {"columnsHeaders": true}},
            {"name": "a", "location": "parts/a.csv", "fileFormatSettings": {"delimiter": ";"}}]},
        {"type": "LocalEntity", "name": "Our_Own"}]}"#;
    let contract = contract(&[
        ("model.json", model),
        ("parts/a.csv", b"1,5;7;g2;;u\n"),
        ("parts/b.csv", b"s,i,g,c,u\n\"2,5\",7,g1,,u\n2.5,7,g1,,u\n,x,g1,,u\n,7,g1,,\n"),
        ("Reco_Strange/x.csv", b"1\n"),
    ]);
    assert_eq!(contract.interactions.strength, [2.5, 1.5]);
    assert_eq!(contract.catalogue.culture, "de-DE");
    let report = contract.report.entity("Reco_Interactions").unwrap();
    assert_eq!(
        (report.files.join(" "), report.total_record_count),
        ("parts/b.csv parts/a.csv".to_owned(), 5)
    );
    let expected = [
        ("DataTypeMismatch", "ItemId", 1),
        ("EmptyMandatoryAttribute", "UserId", 1),
        ("DataTypeMismatch", "Strength", 1),
    ];
    assert_eq!(errors(&contract, "Reco_Interactions"), expected);
    let others = contract.report.not_read.iter().map(|other| (other.entity.as_str(), other.reason));
    assert_eq!(others.collect::<Vec<_>>(), [("Our_Own", "no entity of the contract")]);
    assert!(contract.report.notes[0].starts_with("Reco_Strange"), "{:?}", contract.report.notes);
}

#[test]
fn variants_and_repeats_fold_into_one_item() {
    let contract = contract(&[(
        ITEMS,
        b"\xEF\xBB\xBFItemId,ItemVariantId,Title,Description,ReleaseDate\r\n1,a,Variant a\r\n1,b,Variant b\r\n\
          1,,Old\r\n1,c,Variant c\r\n1,,New,,later\r\n2,a,Only variant\r\n2,b,Second variant\r\n12345678901234567\r\n",
    )]);
    let titles: Vec<_> = contract.catalogue.items.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(titles, ["New", "Only variant", ""]);
    assert_eq!(errors(&contract, "Reco_ItemsAndVariants"), [("UndeclaredHeader", "", 1)]);
    let expected = [
        ("LongId", "ItemId", 1),
        ("DuplicateRow", "ItemId", 1),
        ("ReplacedByIngestionTime", "ReleaseDate", 1),
    ];
    assert_eq!(warnings(&contract, "Reco_ItemsAndVariants"), expected);
}

#[test]
fn a_missing_date_becomes_the_time_of_ingestion() {
    let root = folder(&[(ITEMS, b"1,,One,,yesterday\n")]);
    let options = ReadOptions { ingested: Some(77), ..ReadOptions::default() };
    let contract = read(&Storage::disk(root.path()).unwrap(), &options, Progress::Silent).unwrap();
    assert_eq!(contract.catalogue.items[0].released, Some(77));
}

#[test]
fn guid_mode_holds_every_item_id_to_it() {
    let guid = "01234567-89ab-CDEF-0123-456789abcdef";
    let contract = contract(&[
        (
            "Reco_Config.csv",
            b"itemidasguid,TRUE\nUnknown,1\nTrendingListMaxAgeDays,soon\nItemIdAsGuid,true\n",
        ),
        (INTERACTIONS, format!("g,{guid}\ng,1\n").as_bytes()),
    ]);
    assert_eq!(ids(&contract), [guid]);
    assert_eq!(errors(&contract, "Reco_Interactions"), [("InvalidGuidIdFormat", "ItemId", 1)]);
    assert_eq!(warnings(&contract, "Reco_Interactions"), []);
    let expected = [("AttributeValueNotAllowed", "Key", 1), ("DataTypeMismatch", "Value", 1)];
    assert_eq!(errors(&contract, "Reco_Config"), expected);
    assert_eq!(warnings(&contract, "Reco_Config"), [("DuplicateRow", "Key", 1)]);
    let notes = &contract.report.entity("Reco_Config").unwrap().notes;
    assert!(notes[0].contains("\"Unknown\""), "{notes:?}");
}

#[test]
fn a_folder_that_cannot_be_read_says_why_and_where() {
    let described = br#"{"entities": [{"name": "Reco_Interactions", "attributes": [{"name": "ItemId"}]}]}"#;
    let listed = br#"{"entities": [{"name": "Reco_Interactions",
        "partitions": [{"location": "https://x/c/gone.csv?sig=secret"}]}]}"#;
    let cases: [(&[File<'_>], &str); 5] = [
        (&[], "nothing to read"),
        (&[("Other/x.csv", b"1\n")], "Reco_Interactions, "),
        (&[("model.json", b"{\n  \"entities\": [,]}"), (INTERACTIONS, b"g,1\n")], "model.json:2:16"),
        (&[("model.json", described), (INTERACTIONS, b"g,1\n")], "no attribute InteractionGroupingId"),
        (&[("model.json", listed)], "https://x/c/gone.csv of Reco_Interactions"),
    ];
    for (files, expected) in cases {
        let error = read_folder(folder(files).path()).unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains("secret"), "{error}");
    }
    let error = read_folder(Path::new("/no/such/folder")).unwrap_err().to_string();
    assert!(error.contains("/no/such/folder"), "{error}");
}

#[test]
fn a_header_row_says_where_the_columns_are() {
    let rows = b"UserId,itemid,Strength,INTERACTIONGROUPINGID\nu1,7,2.5,g1\nu2,8,,g2\n";
    let contract = contract(&[(INTERACTIONS, rows)]);
    assert_eq!(ids(&contract), ["7", "8"]);
    assert_eq!((contract.interactions.shoppers, &*contract.interactions.strength), (2, &[2.5, 1.0][..]));
    assert_eq!(errors(&contract, "Reco_Interactions"), [("UndeclaredHeader", "", 1)]);
}

#[test]
fn lines_of_json_and_packed_files_mix_with_plain_ones() {
    let packed = |bytes: &[u8]| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut gzip, bytes).unwrap();
        gzip.finish().unwrap()
    };
    let gzip = packed(b"g2,8,,u2\n");
    let cut = &gzip[..gzip.len() - 9];
    let json = b"{\"itemId\": 9, \"InteractionGroupingId\": \"g3\", \"strength\": 0.5}\nbroken\n";
    let contract = contract(&[
        ("Reco_Interactions/1.csv", b"g1,7,,u1\n"),
        ("Reco_Interactions/2.csv.gz", &gzip),
        ("Reco_Interactions/3.jsonl", json),
        ("Reco_Interactions/4.csv.gz", cut),
        ("Reco_Interactions/5.csv", b"g4,7,,u1\n"),
    ]);
    assert_eq!(ids(&contract), ["7", "8", "9"]);
    // The cut file gives the whole row before the cut.
    assert_eq!(contract.interactions.strength, [1.0, 1.0, 0.5, 1.0, 1.0]);
    assert_eq!(errors(&contract, "Reco_Interactions"), [("MalformedRow", "", 1)]);
    let damaged = &contract.report.entity("Reco_Interactions").unwrap().damaged_files;
    assert_eq!(
        damaged.iter().map(|file| file.file.as_str()).collect::<Vec<_>>(),
        ["Reco_Interactions/4.csv.gz"]
    );
}

#[test]
fn empty_files_are_no_error() {
    let contract =
        contract(&[(ITEMS, b""), (INTERACTIONS, b"\xEF\xBB\xBF"), ("Reco_Interactions/b.csv", b"\n\r\n")]);
    assert!(contract.interactions.is_empty() && contract.catalogue.items.is_empty());
    assert_eq!(contract.report.entity("Reco_Interactions").unwrap().total_record_count, 0);
}

/// Several megabytes, so that there are many pieces, with every kind of row among them.
fn busy_file() -> Vec<u8> {
    let mut file = Vec::new();
    for n in 0_u64..150_000 {
        let mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        let (group, item, shopper) = (mixed % 9_001, mixed % 1_234, mixed % 5_003);
        let row = match n % 1_000 {
            17 => format!("g{group},item\u{1}{item}"),
            18 => format!("\"g{group}\n{n}\",{item},,\"u\"\"{shopper}\""),
            19 => format!("\"g{group}\"x,{item}"),
            20 => format!("g{group},{item},,u{shopper}\0"),
            21 => format!("g{group},x{item},,,,,,,,,,\"FALSE\""),
            _ => format!(
                "g{group},{item},,u{shopper},Transaction,2020-01-01T00:00:{:02}.000Z,,,,,0.5,1",
                n % 60
            ),
        };
        file.extend(row.as_bytes());
        file.extend(if n % 3 == 0 { &b"\r\n"[..] } else { b"\n" });
    }
    file
}

#[test]
fn the_same_folder_gives_the_same_values_on_any_number_of_threads() {
    let root = folder(&[(INTERACTIONS, &busy_file()), ("Reco_Interactions/b.csv", b"last,1\n")]);
    let with_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| read_folder(root.path()).unwrap())
    };
    let one = with_threads(1);
    assert_eq!(one.interactions.len(), 149_701, "{}", one.report);
    for threads in [2, 5] {
        assert!(with_threads(threads) == one, "{threads} threads differ");
    }
}
