//! Models of the shop's own, named in the settings.
//!
//! Whether a file is a model shows when it is opened; here is only what can be known without it: that this program can
//! run models at all, and that a path stays in the data folder.

use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// How texts are compared.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TextModelFile {
    /// ONNX file, by its path in the data folder.
    #[serde(deserialize_with = "model")]
    pub model: Option<String>,
    /// The tokenizer that belongs to it; `tokenizer.json` when not given.
    #[serde(deserialize_with = "path")]
    pub tokenizer: Option<String>,
    /// Most tokens that are read of a text.
    #[serde(deserialize_with = "tokens")]
    pub most_tokens: Option<usize>,
}

/// How pictures are compared.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LookModelFile {
    /// ONNX file, by its path in the data folder.
    #[serde(deserialize_with = "model")]
    pub model: Option<String>,
    /// Side of the model's input in pixels, where the model leaves it open.
    #[serde(deserialize_with = "size")]
    pub size: Option<usize>,
    /// The colour, 0 to 1, that becomes 0: red, green, blue.
    #[serde(deserialize_with = "colour")]
    pub mean: Option<[f32; 3]>,
    /// How far from it becomes 1.
    #[serde(deserialize_with = "spread")]
    pub std: Option<[f32; 3]>,
}

fn model<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    if !cfg!(feature = "onnx") {
        return Err(D::Error::custom(
            "this program was built without ONNX models; build it with `cargo build --release -p cookshelf-server \
             --features onnx`, or take `model` out",
        ));
    }
    path(from)
}

fn path<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let path = String::deserialize(from)?;
    let is_name = |part: &str| !part.is_empty() && part != "." && part != "..";
    match path.split('/').all(is_name) && !path.contains(['\\', ':']) {
        true => Ok(Some(path)),
        false => Err(D::Error::custom(
            "this is the path of a file in the data folder, such as `models/image.onnx`",
        )),
    }
}

fn tokens<'de, D: Deserializer<'de>>(from: D) -> Result<Option<usize>, D::Error> {
    match usize::deserialize(from)? {
        count @ 1..=8192 => Ok(Some(count)),
        _ => Err(D::Error::custom("most_tokens is 1 to 8192")),
    }
}

fn size<'de, D: Deserializer<'de>>(from: D) -> Result<Option<usize>, D::Error> {
    match usize::deserialize(from)? {
        size @ 1..=2048 => Ok(Some(size)),
        _ => Err(D::Error::custom("size is 1 to 2048 pixels")),
    }
}

fn colour<'de, D: Deserializer<'de>>(from: D) -> Result<Option<[f32; 3]>, D::Error> {
    three(from, |value| value.is_finite(), "mean is three finite numbers: red, green, blue")
}

fn spread<'de, D: Deserializer<'de>>(from: D) -> Result<Option<[f32; 3]>, D::Error> {
    three(from, |value| value.is_finite() && value >= 1e-6, "std is three numbers above 0: red, green, blue")
}

fn three<'de, D: Deserializer<'de>>(
    from: D,
    is_good: impl Fn(f32) -> bool,
    expected: &str,
) -> Result<Option<[f32; 3]>, D::Error> {
    let values = <[f32; 3]>::deserialize(from)?;
    if values.into_iter().all(is_good) { Ok(Some(values)) } else { Err(D::Error::custom(expected)) }
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    fn refused(text: &str, line: usize, words: &str) {
        let error = Settings::read(text, "cookshelf.toml").unwrap_err();
        assert!(error.line == line && error.message.contains(words), "{text:?}: {error}");
    }

    #[cfg(not(feature = "onnx"))]
    #[test]
    fn a_model_is_refused_where_it_stands_with_how_to_build_for_it() {
        refused("[text]\nmodel = \"text.onnx\"\n", 2, "--features onnx");
        refused("[budget]\nmodel = \"9 MB\"\n[look]\nmodel = \"image.onnx\"\n", 4, "--features onnx");
        assert_eq!(Settings::read("[text]\n[look]\n", "x").unwrap(), Settings::default());
    }

    #[test]
    fn nonsense_is_refused_where_it_stands() {
        refused("[text]\ntokenizer = \"../t.json\"\n", 2, "in the data folder");
        refused("[text]\nmost_tokens = 0\n", 2, "1 to 8192");
        refused("[look]\nsize = 4000\n", 2, "1 to 2048");
        refused("[look]\n\nmean = [0.5, nan, 0.5]\n", 3, "three finite numbers");
        refused("[look]\nstd = [0.5, 0, 0.5]\n", 2, "above 0");
        refused("[look]\nstd = [0.5, 1]\n", 2, "3");
        refused("[look]\ntokenizer = \"t\"\n", 2, "tokenizer");
    }
}
