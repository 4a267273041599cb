//! Models of the shop's own: tiny ones, written here, whose neighbours can be worked out by hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "onnx/writer.rs"]
mod writer;

use std::{fs, path::Path};

use cookshelf_core::{Bundle, ListKind, Model};
use cookshelf_server::{
    cook::{CookError, CookParams, CookReport, cook},
    onnx::{Colours, ImageModel, OnnxError, TextModel},
    picture::Picture,
    progress::Progress,
    settings::{LookModelFile, Settings},
    storage::Storage,
};
use tempfile::TempDir;
use writer::{FLOAT, INT64, Message, Side, constant, model, node, value};

const PLAIN: Colours = Colours { mean: [0.0; 3], std: [1.0; 3] };

/// The mean colour of a picture of four by four pixels; `is_open` leaves the sides open.
fn mean_colour(is_open: bool) -> Vec<u8> {
    let side = |name| if is_open { Side::Open(name) } else { Side::Of(4) };
    let nodes = [
        node("GlobalAveragePool", &["pixels"], "pooled", &[]),
        node("Flatten", &["pooled"], "vector", &[("axis", &[1])]),
    ];
    let pixels = value("pixels", FLOAT, &[Side::Open("N"), Side::Of(3), side("H"), side("W")]);
    model(&nodes, &[], &[pixels], &value("vector", FLOAT, &[Side::Open("N"), Side::Of(3)]))
}

/// The same of pixels that lie the other way, and then red for blue and twice of it: a Gemm.
fn mixed_colour() -> Vec<u8> {
    let nodes = [
        node("Transpose", &["pixels"], "planes", &[("perm", &[0, 3, 1, 2])]),
        node("GlobalAveragePool", &["planes"], "pooled", &[]),
        node("Flatten", &["pooled"], "flat", &[("axis", &[1])]),
        node("Gemm", &["flat", "mixture", "nothing"], "vector", &[]),
    ];
    let constants = [
        constant("mixture", &[3, 3], &[0.0, 0.0, 2.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0]),
        constant("nothing", &[3], &[0.0; 3]),
    ];
    let pixels = value("pixels", FLOAT, &[Side::Of(1), Side::Of(4), Side::Of(4), Side::Of(3)]);
    model(&nodes, &constants, &[pixels], &value("vector", FLOAT, &[Side::Of(1), Side::Of(3)]))
}

fn of_colour(colour: [u8; 3]) -> Picture {
    Picture { width: 2, height: 3, pixels: vec![colour; 6] }
}

#[track_caller]
fn near(found: &[f32], expected: &[f32]) {
    let close = found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-4);
    assert!(close && found.len() == expected.len(), "{found:?} is not {expected:?}");
}

#[test]
fn an_onnx_model_of_pictures_gives_the_vector_that_is_worked_out_by_hand() {
    let colour = of_colour([153, 204, 0]);
    for is_open in [false, true] {
        let model = ImageModel::open(&mean_colour(is_open), 6, PLAIN).unwrap();
        assert_eq!(model.side(), if is_open { 6 } else { 4 });
        near(&model.see(&colour).unwrap(), &[0.6, 0.8, 0.0]);
    }
    // Green, 0.8, and twice red, 1.2; the blue that red became is nothing.
    let mixed = ImageModel::open(&mixed_colour(), 224, PLAIN).unwrap();
    near(&mixed.see(&colour).unwrap(), &[0.0, 0.8 / 2.08f32.sqrt(), 1.2 / 2.08f32.sqrt()]);
    // 0.6 and 0.8 are one spread below and above the mean.
    let colours = Colours { mean: [0.8, 0.6, 0.0], std: [0.2; 3] };
    let moved = ImageModel::open(&mean_colour(false), 224, colours).unwrap();
    near(&moved.see(&colour).unwrap(), &[-0.5f32.sqrt(), 0.5f32.sqrt(), 0.0]);
    let black = ImageModel::open(&mean_colour(false), 224, PLAIN).unwrap();
    near(&black.see(&of_colour([0; 3])).unwrap(), &[0.0; 3]);
}

#[test]
fn an_onnx_file_that_cannot_be_used_says_why() {
    let open = |bytes: &[u8]| ImageModel::open(bytes, 8, PLAIN).unwrap_err();
    assert!(matches!(open(b"no model at all"), OnnxError::Model(_)));
    assert!(matches!(open(b""), OnnxError::Model(_)));
    let whole = mean_colour(false);
    for cut in (0..whole.len()).step_by(7) {
        assert!(ImageModel::open(&whole[..cut], 8, PLAIN).is_err(), "cut at {cut}");
    }
    let flat = |sides: &[Side], kind| {
        let nodes = [node("Identity", &["pixels"], "vector", &[])];
        let input = value("pixels", kind, sides);
        open(&model(&nodes, &[], &[input], &value("vector", kind, sides)))
    };
    let four = [Side::Of(1), Side::Of(4), Side::Of(4), Side::Of(4)];
    for (sides, kind) in [
        (&four[..], FLOAT),
        (&four[..2], FLOAT),
        (&[Side::Of(1), Side::Of(3), Side::Of(4), Side::Of(4)], INT64),
    ] {
        let error = flat(sides, kind);
        assert!(matches!(&error, OnnxError::Input { name, .. } if name == "pixels"), "{error}");
        assert!(error.to_string().contains("1 x 3 x height x width"), "{error}");
    }
    let map = flat(&[Side::Of(1), Side::Of(3), Side::Of(64), Side::Of(64)], FLOAT);
    assert_eq!(map, OnnxError::Output(3 * 64 * 64));
    let unknown = model(
        &[node("NoSuchStep", &["pixels"], "vector", &[])],
        &[],
        &[value("pixels", FLOAT, &[Side::Of(1), Side::Of(3), Side::Of(4), Side::Of(4)])],
        &value("vector", FLOAT, &[Side::Of(1), Side::Of(3)]),
    );
    assert!(matches!(open(&unknown), OnnxError::Model(_)));
}

/// Words by number: 0 is what is not known.
const WORDS: [&str; 6] = ["[UNK]", "oak", "pine", "lamp", "bench", "table"];
/// Wood, light, to sit on; the last row is of `table`, the filler has none of its own.
const MEANINGS: [f32; 18] =
    [0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0, 2.0, 1.0, 0.0, 1.0];

fn tokenizer() -> Vec<u8> {
    let words: serde_json::Map<String, serde_json::Value> =
        WORDS.iter().enumerate().map(|(at, word)| ((*word).to_owned(), at.into())).collect();
    let tokenizer = serde_json::json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": { "type": "Lowercase" }, "pre_tokenizer": { "type": "Whitespace" },
        "post_processor": null, "decoder": null,
        "model": { "type": "WordLevel", "vocab": words, "unk_token": "[UNK]" },
    });
    serde_json::to_vec(&tokenizer).unwrap()
}

/// What every word means; with `pooled` the mean of it, as far as the model makes it. The mask is not looked at.
fn meanings(tokens: Side, pooled: bool) -> Vec<u8> {
    let mut nodes = vec![node("Gather", &["table", "input_ids"], "words", &[("axis", &[0])])];
    let (mut output, mut sides) = ("words", vec![Side::Open("N"), tokens, Side::Of(3)]);
    if pooled {
        nodes.push(node("ReduceMean", &["words"], "text", &[("axes", &[1]), ("keepdims", &[0])]));
        (output, sides) = ("text", vec![Side::Open("N"), Side::Of(3)]);
    }
    let input = |name| value(name, INT64, &[Side::Open("N"), tokens]);
    let inputs: Vec<Message> = ["input_ids", "attention_mask", "token_type_ids"].map(input).to_vec();
    model(&nodes, &[constant("table", &[6, 3], &MEANINGS)], &inputs, &value(output, FLOAT, &sides))
}

#[test]
fn an_onnx_model_of_texts_is_the_mean_of_its_words() {
    let open = |model: &[u8], longest| TextModel::open(model, &tokenizer(), longest).unwrap();
    // Wood 4 of two words and light 5 of two: (2, 2.5).
    let lamp = [4.0 / 41f32.sqrt(), 5.0 / 41f32.sqrt(), 0.0];
    for model in [
        open(&meanings(Side::Open("T"), false), 16),
        open(&meanings(Side::Open("T"), true), 16),
        // Always eight tokens: the filler is no part of the mean.
        open(&meanings(Side::Of(8), false), 16),
    ] {
        near(&model.read("Oak lamp").unwrap(), &lamp);
        near(&model.read("OAK").unwrap(), &[1.0, 0.0, 0.0]);
        near(
            &model.read("pine table table table table pine").unwrap(),
            &[10.0 / 116f32.sqrt(), 0.0, 4.0 / 116f32.sqrt()],
        );
        near(&model.read("what is this").unwrap(), &[0.0; 3]);
        assert_eq!(model.read(""), Err(OnnxError::NoTokens));
    }
    // Two tokens are read, and the rest is not.
    near(&open(&meanings(Side::Open("T"), false), 2).read("oak lamp lamp bench").unwrap(), &lamp);
}

#[test]
fn an_onnx_text_model_that_cannot_be_used_says_why() {
    let whole = meanings(Side::Open("T"), false);
    let open = |model: &[u8], tokenizer: &[u8]| TextModel::open(model, tokenizer, 8).unwrap_err();
    assert!(matches!(open(&whole, b"{}"), OnnxError::Tokenizer(_)));
    assert!(matches!(open(b"nothing", &tokenizer()), OnnxError::Model(_)));
    let nodes = [node("Gather", &["table", "words"], "vector", &[("axis", &[0])])];
    let other = model(
        &nodes,
        &[constant("table", &[6, 3], &MEANINGS)],
        &[value("words", INT64, &[Side::Of(1), Side::Open("T")])],
        &value("vector", FLOAT, &[Side::Of(1), Side::Open("T"), Side::Of(3)]),
    );
    let error = open(&other, &tokenizer());
    assert!(matches!(&error, OnnxError::Input { name, .. } if name == "words"), "{error}");
}

#[test]
fn onnx_models_are_named_with_all_that_belongs_to_them() {
    let text = "[text]\nmodel = \"models/text.onnx\"\ntokenizer = \"models/tokenizer.json\"\nmost_tokens = 64\n\
        [look]\nmodel = \"image.onnx\"\nsize = 96\nmean = [0.5, 0.5, 0.5]\nstd = [1, 1, 1]\n";
    let settings = Settings::read(text, "x").unwrap();
    assert_eq!(settings.text.model.as_deref(), Some("models/text.onnx"));
    assert_eq!(settings.text.tokenizer.as_deref(), Some("models/tokenizer.json"));
    let expected = LookModelFile {
        model: Some("image.onnx".to_owned()),
        size: Some(96),
        mean: Some([0.5; 3]),
        std: Some([1.0; 3]),
    };
    assert_eq!((settings.look, settings.text.most_tokens), (expected, Some(64)));
    for path in ["../a.onnx", "/a.onnx", "", "a//b", "c:\\\\a.onnx", "s3://b/a.onnx", "a/./b"] {
        let error = Settings::read(&format!("[look]\nmodel = \"{path}\"\n"), "x").unwrap_err();
        assert!(error.line == 2 && error.message.contains("in the data folder"), "{error}");
    }
}

fn photo(colour: [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 5, 5);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&colour.repeat(25)).unwrap();
    bytes
}

const SETTINGS: &str = "[look]\nmodel = \"models/image.onnx\"\nmean = [0, 0, 0]\nstd = [1, 1, 1]\n\
    [text]\nmodel = \"models/text.onnx\"\ntokenizer = \"models/words.json\"\nmost_tokens = 8\n";

/// Five items, and models for them.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    ["images", "models"].iter().for_each(|name| fs::create_dir(root.join(name)).unwrap());
    let colours = [[200, 0, 0], [180, 60, 0], [0, 0, 200], [60, 0, 180], [0, 0, 0]];
    for (name, colour) in ["1", "2", "3", "4", "5"].iter().zip(colours) {
        fs::write(root.join(format!("images/{name}.png")), photo(colour)).unwrap();
    }
    fs::write(root.join("images/6.png"), b"no picture").unwrap();
    let items = "id,title,description,image\n1,Oak,bench,images/1.png\n2,Pine,bench,images/2.png\n\
        3,Lamp,,images/3.png\n4,Oak,lamp lamp,images/4.png\n5,,bench,images/5.png\n6,?,,images/6.png\n7,,,\n";
    fs::write(root.join("items.csv"), items).unwrap();
    fs::write(root.join("models/image.onnx"), mean_colour(true)).unwrap();
    fs::write(root.join("models/text.onnx"), meanings(Side::Open("T"), false)).unwrap();
    fs::write(root.join("models/words.json"), tokenizer()).unwrap();
    fs::write(root.join("cookshelf.toml"), SETTINGS).unwrap();
    folder
}

fn cook_with(root: &Path, out: &Path, settings: &str, threads: usize) -> Result<CookReport, CookError> {
    let mut params = CookParams::new(1_763_700_000);
    params.apply(&Settings::read(settings, "cookshelf.toml").unwrap());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| cook(&Storage::disk(root).unwrap(), out, &params, Progress::Silent))
}

/// The row of an item, best first.
fn row(model: &Model, list: ListKind, id: &str) -> Vec<String> {
    let position = model.ids().position(id).unwrap();
    let mut row: Vec<_> =
        model.near(list, position).into_iter().flat_map(|shard| shard.row(position)).collect();
    row.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    row.iter().map(|near| model.ids().id(near.position).unwrap().to_string()).collect()
}

#[test]
fn an_onnx_cook_has_the_neighbours_of_its_models_on_any_number_of_threads() {
    let (folder, one, two) = (folder(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let report = cook_with(folder.path(), one.path(), SETTINGS, 1).unwrap();
    cook_with(folder.path(), two.path(), SETTINGS, 3).unwrap();
    let bytes = fs::read(one.path().join("model.shelf")).unwrap();
    assert!(bytes == fs::read(two.path().join("model.shelf")).unwrap());
    let model = Bundle::decode(&bytes).unwrap().model().unwrap();
    let row = |list, id| row(&model, list, id);
    // Red, and red with a little green; blue, and blue with a little red: 0.32 of each other, and violet of red.
    assert_eq!(row(ListKind::Look, "1"), ["2", "4"]);
    assert_eq!(row(ListKind::Look, "2"), ["1", "4"]);
    assert_eq!(
        (row(ListKind::Look, "3"), row(ListKind::Look, "4")),
        (vec!["4".to_owned()], vec!["3".into(), "1".into(), "2".into()])
    );
    assert!(row(ListKind::Look, "5").is_empty(), "black is in no direction");
    // (4, 0, 2), (3, 0, 2), (0, 5, 0), (4, 10, 0), (0, 0, 2), and nothing.
    assert_eq!(row(ListKind::Text, "1"), ["2", "5", "4"]);
    assert_eq!(row(ListKind::Text, "3"), ["4"]);
    assert_eq!(row(ListKind::Text, "5"), ["2", "1"]);
    assert!(row(ListKind::Text, "6").is_empty());
    let texts = report.texts.unwrap();
    assert_eq!((texts.items, texts.read, texts.problems.len()), (6, 6, 0));
    let pictures = report.pictures.unwrap();
    assert_eq!((pictures.items, pictures.seen), (6, 5));
}

#[test]
fn an_onnx_file_that_is_missing_or_broken_stops_the_cook_and_names_itself() {
    let (folder, out) = (folder(), tempfile::tempdir().unwrap());
    let refused = |settings: &str, name: &str| {
        let error = cook_with(folder.path(), out.path(), settings, 1).unwrap_err();
        assert!(matches!(error, CookError::OwnModel(_)) && error.to_string().contains(name), "{error}");
    };
    refused("[look]\nmodel = \"models/none.onnx\"\n", "models/none.onnx");
    refused("[look]\nmodel = \"items.csv\"\n", "items.csv: the model cannot be used");
    refused("[text]\nmodel = \"models/text.onnx\"\n", "tokenizer.json");
    refused("[text]\nmodel = \"models/text.onnx\"\ntokenizer = \"items.csv\"\n", "items.csv: the tokenizer");
    // A list that is switched off needs none.
    let off =
        "[lists]\nlook = false\ntext = false\n[look]\nmodel = \"items.csv\"\n[text]\nmodel = \"items.csv\"\n";
    cook_with(folder.path(), out.path(), off, 1).unwrap();
}

/// A word that the table has no row for: one item is lost, and said so.
#[test]
fn an_onnx_model_that_fails_for_one_item_loses_that_item_alone() {
    let (folder, out) = (folder(), tempfile::tempdir().unwrap());
    let mut words: serde_json::Value = serde_json::from_slice(&tokenizer()).unwrap();
    words["model"]["vocab"]["pine"] = 99.into();
    fs::write(folder.path().join("models/words.json"), serde_json::to_vec(&words).unwrap()).unwrap();
    let texts = cook_with(folder.path(), out.path(), SETTINGS, 2).unwrap().texts.unwrap();
    assert_eq!((texts.items, texts.read, texts.problems.len()), (6, 5, 1));
    assert_eq!(texts.problems[0].item, "2");
    assert!(texts.problems[0].message.contains("did not answer"), "{:?}", texts.problems);
}
