//! Numbers with their errors, and distributions.

/// The percentiles of every distribution that is reported, as probabilities.
///
/// Percentiles are of the linear kind (type 7 of Hyndman and Fan). Of real balances at the key ages they are those of the sorted
/// lifetimes up to 131,072 of them; elsewhere they are read from a histogram of 1024 buckets
/// an octave, and so within 0.1 % of that.
pub const PERCENTILES: [f64; 9] = [0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99];

/// The percentiles whose differences between policies are reported, as probabilities.
pub const COMPARED_PERCENTILES: [f64; 3] = [0.05, 0.50, 0.95];

/// A number estimated from the lifetimes, with its Monte Carlo standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error; NaN if too few lifetimes tell.
    pub standard_error: f64,
}

/// A number estimated from the lifetimes, with its 95 % interval: order statistics for a percentile (their buckets' outer
/// edges where it is read from a histogram), Wilson's interval for a probability (the exact limit where the event happened
/// never or always).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// Lower end of the 95 % interval; NaN if too few lifetimes lie below.
    pub low: f64,
    /// Upper end of the 95 % interval; NaN if too few lifetimes lie above.
    pub high: f64,
}

/// A distribution over lifetimes.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// The number of lifetimes in it.
    pub count: u64,
    /// Its mean.
    pub mean: Estimate,
    /// Its percentiles, in the order of [`PERCENTILES`].
    pub percentiles: [Interval; 9],
}
