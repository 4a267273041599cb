//! A model of texts, and the tokenizer that belongs to it.

use std::sync::Arc;

use tokenizers::{PostProcessor, Tokenizer, TruncationParams};
use tract_onnx::prelude::*;

use super::caught::caught;
use super::error::OnnxError;
use super::image::{about, floats};
use super::{MOST_TOKENS, MOST_VALUES, vector};

const EXPECTED: &str = "a model of texts has inputs `input_ids`, `attention_mask` and `token_type_ids`, or some of them, of \
                        64- or 32-bit whole numbers, 1 x tokens";
/// For the first try.
const SOME_TEXT: &str = "a";

/// A model of texts, ready to run. May be asked from several threads.
#[derive(Debug, Clone)]
pub struct TextModel {
    plan: Arc<TypedSimplePlan>,
    tokenizer: Arc<Tokenizer>,
    inputs: Vec<Input>,
    /// Tokens of every text, where the model takes one number of them only.
    fixed: Option<usize>,
    /// The token that fills up a text that is too short.
    filler: i64,
    /// Values of every vector.
    width: usize,
}

/// One input of a model.
#[derive(Debug, Clone, Copy)]
struct Input {
    role: Role,
    kind: DatumType,
}

/// What an input takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Numbers of tokens.
    Ids,
    /// 1 for a token, 0 for filler.
    Mask,
    /// Which of two texts a token is from.
    Types,
}

/// The tokens of one text.
#[derive(Debug)]
struct Tokens {
    ids: Vec<i64>,
    mask: Vec<i64>,
    types: Vec<i64>,
}

impl TextModel {
    /// Opens a model with its tokenizer and tries it once. `longest` is the most tokens that are read of a text.
    pub fn open(model: &[u8], tokenizer: &[u8], longest: usize) -> Result<Self, OnnxError> {
        let read =
            || Tokenizer::from_bytes(tokenizer).map_err(|error| OnnxError::Tokenizer(error.to_string()));
        let tokenizer = caught(OnnxError::Tokenizer, read)?;
        // Not every model can be prepared for texts of any length; then each is filled up to the longest.
        let prepared =
            |filled| caught(OnnxError::Model, || Self::prepared(model, tokenizer.clone(), longest, filled));
        match prepared(None) {
            Err(OnnxError::Model(_)) => prepared(Some(longest)),
            done => done,
        }
    }

    /// `filled` fixes the number of tokens where the model leaves it open.
    fn prepared(
        bytes: &[u8],
        mut tokenizer: Tokenizer,
        longest: usize,
        filled: Option<usize>,
    ) -> Result<Self, OnnxError> {
        let refused = |error: TractError| OnnxError::Model(format!("{error:#}"));
        let mut model = tract_onnx::onnx().model_for_read(&mut &*bytes).map_err(refused)?;
        let (inputs, own) = inputs(&model)?;
        let fixed = own.or(filled);
        let count = fixed.map_or_else(|| model.symbols.sym("tokens").to_dim(), |count| count.to_dim());
        for (at, input) in inputs.iter().enumerate() {
            let fact = InferenceFact::dt_shape(input.kind, tvec![1.to_dim(), count.clone()]);
            model.set_input_fact(at, fact).map_err(refused)?;
        }
        let first = model.output_outlets().map_err(refused)?.first().copied();
        let first = first.ok_or_else(|| OnnxError::Model("it has no output".to_owned()))?;
        model.select_output_outlets(&[first]).map_err(refused)?;
        let plan = model.into_optimized().and_then(TypedModel::into_runnable).map_err(refused)?;
        let filler = tokenizer.get_padding().map_or(0, |padding| i64::from(padding.pad_id));
        let max_length = fixed.map_or(longest, |fixed| fixed.min(longest)).max(1);
        // The tokenizer would not check that itself.
        let added = tokenizer.get_post_processor().map_or(0, |processor| processor.added_tokens(false));
        if max_length <= added {
            let why = format!("it adds {added} tokens to a text of at most {max_length}");
            return Err(OnnxError::Tokenizer(why));
        }
        tokenizer.with_padding(None);
        let cut = TruncationParams { max_length, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(cut)).map_err(|error| OnnxError::Tokenizer(error.to_string()))?;
        let mut model = Self { plan, tokenizer: Arc::new(tokenizer), inputs, fixed, filler, width: 0 };
        let one = Tokens { ids: vec![filler], mask: vec![1], types: vec![0] };
        let some = model.tokens(SOME_TEXT).unwrap_or_else(|_| model.filled(one));
        model.width = model.answer(&some).map_err(|error| OnnxError::Model(error.to_string()))?.len();
        match model.width {
            1..=MOST_VALUES => Ok(model),
            values => Err(OnnxError::Output(values)),
        }
    }

    /// The vector of a text.
    pub fn read(&self, text: &str) -> Result<Vec<f32>, OnnxError> {
        let values = caught(OnnxError::Run, || self.answer(&self.tokens(text)?))?;
        if values.len() == self.width { vector::unit(values) } else { Err(OnnxError::Values) }
    }

    fn tokens(&self, text: &str) -> Result<Tokens, OnnxError> {
        let encoding =
            self.tokenizer.encode(text, true).map_err(|error| OnnxError::Tokenizer(error.to_string()))?;
        let whole = |numbers: &[u32]| numbers.iter().map(|number| i64::from(*number)).collect::<Vec<i64>>();
        let tokens = Tokens {
            ids: whole(encoding.get_ids()),
            mask: whole(encoding.get_attention_mask()),
            types: whole(encoding.get_type_ids()),
        };
        if tokens.ids.is_empty() { Err(OnnxError::NoTokens) } else { Ok(self.filled(tokens)) }
    }

    fn filled(&self, mut tokens: Tokens) -> Tokens {
        let count = self.fixed.unwrap_or(tokens.ids.len());
        tokens.ids.resize(count, self.filler);
        tokens.mask.resize(count, 0);
        tokens.types.resize(count, 0);
        tokens
    }

    /// What the model says of the tokens: of each of them, then the mean; or of the text, then that.
    fn answer(&self, tokens: &Tokens) -> Result<Vec<f32>, OnnxError> {
        let failed = |error: TractError| OnnxError::Run(format!("{error:#}"));
        let input = |input: &Input| {
            let values = match input.role {
                Role::Ids => &tokens.ids,
                Role::Mask => &tokens.mask,
                Role::Types => &tokens.types,
            };
            let tensor = Tensor::from_shape(&[1, values.len()], values)?;
            Ok(tensor.cast_to_dt(input.kind)?.into_owned().into_tvalue())
        };
        let inputs = self.inputs.iter().map(input).collect::<TractResult<TVec<TValue>>>().map_err(failed)?;
        let outputs = self.plan.run(inputs).map_err(failed)?;
        let values = floats(&outputs[0])?;
        match outputs[0].shape() {
            [1, count, _] if *count == tokens.mask.len() => Ok(vector::mean(&values, &tokens.mask)),
            _ => Ok(values),
        }
    }
}

/// The inputs of a model, and the number of tokens if it takes only one.
fn inputs(model: &InferenceModel) -> Result<(Vec<Input>, Option<usize>), OnnxError> {
    let outlets = model.input_outlets().map_err(|error| OnnxError::Model(format!("{error:#}")))?;
    let (mut inputs, mut fixed) = (Vec::new(), None);
    for outlet in outlets {
        let (name, found, dims) = about(model, *outlet)?;
        let role = match &name[..] {
            "input_ids" => Some(Role::Ids),
            "attention_mask" => Some(Role::Mask),
            "token_type_ids" => Some(Role::Types),
            _ => None,
        };
        let kind = match &found {
            found if found.starts_with("I64") => Some(i64::datum_type()),
            found if found.starts_with("I32") => Some(i32::datum_type()),
            _ => None,
        };
        match (role, kind, &dims[..]) {
            (Some(role), Some(kind), [None | Some(1), count])
                if count.is_none_or(|count| count <= MOST_TOKENS) =>
            {
                inputs.push(Input { role, kind });
                fixed = fixed.or(*count);
            }
            _ => return Err(OnnxError::Input { name, found, expected: EXPECTED }),
        }
    }
    match inputs.iter().any(|input| input.role == Role::Ids) {
        true => Ok((inputs, fixed)),
        false => {
            let (name, found) = ("input_ids".to_owned(), "not there".to_owned());
            Err(OnnxError::Input { name, found, expected: EXPECTED })
        }
    }
}
