//! Where the bands of the chart lie, and the rows within them.

/// Where bands and their rows lie.
pub(super) struct Layout {
    /// The policies from top to bottom.
    pub order: Vec<usize>,
    pub sets: usize,
    pub is_dense: bool,
    pub top: f64,
}

impl Layout {
    /// Height of a row for a set.
    pub fn row(&self) -> f64 {
        if self.is_dense { 10.0 } else { 18.0 }
    }

    /// Room above the rows of a band: for the name of the policy, or blank.
    pub fn head(&self) -> f64 {
        if self.is_dense { (34.0 - self.row() * self.sets as f64).max(12.0) / 2.0 } else { 22.0 }
    }

    pub fn band(&self) -> f64 {
        self.head() + self.row() * self.sets as f64 + if self.is_dense { self.head() } else { 8.0 }
    }

    pub fn top_of(&self, band: usize) -> f64 {
        self.top + self.band() * band as f64
    }

    pub fn middle(&self, band: usize, set: usize) -> f64 {
        self.top_of(band) + self.head() + self.row() * (set as f64 + 0.5)
    }

    pub fn bottom(&self) -> f64 {
        self.top_of(self.order.len())
    }
}
