//! The return models that a calibration can be written for.

/// The return model that a fitted scenario names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CalibrationModel {
    /// Independent lognormal returns.
    #[default]
    Lognormal,
    /// Student-t tails.
    StudentT,
    /// Clustered volatility.
    Garch,
    /// Past returns in blocks.
    Bootstrap,
}

impl CalibrationModel {
    /// The name in scenario files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lognormal => "lognormal",
            Self::StudentT => "student_t",
            Self::Garch => "garch",
            Self::Bootstrap => "bootstrap",
        }
    }
}
