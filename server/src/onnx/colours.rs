//! What a model's training made of colours.

/// What a colour of 0 to 1 becomes: `(colour - mean) / std`, for red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colours {
    /// Becomes nothing.
    pub mean: [f32; 3],
    /// Becomes one.
    pub std: [f32; 3],
}

impl Default for Colours {
    /// What most published image models were trained with: the mean and the spread of ImageNet's photos.
    fn default() -> Self {
        Self { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
    }
}
