//! A model of pictures.

use std::sync::Arc;

use tract_onnx::prelude::*;
use tract_onnx::tract_hir::infer::Factoid;
use tract_onnx::tract_hir::internal::DimLike;

use super::caught::caught;
use super::colours::Colours;
use super::error::OnnxError;
use super::frame::{Frame, Layout};
use super::{MOST_VALUES, vector};
use crate::picture::Picture;

const EXPECTED: &str =
    "a model of pictures has one input of 32-bit floats, 1 x 3 x height x width or 1 x height x width x 3";

/// A model of pictures, ready to run. May be asked from several threads.
#[derive(Debug, Clone)]
pub struct ImageModel {
    plan: Arc<TypedSimplePlan>,
    frame: Frame,
    /// Values of every vector.
    width: usize,
}

impl ImageModel {
    /// Opens a model and tries it once. `size` is the side of its input where the model leaves that open.
    pub fn open(bytes: &[u8], size: usize, colours: Colours) -> Result<Self, OnnxError> {
        caught(OnnxError::Model, || Self::prepared(bytes, size, colours))
    }

    fn prepared(bytes: &[u8], size: usize, colours: Colours) -> Result<Self, OnnxError> {
        let refused = |error: TractError| OnnxError::Model(format!("{error:#}"));
        let mut model = tract_onnx::onnx().model_for_read(&mut &*bytes).map_err(refused)?;
        let frame = frame(&model, size, colours)?;
        let fact = InferenceFact::dt_shape(f32::datum_type(), shape(&frame));
        let first = model.output_outlets().map_err(refused)?.first().copied();
        let first = first.ok_or_else(|| OnnxError::Model("it has no output".to_owned()))?;
        model.set_input_fact(0, fact).map_err(refused)?;
        model.select_output_outlets(&[first]).map_err(refused)?;
        let plan = model.into_optimized().and_then(TypedModel::into_runnable).map_err(refused)?;
        let mut model = Self { plan, frame, width: 0 };
        let blank = Picture { width: 1, height: 1, pixels: vec![[255; 3]] };
        model.width = model.answer(&blank)?.len();
        match model.width {
            1..=MOST_VALUES => Ok(model),
            values => Err(OnnxError::Output(values)),
        }
    }

    /// Pixels of the longest side it looks at.
    pub fn side(&self) -> usize {
        self.frame.width.max(self.frame.height)
    }

    /// The vector of a picture.
    pub fn see(&self, picture: &Picture) -> Result<Vec<f32>, OnnxError> {
        let values = caught(OnnxError::Run, || self.answer(picture))?;
        if values.len() == self.width { vector::unit(values) } else { Err(OnnxError::Values) }
    }

    fn answer(&self, picture: &Picture) -> Result<Vec<f32>, OnnxError> {
        let failed = |error: TractError| OnnxError::Run(format!("{error:#}"));
        let values = self.frame.fill(picture);
        let input = Tensor::from_shape(&shape(&self.frame), &values).map_err(failed)?;
        let outputs = self.plan.run(tvec![input.into()]).map_err(failed)?;
        floats(&outputs[0])
    }
}

/// The numbers of an output, whatever its shape.
pub(super) fn floats(output: &TValue) -> Result<Vec<f32>, OnnxError> {
    let failed = |error: TractError| OnnxError::Run(format!("{error:#}"));
    let floats = output.cast_to::<f32>().map_err(failed)?;
    let view = floats.to_plain_array_view::<f32>().map_err(failed)?;
    Ok(view.iter().copied().collect())
}

/// One side after the other, as tensors have them.
fn shape(frame: &Frame) -> [usize; 4] {
    match frame.layout {
        Layout::Planes => [1, 3, frame.height, frame.width],
        Layout::Pixels => [1, frame.height, frame.width, 3],
    }
}

/// What the one input of a model takes.
fn frame(model: &InferenceModel, size: usize, colours: Colours) -> Result<Frame, OnnxError> {
    let inputs = model.input_outlets().map_err(|error| OnnxError::Model(format!("{error:#}")))?;
    let (name, found, dims) = match inputs {
        [one] => about(model, *one)?,
        several => {
            let (name, found) = ("…".to_owned(), format!("one of {}", several.len()));
            return Err(OnnxError::Input { name, found, expected: EXPECTED });
        }
    };
    let side = |dim: &Option<usize>| dim.unwrap_or(size);
    let (layout, height, width) = match &dims[..] {
        [_, Some(3), height, width] => (Layout::Planes, side(height), side(width)),
        [_, height, width, Some(3)] => (Layout::Pixels, side(height), side(width)),
        [_, None, height, width] => (Layout::Planes, side(height), side(width)),
        _ => return Err(OnnxError::Input { name, found, expected: EXPECTED }),
    };
    let batch_is_one = matches!(dims[0], None | Some(1));
    let is_float = found.starts_with("F32");
    match batch_is_one
        && is_float
        && (1..=MOST_VALUES).contains(&height)
        && (1..=MOST_VALUES).contains(&width)
    {
        true => Ok(Frame { width, height, layout, colours }),
        false => Err(OnnxError::Input { name, found, expected: EXPECTED }),
    }
}

/// Name, type and shape for people, and the sides as far as they are known.
pub(super) fn about(
    model: &InferenceModel,
    input: OutletId,
) -> Result<(String, String, Vec<Option<usize>>), OnnxError> {
    let fact = model.outlet_fact(input).map_err(|error| OnnxError::Model(format!("{error:#}")))?;
    let kind = fact.datum_type.concretize().map_or("of no type".to_owned(), |kind| format!("{kind:?}"));
    let dims: Vec<Option<usize>> =
        fact.shape.dims().map(|dim| dim.concretize().and_then(|dim| dim.to_usize().ok())).collect();
    let sides: Vec<String> =
        dims.iter().map(|dim| dim.map_or("?".to_owned(), |dim| dim.to_string())).collect();
    Ok((model.node(input.node).name.clone(), format!("{kind} {}", sides.join(" x ")), dims))
}
