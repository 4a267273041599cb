//! Whatever the bytes, an error and never a panic.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod shelf;

use cookshelf_core::{
    Bundle, Event, EventKind, FormatError, Frame, ListKind, Model, ModelError, NearShard, Neighbour, Outcome,
    Request, Section, SectionKey, SectionKind, format::frame, recommend,
};
use proptest::prelude::*;

/// Reads bytes as a stranger would: container, sections, model, and a list of every kind.
fn use_all(bytes: &[u8]) -> Result<(), ModelError> {
    let bundle = Bundle::decode(bytes)?;
    ask_all(&bundle.model()?);
    Ok(())
}

fn ask_all(model: &Model) {
    let bought = |age_hours| Event { item: "lamp-a", kind: EventKind::Purchase, age_hours };
    for list in ListKind::ALL {
        let request = Request {
            seeds: vec!["100", "lamp-a", "99"],
            profile: [0, 700, u32::MAX].map(bought).into(),
            fallback: vec![ListKind::Popular],
            moment: 1_763_000_000,
            name: "summer",
            scene: "living-room",
            ..Request::new(list, 50)
        };
        let Outcome::Done(found) = recommend(model, &request) else { continue };
        for item in &found.items {
            assert!(item.position < model.items() && item.score > 0.0, "{item:?}");
        }
    }
}

#[test]
fn every_truncation_is_an_error() {
    let bytes = shelf::bundle();
    use_all(&bytes).unwrap();
    for length in 0..bytes.len() {
        assert!(use_all(&bytes[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn every_single_byte_change_is_an_error() {
    let bytes = shelf::bundle();
    for at in 0..bytes.len() {
        for change in [0x01, 0x80, 0xff] {
            let mut bad = bytes.clone();
            bad[at] ^= change;
            assert!(use_all(&bad).is_err(), "byte {at} changed by {change:#x}");
        }
    }
}

/// With a good checksum the change reaches the section's own decoder: refused, or a valid section.
#[test]
fn every_change_behind_a_good_checksum_is_refused_or_valid() {
    for blob in shelf::sections() {
        let read = Frame::decode(&blob).unwrap();
        let key = Section::decode(&blob).unwrap().key().unwrap();
        for at in 0..read.body.len() {
            for change in [0x01, 0x10, 0x80, 0xff] {
                let mut body = read.body.to_vec();
                body[at] ^= change;
                try_section(&frame(key, &body).unwrap());
            }
            try_section(&frame(key, &read.body[..at]).unwrap());
        }
    }
}

fn try_section(blob: &[u8]) {
    let Ok(section) = Section::decode(blob) else { return };
    let mut model = shelf::model();
    if model.insert(section).is_ok() {
        ask_all(&model);
    }
}

proptest! {
    #[test]
    fn random_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Bundle::decode(&bytes).is_err());
        prop_assert!(Section::decode(&bytes).is_err());
        let _ = Request::decode(&bytes);
    }

    #[test]
    fn random_bodies_never_panic(kind in 1u16..=11, number in 0u32..3, body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let kind = SectionKind::from_number(kind).unwrap();
        let list = if kind == SectionKind::Near { 1 } else { 0 };
        let number = if matches!(kind, SectionKind::Near | SectionKind::Cards) { number } else { 0 };
        try_section(&frame(SectionKey { kind, list, number }, &body).unwrap());
    }
}

/// Small inputs that announce much: refused before anything is allocated for them.
#[test]
fn bombs_are_refused() {
    let single = SectionKey::single;
    let most = [0xff, 0xff, 0xff, 0xff, 0x0f];
    let bodies: [(&str, SectionKey, Vec<u8>); 10] = [
        ("four billion runs of ids", single(SectionKind::Ids), most.to_vec()),
        ("a run of four billion ids", single(SectionKind::Ids), [&[1, 0][..], &most, &[1, 0]].concat()),
        ("a text of four billion bytes", single(SectionKind::Meta), most.to_vec()),
        ("four billion columns", single(SectionKind::Attributes), [&[0, 0, 0, 0][..], &most].concat()),
        (
            "a window that four billion items share",
            single(SectionKind::Availability),
            [&[0, 0, 0, 0, 0, 0, 0, 0, 6][..], &most, &[0]].concat(),
        ),
        (
            "a scope that is nowhere",
            single(SectionKind::Availability),
            vec![0, 0, 0, 0, 1, 3, 3, 0, 0, 1, 0, 0, 0, 0],
        ),
        (
            "a list of four billion items",
            single(SectionKind::Curated),
            [&[0; 10][..], &[5], &most, &[0; 9]].concat(),
        ),
        ("four billion intervals", single(SectionKind::Again), [&[160, 160, 160][..], &most].concat()),
        ("four billion groups", single(SectionKind::Index), most.to_vec()),
        (
            "65,535 dimensions",
            single(SectionKind::Factors),
            vec![0xff, 0xff, 3, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0],
        ),
    ];
    for (what, key, body) in bodies {
        let found = Section::decode(&frame(key, &body).unwrap());
        assert!(matches!(found, Err(FormatError::Section { .. })), "{what}: {found:?}");
    }
    let mut table = shelf::bundle();
    table[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(Bundle::decode(&table), Err(FormatError::TooLarge { what: "the section table" }));
}

#[test]
fn unknown_sections_are_skipped_or_refused_by_their_flag() {
    let with = |critical: bool| {
        let mut blobs = shelf::sections();
        let mut blob = frame(SectionKey::single(SectionKind::Meta), b"from the future").unwrap();
        blob[6..8].copy_from_slice(&999u16.to_le_bytes());
        blob[8..10].copy_from_slice(&u16::from(critical).to_le_bytes());
        let checksum = cookshelf_core::format::crc32c(&[&blob[..20], &blob[24..]]);
        blob[20..24].copy_from_slice(&checksum.to_le_bytes());
        blobs.push(blob);
        Bundle::encode(&blobs).unwrap()
    };
    ask_all(&Bundle::decode(&with(false)).unwrap().model().unwrap());
    let refused = Bundle::decode(&with(true)).unwrap().model();
    assert_eq!(refused, Err(ModelError::Format(FormatError::UnknownCritical { kind: 999 })));
}

#[test]
fn sections_of_another_model_are_refused() {
    let mut model = Model::new(cookshelf_core::Ids::new(&["1", "2"]).unwrap());
    for blob in shelf::sections() {
        let section = Section::decode(&blob).unwrap();
        let kind = section.key().unwrap().kind;
        let found = model.insert(section);
        match kind {
            SectionKind::Meta => assert_eq!(found, Ok(())),
            _ => assert!(found.is_err(), "{kind:?}"),
        }
    }
    let far = Neighbour { position: 2, weight: 1.0 };
    let shard = NearShard::new(ListKind::Similar, 0, 4, &[vec![far]]).unwrap();
    assert_eq!(model.insert(Section::Near(shard)), Err(ModelError::OtherModel { kind: SectionKind::Near }));
}
