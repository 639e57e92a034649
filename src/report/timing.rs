//! How long a run took.

/// How long a run took; the only part of a report that differs between two runs of one scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// Seconds from the start of the simulation to its end.
    pub wall_seconds: f64,
    /// The number of threads that simulated.
    pub threads: usize,
    /// Lifetimes a second, all policies of a lifetime counted as one.
    pub lifetimes_per_second: f64,
}
