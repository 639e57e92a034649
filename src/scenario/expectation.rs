//! Results that a scenario is expected to give: `[[expect]]`.

/// A result that a scenario is expected to give.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The policy's key.
    pub policy: String,
    /// Which figure.
    pub figure: ExpectedFigure,
    /// Its value.
    pub value: f64,
    /// The standard error of that value (it was measured too).
    pub standard_error: f64,
}

/// A figure that can be expected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ExpectedFigure {
    /// A percentile of the real balance at an age; the probability is one of `engine::PERCENTILES`.
    RealPercentile {
        /// The age.
        age: u32,
        /// The probability.
        probability: f64,
    },
    /// The mean real balance at an age.
    RealMean {
        /// The age.
        age: u32,
    },
    /// The probability of ruin.
    Ruin,
}
