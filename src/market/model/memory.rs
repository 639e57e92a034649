//! What a return model remembers of the lifetimes in a tile.

use crate::math::SingleLanes;

/// A model's memory for the lanes of a tile; each model sizes and reads what it needs.
#[derive(Clone, Debug, Default)]
pub struct Memory<const L: usize> {
    /// What was drawn for the year, such as standard normals.
    pub drawn: Vec<SingleLanes<L>>,
    /// What moves all series together, such as mixing factors.
    pub mixing: Vec<SingleLanes<L>>,
    /// What a lifetime carries from step to step, such as variances.
    pub state: Vec<SingleLanes<L>>,
    /// What a lifetime carries in whole numbers, such as rows of a table.
    pub places: Vec<[u32; L]>,
}
