//! Bundles of every released format version still decode to the same lists.
//!
//! Golden files are never edited. `COOKSHELF_WRITE_GOLDEN=1 cargo test -p cookshelf-core --test golden` adds the
//! files of a new version; list them in `golden/DIGESTS`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod shelf;

use std::{env, fmt::Write, fs, path::PathBuf};

use cookshelf_core::{Bundle, Event, EventKind, ListKind, Model, Outcome, Request, recommend};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1")
}

/// The lists of every kind, scores as bits, so that nothing hides behind rounding.
fn lists(model: &Model) -> String {
    let mut text = String::new();
    for list in model.lists() {
        for channel in ["", "web"] {
            let event = |item, kind, age_hours| Event { item, kind, age_hours };
            let request = Request {
                seeds: vec!["102"],
                profile: vec![
                    event("101", EventKind::View, 0),
                    event("lamp-b", EventKind::Purchase, 30),
                    event("103", EventKind::Purchase, 130),
                    event("lamp-b", EventKind::Purchase, 1000),
                ],
                fallback: vec![ListKind::Popular],
                channel,
                moment: if channel.is_empty() { 0 } else { 1_763_000_000 },
                name: "SUMMER",
                scene: if channel.is_empty() { "" } else { "living-room" },
                ..Request::new(list, 5)
            };
            put_list(&mut text, model, &request);
        }
    }
    text
}

fn put_list(text: &mut String, model: &Model, request: &Request<'_>) {
    let Outcome::Done(found) = recommend(model, request) else {
        panic!("{:?} needs more than a bundle", request.list)
    };
    for item in found.items {
        let id = model.ids().id(item.position).unwrap();
        let because = item.because.and_then(|position| model.ids().id(position)).unwrap_or_default();
        let score = item.score.to_bits();
        let list = request.list.name();
        writeln!(text, "{list} {} {id} {score:08x} {:?} {because}", request.channel, item.reason).unwrap();
    }
}

#[test]
fn golden_bundles_decode_to_their_lists() {
    let (bundle, expected) = (folder().join("small.shelf"), folder().join("small.lists"));
    if env::var_os("COOKSHELF_WRITE_GOLDEN").is_some() && !bundle.exists() {
        fs::write(&bundle, shelf::bundle()).unwrap();
        fs::write(&expected, lists(&shelf::model())).unwrap();
    }
    let bytes = fs::read(bundle).unwrap();
    let model = Bundle::decode(&bytes).unwrap().model().unwrap();
    assert_eq!(lists(&model), fs::read_to_string(expected).unwrap());
}

/// While the major stands, today's encoder writes what the golden file holds: encoders are deterministic.
#[test]
fn the_encoder_still_writes_the_golden_bytes() {
    assert_eq!(shelf::bundle(), fs::read(folder().join("small.shelf")).unwrap());
}
