//! A fitted number with its standard error.

use crate::math::normal::Z_95;

/// A number estimated from data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The estimate.
    pub value: f64,
    /// Its standard error in the same unit; `None` where none can be told, such as at the edge of what is possible.
    pub standard_error: Option<f64>,
}

impl Figure {
    /// An estimate with its standard error; one that is not a finite number is taken for none.
    #[must_use]
    pub fn new(value: f64, standard_error: f64) -> Self {
        Self { value, standard_error: Some(standard_error).filter(|se| se.is_finite() && *se >= 0.0) }
    }

    /// An estimate whose standard error cannot be told.
    #[must_use]
    pub fn without_error(value: f64) -> Self {
        Self { value, standard_error: None }
    }

    /// The ends of the interval that covers the true value 95 times of 100 for large samples.
    #[must_use]
    pub fn interval(self) -> Option<(f64, f64)> {
        self.standard_error.map(|se| (self.value - Z_95 * se, self.value + Z_95 * se))
    }

    /// Whether the interval leaves out zero.
    #[must_use]
    pub fn is_significant(self) -> bool {
        self.interval().is_some_and(|(low, high)| low > 0.0 || high < 0.0)
    }
}
