//! The models of a program that has no runtime: none can be opened, so none can be asked.

use super::colours::Colours;
use super::error::OnnxError;
use crate::picture::Picture;

/// A model of pictures. There is no such value.
#[derive(Debug, Clone, Copy)]
pub enum ImageModel {}

/// A model of texts. There is no such value.
#[derive(Debug, Clone, Copy)]
pub enum TextModel {}

impl ImageModel {
    /// Says how to build with models.
    pub fn open(_: &[u8], _: usize, _: Colours) -> Result<Self, OnnxError> {
        Err(OnnxError::NotBuilt)
    }

    /// Pixels of the longest side it looks at.
    pub fn side(&self) -> usize {
        match *self {}
    }

    /// The vector of a picture.
    pub fn see(&self, _: &Picture) -> Result<Vec<f32>, OnnxError> {
        match *self {}
    }
}

impl TextModel {
    /// Says how to build with models.
    pub fn open(_: &[u8], _: &[u8], _: usize) -> Result<Self, OnnxError> {
        Err(OnnxError::NotBuilt)
    }

    /// The vector of a text.
    pub fn read(&self, _: &str) -> Result<Vec<f32>, OnnxError> {
        match *self {}
    }
}
