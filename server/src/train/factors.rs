//! Item factors and the fold-in that turns a profile into one shopper's factor.
//!
//! Deliberately no table of shoppers: a device that knows the items and its own
//! profile can solve for its shopper alone. Invariant: all values are finite;
//! an item that the factors do not know has a row of zeros and scores zero.
//!
//! The fold-in, exactly: for a profile of items i with weights wᵢ solve
//!
//! ```text
//! (gram + ridge·I + Σᵢ wᵢ·confidence·yᵢyᵢᵀ) x = Σᵢ wᵢ·confidence·yᵢ
//! score of item j = yⱼ·x
//! ```
//!
//! `gram` is α₀·YᵀY (α₀ the weight of everything not chosen) and already holds
//! α₀; nothing else is scaled.

use ndarray::Array2;

use super::normal::{add_scaled, dot, factorise, substitute};
use super::outer::{Laid, add_outer};

/// Factors of all items and what the fold-in needs besides.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemFactors {
    /// One row of `d` values per item.
    pub values: Array2<f32>,
    /// α₀·YᵀY, symmetric, `d` × `d`.
    pub gram: Array2<f32>,
    /// λ of the fold-in, added to the diagonal.
    pub ridge: f32,
    /// Weight of one chosen item of weight 1.
    pub confidence: f32,
    /// What each event of a profile weighs as a multiple of the next newer one.
    pub step: f32,
}

impl ItemFactors {
    /// Values per item.
    pub fn dims(&self) -> usize {
        self.values.ncols()
    }

    /// The factor of a shopper who chose these (item, weight); the reference for what the device does.
    pub fn fold_in(&self, profile: &[(u32, f32)]) -> Vec<f32> {
        let dims = self.dims();
        let mut matrix: Vec<f32> = self.gram.iter().copied().collect();
        for at in 0..dims {
            matrix[at * dims + at] += self.ridge;
        }
        let mut x = vec![0.0; dims];
        let weighted = |&(item, weight): &(u32, f32)| (weight * self.confidence, self.item(item as usize));
        add_outer(&mut matrix, dims, profile.iter().map(weighted), &mut Laid::default());
        for (weight, y) in profile.iter().map(weighted) {
            add_scaled(&mut x, weight, y);
        }
        factorise(&mut matrix, dims);
        substitute(&matrix, dims, &mut x);
        x
    }

    /// Score of one item for a factor made by [`ItemFactors::fold_in`].
    pub fn score(&self, item: u32, x: &[f32]) -> f32 {
        dot(self.item(item as usize), x)
    }

    fn item(&self, item: usize) -> &[f32] {
        let dims = self.dims();
        let values = self.values.as_slice().expect("factors are stored row by row");
        &values[item * dims..(item + 1) * dims]
    }
}
