//! `Reco_ImagesInventory` and `Reco_ImageToItemMappings`.

use cookshelf_server::catalogue::Scene;
use cookshelf_server::contract::Contract;

use super::{SHOP, check_hostile, contract, counts, errors, hostile, notes, warnings};

const IMAGES: &str = "Reco_ImagesInventory";
const MAPPINGS: &str = "Reco_ImageToItemMappings";

fn shop(images: &[u8], mappings: &[u8]) -> Contract {
    contract(&[SHOP, ("Reco_ImagesInventory.csv", images), ("Reco_ImageToItemMappings.csv", mappings)])
}

fn scene(id: &str, address: &str, items: &[u32]) -> Scene {
    Scene { id: id.into(), address: address.into(), items: items.to_vec() }
}

#[test]
fn clean() {
    let shop = shop(
        b"Image2,,Composite\nImage1,https://my.example/image1.png,\n",
        b"Image1,x\nImage1,2,\nImage1,1,1-red\nImage1,1\n",
    );
    let expected = [scene("Image1", "https://my.example/image1.png", &[0, 1, 2]), scene("Image2", "", &[])];
    assert_eq!(shop.catalogue.scenes, expected);
    assert_eq!((counts(&shop, IMAGES), counts(&shop, MAPPINGS)), ((2, 0), (4, 0)));
    assert_eq!(notes(&shop, IMAGES), ["2 images, 1 of them without an address"]);
    assert_eq!(notes(&shop, MAPPINGS), ["3 items in 2 images, 1 of them without items"]);
}

#[test]
fn dirty() {
    let shop = shop(
        b"a,/old.png\na,https://my.example/a.png,composite\nb,,Single\n,https://my.example/b.png\nc,not an address\n",
        b"a,1\nb,1\na,9\na,\n,1\n",
    );
    assert_eq!(shop.catalogue.scenes, [scene("a", "https://my.example/a.png", &[0])]);
    let expected = [
        ("EmptyMandatoryAttribute", "ImageId", 1),
        ("AttributeValueNotAllowed", "ImageFullUrl", 1),
        ("AttributeValueNotAllowed", "ImageType", 1),
    ];
    assert_eq!((errors(&shop, IMAGES), counts(&shop, IMAGES)), (expected.to_vec(), (5, 3)));
    let expected = [("DuplicateRow", "ImageId", 1), ("RelativeAddress", "ImageFullUrl", 1)];
    assert_eq!(warnings(&shop, IMAGES), expected);
    let expected = [
        ("EmptyMandatoryAttribute", "ImageId", 1),
        ("UnknownImage", "ImageId", 1),
        ("EmptyMandatoryAttribute", "ItemId", 1),
        ("UnknownItem", "ItemId", 1),
    ];
    assert_eq!((errors(&shop, MAPPINGS), counts(&shop, MAPPINGS)), (expected.to_vec(), (5, 4)));
}

#[test]
fn hostile_rows_show_nothing() {
    let long = "y".repeat(2048);
    let images = format!("a\u{1},\nb,javascript:alert(1)\nc,https://{long}\n12345678901234567,\n");
    let shop = shop(&hostile(&images), &hostile("12345678901234567,1\u{1}\n12345678901234567,2,\u{1}\n"));
    check_hostile(&shop, IMAGES);
    check_hostile(&shop, MAPPINGS);
    let expected = [
        ("InvalidIdFormat", "ImageId", 1),
        ("AttributeValueNotAllowed", "ImageFullUrl", 1),
        ("ValueTooLong", "ImageFullUrl", 1),
    ];
    assert_eq!(
        (errors(&shop, IMAGES), warnings(&shop, IMAGES)),
        (expected.to_vec(), vec![("LongId", "ImageId", 1)])
    );
    let expected = [("InvalidIdFormat", "ItemId", 1), ("InvalidIdFormat", "ItemVariantId", 1)];
    assert_eq!(errors(&shop, MAPPINGS), expected);
    assert_eq!(shop.catalogue.scenes, [scene("12345678901234567", "", &[])]);
}

#[test]
fn image_ids_are_free_where_item_ids_are_guids() {
    let guid = "01234567-89ab-cdef-0123-456789abcdef";
    let shop = contract(&[
        ("Reco_Config.csv", b"ItemIdAsGuid,True\n"),
        ("Reco_ItemsAndVariants.csv", format!("{guid},,One\n").as_bytes()),
        ("Reco_ImagesInventory.csv", b"Image1\n"),
        ("Reco_ImageToItemMappings.csv", format!("Image1,{guid}\nImage1,1\n").as_bytes()),
    ]);
    assert_eq!(shop.catalogue.scenes, [scene("Image1", "", &[0])]);
    assert_eq!(errors(&shop, MAPPINGS), [("InvalidGuidIdFormat", "ItemId", 1)]);
}
